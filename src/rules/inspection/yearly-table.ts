import { type ControlPointCode, controlPoints, type Outcome } from './control-points.ts'

/** Findings that stand, counted by control point, outcome and severity. */
export type FindingCount = {
  readonly controlPoint: string
  readonly outcome: Outcome
  readonly severity: number | null
  readonly findings: number
}

/** Distinct courses at a control point, or at any where it is null: those with a finding, and those with an irregularity. */
export type CourseCount = {
  readonly controlPoint: string | null
  readonly courses: number
  readonly irregular: number
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
  /**
   * Ours: a course that two inspections of the year drew has two judgements and is one course. Irregularities are counted as
   * judgements, since each was found and may be answered; how many courses they are of stands beside them.
   */
  readonly coursesJudged: number
  readonly coursesIrregular: number
}

const tallyOf = (counts: readonly FindingCount[], courses: CourseCount | undefined): Tally => {
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
    coursesJudged: courses?.courses ?? 0,
    coursesIrregular: courses?.irregular ?? 0,
  }
}

/** The findings of one supplier and agreement, or of all: together, and at each control point, whether it has any or not. */
export const tallyByPoint = (
  counts: readonly FindingCount[],
  courses: readonly CourseCount[],
): Tally & { readonly controlPoints: (Tally & { readonly controlPoint: ControlPointCode })[] } => ({
  ...tallyOf(
    counts,
    courses.find(({ controlPoint }) => controlPoint === null),
  ),
  controlPoints: controlPoints.map(({ code }) => ({
    controlPoint: code,
    ...tallyOf(
      counts.filter(({ controlPoint }) => controlPoint === code),
      courses.find(({ controlPoint }) => controlPoint === code),
    ),
  })),
})
