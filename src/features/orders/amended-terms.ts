import { instantOf } from '#platform/http/instants.ts'
import type { OrderRow } from './order.queries.ts'
import type { AmendOrder } from './order-commands.ts'
import { reportsOf } from './order-terms.ts'

/** The columns that a change of an order can touch. */
const changeable = [
  'supplierId',
  'frameworkAgreementId',
  'offer',
  'targetGroup',
  'effortGroup',
  'startDate',
  'endDate',
  'orderedMinutes',
  'firstMeetingAt',
  'deliveryAddressId',
  'caseworker',
  'reports',
  'subcontractors',
  'citizenName',
  'residenceMunicipality',
] as const

export type ChangeableTerms = Pick<OrderRow, (typeof changeable)[number]>

/** Codes, dates, minutes and ids, which the history may hold; people and free text stay in the amendment itself. */
const plain: readonly string[] = [
  'supplierId',
  'frameworkAgreementId',
  'offer',
  'targetGroup',
  'effortGroup',
  'startDate',
  'endDate',
  'orderedMinutes',
  'firstMeetingAt',
  'deliveryAddressId',
  'residenceMunicipality',
]

/** The order's terms once the change is made; what the body leaves out stays as it is. */
export const termsAfter = (order: OrderRow, body: AmendOrder): ChangeableTerms => ({
  supplierId: body.supplierId?.toLowerCase() ?? order.supplierId,
  frameworkAgreementId: body.frameworkAgreementId?.toLowerCase() ?? order.frameworkAgreementId,
  offer: body.offer ?? order.offer,
  targetGroup: body.targetGroup ?? order.targetGroup,
  effortGroup: body.effortGroup === undefined ? order.effortGroup : body.effortGroup,
  startDate: body.startDate ?? order.startDate,
  endDate: body.endDate ?? order.endDate,
  orderedMinutes: body.orderedMinutes ?? order.orderedMinutes,
  firstMeetingAt: body.firstMeetingAt === undefined ? order.firstMeetingAt : instantOf(body.firstMeetingAt),
  deliveryAddressId: body.deliveryAddressId?.toLowerCase() ?? order.deliveryAddressId,
  caseworker: body.caseworker ?? order.caseworker,
  reports: body.reports === undefined ? order.reports : body.reports && reportsOf(body.reports),
  subcontractors: body.subcontractors ?? order.subcontractors,
  citizenName: body.citizen?.name ?? order.citizenName,
  residenceMunicipality: body.citizen?.residenceMunicipality ?? order.residenceMunicipality,
})

/** Members in one order, however they were sent and stored, so that equal values are equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** What differs: the members' names, their values before and after, and those that the history may show. */
export const changesOf = (order: OrderRow, after: ChangeableTerms) => {
  const members = changeable.filter((member) => canonical(order[member]) !== canonical(after[member]))
  const pick = (terms: ChangeableTerms) => Object.fromEntries(members.map((member) => [member, terms[member]]))
  return {
    members,
    before: pick(order),
    after: pick(after),
    plain: Object.fromEntries(
      members
        .filter((member) => plain.includes(member))
        .map((member) => [member, { from: order[member], to: after[member] }]),
    ),
  }
}
