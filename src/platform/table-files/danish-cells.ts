import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { csvMark, csvText, type WrittenCell } from './csv-text.ts'

const copenhagen = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Copenhagen',
  dateStyle: 'short',
  timeStyle: 'long',
})

/** An instant as people in Denmark read it, with its zone: `2026-03-13 11:00:00 CET`. Whole seconds. */
export const localTime = (instant: Instant): string => copenhagen.format(epochMilliseconds(instant))

/**
 * Rows as Danish Excel reads them from a CSV file: fractions with a decimal comma. A workbook keeps its numbers as numbers, so
 * this is for CSV alone.
 */
const withCommas = (rows: readonly (readonly WrittenCell[])[]): WrittenCell[][] =>
  rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? String(cell).replace('.', ',') : cell)),
  )

/**
 * The code of a municipality in a file for people. Ours: Excel opens `0155` in a CSV file as the number 155, quoted or not, so a
 * word stands before it there, as a hyphen stands in CPR numbers; a workbook says of each cell that it is text.
 */
export const municipalityCell = <T extends string | null>(code: T, csv: boolean): string | T =>
  csv && code !== null && /^\d+$/.test(code) ? `kommune ${code}` : code

/** A month, `YYYY-MM`, likewise: Excel would make a date of it (`aug-26`). */
export const monthCell = <T extends string | null>(month: T, csv: boolean): string | T =>
  csv && month !== null ? `måned ${month}` : month

/** Rows that are made text of at a time; between them others get their turn. */
const piece = 1000
type Rows = readonly (readonly WrittenCell[])[]

async function* inPieces(rows: Rows): AsyncGenerator<Rows> {
  for (let at = 0; at < rows.length; at += piece) {
    yield rows.slice(at, at + piece)
    await turn()
  }
}

/** Rows as a CSV file that Danish Excel opens. */
export const csvFile = async (rows: Rows): Promise<Buffer> => {
  const texts = [csvMark]
  for await (const some of inPieces(rows)) texts.push(csvText(withCommas(some)))
  return Buffer.from(texts.join(''))
}

/** A hash of all rows, for the ETag of a file: a workbook's bytes tell when it was made. */
export const hashOfRows = async (rows: Rows): Promise<string> => {
  const hash = createHash('sha256')
  for await (const some of inPieces(rows)) hash.update(JSON.stringify(some))
  return hash.digest('base64url')
}
