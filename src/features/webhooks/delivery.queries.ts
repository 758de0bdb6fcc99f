import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** A delivery with what is needed to make it. */
export type DueDelivery = {
  readonly id: string
  readonly status: string
  readonly attempts: number
  readonly endpointId: string
  readonly url: string
  readonly secretCipher: Buffer
  readonly secretKey: string
  readonly endpointDeleted: boolean
  readonly eventId: string
  readonly type: string
  readonly occurredAt: Instant
  readonly sequence: number
  readonly data: unknown
  readonly path: string
}

/** The delivery, its endpoint and its event, as the worker sees them; undefined when there is none. */
export const findDueDelivery = async (database: Database, deliveryId: string): Promise<DueDelivery | undefined> => {
  const row = await database.kysely
    .selectFrom('webhookDeliveries as d')
    .innerJoin('webhookEndpoints as w', 'w.id', 'd.endpointId')
    .innerJoin('events as e', 'e.id', 'd.eventId')
    .select(['d.id', 'd.status', 'd.attempts', 'd.endpointId', 'w.url', 'w.secretCipher', 'w.secretKey', 'w.deletedAt'])
    .select(['d.eventId', 'e.type', 'e.occurredAt', 'e.sequence', 'e.data', 'e.path'])
    .where('d.id', '=', deliveryId)
    .executeTakeFirst()
  if (!row) return undefined
  const { deletedAt, sequence, ...rest } = row
  if (sequence === null) throw new Error('a delivery of an event without a number')
  return { ...rest, sequence, endpointDeleted: deletedAt !== null }
}

/** The result of an attempt. `error` is one of the documented words. */
export type Attempt = {
  readonly deliveryId: string
  /** Attempts before this one. */
  readonly before: number
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly httpStatus: number | null
  readonly error: string | null
}

/**
 * Writes an attempt down, once: a second worker that made the same attempt finds it written. Times are the database's.
 * @returns whether it was written
 */
export const recordAttempt = async (trx: Trx, attempt: Attempt): Promise<boolean> => {
  const { numUpdatedRows } = await trx
    .updateTable('webhookDeliveries')
    .set({
      status: attempt.status,
      attempts: attempt.before + 1,
      lastAttemptAt: sql`now()`,
      lastStatus: attempt.httpStatus,
      lastError: attempt.error,
      ...(attempt.status === 'delivered' ? { deliveredAt: sql`now()` } : {}),
    })
    .where('id', '=', attempt.deliveryId)
    .where('attempts', '=', attempt.before)
    // What the deletion of its endpoint gave up meanwhile may still turn out to have been delivered.
    .where('status', 'in', attempt.status === 'delivered' ? ['pending', 'failed'] : ['pending'])
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Gives up on a delivery without an attempt. */
export const giveUp = async (database: Database, deliveryId: string, error: string): Promise<void> => {
  await database.kysely
    .updateTable('webhookDeliveries')
    .set({ status: 'failed', lastError: error })
    .where('id', '=', deliveryId)
    .where('status', '=', 'pending')
    .execute()
}
