import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import type { EventType } from './event-types.ts'

/** A fact to be told. `data` holds ids, dates and codes: never personal data. */
export type NewEvent = {
  readonly type: EventType
  readonly occurredAt: Instant
  /** The organisation that acts; the transaction must act for it. */
  readonly producerId: string
  readonly recipients: readonly string[]
  readonly orderId: string | null
  readonly data: Readonly<Record<string, string | number | boolean>>
  /** Path of the resource below the public URL, such as `/v1/absences/…`. */
  readonly path: string
}

/**
 * Writes an event in the transaction of what it tells. The sequencer gives it its number once it is committed, and only
 * then do feeds and webhooks show it.
 * @returns the event's id
 */
export const appendEvent = async (trx: Trx, event: NewEvent): Promise<string> => {
  const id = newId()
  await trx
    .insertInto('events')
    .values({
      id,
      type: event.type,
      occurredAt: event.occurredAt,
      producerId: event.producerId,
      recipients: [...new Set(event.recipients)],
      orderId: event.orderId,
      data: JSON.stringify(event.data),
      path: event.path,
    })
    .execute()
  return id
}
