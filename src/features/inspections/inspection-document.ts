import type { Person } from '#kernel/caller.ts'
import { type CoursePhase, pointsOfPhase } from '#rules/inspection/control-points.ts'
import type { NotJudged } from '#rules/inspection/inspection-closes.ts'
import type { ClosedDraw, DiscardedDraw, PrecedingDraws } from './drawing/preceding-draws.queries.ts'
import { noneBefore } from './drawing/preceding-draws.queries.ts'
import type { CourseRow, FindingRow, InspectionRow, StratumRow } from './inspection.queries.ts'

const statusOf = ({ closedAt, discardedAt }: InspectionRow): 'open' | 'closed' | 'discarded' => {
  if (discardedAt !== null) return 'discarded'
  return closedAt === null ? 'open' : 'closed'
}

const sumOf = (strata: readonly StratumRow[], of: 'population' | 'drawn'): number =>
  strata.reduce((sum, stratum) => sum + stratum[of], 0)

/**
 * Of one phase: what was asked for, and what the caller sees of what there was and what was drawn. What was asked of the
 * whole says nothing of a part, and whether the whole was taken is not told by it.
 */
const phaseOf = (asked: number, phase: CoursePhase, strata: readonly StratumRow[], seesWhole: boolean) => {
  const own = strata.filter((stratum) => stratum.phase === phase)
  const [population, drawn] = [sumOf(own, 'population'), sumOf(own, 'drawn')]
  if (!seesWhole) return { asked: null, population, drawn, fewerThanAsked: null }
  return { asked, population, drawn, fewerThanAsked: drawn === population && drawn < asked }
}

/** An inspection as lists show it; figures are of the courses that the caller sees. */
export const listedInspection = (
  row: InspectionRow,
  strata: readonly StratumRow[],
  precededBy: PrecedingDraws = noneBefore,
) => {
  const seesWhole = sumOf(strata, 'population') === row.population
  return {
    id: row.id,
    supplierId: row.supplierId,
    residenceMunicipality: row.residenceMunicipality,
    status: statusOf(row),
    seed: row.seed,
    seedGivenBy: row.seedGivenBy as 'person' | 'portal',
    shown: seesWhole ? ('whole' as const) : ('part' as const),
    drawnAt: row.drawnAt,
    drawnOn: row.drawnOn,
    drawnBy: row.drawnBy as unknown as Person,
    organisationId: row.organisationId,
    endedFrom: row.endedFrom,
    running: phaseOf(row.runningAsked, 'running', strata, seesWhole),
    ended: phaseOf(row.endedAsked, 'ended', strata, seesWhole),
    closedAt: row.closedAt,
    closedBy: row.closedBy as unknown as Person | null,
    discardedAt: row.discardedAt,
    discardedBy: row.discardedBy as unknown as Person | null,
    discardReason: row.isWholeToCaller ? row.discardReason : null,
    precededBy,
  }
}

const countsOf = (phase: CoursePhase, findings: readonly Pick<FindingRow, 'controlPoint' | 'outcome'>[]) => {
  const judged = new Set(findings.map(({ controlPoint }) => controlPoint))
  return {
    judged: findings.length,
    irregularities: findings.filter(({ outcome }) => outcome === 'irregularity').length,
    unjudged: pointsOfPhase(phase).filter(({ code }) => !judged.has(code)).length,
  }
}

/** What an inspection is shown from, as far as the caller sees its courses. */
export type LoadedInspection = {
  readonly row: InspectionRow
  readonly strata: readonly StratumRow[]
  readonly courses: readonly CourseRow[]
  readonly findings: readonly FindingRow[]
  readonly precededBy: PrecedingDraws | undefined
  readonly discardedBefore: readonly DiscardedDraw[]
  readonly closedBefore: readonly ClosedDraw[]
}

/**
 * An inspection with its strata, its courses and how far they are judged: ids and terms of orders and no citizen, note or
 * record, which stand in the pack of each course. All of it as far as the caller sees the courses.
 */
export const inspectionDocument = (given: LoadedInspection) => {
  const { row, strata } = given
  const courses = given.courses.map((course) => ({
    orderId: course.orderId,
    orderNumber: course.orderNumber,
    phase: course.phase as CoursePhase,
    supplierId: course.supplierId,
    frameworkAgreementId: course.frameworkAgreementId,
    targetGroup: course.targetGroup,
    residenceMunicipality: course.residenceMunicipality,
    ...countsOf(
      course.phase as CoursePhase,
      given.findings.filter(({ orderId }) => orderId === course.orderId),
    ),
  }))
  const seen = new Set(courses.map(({ orderId }) => orderId))
  const sum = (of: 'judged' | 'irregularities' | 'unjudged'): number =>
    courses.reduce((total, course) => total + course[of], 0)
  return {
    ...listedInspection(row, strata, given.precededBy),
    discardedBefore: given.discardedBefore,
    closedBefore: given.closedBefore,
    populationSha256: row.populationSha256.toString('hex'),
    strata: strata.map(({ inspectionId: _, ...stratum }) => stratum),
    courses,
    // A reason that names a course is for those who see it, one that names none for those who see all of them or drew it.
    notJudged: (row.notJudged as unknown as NotJudged[]).filter(({ orderId }) =>
      orderId === undefined ? row.isWholeToCaller : seen.has(orderId),
    ),
    judged: sum('judged'),
    irregularities: sum('irregularities'),
    unjudged: sum('unjudged'),
  }
}
