import { addDays, type LocalDate } from '#kernel/local-date.ts'

/** Ours: § 8 speaks of repeated absence without a number. Registrations on one order. */
export const repeatedFrom = 3
/** Ours: the calendar days among which they lie, the first and the last counted. */
export const repeatedWithinDays = 30

/** Absences that repeat: how many there are on which days, and the last day that counts as told with them. */
export type RepeatedAbsence = {
  readonly count: number
  readonly from: LocalDate
  readonly to: LocalDate
  readonly toldTo: LocalDate
}

/**
 * § 8: repeated absence can count as refusing the offer, so its jobcenter is told. Ours: at the third live registration
 * within thirty days, once for those thirty days, which begin with the first of the three; what is registered for a day
 * up to their end counts as told with them. Three more after that are told again.
 * @param dates days of the order's live registrations, in any order, each once
 * @param toldTo the last day that was told before, null when none was
 */
export const repeatedAbsence = (dates: readonly LocalDate[], toldTo: LocalDate | null): RepeatedAbsence | null => {
  const open = dates.filter((date) => toldTo === null || date > toldTo).sort()
  for (const from of open) {
    const end = addDays(from, repeatedWithinDays - 1)
    const within = open.filter((date) => date >= from && date <= end)
    const to = within.at(-1)
    if (within.length >= repeatedFrom && to !== undefined) return { count: within.length, from, to, toldTo: end }
  }
  return null
}
