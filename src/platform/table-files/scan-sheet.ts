import { endOfSection } from './markup.ts'
import { columnLetters, TableError, type TableLimits } from './table-file.ts'

/** Tags of rows, cells, and what makes a cell one with a value. */
const looked = /<(\/?)(?:\w+:)?(row|c|f|v|is)(?=[\s/>])/y
/**
 * The rest of a tag: its attributes, and whether it is empty. No attribute holds a `<`, and nothing here can match in two
 * ways, so that it takes as long as the tag is.
 */
const attributesOfTag = /((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const reference = /\sr\s*=\s*["']([A-Za-z]{0,10})(\d{1,15})["']/
const referred = /\sr\s*=/
const errorType = /\st\s*=\s*["']e["']/

/** The rows that a sheet has at most, whoever wrote it. */
const sheetRows = 1_048_576

const columnNumber = (letters: string): number =>
  [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)

type Cell = {
  readonly row: number
  readonly column: number
  readonly error: boolean
  formula: boolean
  value: boolean
}

/**
 * Looks at a sheet before it is read, for what the reader would pass over in silence (a formula that was never calculated,
 * an error such as #REF!) or would make room for (a cell in row 1,000,000,000). Empty cells count for nothing.
 * @returns the sheet, in which every row and cell says where it stands; one that did not stands behind the one before
 * @throws TableError naming the cell
 */
export const scanSheet = (xml: string, limits: TableLimits): string => {
  const pieces: string[] = []
  let kept = 0
  let [row, column] = [0, 0]
  let cell: Cell | undefined
  const leave = (): void => {
    if (cell?.formula && !cell.value) throw new TableError('formula-without-value', cell.row, cell.column)
    cell = undefined
  }
  /** Writes where it stands into a tag that does not say it; `at` is behind its name. */
  const place = (at: number, where: string): void => {
    pieces.push(xml.slice(kept, at), ` r="${where}"`)
    kept = at
  }
  const enter = (at: number, name: string, attributes: string, empty: boolean): void => {
    const [found, letters = '', digits = '0'] = reference.exec(attributes) ?? []
    // What says where it stands, in a way that only the reader would understand.
    if (found === undefined && referred.test(attributes)) throw new TableError('file-damaged')
    if (name === 'row') {
      row = found === undefined ? row + 1 : Number(digits)
      column = 0
      if (found === undefined) place(at, String(row))
      if (row > sheetRows) throw new TableError('too-many-rows', limits.rows + 1)
      return
    }
    column = found === undefined ? column + 1 : columnNumber(letters)
    if (found === undefined) place(at, `${columnLetters(column)}${row}`)
    if (empty) return
    const of = { row: found === undefined ? row : Number(digits), column }
    cell = { ...of, error: errorType.test(attributes), formula: false, value: false }
  }
  for (let at = xml.indexOf('<'); at !== -1; ) {
    const behind = endOfSection(xml, at)
    looked.lastIndex = at
    const [begun, closing, name = ''] = (behind === undefined && looked.exec(xml)) || []
    if (begun !== undefined) {
      attributesOfTag.lastIndex = at + begun.length
      const rest = attributesOfTag.exec(xml)
      if (!rest) throw new TableError('file-damaged')
      if (name === 'row' || name === 'c') {
        leave()
        if (!closing) enter(at + begun.length, name, rest[1] ?? '', rest[2] === '/')
      } else if (cell && !closing) {
        see(cell, name, limits)
      }
    }
    at = xml.indexOf('<', behind ?? at + 1)
  }
  leave()
  return kept === 0 ? xml : [...pieces, xml.slice(kept)].join('')
}

/** Something stands in a cell: a formula, or a value. */
const see = (cell: Cell, name: string, limits: TableLimits): void => {
  if (name === 'f') {
    cell.formula = true
    return
  }
  cell.value = true
  if (cell.row > limits.rows) throw new TableError('too-many-rows', limits.rows + 1)
  if (cell.column > limits.columns) throw new TableError('too-many-columns', cell.row, limits.columns + 1)
  if (cell.error) throw new TableError('cell-shows-an-error', cell.row, cell.column)
}
