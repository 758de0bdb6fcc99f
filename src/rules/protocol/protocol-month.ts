import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { codeOf, type DayEntry, minutesUnder } from './day-facts.ts'
import { type ProtocolDayStatus, protocolDayStatus } from './day-status.ts'
import { type ActivityKind, documentationMissing } from './documentation-missing.ts'
import { type DayInBothRegisters, type Reconciliation, reconcileDay } from './reconcile.ts'
import { openDates } from './submit-protocol.ts'

/** An activity of the order, as the protocol shows it. */
export type ProtocolActivity = {
  readonly id: string
  readonly title: string
  readonly kind: ActivityKind
  readonly documentId: string | null
}

/** The live registration of a day, held against this order among others (§ 6). Minutes. */
type RegisteredAbsence = {
  readonly id: string
  readonly absentMinutes: number
  readonly reason: string
  readonly registeredAt: Instant
  readonly daysLate: number
  /** The leave that covers the whole of it. */
  readonly coveredByLeave: string | null
}

/** Everything that is known of one day of an order. Minutes. */
export type DayFacts = {
  readonly date: LocalDate
  readonly planned: readonly { readonly activityId: string; readonly plannedMinutes: number }[]
  readonly attendance: {
    readonly entries: readonly (DayEntry & { readonly plannedMinutes: number })[]
    readonly recordedAt: Instant
    readonly recordedLate: boolean
    readonly version: number
    /** Who recorded the version that stands. */
    readonly registeredBy: Person
  } | null
  /** Leave that the jobcenter gave on this order; may exceed what is planned. */
  readonly leaveMinutes: number
  /** Why the citizen was excused from a day before the first attended meeting (§ 7). */
  readonly excusedCode: 'sick' | 'approved-leave' | null
  readonly absence: RegisteredAbsence | null
  readonly beforeFirstAttendance: boolean
  /** Over all the supplier's orders of the citizen. */
  readonly bothRegisters: DayInBothRegisters
}

const entryOfMonth = (
  entry: DayEntry & { plannedMinutes: number },
  activities: ReadonlyMap<string, ProtocolActivity>,
) => {
  const activity = activities.get(entry.activityId)
  return {
    activityId: entry.activityId,
    title: activity?.title ?? '',
    kind: activity?.kind ?? 'on-site',
    plannedMinutes: entry.plannedMinutes,
    attendedMinutes: entry.attendedMinutes,
    absent: entry.absent,
    offSite: entry.offSite,
    documentationMissing:
      activity !== undefined &&
      documentationMissing(entry, { kind: activity.kind, agreementDocumentId: activity.documentId }),
  }
}

const sumOf = (minutes: readonly number[]): number => minutes.reduce((sum, one) => sum + one, 0)

const protocolDay = (
  facts: DayFacts,
  given: {
    today: LocalDate
    firstDay: LocalDate
    lastDay: LocalDate
    activities: ReadonlyMap<string, ProtocolActivity>
  },
) => {
  const { date, attendance } = facts
  const status: ProtocolDayStatus = protocolDayStatus({
    ...given,
    date,
    planned: facts.planned,
    recorded: attendance?.entries ?? null,
    beforeFirstAttendance: facts.beforeFirstAttendance,
  })
  const planned = status === 'unplanned' ? [] : facts.planned
  const plannedMinutes = sumOf(planned.map((one) => one.plannedMinutes))
  const entries = attendance?.entries ?? []
  const own = {
    sickMinutes: minutesUnder(entries, codeOf.sickReported, codeOf.sickAccepted),
    leaveMinutes: minutesUnder(entries, codeOf.approvedLeave),
  }
  const unrecorded = planned.map(({ activityId, plannedMinutes }) => {
    const activity = given.activities.get(activityId)
    return { activityId, title: activity?.title ?? '', kind: activity?.kind ?? ('on-site' as const), plannedMinutes }
  })
  return {
    date,
    status,
    excusedCode: facts.excusedCode,
    plannedMinutes,
    /** What is planned now. */
    planned: unrecorded,
    attendance: attendance && {
      entries: attendance.entries.map((entry) => entryOfMonth(entry, given.activities)),
      recordedAt: attendance.recordedAt,
      recordedLate: attendance.recordedLate,
      version: attendance.version,
      registeredBy: attendance.registeredBy,
    },
    absence: facts.absence,
    leaveMinutes: Math.min(plannedMinutes, facts.leaveMinutes),
    reconciliation:
      status === 'unplanned' ? ({ kind: 'agrees' } as Reconciliation) : reconcileDay(facts.bothRegisters, own),
  }
}

/** A day of a month's protocol. */
export type DayOfMonth = ReturnType<typeof protocolDay>

const totalsOf = (days: readonly DayOfMonth[]) => {
  const entries = days.flatMap((day) => day.attendance?.entries ?? [])
  return {
    plannedMinutes: sumOf(days.map((day) => day.plannedMinutes)),
    attendedMinutes: sumOf(entries.map((entry) => entry.attendedMinutes)),
    unauthorisedMinutes: minutesUnder(entries, codeOf.unauthorised),
    leaveMinutes: minutesUnder(entries, codeOf.approvedLeave),
  }
}

/**
 * § 9: days on which sickness was reported and Kontaktcentret has not accepted it, each with who recorded it last and in how
 * many versions: absence could hide there. A list for inspectors and no figure about the citizen.
 */
const sickNotAccepted = (days: readonly DayOfMonth[]) =>
  days.flatMap(({ date, attendance }) =>
    attendance && minutesUnder(attendance.entries, codeOf.sickReported) > 0
      ? [{ date, registeredBy: attendance.registeredBy, versions: attendance.version }]
      : [],
  )

/**
 * § 5: a month of an order as it stands: each planned day in both registers, what is open about it and what is explained.
 * Totals are of planned days and hold no sickness, which appears in no figure about the citizen (§ 9); what was recorded on
 * others (`unplanned`) is shown and counts nowhere.
 * @param given.facts days with something planned, recorded or registered, by date
 * @param given.firstDay the order's start: planned days before it are none
 * @param given.lastDay the course's last day: planned days after it are none
 */
export const protocolMonth = (given: {
  readonly today: LocalDate
  readonly firstDay: LocalDate
  readonly lastDay: LocalDate
  readonly activities: readonly ProtocolActivity[]
  readonly facts: readonly DayFacts[]
}) => {
  const context = { ...given, activities: new Map(given.activities.map((activity) => [activity.id, activity])) }
  const days = given.facts.map((facts) => protocolDay(facts, context))
  const planned = days.filter((day) => day.status !== 'unplanned')
  const open = openDates(planned)
  return {
    days,
    totals: totalsOf(planned),
    daysWithoutEntry: open.missingDates,
    daysOutdated: open.outdatedDates,
    sickNotAccepted: sickNotAccepted(days),
    daysRecordedLate: planned.filter((day) => day.attendance?.recordedLate).map((day) => day.date),
    documentationMissing: planned.flatMap((day) =>
      (day.attendance?.entries ?? [])
        .filter((entry) => entry.documentationMissing)
        .map(({ activityId }) => ({ date: day.date, activityId })),
    ),
    differences: open.differences,
    explained: planned.flatMap(({ date, reconciliation }) =>
      reconciliation.kind === 'explained' ? reconciliation.because.map((because) => ({ date, because })) : [],
    ),
  }
}

export type ProtocolMonth = ReturnType<typeof protocolMonth>
