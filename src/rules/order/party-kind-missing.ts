import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: a draft may wait; when it is approved its supplier still is a supplier, and its jobcenter a jobcenter. */
export const partiesAreWhatTheyWere = (
  supplier: { readonly kinds: readonly string[] },
  jobcenter: { readonly kinds: readonly string[] },
): Verdict<'party-kind-missing'> => {
  const lacking = [
    ...(supplier.kinds.includes('supplier') ? [] : ['supplier']),
    ...(jobcenter.kinds.includes('jobcenter') ? [] : ['jobcenter']),
  ]
  return lacking.length === 0 ? allowed : refused('party-kind-missing', { lacking })
}
