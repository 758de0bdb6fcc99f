import { TableError, type TableLimits } from './table-file.ts'

/** Tags of rows, cells, and what makes a cell one with a value. */
const tags = /<(\/?)(?:\w+:)?(row|c|f|v|is)(?=[\s/>])([^>]*)>/g
const reference = /\sr\s*=\s*["']([A-Za-z]{0,10})(\d{1,15})["']/
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
 * @throws TableError naming the cell
 */
export const scanSheet = (xml: string, limits: TableLimits): void => {
  let cell: Cell | undefined
  const leave = (): void => {
    if (cell?.formula && !cell.value) throw new TableError('formula-without-value', cell.row, cell.column)
    cell = undefined
  }
  for (const [, closing, name, attributes = ''] of xml.matchAll(tags)) {
    if (name === 'row') {
      const row = Number(reference.exec(attributes)?.[2] ?? 0)
      if (row > sheetRows) throw new TableError('too-many-rows', limits.rows + 1)
    } else if (name === 'c') {
      leave()
      if (closing || attributes.endsWith('/')) continue
      const [, letters = '', row = '0'] = reference.exec(attributes) ?? []
      const place = { row: Number(row), column: columnNumber(letters) }
      cell = { ...place, error: errorType.test(attributes), formula: false, value: false }
    } else if (cell && !closing) {
      if (name === 'f') {
        cell.formula = true
        continue
      }
      cell.value = true
      if (cell.row > limits.rows) throw new TableError('too-many-rows', limits.rows + 1)
      if (cell.column > limits.columns) throw new TableError('too-many-columns', cell.row, limits.columns + 1)
      if (cell.error) throw new TableError('cell-shows-an-error', cell.row, cell.column)
    }
  }
  leave()
}
