import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: an order may start in the past, but it does not end before it starts, and its first meeting is within it. */
export const orderIsCoherent = (order: {
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  /** Local date of the first meeting. */
  readonly firstMeetingOn: LocalDate
}): Verdict<'order-incoherent'> => {
  const { startDate, endDate, firstMeetingOn } = order
  const coherent = startDate <= endDate && firstMeetingOn >= startDate && firstMeetingOn <= endDate
  return coherent ? allowed : refused('order-incoherent', { startDate, endDate, firstMeetingOn })
}

/** § 7: target groups come from the code set valid on the order's start date. */
export const targetGroupIsKnown = (targetGroup: string, valid: ReadonlySet<string>): Verdict<'unknown-target-group'> =>
  valid.has(targetGroup) ? allowed : refused('unknown-target-group')

/** § 4: the course takes place at one of the supplier's registered addresses. */
export const deliveryAddressIsRegistered = (
  addressId: string,
  registered: readonly string[],
): Verdict<'unknown-delivery-address'> =>
  registered.includes(addressId) ? allowed : refused('unknown-delivery-address', { deliveryAddressId: addressId })
