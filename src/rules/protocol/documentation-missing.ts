import type { DayEntry } from './day-facts.ts'

export type ActivityKind =
  | 'on-site'
  | 'off-site'
  | 'coordination'
  | 'work-placement'
  | 'wage-subsidy'
  | 'other-legislation'

/**
 * § 5: who was out of the house has it documented: where, what, and a document; for a placement, its approved agreement or
 * other evidence. What is missing is flagged and no reason to refuse the day. Ours: coordination is out of the house too,
 * and where nothing was attended there is nothing to document.
 * @param agreementDocumentId the document of the approved activity
 */
export const documentationMissing = (
  entry: DayEntry,
  activity: { readonly kind: ActivityKind; readonly agreementDocumentId: string | null },
): boolean => {
  if (entry.attendedMinutes === 0) return false
  const evidence = entry.offSite?.documentId !== undefined
  switch (activity.kind) {
    case 'on-site':
      return false
    case 'work-placement':
    case 'wage-subsidy':
    case 'other-legislation':
      return activity.agreementDocumentId === null && !evidence
    default:
      return entry.offSite === undefined || !evidence
  }
}
