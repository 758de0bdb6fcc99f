import { addDays, type LocalDate } from '#kernel/local-date.ts'

/**
 * The first day on which a course may have ended to be drawn from among the ended ones. Ours: the last twelve months, since
 * a supplier is inspected at least once a year; on 29 February, from 1 March of the year before.
 */
export const endedFrom = (on: LocalDate): LocalDate => {
  const [year, month, day] = on.split('-').map(Number) as [number, number, number]
  const before = `${year - 1}-${String(month).padStart(2, '0')}` as const
  return month === 2 && day === 29
    ? addDays(`${before}-28` as LocalDate, 1)
    : (`${before}-${String(day).padStart(2, '0')}` as LocalDate)
}
