import { stringify } from 'csv-stringify/sync'

/** A cell as it is written: a date stays one in a workbook. */
export type WrittenCell = string | number | { readonly date: string } | null

/** What a spreadsheet would calculate, or what would end the cell that it stands in. */
const calculated = /^[=+\-@\t\r]/

/** Keeps a text from being calculated by whoever opens the file: it begins with an apostrophe then (see read-csv.ts). */
const harmless = (text: string): string => (calculated.test(text) ? `'${text}` : text)

const textOf = (cell: WrittenCell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  return typeof cell === 'string' ? harmless(cell) : cell.date
}

/** Begins a file that Danish Excel opens with æ, ø and å as they are. */
export const csvMark = '\ufeff'

/** Rows as Danish Excel reads and writes them: semicolons, CRLF. */
export const csvText = (rows: readonly (readonly WrittenCell[])[]): string =>
  stringify(
    rows.map((row) => row.map(textOf)),
    { delimiter: ';', record_delimiter: 'windows' },
  )
