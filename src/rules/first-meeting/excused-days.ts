import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { ExcuseCode } from './first-meeting-case.ts'

/** A day before the citizen came that the supplier names as excused (§ 7). */
export type ExcusedDay = { readonly date: LocalDate; readonly code: ExcuseCode }

const fault = (pointer: string, code: string, da: string, en: string) => ({ pointer, code, detail: { da, en } })

/**
 * § 7: excused is a planned day from the first meeting's date to the day before the citizen came. Ours: once, and not
 * registered absent as well, since that would say two things of one day.
 * @param open the planned days that have to be accounted for
 * @param registered the days that are registered absent, those of the same request included
 */
export const excusedDaysFit = (
  excused: readonly ExcusedDay[],
  open: ReadonlySet<LocalDate>,
  registered: ReadonlySet<LocalDate>,
): Verdict<'excused-day-invalid'> => {
  const named = new Set<LocalDate>()
  const faults = excused.flatMap(({ date }, index) => {
    const pointer = `/excused/${index}/date`
    const twice = named.has(date)
    named.add(date)
    if (!open.has(date)) {
      const da = 'Ingen planlagt dag fra første mødedato til dagen før fremmødet.'
      return [fault(pointer, 'not-planned', da, 'No planned day from the first meeting to the day before the return.')]
    }
    if (registered.has(date)) {
      return [fault(pointer, 'registered-too', 'Dagen er registreret som fravær.', 'The day is registered absent.')]
    }
    return twice ? [fault(pointer, 'duplicate', 'Dagen er nævnt to gange.', 'The day is named twice.')] : []
  })
  return faults.length === 0 ? allowed : refused('excused-day-invalid', { faults })
}

/** The minutes of a day that the order has planned, and those of them that its jobcenter gave leave for. */
export type LeaveOfADay = { readonly plannedMinutes: number; readonly leaveMinutes: number }

const notApproved = (pointers: readonly string[]): Verdict<'leave-not-approved'> =>
  pointers.length === 0
    ? allowed
    : refused('leave-not-approved', {
        faults: pointers.map((pointer) =>
          fault(pointer, 'no-leave', 'Jobcentret har ikke givet fri.', 'The jobcenter gave no leave.'),
        ),
      })

/**
 * § 6: leave is the jobcenter's to give. Ours: it covers all that the order planned on an excused day; what it leaves
 * open is registered absent, which accounts for the day.
 */
export const excusedLeaveWasApproved = (
  excused: readonly ExcusedDay[],
  leaveOn: (date: LocalDate) => LeaveOfADay,
): Verdict<'leave-not-approved'> =>
  notApproved(
    excused.flatMap(({ date, code }, index) => {
      const { plannedMinutes, leaveMinutes } = leaveOn(date)
      return code === 'approved-leave' && leaveMinutes < plannedMinutes ? [`/excused/${index}/code`] : []
    }),
  )

/** § 6: who is excused from the meeting by leave has leave on that day; of how many minutes, the meeting does not ask. */
export const meetingLeaveWasApproved = (code: ExcuseCode, leaveMinutes: number): Verdict<'leave-not-approved'> =>
  notApproved(code === 'approved-leave' && leaveMinutes === 0 ? ['/code'] : [])

/** § 6: nobody stays away from a meeting on a day for the whole of which the jobcenter gave leave; they are excused. */
export const meetingWasNotLeave = (
  on: LocalDate,
  wholeLeave: ReadonlySet<LocalDate>,
): Verdict<'leave-already-approved'> => (wholeLeave.has(on) ? refused('leave-already-approved') : allowed)

/** § 6, § 7: whether the days that are named as excused can be. */
export const excusedDayRules = (given: {
  readonly excused: readonly ExcusedDay[]
  readonly open: ReadonlySet<LocalDate>
  readonly registered: ReadonlySet<LocalDate>
  readonly leaveOn: (date: LocalDate) => LeaveOfADay
}): Verdict =>
  firstRefusal(
    () => excusedDaysFit(given.excused, given.open, given.registered),
    () => excusedLeaveWasApproved(given.excused, given.leaveOn),
  )
