import type { PgBoss } from 'pg-boss'

/** The queue of webhook deliveries. */
export const webhookQueue = 'webhook-delivery'

/** One attempt to deliver. `attempt` counts the attempts before it, so that a job that runs twice counts once. */
export type WebhookJob = { readonly deliveryId: string; readonly attempt: number }

/** What is put into the queue: the job, its endpoint, and how many seconds from now it is due (0: at once). */
export type WebhookJobRequest = WebhookJob & { readonly endpointId: string; readonly delaySeconds?: number }

/**
 * How pg-boss keeps the jobs. A job that ends by itself has planned its next attempt (see the delivery's retry
 * schedule); pg-boss tries again only what a killed worker or a database outage cut off, hence the short delays and the
 * high limit. A dead worker's job is found 15 s after its last heartbeat, by a look every 15 s: within a minute.
 */
export const webhookQueueSettings = {
  heartbeatSeconds: 15,
  expireInSeconds: 60,
  retryLimit: 1000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 15,
  // A worker that was away for weeks still finds what it owes.
  retentionSeconds: 90 * 24 * 3600,
  deleteAfterSeconds: 3600,
  warningQueueSize: 100_000,
} as const

/**
 * Puts attempts into the queue with one statement, in the transaction that `db` stands for.
 * Ours: later attempts give way to first ones, so that a dead endpoint does not hold up the living.
 */
export const enqueueWebhooks = async (
  boss: PgBoss,
  db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> },
  requests: readonly WebhookJobRequest[],
): Promise<void> => {
  if (requests.length === 0) return
  const jobs = requests.map(({ deliveryId, attempt, endpointId, delaySeconds }) => ({
    data: { deliveryId, attempt } satisfies WebhookJob,
    group: { id: endpointId },
    priority: attempt === 0 ? 1 : 0,
    ...(delaySeconds ? { startAfter: delaySeconds } : {}),
  }))
  await boss.insert(webhookQueue, jobs, { db })
}
