import { type ControlPointCode, controlPoints, type Outcome } from './control-points.ts'

/** Findings that stand, counted by control point, outcome and severity. */
export type FindingCount = {
  readonly controlPoint: string
  readonly outcome: Outcome
  readonly severity: number | null
  readonly findings: number
}

/** How the findings at a control point, or at all of them, came out. Irregularities are those of each severity and the unrated ones. */
export type Tally = {
  readonly judged: number
  readonly inOrder: number
  readonly notApplicable: number
  readonly irregularities: number
  readonly slight: number
  readonly notable: number
  readonly grave: number
  readonly unrated: number
}

const tallyOf = (counts: readonly FindingCount[]): Tally => {
  const sum = (holds: (count: FindingCount) => boolean): number =>
    counts.filter(holds).reduce((total, { findings }) => total + findings, 0)
  const irregular = (severity: number | null): number =>
    sum((count) => count.outcome === 'irregularity' && count.severity === severity)
  return {
    judged: sum(() => true),
    inOrder: sum(({ outcome }) => outcome === 'in-order'),
    notApplicable: sum(({ outcome }) => outcome === 'not-applicable'),
    irregularities: sum(({ outcome }) => outcome === 'irregularity'),
    slight: irregular(1),
    notable: irregular(2),
    grave: irregular(3),
    unrated: irregular(null),
  }
}

/** The findings of one supplier and agreement, or of all: together, and at each control point, whether it has any or not. */
export const tallyByPoint = (
  counts: readonly FindingCount[],
): Tally & { readonly controlPoints: (Tally & { readonly controlPoint: ControlPointCode })[] } => ({
  ...tallyOf(counts),
  controlPoints: controlPoints.map(({ code }) => ({
    controlPoint: code,
    ...tallyOf(counts.filter(({ controlPoint }) => controlPoint === code)),
  })),
})
