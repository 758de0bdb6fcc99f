import { type LocalDate, localDate } from '#kernel/local-date.ts'
import type { CourseFacts } from '#rules/absence/absence-facts.ts'

export const d = (text: string): LocalDate => localDate(text)

/** A running course of a group with the first-meeting procedure, from 2 March to 22 May 2026, attended from its first day. */
export const courseOf = (changes: Partial<CourseFacts> = {}): CourseFacts => ({
  targetGroup: 'cash-benefit-activity-ready',
  orderStatus: 'approved',
  courseStatus: 'attending',
  firstMeetingProcedure: true,
  startDate: d('2026-03-02'),
  endDate: d('2026-05-22'),
  firstMeetingOn: d('2026-03-02'),
  firstAttendedOn: d('2026-03-02'),
  endedOn: null,
  ...changes,
})
