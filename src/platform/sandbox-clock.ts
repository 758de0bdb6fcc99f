import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { epochMilliseconds, type Instant, instantOfEpoch } from '#kernel/instant.ts'
import type { Clock } from './clock.ts'
import type { Database } from './db/pool.ts'

/** A business clock that can be set, forwards and backwards; between two settings it runs on as the real one does. */
export type SandboxClock = Clock & {
  /** Sets it for every process on the database; this one follows at once, the others with their next refresh. */
  set(now: Instant): Promise<void>
  /** Reads how far it stands from the real time now. */
  refresh(): Promise<void>
}

/**
 * The clock of a sandbox (`PORTAL_SANDBOX=true`, never in production). The database keeps its distance from the real
 * time, so all servers and workers have the same. What is not business time (the life of tokens, how long answers are
 * kept for repeats, the signatures of webhooks) does not use it.
 * @param real the real time, which the distance is added to
 */
export const sandboxClock = (database: Database, real: Clock): SandboxClock => {
  let aheadMs = 0
  let settings = 0
  return {
    now: () => instantOfEpoch(epochMilliseconds(real.now()) + aheadMs),
    set: async (now) => {
      const ahead = epochMilliseconds(now) - epochMilliseconds(real.now())
      await database.kysely.updateTable('sandboxClock').set({ aheadMs: ahead }).execute()
      settings += 1
      aheadMs = ahead
    },
    refresh: async () => {
      const before = settings
      const row = await database.kysely.selectFrom('sandboxClock').select('aheadMs').executeTakeFirst()
      // What was read before a setting of our own is older than it.
      if (row && before === settings) aheadMs = Number(row.aheadMs)
    },
  }
}

/** How old a process's knowledge of the sandbox's clock gets, in milliseconds. */
export const sandboxMemoryMs = 500

/** Keeps the clock's distance fresh until the signal aborts; while the database is away it stays as it was. */
export const followSandboxClock = async (clock: SandboxClock, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await clock.refresh().catch(() => undefined)
    await sleep(sandboxMemoryMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Lets each answer's `Date` say the sandbox's time, which is how callers learn the server's. */
export const dateAnswersBy = (app: FastifyInstance, clock: Clock): void => {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(clock.now()).toUTCString())
  })
}
