import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { attendanceProtocolDue } from '#rules/calendar/deadlines.ts'
import { type WorkingDays, workingDaysAfter } from '#rules/calendar/working-days.ts'

/**
 * A duty of an order with its date; `subject` tells it from others of its kind. `originalDueOn`: what the date would be
 * without an agreed extension, where there is one.
 */
export type DatedDuty = { readonly subject: string; readonly dueOn: LocalDate; readonly originalDueOn?: LocalDate }

/** When interim reports are asked for. Weeks; working days. */
export type ReportSchedule = { readonly interimEveryWeeks?: number; readonly interimDueWorkingDays?: number }

/** Ours: working days that an interim report may take, where the order does not say. */
const interimDueWorkingDays = 5

/**
 * § 3: the interim reports that an order asks for: every so many weeks after the start, as long as the course runs then,
 * and due so many working days later. The subject is the week's date.
 */
export const interimReportsDue = (
  order: { readonly startDate: LocalDate; readonly endDate: LocalDate },
  schedule: ReportSchedule | null,
  isWorkingDay: WorkingDays,
): DatedDuty[] => {
  const weeks = schedule?.interimEveryWeeks
  if (weeks === undefined) return []
  const duties: DatedDuty[] = []
  for (let on = addDays(order.startDate, weeks * 7); on < order.endDate; on = addDays(on, weeks * 7)) {
    const { on: dueOn } = workingDaysAfter(on, schedule?.interimDueWorkingDays ?? interimDueWorkingDays, isWorkingDay)
    duties.push({ subject: on, dueOn })
  }
  return duties
}

/** Ours: what an amendment asks for is due on the next working day after it at the earliest. */
export const notBeforeAsked = (duty: DatedDuty, askedOn: LocalDate, isWorkingDay: WorkingDays): DatedDuty => {
  const { on } = workingDaysAfter(askedOn, 1, isWorkingDay)
  return { subject: duty.subject, dueOn: duty.dueOn > on ? duty.dueOn : on }
}

/** § 5: a protocol for each month with planned days. The subject is the month, `YYYY-MM`. */
export const protocolsDue = (plannedDays: readonly LocalDate[]): DatedDuty[] => {
  const byMonth = new Map(plannedDays.map((date) => [date.slice(0, 7), date]))
  return [...byMonth].sort().map(([subject, date]) => ({ subject, dueOn: attendanceProtocolDue(date).dueOn }))
}

/** An open duty as it stands. */
export type StandingDuty = {
  readonly subject: string
  readonly originalDueOn: LocalDate
  readonly dueOn: LocalDate
  readonly overdue: boolean
}

/**
 * What an amendment makes of the interim reports (§ 3). Ours: each is the one of its place in the schedule, so that one that was
 * given is not asked for again when the start moves, and an agreed extension goes with it. What is overdue stays. A report
 * whose date is over is opened by no amendment, and none is due before the next working day after it.
 * @param given.from the schedule before, `to` the one after: as the terms say, without what was agreed
 * @param given.samePlaces whether the two have the same interval; else reports are told by their dates
 * @returns the subjects to waive, and then the duties to open
 */
export const interimReportsMoved = (given: {
  readonly from: readonly DatedDuty[]
  readonly to: readonly DatedDuty[]
  readonly samePlaces: boolean
  readonly standing: readonly StandingDuty[]
  readonly met: ReadonlySet<string>
  readonly amendedOn: LocalDate
  readonly isWorkingDay: WorkingDays
}): { readonly waive: readonly string[]; readonly open: readonly DatedDuty[] } => {
  const standing = new Map(given.standing.map((duty) => [duty.subject, duty]))
  const kept = new Set(given.standing.filter((duty) => duty.overdue).map((duty) => duty.subject))
  const open: DatedDuty[] = []
  for (const [place, want] of given.to.entries()) {
    const was = given.samePlaces ? given.from[place] : given.from.find((duty) => duty.subject === want.subject)
    const stood = was && standing.get(was.subject)
    if (was && (given.met.has(was.subject) || stood?.overdue)) continue
    const agreed = stood && stood.dueOn !== stood.originalDueOn ? stood.dueOn : undefined
    const stays = was?.dueOn === want.dueOn || (agreed !== undefined && agreed >= want.dueOn)
    if (was?.subject === want.subject && stays) {
      kept.add(want.subject)
      continue
    }
    if (!stood && want.dueOn < given.amendedOn) continue
    const asked = notBeforeAsked(want, given.amendedOn, given.isWorkingDay)
    open.push(agreed && agreed > asked.dueOn ? { ...asked, dueOn: agreed, originalDueOn: asked.dueOn } : asked)
  }
  return { waive: [...standing.keys()].filter((subject) => !kept.has(subject)), open }
}
