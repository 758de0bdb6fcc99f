import { fromKysely, type PgBoss } from 'pg-boss'
import { epochMilliseconds } from '#kernel/instant.ts'
import type { Clock } from '#platform/clock.ts'
import { type Keyring, unseal } from '#platform/crypto/keyring.ts'
import type { Database } from '#platform/db/pool.ts'
import { enqueueWebhooks, type WebhookJob } from '#platform/jobs/webhook-jobs.ts'
import type { Log } from '#platform/log.ts'
import { eventDocument } from '#platform/outbox/event-document.ts'
import type { Outbound, PostResult } from '#platform/webhooks/outbound.ts'
import { signatureHeaders } from '#platform/webhooks/signature.ts'
import { type DueDelivery, findDueDelivery, giveUp, recordAttempt } from './delivery.queries.ts'
import { secondsToNextAttempt } from './retry-schedule.ts'
import { secretContext } from './webhook-endpoint.queries.ts'

/** What the deliveries need. `database` acts as the worker. */
export type DeliveryDeps = {
  readonly database: Database
  readonly boss: PgBoss
  readonly outbound: Outbound
  readonly keyring: Keyring
  readonly publicUrl: string
  /** Real time, never a sandbox's: receivers compare the signature's time with their own. */
  readonly clock: Clock
  readonly log: Log
}

/** How a job ended. `skipped`: nothing was to be done any more. */
export type DeliveryOutcome = 'delivered' | 'retrying' | 'failed' | 'skipped'

type Sent = { readonly httpStatus: number | null; readonly error: string | null }

const judged = (result: PostResult): Sent => {
  if (result.kind === 'failed') return { httpStatus: null, error: result.fault }
  const { status } = result
  if (status >= 200 && status < 300) return { httpStatus: status, error: null }
  return { httpStatus: status, error: status >= 300 && status < 400 ? 'redirect-not-followed' : 'refused' }
}

const send = async (deps: DeliveryDeps, due: DueDelivery, signal: AbortSignal | undefined): Promise<Sent> => {
  let secret: string
  try {
    secret = unseal(deps.keyring, { key: due.secretKey, cipher: due.secretCipher }, secretContext(due.endpointId))
  } catch (error) {
    deps.log.error({ err: error, endpointId: due.endpointId }, 'the secret of a webhook endpoint cannot be read')
    return { httpStatus: null, error: 'secret-unreadable' }
  }
  const event = eventDocument({ ...due, id: due.eventId }, deps.publicUrl)
  const body = JSON.stringify(event)
  const timestampSeconds = epochMilliseconds(deps.clock.now()) / 1000
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Udbudsportal-Webhooks/1',
    ...signatureHeaders({ id: event.id, timestampSeconds, body }, [secret]),
  }
  return judged(await deps.outbound.post(due.url, headers, body, signal))
}

/**
 * Makes one attempt to deliver. The attempt and the job of the next one are written in one transaction, so an attempt is
 * followed by exactly one other, whatever dies in between. A worker that dies after the POST and before that writes
 * nothing, and the attempt is made again: at least once, under the same `webhook-id`.
 * @param signal aborts when the worker gives the job up
 * @throws the database's error, or when it was broken off; pg-boss then runs the job again
 */
export const deliverWebhook = async (
  deps: DeliveryDeps,
  job: WebhookJob,
  signal?: AbortSignal,
): Promise<DeliveryOutcome> => {
  const due = await findDueDelivery(deps.database, job.deliveryId)
  if (due?.status !== 'pending' || due.attempts !== job.attempt) return 'skipped'
  if (due.endpointDeleted) {
    await giveUp(deps.database, due.id, 'endpoint-deleted')
    return 'skipped'
  }
  const { httpStatus, error } = await send(deps, due, signal)
  // The worker is stopping, or lost the job to another: what was broken off says nothing about the endpoint.
  if (error !== null && signal?.aborted) throw new Error('the delivery was broken off')
  // 410: the receiver says that it is gone for good.
  const next = error === null || httpStatus === 410 ? null : secondsToNextAttempt(job.attempt + 1, Math.random())
  const status = error === null ? 'delivered' : next === null ? 'failed' : 'pending'
  const written = await deps.database.kysely.transaction().execute(async (trx) => {
    const attempt = { deliveryId: due.id, before: job.attempt, status, httpStatus, error } as const
    if (!(await recordAttempt(trx, attempt))) return false
    if (next !== null) {
      const following = { deliveryId: due.id, attempt: job.attempt + 1, endpointId: due.endpointId }
      await enqueueWebhooks(deps.boss, fromKysely(trx.withoutPlugins()), [{ ...following, delaySeconds: next }])
    }
    return true
  })
  if (!written) return 'skipped'
  return status === 'pending' ? 'retrying' : status
}
