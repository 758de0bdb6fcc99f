import { setTimeout as sleep } from 'node:timers/promises'
import { purgePageSessions } from './features/auditor-page/signing-in/sessions.ts'
import { purgeFeed } from './features/event-feed/purge-feed.ts'
import { purgeDeliveries } from './features/webhooks/deliveries/purge-deliveries.ts'
import { epochMilliseconds, instantOfEpoch } from './kernel/instant.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/db/pool.ts'
import { purgeIdempotencyKeys } from './platform/http/purge-idempotency-keys.ts'
import type { Log } from './platform/log.ts'

const everyMs = 3_600_000
const dayMs = 86_400_000

/**
 * Deletes once an hour what is kept for a time: answers under idempotency keys, feeds beyond the retention, and settled
 * deliveries of as long ago. Each on its own: one that fails is logged and leaves the others their turn.
 * @param options.clock real time, also in a sandbox
 * @param options.retentionDays how far feeds and deliveries reach back
 */
export const purgeHourly = async (options: {
  readonly database: Database
  readonly clock: Clock
  readonly retentionDays: number
  readonly log: Log
  readonly signal: AbortSignal
}): Promise<void> => {
  const { database, clock, retentionDays, log, signal } = options
  const purge = async (what: string, work: () => Promise<number>): Promise<void> => {
    try {
      const deleted = await work()
      if (deleted > 0) log.info({ deleted, what }, 'old rows were deleted')
    } catch (error) {
      log.warn({ err: error, what }, 'old rows could not be deleted')
    }
  }
  while (!signal.aborted) {
    const before = instantOfEpoch(epochMilliseconds(clock.now()) - retentionDays * dayMs)
    await purge('stored answers', () => purgeIdempotencyKeys(database, signal))
    await purge("sessions of the auditor's page", () => purgePageSessions(database))
    await purge('event feeds', () => purgeFeed(database, before, signal))
    await purge('webhook deliveries', () => purgeDeliveries(database, before, signal))
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
