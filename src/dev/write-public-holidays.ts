import { writeFileSync } from 'node:fs'
import Holidays from 'date-holidays'

const [from, to] = [2010, 2060]
const denmark = new Holidays('DK')
const years = Array.from({ length: to - from + 1 }, (_, index) => from + index)
const rows = years.map((year) => {
  const days = denmark
    .getHolidays(year)
    .filter((holiday) => holiday.type === 'public')
    .map((holiday) => holiday.date.slice(5, 10))
  return `  ${year}: '${[...new Set(days)].sort().join(' ')}',`
})

/** Writes the table of Danish public holidays from `date-holidays`, which is too heavy to have in the running service. */
writeFileSync(
  new URL('../rules/calendar/public-holidays.ts', import.meta.url),
  `/** The years that the table holds. */
export const firstHolidayYear = ${from}
export const lastHolidayYear = ${to}

/** Danish public holidays by year, \`MM-DD\`; made by src/dev/write-public-holidays.ts, held against its source by a test. */
const table: Readonly<Record<number, string>> = {
${rows.join('\n')}
}

/** The public holidays of a year as \`MM-DD\`; none for a year that the table does not hold. */
export const publicHolidaysOf = (year: number): readonly string[] => table[year]?.split(' ') ?? []
`,
)
