import { stringify } from 'csv-stringify/sync'
import { xmlText } from './xml-text.ts'

/** A cell as it is written: a date stays one in a workbook. */
export type WrittenCell = string | number | { readonly date: string } | null

/** What a spreadsheet would calculate, or what would be read as kept from that (see read-csv.ts). */
const calculated = /^'*[=+\-@\t\r\n]/

/** Keeps a text from being calculated by whoever opens the file: it begins with an apostrophe then (see read-csv.ts). */
const harmless = (text: string): string => (calculated.test(text) ? `'${text}` : text)

const textOf = (cell: WrittenCell): string | number => {
  if (cell === null) return ''
  if (typeof cell === 'number') return cell
  return typeof cell === 'string' ? harmless(xmlText(cell)) : cell.date
}

/** Begins a file that Danish Excel opens with æ, ø and å as they are. */
export const csvMark = '\ufeff'

/**
 * Rows as Danish Excel reads and writes them: semicolons, CRLF. All text is quoted, so that neither a delimiter nor a line
 * break in it ends the cell that it stands in.
 */
export const csvText = (rows: readonly (readonly WrittenCell[])[]): string =>
  stringify(
    rows.map((row) => row.map(textOf)),
    { delimiter: ';', record_delimiter: 'windows', quoted_string: true, quoted_empty: false },
  )
