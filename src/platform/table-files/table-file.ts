/** A table as text, row by row; row 1 of the file is the first. Cells are trimmed, an empty one is ''. */
export type TableRows = readonly (readonly string[])[]

/** Why a table could not be read, and where: `row` and `column` count from 1 as a spreadsheet shows them, null for the file. */
export type TableFault = { readonly code: TableFaultCode; readonly row: number | null; readonly column: number | null }

export const tableFaultCodes = [
  'file-damaged',
  'file-encrypted',
  'file-too-large',
  'file-declares-entities',
  'file-takes-too-long',
  'file-has-no-sheet',
  'not-text',
  'wrong-encoding',
  'quote-not-closed',
  'quote-out-of-place',
  'too-many-rows',
  'too-many-columns',
  'cell-too-long',
  'cell-not-readable',
  'cell-shows-an-error',
  'formula-without-value',
] as const
export type TableFaultCode = (typeof tableFaultCodes)[number]

/** Thrown while a table is read; becomes a fault of the file. */
export class TableError extends Error {
  override readonly name = 'TableError'
  readonly fault: TableFault

  constructor(code: TableFaultCode, row: number | null = null, column: number | null = null) {
    super(code)
    this.fault = { code, row, column }
  }
}

/** How much of a table is read. `rows` counts the headings too; `inflatedBytes` is all that an archive holds. */
export type TableLimits = {
  readonly rows: number
  readonly columns: number
  readonly cellCharacters: number
  readonly characters: number
  readonly inflatedBytes: number
}

/** Holds a table against the limits, cell by cell. @throws TableError */
export const withinLimits = (rows: TableRows, limits: TableLimits): TableRows => {
  if (rows.length > limits.rows) throw new TableError('too-many-rows', limits.rows + 1)
  let characters = 0
  for (const [index, row] of rows.entries()) {
    if (row.length > limits.columns) throw new TableError('too-many-columns', index + 1, limits.columns + 1)
    for (const [column, cell] of row.entries()) {
      if (cell.length > limits.cellCharacters) throw new TableError('cell-too-long', index + 1, column + 1)
      characters += cell.length
    }
    if (characters > limits.characters) throw new TableError('file-too-large', index + 1)
  }
  return rows
}

/** The letters that a spreadsheet shows above a column; `number` counts from 1. */
export const columnLetters = (number: number): string => {
  let letters = ''
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters
  }
  return letters
}
