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

/**
 * A workbook of one sheet; the first row is its headings. Made in a thread, since 20,000 rows take a second or two.
 * @param given.widths of the columns, in characters
 */
export const writeWorkbook = async (given: {
  readonly sheet: string
  readonly rows: readonly (readonly WrittenCell[])[]
  readonly widths: readonly number[]
}): Promise<Buffer> => {
  await takeTurn()
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const thread = new Worker(new URL('./write-workbook.thread.ts', import.meta.url), { workerData: given, env: {} })
      thread.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)))
      thread.once('error', reject)
      thread.once('exit', (code) => reject(new Error(`the writing thread ended with ${code}`)))
    })
  } finally {
    passTurn()
  }
}
