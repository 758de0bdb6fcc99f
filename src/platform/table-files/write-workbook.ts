import { Worker } from 'node:worker_threads'
import type { WrittenCell } from './csv-text.ts'

/** Ours: whole workbooks are written at most two at a time in one process, each in a thread of its own. */
const mostAtOnce = 2

let running = 0
const waiting: (() => void)[] = []

const takeTurn = async (): Promise<void> => {
  if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
}

const passTurn = (): void => {
  const next = waiting.shift()
  if (next) next()
  else running -= 1
}

/** A sheet as it is written: the first row is its headings. `widths` of the columns, in characters. */
export type WrittenSheet = {
  readonly name: string
  readonly rows: readonly (readonly WrittenCell[])[]
  readonly widths: readonly number[]
}

/** A workbook of these sheets. Made in a thread, since 20,000 rows take a second or two. */
export const writeWorkbook = async (sheets: readonly WrittenSheet[]): Promise<Buffer> => {
  await takeTurn()
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const thread = new Worker(new URL('./write-workbook.thread.ts', import.meta.url), {
        workerData: { sheets },
        env: {},
      })
      thread.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)))
      thread.once('error', reject)
      thread.once('exit', (code) => reject(new Error(`the writing thread ended with ${code}`)))
    })
  } finally {
    passTurn()
  }
}
