import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '#platform/log.ts'

export const silentLog = createLog('silent', 'test')

/** Waits until `condition` gives something other than undefined or false. */
export const until = async <T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds = 60_000,
): Promise<T> => {
  for (const started = performance.now(); ; await sleep(25)) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (performance.now() - started > milliseconds) throw new Error('what was waited for did not come')
  }
}
