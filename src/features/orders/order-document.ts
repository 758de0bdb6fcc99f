import type { Selectable } from 'kysely'
import type { Orders } from '#platform/db/schema.d.ts'

export type OrderRow = Selectable<Orders>

/** A member that is left out when there is nothing to say. */
const optional = <K extends string, V>(name: K, value: V | null): Partial<Record<K, V>> =>
  value === null ? {} : ({ [name]: value } as Record<K, V>)

/** An order as lists show it. */
export const listedOrder = (order: OrderRow) => ({
  id: order.id,
  orderNumber: order.orderNumber,
  status: order.status,
  course: { status: order.courseStatus, firstAttendedOn: order.firstAttendedOn, endedOn: order.endedOn },
  jobcenterId: order.jobcenterId,
  supplierId: order.supplierId,
  frameworkAgreementId: order.frameworkAgreementId,
  offer: order.offer,
  targetGroup: order.targetGroup,
  ...optional('effortGroup', order.effortGroup),
  startDate: order.startDate,
  endDate: order.endDate,
  orderedMinutes: order.orderedMinutes,
  firstMeetingAt: order.firstMeetingAt,
  deliveryAddressId: order.deliveryAddressId,
  caseworker: order.caseworker,
  ...optional('reports', order.reports),
  plannedMinutes: order.plannedMinutes,
  remainingMinutes: order.orderedMinutes - order.plannedMinutes,
  planComplete: order.planComplete,
  planConflict: order.planConflict,
  subcontractors: order.subcontractors,
  createdAt: order.createdAt,
  approvedAt: order.approvedAt,
  citizen: { id: order.citizenId, name: order.citizenName, residenceMunicipality: order.residenceMunicipality },
})

/** A single order with its activities; `cpr` only for those who may see it. */
export const orderDocument = (
  order: OrderRow,
  activities: readonly { id: string; kind: string; status: string; title: string }[],
  cpr: string | null,
) => {
  const document = listedOrder(order)
  const cancellation = order.cancellation as { cause: string; text?: string } | null
  const termination = order.termination as { cause: string; text?: string; endedBy: string } | null
  return {
    ...document,
    citizen: { ...document.citizen, ...optional('cpr', cpr) },
    activities: activities.map(({ id, kind, status, title }) => ({ id, kind, status, title })),
    ...(cancellation && order.cancelledAt
      ? {
          cancellation: {
            cause: cancellation.cause,
            ...optional('text', cancellation.text ?? null),
            cancelledAt: order.cancelledAt,
          },
        }
      : {}),
    ...(termination && order.endedOn && order.endedAt
      ? {
          termination: {
            endedOn: order.endedOn,
            cause: termination.cause,
            ...optional('text', termination.text ?? null),
            endedBy: termination.endedBy,
            endedAt: order.endedAt,
          },
        }
      : {}),
  }
}
