import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { type CoursePhase, controlPoints, type Outcome, pointsOfPhase } from '#rules/inspection/control-points.ts'
import { type CourseFacts, proposeFindings } from '#rules/inspection/propose-findings.ts'
import { codeOf, minutesUnder } from '#rules/protocol/day-facts.ts'
import { findingDocument } from '../conducting/finding-document.ts'
import { type CourseRow, type FindingRow, findCourse, latestFindings } from '../inspection.queries.ts'
import { type CourseInWords, courseInWords } from './course-in-words.ts'
import { judgedRecordsOf, packOf, type Reader, type Records } from './course-records.queries.ts'
import { absenceReasons, placesOf } from './door.queries.ts'

const monthFacts = (protocol: Records['protocols'][number]): CourseFacts['months'][number] => {
  const recorded = protocol.days.filter(({ entries, status }) => entries.length > 0 && status !== 'unplanned')
  return {
    month: protocol.month,
    incomplete: protocol.incomplete,
    stale: protocol.stale,
    daysWithoutEntry: protocol.daysWithoutEntry,
    daysOutdated: protocol.daysOutdated,
    daysRecordedLate: protocol.daysRecordedLate,
    daysRecorded: recorded.length,
    offSiteDays: recorded.filter(({ entries }) => entries.some(({ offSite }) => offSite !== undefined)).length,
    documentationMissing: [...new Set(protocol.documentationMissing.map(({ date }) => date))],
    differences: protocol.differences.map(({ date }) => date),
    sickDays: protocol.days.filter(({ entries }) => minutesUnder(entries, codeOf.sickReported, codeOf.sickAccepted) > 0)
      .length,
    sickNotAccepted: protocol.sickNotAccepted.map(({ date }) => date),
  }
}

const factsOf = (records: Records, order: OrderRow): CourseFacts => ({
  duties: records.obligations.map(({ id, kind, dueOn, status }) => ({
    kind: kind as CourseFacts['duties'][number]['kind'],
    dueOn,
    status,
    openedLateByAuthority: records.excused.has(id),
  })),
  months: records.protocols.map(monthFacts),
  absences: records.absences
    .filter(({ status }) => status === 'registered')
    .map(({ date, daysLate }) => ({ date, daysLate })),
  plan: { complete: order.planComplete, conflicts: order.planConflict, minutes: order.plannedMinutes },
  started: order.firstAttendedOn !== null,
  approvedOn: order.approvedAt === null ? null : localDateAt(order.approvedAt),
  lastDay: order.endedOn ?? order.endDate,
  focusAreas: records.focusAreas.length,
  reSummonses: records.firstMeeting.reSummonses.map(({ missedOn, contactAttempts, newMeetingLate }) => ({
    missedOn,
    contactAttempts,
    newMeetingLate,
  })),
})

/** The finding that stands at a point: none where the latest version withdraws it. */
const standingAt = (keyring: Keyring, found: FindingRow | undefined) =>
  found && found.outcome !== 'withdrawn'
    ? { ...findingDocument(keyring, found), outcome: found.outcome as Outcome }
    : null

/** The control points of a course with what the registers propose and what was found. @param findings the latest versions */
const pointsOf = (keyring: Keyring, phase: CoursePhase, facts: CourseFacts | null, findings: readonly FindingRow[]) => {
  const proposals = facts === null ? null : proposeFindings(facts)
  const demanded = new Set<string>(pointsOfPhase(phase).map(({ code }) => code))
  return controlPoints.map(({ code, da, en, section, judgedBy }) => {
    const found = findings.find(({ controlPoint }) => controlPoint === code)
    return {
      controlPoint: code,
      title: { da, en },
      section,
      judgedBy,
      demanded: demanded.has(code),
      proposed: proposals?.get(code) ?? null,
      finding: standingAt(keyring, found),
      version: found?.version ?? 0,
    }
  })
}
export type PointOfCourse = ReturnType<typeof pointsOf>[number]

/** What the registers propose for the control points of a course that the reader sees. */
export const proposalsOf = async (trx: Trx, reader: Reader, order: OrderRow) =>
  proposeFindings(factsOf(await judgedRecordsOf(trx, reader, order), order))

/**
 * The control points of a drawn course with the pack that they are judged by, in words for people; without proposals and
 * pack for those who do not see its order. The caller keeps the look-up.
 */
export const shownCourse = async (
  trx: Trx,
  deps: Pick<Deps, 'publicUrl' | 'keyring'>,
  reader: Reader,
  given: {
    readonly course: CourseRow
    readonly order: OrderRow | null
    readonly findings: readonly FindingRow[]
    readonly language: Language
  },
): Promise<{ readonly points: PointOfCourse[]; readonly pack: CourseInWords | null }> => {
  const { course, order, findings, language } = given
  const phase = course.phase as CoursePhase
  if (order === null) return { points: pointsOf(deps.keyring, phase, null, findings), pack: null }
  const records = await judgedRecordsOf(trx, reader, order)
  const pack = courseInWords({
    pack: await packOf(trx, deps.publicUrl, reader, order, records),
    places: await placesOf(trx, order),
    reasons: await absenceReasons(trx, language),
    today: localDateAt(reader.arrivedAt),
    language,
  })
  return { points: pointsOf(deps.keyring, phase, factsOf(records, order), findings), pack }
}

/**
 * The pack of one drawn course: all that is held on it, as it stands now, and its control points. The caller keeps the
 * look-up.
 * @throws HttpProblem `not-found` for a course that was not drawn or that the reader does not see
 */
export const coursePack = async (
  trx: Trx,
  deps: Pick<Deps, 'publicUrl' | 'keyring'>,
  reader: Reader,
  of: { readonly inspectionId: string; readonly orderId: string },
) => {
  const course = await findCourse(trx, of.inspectionId, of.orderId)
  const order = await findOrder(trx, reader.caller, of.orderId)
  const records = await judgedRecordsOf(trx, reader, order)
  const findings = await latestFindings(trx, of.inspectionId, of.orderId)
  const phase = course.phase as CoursePhase
  return {
    inspectionId: of.inspectionId,
    orderId: order.id,
    phase,
    citizen: { id: order.citizenId, name: order.citizenName },
    ...(await packOf(trx, deps.publicUrl, reader, order, records)),
    attendanceDifferences: records.protocols.flatMap(({ month, differences }) =>
      differences.map((difference) => ({ month, ...difference })),
    ),
    staleness: records.protocols.map(
      ({ month, status, version, submittedAt, staleSince, staleDates, staleBecause }) => ({
        ...{ month, status, version, submittedAt, stale: staleSince !== null, staleSince, staleDates, staleBecause },
      }),
    ),
    controlPoints: pointsOf(deps.keyring, phase, factsOf(records, order), findings),
  }
}
