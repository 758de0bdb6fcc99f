import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { type WorkingDays, workingDaysAfter } from './working-days.ts'

/** A deadline with its working: what it was counted from and which days counted. Due until 24:00 local time. */
export type Deadline = {
  readonly rule: string
  readonly from: LocalDate
  readonly dueOn: LocalDate
  readonly counted: readonly LocalDate[]
  readonly latestOn?: LocalDate
}

/** How strictly § 3's five working days are read; a setting, the first one unless told otherwise. */
export const finalReportReadings = ['five-whole-days-between', 'fifth-working-day'] as const
export type FinalReportReading = (typeof finalReportReadings)[number]

/**
 * § 3: the final report is due within five working days, and a Monday's end is due on the Tuesday of the week after. So
 * five whole working days lie between: the sixth working day after the end. The stricter reading is the fifth.
 */
export const finalReportDue = (
  endedOn: LocalDate,
  isWorkingDay: WorkingDays,
  reading: FinalReportReading = 'five-whole-days-between',
): Deadline => {
  const { on, counted } = workingDaysAfter(endedOn, reading === 'five-whole-days-between' ? 6 : 5, isWorkingDay)
  return { rule: 'final-report-due', from: endedOn, dueOn: on, counted }
}

/** Ours: how long after the missed one the new meeting may be, as a bound on its date. Calendar days (§ 7). */
export const newMeetingWithinDays = 14

/** § 7: the new meeting is on the third working day after the missed one at the earliest, and within fourteen days. */
export const newMeetingEarliest = (missedOn: LocalDate, isWorkingDay: WorkingDays): Deadline => {
  const { on, counted } = workingDaysAfter(missedOn, 3, isWorkingDay)
  return {
    rule: 'new-meeting-earliest',
    from: missedOn,
    dueOn: on,
    counted,
    latestOn: addDays(missedOn, newMeetingWithinDays),
  }
}

/** § 7: the letter goes out on the day of the missed meeting or, at the latest, on the next working day. */
export const reSummonsLetterDue = (missedOn: LocalDate, isWorkingDay: WorkingDays): Deadline => {
  const { on, counted } = workingDaysAfter(missedOn, 1, isWorkingDay)
  return { rule: 're-summons-letter-due', from: missedOn, dueOn: on, counted }
}

/** § 5: a month's protocol is due on the 1st of the month after, whatever day that is. `on`: any day of the month. */
export const attendanceProtocolDue = (on: LocalDate): Deadline => {
  const first = `${on.slice(0, 8)}01` as LocalDate
  const dueOn = `${addDays(first, 31).slice(0, 8)}01` as LocalDate
  return { rule: 'attendance-protocol-due', from: on, dueOn, counted: [] }
}

/** Ours: how long the correction of a submitted month may take. Working days. */
const correctionWithin = 5

/** § 5, ours: a submitted month that something changed is corrected by the fifth working day after the change. */
export const protocolCorrectionDue = (changedOn: LocalDate, isWorkingDay: WorkingDays): Deadline => {
  const { on, counted } = workingDaysAfter(changedOn, correctionWithin, isWorkingDay)
  return { rule: 'attendance-protocol-correction-due', from: changedOn, dueOn: on, counted }
}
