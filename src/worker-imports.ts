import { setTimeout as sleep } from 'node:timers/promises'
import type { ImportDeps } from './features/protocol-imports/run-import.ts'
import { type ImportRound, runNextImport } from './features/protocol-imports/run-imports.ts'
import type { Log } from './platform/log.ts'

/** How often the worker looks for an import, in milliseconds; after one it looks at once. */
const pollMs = 1000

/**
 * Works on imports until the signal aborts, one at a time. Any number of workers may run it: each takes another import, and
 * one whose worker was killed is taken up after its lease.
 * @param options.ran hears of each import that was worked on
 */
export const runImports = async (
  options: ImportDeps & {
    readonly log: Log
    readonly signal: AbortSignal
    readonly ran: (round: Exclude<ImportRound, null>) => void
  },
): Promise<void> => {
  const { log, signal } = options
  for (let failures = 0; !signal.aborted; ) {
    let worked = false
    try {
      const round = await runNextImport(options)
      failures = 0
      if (round) {
        worked = round.outcome === 'completed' || round.outcome === 'rejected'
        options.ran(round)
        const { importId, outcome } = round
        if ('error' in round) log.warn({ err: round.error, importId, outcome }, 'an import was not carried out')
        else log.info({ importId, outcome }, 'import')
      }
    } catch (error) {
      if (failures % 12 === 0) log.error({ err: error }, 'imports wait')
      failures += 1
    }
    if (worked) continue
    await sleep(Math.min(5000, pollMs * 2 ** Math.min(failures, 10)), undefined, { signal }).catch(() => undefined)
  }
}
