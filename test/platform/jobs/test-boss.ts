import { setTimeout as sleep } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import { createBoss, startBoss } from '#platform/jobs/create-boss.ts'
import { createLog } from '#platform/log.ts'
import { afterwards } from '#test/support/test-database.ts'

export const silentLog = createLog('silent', 'test')

/** A started pg-boss of the worker's role; it is stopped when the test or file ends. */
export const testBoss = async (databaseUrl: string): Promise<PgBoss> => {
  const boss = createBoss({ databaseUrl, log: silentLog, connections: 2 })
  await startBoss(boss)
  afterwards(() => boss.stop({ graceful: false }))
  return boss
}

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
