import type { Job, PgBoss } from 'pg-boss'

/** The running work on a queue. */
export type Work = {
  /** Looks for jobs at once instead of at the next look; called when some were just put there. */
  wake(): void
  /** Takes no more jobs; resolves when those under way have ended. */
  stop(): Promise<void>
}

/**
 * Works on a queue with so many jobs at a time. Each slot goes on without a pause while it finds jobs and else looks
 * once a second. A job that `handle` throws on is tried again by pg-boss.
 * @param options.slots jobs at a time in this process
 * @param options.perGroup most of them for one group (an endpoint), so that a slow one leaves slots to the others
 */
export const workInSlots = async <Request>(
  boss: PgBoss,
  queue: string,
  options: { slots: number; perGroup: number },
  handle: (request: Request, signal: AbortSignal) => Promise<void>,
): Promise<Work> => {
  const wake = (which: (slot: { count: number }) => boolean): void => {
    for (const slot of boss.getWipData()) if (slot.name === queue && which(slot)) boss.notifyWorker(slot.id)
  }
  await boss.work(
    queue,
    {
      batchSize: 1,
      pollingIntervalSeconds: 1,
      localConcurrency: options.slots,
      localGroupConcurrency: options.perGroup,
    },
    async (jobs: Job<Request>[]) => {
      for (const job of jobs) await handle(job.data, job.signal)
      // This slot is among the busy ones, and they look again as soon as they are free.
      wake((slot) => slot.count > 0)
    },
  )
  return { wake: () => wake(() => true), stop: () => boss.offWork(queue, { wait: true }) }
}
