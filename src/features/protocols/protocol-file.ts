import { stringify } from 'csv-stringify/sync'
import writeExcelFile, { type Cell } from 'write-excel-file/node'
import { dayNumber } from '#kernel/local-date.ts'
import type { ProtocolDocument } from './protocol-document.ts'
import { protocolTable, type TableCell } from './protocol-table.ts'

/** The media types of a month beside JSON. */
export const fileTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

const csvCell = (cell: TableCell): string | number | null => {
  if (cell === null) return null
  if (cell.kind === 'minutes') return cell.minutes
  return cell.kind === 'date' ? cell.date : cell.text
}

/**
 * The month as CSV that Danish Excel opens as it is: semicolons, UTF-8 with its mark, CRLF. Text that a spreadsheet would
 * take for a formula gets an apostrophe before it; all text is quoted, so that no line break in it ends a row.
 */
export const protocolCsv = (protocol: ProtocolDocument): Buffer => {
  const { headings, rows } = protocolTable(protocol)
  const lines = [headings.map(({ heading }) => heading), ...rows.map((row) => row.map(csvCell))]
  return Buffer.from(
    stringify(lines, {
      bom: true,
      delimiter: ';',
      record_delimiter: 'windows',
      escape_formulas: true,
      quoted_string: true,
      quoted_empty: false,
    }),
  )
}

/** Days from Excel's day 0 to 1970-01-01. */
const excelEpoch = 25_569
/** XML 1.0 has no way to write these. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const excelCell = (cell: TableCell): Cell => {
  if (cell === null) return null
  if (cell.kind === 'minutes') return { type: Number, value: cell.minutes }
  if (cell.kind === 'date') return { type: Number, value: dayNumber(cell.date) + excelEpoch, format: 'yyyy-mm-dd' }
  // Text by its type: what looks like a formula is none.
  return { type: String, value: cell.text.replaceAll(notInXml, '') }
}

/** The month as a workbook of one sheet, its cells typed. */
export const protocolXlsx = (protocol: ProtocolDocument): Promise<Buffer> => {
  const { headings, rows } = protocolTable(protocol)
  const first = headings.map(({ heading }) => ({ type: String, value: heading, fontWeight: 'bold' as const }))
  return writeExcelFile([first, ...rows.map((row) => row.map(excelCell))], {
    sheet: `Protokol ${protocol.month}`,
    columns: headings.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
  }).toBuffer()
}
