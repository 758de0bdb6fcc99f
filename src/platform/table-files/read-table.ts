import { Worker } from 'node:worker_threads'
import type { TableFault, TableLimits, TableRows } from './table-file.ts'

/** Ours: far more than 20,000 rows need. Beyond it a file is one that wants to be in the way. */
export const tableThreadLimits = { heapMegabytes: 384, milliseconds: 60_000 } as const

export type ReadTable =
  | { readonly rows: TableRows; readonly fault: null }
  | { readonly rows: null; readonly fault: TableFault }

type Message = { rows?: string[][]; fault?: TableFault; done?: true }

const refused = (code: TableFault['code']): ReadTable => ({ rows: null, fault: { code, row: null, column: null } })

/**
 * Reads a table in a thread of its own with a bounded heap and time, so that a file can hold up nothing but itself.
 * @param signal ends the reading
 * @throws when the thread fails for a reason that lies not in the file, or the signal aborts
 */
export const readTable = (
  content: Uint8Array,
  kind: 'csv' | 'xlsx',
  limits: TableLimits,
  options: { readonly heapMegabytes?: number; readonly milliseconds?: number; readonly signal?: AbortSignal } = {},
): Promise<ReadTable> => {
  const { heapMegabytes, milliseconds } = { ...tableThreadLimits, ...options }
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./read-table.thread.ts', import.meta.url), {
      workerData: { content, kind, limits },
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      env: {},
    })
    const rows: string[][] = []
    const settle = (work: () => void): void => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', aborted)
      void thread.terminate()
      work()
    }
    const aborted = (): void => settle(() => reject(new Error('the reading was stopped')))
    const timer = setTimeout(() => settle(() => resolve(refused('file-takes-too-long'))), milliseconds)
    options.signal?.addEventListener('abort', aborted, { once: true })
    thread.on('message', ({ rows: some, fault, done }: Message) => {
      if (some) rows.push(...some)
      if (fault) settle(() => resolve({ rows: null, fault }))
      if (done) settle(() => resolve({ rows, fault: null }))
    })
    thread.on('error', (error: NodeJS.ErrnoException) => {
      // The heap was not enough, or a string was longer than there are any: both are the file's doing.
      const tooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError
      settle(() => (tooLarge ? resolve(refused('file-too-large')) : reject(error)))
    })
    thread.on('exit', (code) => settle(() => reject(new Error(`the reading thread ended with ${code}`))))
  })
}
