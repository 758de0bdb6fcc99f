import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** What § 17 and § 18 ask of a party: somebody to talk to and a secure e-mail address. */
export type Reachability = { readonly contactPersons: number; readonly secureEmail: string | null }

/** § 17, § 18: a supplier that cannot be reached securely gets no order, and a jobcenter that cannot places none. */
export const bothPartiesAreReachable = (
  supplier: Reachability,
  jobcenter: Reachability,
): Verdict<'contact-person-missing'> => {
  const lacking = [
    { party: 'supplier', of: supplier },
    { party: 'jobcenter', of: jobcenter },
  ].filter(({ of }) => of.contactPersons === 0 || (of.secureEmail ?? '').trim() === '')
  return lacking.length === 0
    ? allowed
    : refused('contact-person-missing', { lacking: lacking.map(({ party }) => party) })
}
