import type { LocalDate } from '#kernel/local-date.ts'

/** One absence as the supplier states it (§ 6): facts and a reason, never a judgement. */
export type AbsenceClaim = {
  readonly date: LocalDate
  /** `whole-day`, or minutes of late arrival or early leaving. */
  readonly extent: { readonly kind: 'whole-day' } | { readonly kind: 'minutes'; readonly minutes: number }
  readonly reason: string
  readonly reasonText: string | undefined
  readonly elaboration: string | undefined
  readonly priorWarning: boolean | undefined
  readonly confirmations: readonly string[]
  readonly decisionReceivedOn: LocalDate | undefined
  /** Whether the caller sent a classification of its own, whatever it says. */
  readonly classified: boolean
}

/** The course that the absence is registered on, as it stands when the request arrives. */
export type CourseFacts = {
  readonly targetGroup: string
  readonly orderStatus: 'draft' | 'approved' | 'ended' | 'cancelled'
  readonly courseStatus: 'awaiting-first-meeting' | 're-summoned' | 'attending' | 'ended' | 'never-started'
  /** Whether the target group has the first-meeting procedure on the order's start date (reference data). */
  readonly firstMeetingProcedure: boolean
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  readonly firstMeetingOn: LocalDate
  readonly firstAttendedOn: LocalDate | null
  readonly endedOn: LocalDate | null
}
