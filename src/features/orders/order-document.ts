import type { Selectable } from 'kysely'
import type { Caller, Person } from '#kernel/caller.ts'
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

/** As what a caller reads a single order; who is a party to it reads it as that, whatever else it is. */
export type OrderReader = 'jobcenter' | 'supplier' | 'benefits-office' | 'auditor'
export const readerOf = (order: OrderRow, { organisation }: Caller): OrderReader => {
  if (order.jobcenterId === organisation.id) return 'jobcenter'
  if (order.supplierId === organisation.id) return 'supplier'
  return organisation.kinds.includes('auditor') ? 'auditor' : 'benefits-office'
}

/** § 1: who drafted and who approved; the role is for the jobcenter and for who audits it. */
const fourEyes = (order: OrderRow, reader: OrderReader) => {
  if (reader === 'benefits-office') return {}
  const draftedBy = order.draftedBy as unknown as Person
  const approvedBy = order.approvedBy as (Person & { role: string }) | null
  return {
    draftedBy: { name: draftedBy.name },
    ...(approvedBy && {
      approvedBy: { name: approvedBy.name, ...(reader === 'supplier' ? {} : { role: approvedBy.role }) },
    }),
  }
}

/**
 * A single order with its activities.
 * @param shown.cpr null to those who may not see it
 * @param shown.reader an auditor reads no free text of how the order ended (docs/decisions/0006)
 */
export const orderDocument = (
  order: OrderRow,
  activities: readonly { id: string; kind: string; status: string; title: string }[],
  shown: { readonly cpr: string | null; readonly reader: OrderReader },
) => {
  const document = listedOrder(order)
  const textOf = (ending: { text?: string }): string | null =>
    shown.reader === 'auditor' ? null : (ending.text ?? null)
  const cancellation = order.cancellation as { cause: string; text?: string } | null
  const termination = order.termination as { cause: string; text?: string; endedBy: string } | null
  return {
    ...document,
    citizen: { ...document.citizen, ...optional('cpr', shown.cpr) },
    ...fourEyes(order, shown.reader),
    activities: activities.map(({ id, kind, status, title }) => ({ id, kind, status, title })),
    ...(cancellation && order.cancelledAt
      ? {
          cancellation: {
            cause: cancellation.cause,
            ...optional('text', textOf(cancellation)),
            cancelledAt: order.cancelledAt,
          },
        }
      : {}),
    ...(termination && order.endedOn && order.endedAt
      ? {
          termination: {
            endedOn: order.endedOn,
            cause: termination.cause,
            ...optional('text', textOf(termination)),
            endedBy: termination.endedBy,
            endedAt: order.endedAt,
          },
        }
      : {}),
  }
}
