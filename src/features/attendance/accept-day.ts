import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { HttpProblem, missing, problemOf } from '#platform/http/problems/problem.ts'
import type { CourseFacts } from '#rules/absence/absence-facts.ts'
import { attendanceOfADay } from '#rules/protocol/attendance-of-a-day.ts'
import type { DayEntry } from '#rules/protocol/day-facts.ts'
import { documentationMissing } from '#rules/protocol/documentation-missing.ts'
import type { LoadedCode, LoadedDay } from './record.queries.ts'
import { entryFaults, type RecordedEntry } from './recorded-entry.ts'

/** The order's activities and documents that entries may name: a document's order, or null for one that is free. */
export type Nameable = ReadonlyMap<string, string | null>

/** The code sets that attendance is held against, asked by date. */
export type AttendanceCodes = {
  readonly codesOn: (date: LocalDate) => ReadonlySet<string>
  /** Whether the group has the first-meeting procedure on that date; a group that is not known has it (§ 7). */
  readonly procedureOf: (targetGroup: string, on: LocalDate) => boolean
}

/** The code sets as they were loaded. */
export const attendanceCodesOf = (rows: readonly LoadedCode[]): AttendanceCodes => {
  const on = (set: string, date: LocalDate) =>
    rows.filter(
      (row) => row.set_name === set && row.valid_from <= date && (row.valid_to === null || row.valid_to >= date),
    )
  const known = new Map<LocalDate, ReadonlySet<string>>()
  return {
    codesOn: (date) => {
      const codes = known.get(date) ?? new Set(on('attendance-codes', date).map((row) => row.code))
      known.set(date, codes)
      return codes
    },
    procedureOf: (targetGroup, date) =>
      on('target-groups', date).find((row) => row.code === targetGroup)?.attributes.firstMeetingProcedure !== false,
  }
}

/** The course as the rules see it. */
export const courseOf = (loaded: LoadedDay, codes: AttendanceCodes): CourseFacts => ({
  targetGroup: loaded.target_group,
  orderStatus: loaded.status,
  courseStatus: loaded.course_status,
  firstMeetingProcedure: codes.procedureOf(loaded.target_group, loaded.start_date),
  startDate: loaded.start_date,
  endDate: loaded.end_date,
  firstMeetingOn: localDateAt(loaded.first_meeting_at),
  firstAttendedOn: loaded.first_attended_on,
  endedOn: loaded.ended_on,
})

/** The entries as they are kept: with what was planned, and whether documentation is missing (§ 5). By activity. */
export const recordedEntries = (entries: readonly DayEntry[], loaded: LoadedDay): RecordedEntry[] => {
  const activities = new Map((loaded.activities ?? []).map((activity) => [activity.id, activity]))
  return entries
    .flatMap((entry) => {
      const activity = activities.get(entry.activityId)
      if (!activity) return []
      const { kind, documentId, plannedMinutes } = activity
      const { offSite, ...rest } = entry
      return [
        {
          ...rest,
          ...(offSite === undefined ? {} : { offSite }),
          plannedMinutes,
          documentationMissing: documentationMissing(entry, { kind, agreementDocumentId: documentId }),
        },
      ]
    })
    .sort((one, other) => (one.activityId < other.activityId ? -1 : 1))
}

/**
 * Holds one day against the rules.
 * @returns the problem that refuses it, or null; pointers lead into the day's own body
 */
export const refusalOfDay = (given: {
  readonly orderId: string
  readonly date: LocalDate
  readonly entries: readonly DayEntry[]
  readonly correctionReason: string | undefined
  readonly loaded: LoadedDay
  readonly codes: AttendanceCodes
  readonly documents: Nameable
  readonly arrivedAt: Instant
}): HttpProblem | null => {
  const { orderId, date, entries, loaded, codes } = given
  const faults = entryFaults(entries)
  if (faults.length > 0) return new HttpProblem('invalid-request', { faults })
  const activities = loaded.activities ?? []
  const plannedMinutes = activities.reduce((sum, activity) => sum + activity.plannedMinutes, 0)
  const version = loaded.submitted_version
  const verdict = attendanceOfADay({
    date,
    entries,
    correctionReason: given.correctionReason,
    course: courseOf(loaded, codes),
    today: localDateAt(given.arrivedAt),
    activities,
    validCodes: codes.codesOn(date),
    leaveMinutes: Math.min(plannedMinutes, loaded.leave),
    submitted: version === null ? null : { month: date.slice(0, 7), version },
  })
  if (!verdict.allowed) return problemOf(verdict)
  const strange = entries.findIndex(({ offSite }) => {
    if (offSite?.documentId === undefined) return false
    const boundTo = given.documents.get(offSite.documentId)
    return boundTo === undefined || (boundTo !== null && boundTo !== orderId)
  })
  return strange < 0 ? null : missing(`/entries/${strange}/offSite/documentId`)
}
