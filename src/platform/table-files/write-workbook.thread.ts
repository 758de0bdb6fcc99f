import { parentPort, workerData } from 'node:worker_threads'
import writeXlsxFile, { type Cell } from 'write-excel-file/node'
import type { WrittenCell } from './csv-text.ts'
import type { WrittenSheet } from './write-workbook.ts'
import { workbookText } from './xml-text.ts'

const { sheets } = workerData as { sheets: readonly WrittenSheet[] }

/** Text is written as text, whatever it begins with. */
const cellOf = (cell: WrittenCell): Cell => {
  if (cell === null || cell === '') return null
  if (typeof cell === 'number') return { type: Number, value: cell }
  if (typeof cell === 'string') return { type: String, value: workbookText(cell) }
  return { type: Date, value: new Date(`${cell.date}T00:00:00Z`), format: 'yyyy-mm-dd' }
}

const buffer = await writeXlsxFile(
  sheets.map(({ name, rows: [headings = [], ...others], widths }) => ({
    sheet: name,
    data: [
      headings.map((heading) => ({ value: workbookText(String(heading)), fontWeight: 'bold' as const })),
      ...others.map((row) => row.map(cellOf)),
    ],
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: 1,
  })),
).toBuffer()
parentPort?.postMessage(new Uint8Array(buffer))
