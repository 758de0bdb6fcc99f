import { CsvError, parse } from 'csv-parse/sync'
import { TableError, type TableLimits, type TableRows, withinLimits } from './table-file.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The text of a CSV file: UTF-16 and UTF-8 by their byte order marks, UTF-8 when it decodes, else Windows-1252, which is
 * what Danish Excel writes.
 * @throws TableError `not-text` when it holds NUL or what no text has, `wrong-encoding` when it is UTF-8 that was damaged, or
 *   in the letters of old DOS or Macintosh
 */
export const textOf = (content: Buffer): string => {
  const text = decode(content)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const bad = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/.exec(text)
  if (bad) throw new TableError('not-text', text.slice(0, bad.index).split(/\r\n|\r|\n/).length)
  return text
}

const decode = (content: Buffer): string => {
  if (content[0] === 0xff && content[1] === 0xfe) return new TextDecoder('utf-16le').decode(content)
  if (content[0] === 0xfe && content[1] === 0xff) return new TextDecoder('utf-16be').decode(content)
  try {
    return utf8.decode(content)
  } catch {
    return windows(content)
  }
}

/** What only UTF-8 writes: æ, ø, å and other letters as two bytes. */
const twoByteLetter = /[\xc3][\x80-\xbf]/
/** What no one writes between letters in Windows-1252: where DOS (CP 850) and Macintosh have æ, ø and å. */
const otherLetters = /[a-z][\x86\x8c\x91\x9b\xbe\xbf][a-z]|[\x81\x8d\x8f\x90\x9d]/i

const isUtf8 = (bytes: Buffer): boolean => {
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** @throws TableError `wrong-encoding` naming the first row that shows it */
const windows = (content: Buffer): string => {
  const bytes = content.toString('latin1')
  const rows = (end: number): number => bytes.slice(0, end).split(/\r\n|\r|\n/).length
  if (twoByteLetter.test(bytes)) {
    const lines = bytes.split(/(?<=\n)|(?<=\r)(?!\n)/)
    const bad = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')))
    throw new TableError('wrong-encoding', bad + 1)
  }
  const other = otherLetters.exec(bytes)
  if (other) throw new TableError('wrong-encoding', rows(other.index))
  return new TextDecoder('windows-1252').decode(content)
}

const delimiters = [';', ',', '\t'] as const

/** The delimiter that splits the first line most often; Danish Excel writes semicolons. */
const delimiterOf = (text: string): string => {
  const first = text.slice(0, 10_000).split(/[\r\n]/, 1)[0] ?? ''
  const counts = delimiters.map((delimiter) => ({ delimiter, count: first.split(delimiter).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}

/** What Excel takes as an instruction and shows as no row: `sep=;`. */
const instruction = /^sep=([;,\t])(\r\n|\r|\n)/i

/** In a text that we wrote, what keeps Excel from calculating it (see csv-text.ts). */
const plain = (cell: string): string => {
  const text = cell.trim()
  return /^'+[=+\-@]/.test(text) ? text.slice(1) : text
}

const faultOf = (error: unknown, rows: number): TableError => {
  if (!(error instanceof CsvError)) throw error
  const row = typeof error['records'] === 'number' ? error['records'] + 1 : rows
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new TableError('quote-not-closed', row)
    // A record that never ends is one whose quotation mark was not closed, or one cell that is far too long.
    case 'CSV_MAX_RECORD_SIZE':
      return new TableError('cell-too-long', row)
    default:
      return new TableError('quote-out-of-place', row)
  }
}

/**
 * Reads CSV: semicolons, commas or tabs, quoted cells with line breaks, any line end. An empty line is a row.
 * @throws TableError
 */
export const readCsv = (content: Buffer, limits: TableLimits): TableRows => {
  const whole = textOf(content)
  const told = instruction.exec(whole)
  const text = told ? whole.slice(told[0].length) : whole
  let count = 0
  try {
    const rows = parse(text, {
      delimiter: told?.[1] ?? delimiterOf(text),
      recordDelimiter: ['\r\n', '\n', '\r'],
      relaxColumnCount: true,
      skipEmptyLines: false,
      maxRecordSize: limits.cellCharacters * 4,
      // One row more than is taken tells that there are too many; the rest is not read.
      to: limits.rows + 1,
      onRecord: (record: string[]) => {
        count += 1
        // Empty ones too: here, before a million of them are carried on.
        if (record.length > limits.columns) throw new TableError('too-many-columns', count, limits.columns + 1)
        return record.map(plain)
      },
    }) as unknown as string[][]
    while (rows.at(-1)?.every((cell) => cell === '')) rows.pop()
    return withinLimits(rows, limits)
  } catch (error) {
    throw error instanceof TableError ? error : faultOf(error, count + 1)
  }
}
