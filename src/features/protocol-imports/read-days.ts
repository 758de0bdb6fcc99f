import type { LocalDate } from '#kernel/local-date.ts'
import { columnLetters, type TableRows } from '#platform/table-files/table-file.ts'
import type { DayEntry } from '#rules/protocol/day-facts.ts'
import { type CodesByName, type ReadRow, readRow } from './read-row.ts'
import type { CellFaultCode, RowError } from './row-errors.ts'
import { headingOf, readHeadings } from './template-columns.ts'

/** A day of an order as the file reports it. */
export type ReportedDay = {
  readonly orderNumber: string
  readonly date: LocalDate
  readonly entries: readonly DayEntry[]
  readonly correctionReason: string | undefined
  /** Where its activities stand, those that report nothing too; the first `entries.length` are those of the entries. */
  readonly rows: readonly { readonly row: number; readonly activityId: string }[]
}

/** What a file says: the days that can be held against the rules, and what is wrong with its cells. */
export type ReadDays = {
  readonly days: readonly ReportedDay[]
  readonly errors: readonly RowError[]
  readonly rowsRead: number
  readonly rowsEmpty: number
  readonly month: string | null
}

const error = (row: number | null, column: string | null, code: CellFaultCode): RowError => ({ row, column, code })

const headingErrors = (faults: ReturnType<typeof readHeadings>['faults']): RowError[] =>
  faults.map(({ code, at, heading }) => error(1, heading ?? (at === null ? null : columnLetters(at + 1)), code))

/** The rows of one day become one report; a day with a faulty row is told of and left out. */
const dayOf = (rows: readonly ReadRow[], errors: RowError[]): ReportedDay | null => {
  const [first] = rows
  const reported = rows.flatMap((one) => (one.entry === null ? [] : [{ ...one, entry: one.entry }]))
  if (!first || reported.length === 0) return null
  const seen = new Set<string>()
  for (const { row, activityId } of rows) {
    if (seen.has(activityId)) errors.push(error(row, headingOf('activityId'), 'duplicate-row'))
    seen.add(activityId)
  }
  const reasons = reported.filter(({ correctionReason }) => correctionReason !== undefined)
  const differing = reasons.find(({ correctionReason }) => correctionReason !== reasons[0]?.correctionReason)
  if (differing) errors.push(error(differing.row, headingOf('correctionReason'), 'correction-reasons-differ'))
  if (differing || seen.size < rows.length) return null
  return {
    orderNumber: first.orderNumber,
    date: first.date,
    entries: reported.map(({ activityId, entry }) => ({ activityId, ...entry })),
    correctionReason: reasons[0]?.correctionReason,
    rows: [...reported, ...rows.filter(({ entry }) => entry === null)].map(({ row, activityId }) => ({
      row,
      activityId,
    })),
  }
}

/**
 * Reads a filled-in template. Every fault is told, by row; what is without fault can be held against the rules.
 * @param month that days have to lie in; null: the month of the first day
 */
export const readDays = (table: TableRows, codes: CodesByName, month: string | null): ReadDays => {
  const [headings, ...rows] = table
  const nothing = { days: [], rowsRead: rows.length, rowsEmpty: 0, month }
  if (!headings) return { ...nothing, errors: [error(null, null, 'file-empty')] }
  const { places, faults } = readHeadings(headings)
  if (faults.length > 0) return { ...nothing, errors: headingErrors(faults) }
  const errors: RowError[] = []
  const days = new Map<string, { readonly rows: ReadRow[]; faulty: boolean }>()
  let [inMonth, rowsEmpty] = [month, 0]
  for (const [index, cells] of rows.entries()) {
    const row = index + 2
    if (cells.every((cell) => cell === '')) {
      rowsEmpty += 1
      continue
    }
    const stray = cells.findIndex((cell, at) => cell !== '' && (headings[at] ?? '') === '')
    if (stray >= 0) errors.push(error(row, columnLetters(stray + 1), 'value-outside-columns'))
    const { read, about, faults: found } = readRow(row, (key) => cells[places.get(key) ?? -1] ?? '', codes)
    for (const { column, code } of found) errors.push(error(row, column, code))
    if (!about) continue
    inMonth ??= about.date.slice(0, 7)
    const outside = about.date.slice(0, 7) !== inMonth
    if (outside) errors.push(error(row, headingOf('date'), 'outside-month'))
    if (read?.entry === null) rowsEmpty += 1
    const key = `${about.orderNumber} ${about.date}`
    const day = days.get(key) ?? { rows: [], faulty: false }
    if (read) day.rows.push(read)
    day.faulty ||= outside || stray >= 0 || read === null
    days.set(key, day)
  }
  const reported = [...days.values()].flatMap((day) => {
    const one = day.faulty ? null : dayOf(day.rows, errors)
    return one ? [one] : []
  })
  return { days: reported, errors, rowsRead: rows.length, rowsEmpty, month: inMonth }
}
