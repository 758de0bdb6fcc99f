import { setTimeout as sleep } from 'node:timers/promises'
import { tellDutiesDueSoon, tellOverdueDuties } from './features/obligations/tell-duties.ts'
import { endDueCourses } from './features/orders/end-due-courses.ts'
import { isUnavailable } from './platform/db/errors.ts'
import type { Database } from './platform/db/pool.ts'
import type { Deps } from './platform/deps.ts'
import type { Log } from './platform/log.ts'

/** What the deadline job is told by the settings. In a sandbox, `clock` is the sandbox's. */
export type DeadlineOptions = Pick<Deps, 'clock' | 'finalReportReading' | 'sandboxClock'> & {
  readonly dueSoonWorkingDays: number
}

/** What one round did: courses ended, duties told. `failed`: some step has to be tried again. */
export type DeadlineRound = {
  readonly ended: number
  readonly dueSoon: number
  readonly overdue: number
  readonly failed: boolean
}

/** How often the job looks, in milliseconds: how late a date's end is noticed, and a sandbox's new time. */
const pollMs = { usual: 5000, sandbox: 250 }

/**
 * One round as of the clock's time: ends the courses whose end date has passed, tells the duties that are due soon and
 * then those that are overdue. What to do follows from the rows alone, so a round after days of downtime does all that was
 * left, and rounds of several workers share it. A step that fails is logged and leaves the others their turn.
 * @throws whatever says that the database is away
 */
export const deadlineRound = async (
  options: DeadlineOptions & { readonly database: Database; readonly log: Log; readonly signal?: AbortSignal },
): Promise<DeadlineRound> => {
  const { database, log, clock, dueSoonWorkingDays, finalReportReading, signal } = options
  await options.sandboxClock?.refresh()
  const now = clock.now()
  let failed = false
  const step = async (name: string, work: () => Promise<number>): Promise<number> => {
    try {
      return await work()
    } catch (error) {
      if (isUnavailable(error)) throw error
      failed = true
      log.error({ err: error, step: name }, 'a step of the deadline job failed')
      return 0
    }
  }
  const stopping = signal ? { signal } : {}
  const ended = await step('end dates', () => endDueCourses({ database, now, log, finalReportReading, ...stopping }))
  const dueSoon = await step('due soon', () => tellDutiesDueSoon(database, now, dueSoonWorkingDays))
  const overdue = await step('overdue', () => tellOverdueDuties(database, now))
  return { ended, dueSoon, overdue, failed }
}

/**
 * Runs the deadline job until the signal aborts: at the start, and then every few seconds (several times a second in a
 * sandbox, so that a clock moved forward takes effect at once). Any number of workers may run it.
 * @param options.ran hears of each round
 */
export const runDeadlines = async (
  options: DeadlineOptions & {
    readonly database: Database
    readonly log: Log
    readonly signal: AbortSignal
    readonly ran: (round: DeadlineRound) => void
  },
): Promise<void> => {
  const { log, signal } = options
  for (let failures = 0; !signal.aborted; ) {
    let failed = true
    try {
      const round = await deadlineRound(options)
      options.ran(round)
      failed = round.failed
      if (round.ended + round.dueSoon + round.overdue > 0) log.info({ ...round }, 'deadlines')
    } catch (error) {
      if (failures % 12 === 0) log.error({ err: error }, 'the deadline job waits')
    }
    failures = failed ? failures + 1 : 0
    const usual = options.sandboxClock ? pollMs.sandbox : pollMs.usual
    await sleep(failed ? Math.min(5000, usual * 2 ** Math.min(failures, 10)) : usual, undefined, { signal }).catch(
      () => undefined,
    )
  }
}
