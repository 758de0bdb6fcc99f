import type { LocalDate } from '#kernel/local-date.ts'
import { type ClosingDays, workingDays } from '#rules/calendar/working-days.ts'

const always = { validFrom: '2010-01-01' as LocalDate, validTo: null }

/** The closing days of a fresh installation. */
export const freshClosingDays: ClosingDays = {
  yearly: ['06-05', '12-24', '12-31'].map((monthDay) => ({ monthDay, ...always })),
  single: new Set(),
}

export const isWorkingDay = workingDays(freshClosingDays)
