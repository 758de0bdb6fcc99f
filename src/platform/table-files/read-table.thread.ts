import { parentPort, workerData } from 'node:worker_threads'
import { readCsv } from './read-csv.ts'
import { readXlsx } from './read-xlsx.ts'
import { TableError, type TableLimits } from './table-file.ts'

/** Rows that are handed over at a time. */
const handedOver = 1000

const { content, kind, limits } = workerData as { content: Uint8Array; kind: 'csv' | 'xlsx'; limits: TableLimits }
const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)

try {
  const rows = kind === 'csv' ? readCsv(bytes, limits) : await readXlsx(bytes, limits)
  for (let at = 0; at < rows.length; at += handedOver) {
    parentPort?.postMessage({ rows: rows.slice(at, at + handedOver) })
  }
  parentPort?.postMessage({ done: true })
} catch (error) {
  if (!(error instanceof TableError)) throw error
  parentPort?.postMessage({ fault: error.fault })
}
