import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** § 6: what every registration is classified as, whatever the reason; the authority judges it. */
export const classification = 'unauthorised'

/** § 6: a supplier has no say in whether absence is lawful, so a classification of its own is refused, any at all. */
export const everyAbsenceIsUnauthorised = (classified: boolean): Verdict<'supplier-cannot-authorise-absence'> =>
  classified ? refused('supplier-cannot-authorise-absence') : allowed
