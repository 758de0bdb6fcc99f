import { parentPort, workerData } from 'node:worker_threads'
import writeXlsxFile, { type Cell } from 'write-excel-file/node'
import type { WrittenCell } from './csv-text.ts'

const { sheet, rows, widths } = workerData as {
  sheet: string
  rows: readonly (readonly WrittenCell[])[]
  widths: readonly number[]
}

/** Text is written as text, whatever it begins with. */
const cellOf = (cell: WrittenCell): Cell => {
  if (cell === null || cell === '') return null
  if (typeof cell === 'number') return { type: Number, value: cell }
  if (typeof cell === 'string') return { type: String, value: cell }
  return { type: Date, value: new Date(`${cell.date}T00:00:00Z`), format: 'yyyy-mm-dd' }
}

const [headings = [], ...others] = rows
const buffer = await writeXlsxFile(
  [
    headings.map((heading) => ({ value: String(heading), fontWeight: 'bold' as const })),
    ...others.map((row) => row.map(cellOf)),
  ],
  { sheet, columns: widths.map((width) => ({ width })), stickyRowsCount: 1 },
).toBuffer()
parentPort?.postMessage(new Uint8Array(buffer))
