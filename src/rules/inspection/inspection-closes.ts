import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type CoursePhase, pointsOfPhase } from './control-points.ts'

/** Why something was not judged: of one course, at one control point, both or neither (then of all that is missing). */
export type NotJudged = {
  readonly orderId?: string | undefined
  readonly controlPoint?: string | undefined
  readonly reason: string
}

/** What of an inspection has no judgement. */
export type Unjudged = { readonly orderId: string; readonly controlPoint: string }

/** The control points of the drawn courses that have no finding, course by course. */
export const unjudgedPoints = (
  courses: readonly {
    readonly orderId: string
    readonly phase: CoursePhase
    readonly judged: ReadonlySet<string>
  }[],
): Unjudged[] =>
  courses.flatMap(({ orderId, phase, judged }) =>
    pointsOfPhase(phase)
      .filter(({ code }) => !judged.has(code))
      .map(({ code }) => ({ orderId, controlPoint: code })),
  )

/** Ours: the answer lists at most so many; the rest is counted. */
const mostListed = 200

/**
 * Ours: an inspection is closed when each drawn course has each of its control points judged, or the inspection says why
 * not. A reason covers what it names and nothing else.
 */
export const inspectionCloses = (
  unjudged: readonly Unjudged[],
  notJudged: readonly NotJudged[],
): Verdict<'inspection-incomplete'> => {
  const covers = (given: NotJudged, { orderId, controlPoint }: Unjudged): boolean =>
    (given.orderId ?? orderId) === orderId && (given.controlPoint ?? controlPoint) === controlPoint
  const open = unjudged.filter((one) => !notJudged.some((given) => covers(given, one)))
  return open.length === 0
    ? allowed
    : refused('inspection-incomplete', { missingCount: open.length, missing: open.slice(0, mostListed) })
}
