import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'

/** Every kind of activity; all but `on-site` need the jobcenter's approval. */
export const activityKinds = [
  'on-site',
  'off-site',
  'coordination',
  'work-placement',
  'wage-subsidy',
  'other-legislation',
] as const
export type ActivityKind = (typeof activityKinds)[number]

/** Where an activity takes place. `citizen-home` is known only to be refused. */
export const placeKinds = ['supplier-address', 'company', 'authority', 'other', 'citizen-home'] as const
export type Place = { readonly kind: (typeof placeKinds)[number]; readonly addressId?: string; readonly name?: string }

/** § 4: no work is set for home. */
export const noHomework = (place: Place): Verdict<'homework-not-allowed'> =>
  place.kind === 'citizen-home' ? refused('homework-not-allowed') : allowed

/** § 4: what is on site is at one of the supplier's registered addresses, and so is whatever else names one. */
export const placeIsRegistered = (
  kind: ActivityKind,
  place: Place,
  registered: readonly string[],
): Verdict<'unknown-delivery-address'> => {
  if (kind !== 'on-site' && place.kind !== 'supplier-address') return allowed
  return place.kind === 'supplier-address' && place.addressId !== undefined && registered.includes(place.addressId)
    ? allowed
    : refused('unknown-delivery-address')
}

/** Ours: a placement or a job with a wage subsidy is at a company, which is named before anybody decides on it. */
export const placementNamesItsCompany = (kind: ActivityKind, place: Place): Verdict<'placement-needs-company'> => {
  if (kind !== 'work-placement' && kind !== 'wage-subsidy') return allowed
  return place.kind === 'company' && (place.name ?? '').trim() !== '' ? allowed : refused('placement-needs-company')
}

/** From when to when; both days included. */
type Dates = { readonly startDate: LocalDate; readonly endDate: LocalDate }

/** Whether no day of an activity lies within its order any more; then nothing can be planned on it. */
export const activityLiesOutside = (activity: Dates, order: Dates): boolean =>
  activity.endDate < order.startDate || activity.startDate > order.endDate

/**
 * Ours: an activity's dates once its order has others. One that lasts as long as the order goes on doing so. Of any other,
 * days that the order lost are cut off, and none is added to what the jobcenter decided on; one that lies outside
 * altogether keeps its dates.
 * @param activity.spansOrder whether it was made to last as long as the order
 */
export const activityDatesAfter = (activity: Dates & { readonly spansOrder: boolean }, order: Dates): Dates => {
  const { startDate, endDate, spansOrder } = activity
  if (spansOrder) return { startDate: order.startDate, endDate: order.endDate }
  if (activityLiesOutside(activity, order)) return { startDate, endDate }
  return {
    startDate: startDate < order.startDate ? order.startDate : startDate,
    endDate: endDate > order.endDate ? order.endDate : endDate,
  }
}

/** § 4: an activity lies within its order. */
export const activityWithinTheOrder = (
  activity: { readonly startDate: LocalDate; readonly endDate: LocalDate },
  order: { readonly startDate: LocalDate; readonly lastDay: LocalDate },
): Verdict<'plan-outside-order'> => {
  const dates = [activity.startDate, activity.endDate].filter((date) => date < order.startDate || date > order.lastDay)
  return dates.length === 0
    ? allowed
    : refused('plan-outside-order', { dates: [...new Set(dates)], from: order.startDate, to: order.lastDay })
}

/** § 4, § 14, § 16: everything but work on site waits for the jobcenter, which approves by creating it itself. */
export const statusOfNewActivity = (kind: ActivityKind, by: 'supplier' | 'jobcenter'): 'approved' | 'proposed' =>
  by === 'jobcenter' || kind === 'on-site' ? 'approved' : 'proposed'

/** Ours: a proposal is decided once. */
export const activityIsUndecided = (
  status: 'proposed' | 'approved' | 'rejected',
): Verdict<'activity-already-decided'> =>
  status === 'proposed' ? allowed : refused('activity-already-decided', { activityStatus: status })

/** § 4: whether an activity is taken onto the order. */
export const newActivityRules = (given: {
  readonly kind: ActivityKind
  readonly place: Place
  readonly registeredAddresses: readonly string[]
  readonly dates: { readonly startDate: LocalDate; readonly endDate: LocalDate }
  readonly order: { readonly startDate: LocalDate; readonly lastDay: LocalDate }
}): Verdict =>
  firstRefusal(
    () => noHomework(given.place),
    () => placeIsRegistered(given.kind, given.place, given.registeredAddresses),
    () => placementNamesItsCompany(given.kind, given.place),
    () => activityWithinTheOrder(given.dates, given.order),
  )
