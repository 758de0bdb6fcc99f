import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/**
 * Ours: findings are recorded and an inspection is closed by whoever sees its whole sample, whoever drew it: an auditor of
 * everyone, or of the municipality whose courses were drawn. Who sees a part of it reads that part. A closed one stays.
 */
export const inspectionIsConducted = (inspection: {
  readonly closed: boolean
  /** Courses that were drawn, and those of them that the caller sees. */
  readonly drawn: number
  readonly seen: number
}): Verdict<'inspection-closed' | 'inspection-of-others'> => {
  if (inspection.seen < inspection.drawn) return refused('inspection-of-others')
  return inspection.closed ? refused('inspection-closed') : allowed
}
