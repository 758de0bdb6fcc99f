import { type ReportedAssessment, reportedAssessments } from '#features/reports/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { targetOn, targetStatus, targetsThatApply } from '#rules/progress/milestone-targets.ts'
import { areaKey, type FocusArea } from '#rules/progress/start-assessment.ts'
import { focusAreasOf } from './focus-areas.queries.ts'
import { standingMilestones } from './milestone.queries.ts'
import { companyWeeks, milestoneTargets } from './progress.queries.ts'
import { readingProgress } from './read-order.ts'

/** The latest assessment of an area in a report, and the one of the final report. */
const assessmentsOf = (area: string, reported: readonly ReportedAssessment[]) => {
  const ofArea = reported.filter((one) => areaKey(one.area) === areaKey(area))
  const latest = ofArea.at(-1)
  return {
    latest: latest ? { assessment: latest.end, reportId: latest.reportId, submittedAt: latest.submittedAt } : null,
    end: ofArea.findLast(({ kind }) => kind === 'final')?.end ?? null,
  }
}

/**
 * The recorded areas, and behind them those that reports alone tell of, each by the latest report that does; these have no
 * day of assessment.
 */
const areasOf = (recorded: readonly FocusArea[], reported: readonly ReportedAssessment[]) => {
  const known = new Set(recorded.map(({ area }) => areaKey(area)))
  const told = new Map(reported.map((one) => [areaKey(one.area), one]))
  return [
    ...recorded.map(({ area, title, start, assessedOn }) => ({
      area,
      ...(title === undefined ? {} : { title }),
      start,
      assessedOn,
      ...assessmentsOf(area, reported),
    })),
    ...[...told]
      .filter(([key]) => !known.has(key))
      .map(([, { area, start }]) => ({ area, start, assessedOn: null, ...assessmentsOf(area, reported) })),
  ]
}

/** § 2, 004: where a course stands: targets, focus areas, and the weeks at companies. */
export const getProgress = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  readingProgress(deps, request, 'getProgress', async (trx, order) => {
    const course = { today: localDateAt(request.arrivedAt), lastDay: order.endedOn ?? order.endDate }
    const reachedOn = new Map((await standingMilestones(trx, order.id)).map((row) => [row.milestone, row.reachedOn]))
    const targets = targetsThatApply(await milestoneTargets(trx, order.startDate), order).map((target) => {
      const dates = { targetOn: targetOn(target.weeks, order), reachedOn: reachedOn.get(target.milestone) ?? null }
      const { code, milestone, labels, weeks } = target
      return { code, milestone, labels, weeks, ...dates, status: targetStatus(dates, course) }
    })
    const reported = await reportedAssessments(trx, deps.keyring, order.id)
    const weeks = await companyWeeks(trx, order.id)
    const body = {
      orderId: order.id,
      countedFrom: order.firstAttendedOn ?? order.startDate,
      reached: targets.filter((target) => target.reachedOn !== null).length,
      of: targets.length,
      targets,
      focusAreas: areasOf(await focusAreasOf(trx, order.id), reported),
      company: { attendedMinutes: weeks.reduce((sum, week) => sum + week.attendedMinutes, 0), weeks },
    }
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
