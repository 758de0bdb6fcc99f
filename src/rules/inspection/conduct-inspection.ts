import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** An inspection as it stands, and what of its sample the caller sees. */
export type ConductedInspection = {
  readonly closed: boolean
  readonly discarded: boolean
  /** Courses that were drawn, and those of them that the caller sees. */
  readonly drawn: number
  readonly seen: number
}

/** A closed or a discarded inspection stays as it is. */
const stillOpen = ({
  closed,
  discarded,
}: ConductedInspection): Verdict<'inspection-closed' | 'inspection-discarded'> => {
  if (discarded) return refused('inspection-discarded')
  return closed ? refused('inspection-closed') : allowed
}

/**
 * Ours: findings are recorded and an inspection is closed by whoever sees its whole sample, whoever drew it: an auditor of
 * everyone, or of the municipality whose courses were drawn. Who sees a part of it reads that part. What is closed or
 * discarded stays.
 */
export const inspectionIsConducted = (
  inspection: ConductedInspection,
): Verdict<'inspection-closed' | 'inspection-discarded' | 'inspection-of-others'> =>
  inspection.seen < inspection.drawn ? refused('inspection-of-others') : stillOpen(inspection)

/**
 * Ours: a draw that was made by mistake is discarded while it is open, by whoever conducts it, or by whoever drew it: the
 * administration draws without conducting. Another's draw the administration leaves alone.
 */
export const inspectionIsDiscarded = (
  inspection: ConductedInspection & {
    /** Whether the caller's organisation drew it, and whether it is an auditor. */
    readonly own: boolean
    readonly byAuditor: boolean
  },
): Verdict<'inspection-closed' | 'inspection-discarded' | 'inspection-of-others'> => {
  const conducts = inspection.byAuditor && inspection.seen >= inspection.drawn
  return conducts || inspection.own ? stillOpen(inspection) : refused('inspection-of-others')
}

/** Ours: a finding that was recorded by mistake is withdrawn once; what was found stays readable in its history. */
export const findingIsWithdrawn = (standing: { readonly outcome: string }): Verdict<'finding-already-withdrawn'> =>
  standing.outcome === 'withdrawn' ? refused('finding-already-withdrawn') : allowed
