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
  const slots: string[] = []
  for (let slot = 0; slot < options.slots; slot++) {
    const id: string = await boss.work(
      queue,
      { batchSize: 1, pollingIntervalSeconds: 1, localGroupConcurrency: options.perGroup },
      async (jobs: Job<Request>[]) => {
        for (const job of jobs) await handle(job.data, job.signal)
        const own = slots[slot]
        if (own !== undefined) boss.notifyWorker(own)
      },
    )
    slots.push(id)
  }
  return {
    wake: () => {
      for (const id of slots) boss.notifyWorker(id)
    },
    stop: () => boss.offWork(queue, { wait: true }),
  }
}
