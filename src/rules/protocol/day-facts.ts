import type { LocalDate } from '#kernel/local-date.ts'

/** Why a citizen was away, as the protocol says it (§ 5, § 9): codes of the code set attendance-codes. */
export type AbsentPart = {
  readonly code: string
  readonly minutes: number
  /** Of `sick-accepted`: the day of Kontaktcentret's message, and the last day that it accepts. */
  readonly messageOn?: LocalDate | undefined
  readonly periodTo?: LocalDate | undefined
}

/** Where the citizen was outside the house, and what they did there (§ 4, § 5). How long stands in the minutes. */
export type OffSite = { readonly place: string; readonly content: string; readonly documentId?: string | undefined }

/** One activity of a day, hour by hour in minutes. */
export type DayEntry = {
  readonly activityId: string
  readonly attendedMinutes: number
  readonly absent: readonly AbsentPart[]
  readonly offSite?: OffSite | undefined
}

/** The codes whose minutes mean something to a rule; a code set may hold more. */
export const codeOf = {
  unauthorised: 'unauthorised',
  sickReported: 'sick-reported',
  sickAccepted: 'sick-accepted',
  approvedLeave: 'approved-leave',
} as const

/** The minutes of a day under one of these codes. */
export const minutesUnder = (entries: readonly Pick<DayEntry, 'absent'>[], ...codes: readonly string[]): number =>
  entries
    .flatMap((entry) => entry.absent)
    .filter((part) => codes.includes(part.code))
    .reduce((sum, part) => sum + part.minutes, 0)
