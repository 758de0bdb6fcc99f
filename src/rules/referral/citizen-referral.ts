import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'

/** Why a recipient who only gets a copy has received an absence (000). */
const copied = 'residence-municipality-copy'

/**
 * Ours: § 8 lets the supplier ask the citizen to call K-kassen; so it concerns the absences that were routed to a
 * benefits office, a municipality's copy not counted.
 * @param benefitsOffices ids of the recipients that are benefits offices
 */
export const wentToBenefitsOffice = (
  routedTo: readonly { readonly organisationId: string; readonly because: string }[],
  benefitsOffices: ReadonlySet<string>,
): Verdict<'referral-not-needed'> =>
  routedTo.some(({ organisationId, because }) => because !== copied && benefitsOffices.has(organisationId))
    ? allowed
    : refused('referral-not-needed')

/**
 * § 8: whether the supplier's having asked the citizen to call K-kassen can be recorded. Ours: once for each live
 * registration, on a day between the absence and today.
 */
export const citizenReferralRules = (given: {
  readonly on: LocalDate
  readonly today: LocalDate
  readonly absence: { readonly date: LocalDate; readonly withdrawn: boolean }
  readonly alreadyReferred: boolean
  readonly routed: Verdict
}): Verdict =>
  firstRefusal(
    () => (given.absence.withdrawn ? refused('absence-already-withdrawn') : allowed),
    () => given.routed,
    () => (given.alreadyReferred ? refused('citizen-already-referred') : allowed),
    () =>
      given.on < given.absence.date || given.on > given.today
        ? refused('referral-date-invalid', { from: given.absence.date, to: given.today })
        : allowed,
  )
