import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: a person is told apart by e-mail address, whatever its case and surrounding blanks. */
export const samePerson = (a: { readonly email: string }, b: { readonly email: string }): boolean =>
  a.email.trim().toLowerCase() === b.email.trim().toLowerCase()

/** § 1: a team manager or a delegate approves; that it is not who drafted the order is ours. */
export const approvalNeedsSecondPerson = (
  draftedBy: { readonly email: string },
  approvedBy: { readonly email: string },
): Verdict<'approval-needs-second-person'> =>
  samePerson(draftedBy, approvedBy) ? refused('approval-needs-second-person') : allowed
