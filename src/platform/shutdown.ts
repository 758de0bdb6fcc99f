import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from './log.ts'

/** A phase of stopping, run after the one before it has ended. */
export type Phase = { readonly name: string; run(): Promise<void> }

/** Ours: whatever is not done by then is given up, so that a stop never hangs; the first phase may wait ten seconds of it. */
const deadlineMs = 25_000

/**
 * Stops the process in phases on SIGTERM or SIGINT: first tell that no more work is taken, then finish what is under
 * way, then close. A second signal does not hurry it; the deadline does.
 */
export const stopInPhases = (log: Log, phases: readonly Phase[]): void => {
  let stopping = false
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    void sleep(deadlineMs, undefined, { ref: false }).then(() => {
      log.error('the stop took too long')
      process.exit(1)
    })
    for (const phase of phases) {
      try {
        await phase.run()
        log.info({ phase: phase.name }, 'stopped')
      } catch (error) {
        log.error({ err: error, phase: phase.name }, 'a phase of the stop failed')
        process.exitCode = 1
      }
    }
    process.exit()
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}
