import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#platform/db/pool.ts'
import { newestInFeeds } from './event-feed.queries.ts'

/** Ours: milliseconds between two looks, as the sequencer's: a reader that waits has an event within half a second. */
const lookEveryMs = 150
/** The longest pause between two looks while the database is away, in milliseconds. */
const longestPauseMs = 2000

/** Lets readers wait for their feeds to go on. */
export type FeedWatch = {
  /**
   * Waits until the organisation's feed has a number above `after`; `over` when it has not within `milliseconds` (of real
   * time), the caller is gone, or the process stops. Holds no database connection and never fails.
   */
  wait(given: {
    organisationId: string
    after: number
    milliseconds: number
    whenGone: (gone: () => void) => () => void
  }): Promise<'ahead' | 'over'>
  /** Ends every waiting, now and from now on. */
  stop(): void
}

type Waiter = { readonly organisationId: string; readonly after: number; settle(outcome: 'ahead' | 'over'): void }

/**
 * One watch serves all waiting readers of the process with one short query every 150 ms, and with none while nobody
 * waits. Through an outage of the database it goes on looking, less often.
 * @param options.accepting false once the process is stopping: nobody waits then
 * @param options.failed hears of the first look of several that failed, and of each thirtieth: about one in a minute
 */
export const watchFeeds = (options: {
  database: Database
  accepting: () => boolean
  failed: (error: unknown) => void
}): FeedWatch => {
  const waiting = new Set<Waiter>()
  let looking = false
  let stopped = false
  // The last number that every waiter's feed was held against; null when somebody new waits.
  let known: number | null = null
  let arrivals = 0
  let failures = 0

  const endAll = (): void => {
    for (const waiter of [...waiting]) waiter.settle('over')
  }
  const look = async (): Promise<void> => {
    const arrivedBefore = arrivals
    const organisations = [...new Set([...waiting].map((waiter) => waiter.organisationId))]
    const { last, newest } = await newestInFeeds(options.database, known, organisations)
    for (const waiter of newest ? [...waiting] : []) {
      if ((newest?.get(waiter.organisationId) ?? 0) > waiter.after) waiter.settle('ahead')
    }
    known = arrivals === arrivedBefore ? last : null
  }
  const keepLooking = async (): Promise<void> => {
    looking = true
    while (waiting.size > 0) {
      await sleep(Math.min(longestPauseMs, lookEveryMs * 2 ** Math.min(failures, 10)))
      if (!options.accepting()) endAll()
      if (waiting.size === 0) break
      try {
        await look()
        failures = 0
      } catch (error) {
        // Who waits is answered when there is something or the time is over.
        if (failures % 30 === 0) options.failed(error)
        failures += 1
        known = null
      }
    }
    looking = false
  }

  return {
    wait: ({ organisationId, after, milliseconds, whenGone }) =>
      new Promise((done) => {
        if (stopped || !options.accepting()) {
          done('over')
          return
        }
        let stopListening: (() => void) | undefined
        const waiter: Waiter = {
          organisationId,
          after,
          settle: (outcome) => {
            waiting.delete(waiter)
            clearTimeout(timer)
            stopListening?.()
            done(outcome)
          },
        }
        const timer = setTimeout(() => waiter.settle('over'), milliseconds)
        waiting.add(waiter)
        known = null
        arrivals += 1
        stopListening = whenGone(() => waiter.settle('over'))
        if (!looking) void keepLooking()
      }),
    stop: () => {
      stopped = true
      endAll()
    },
  }
}
