import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import { lockQueue } from '../lock-queue.ts'

/** A numbered event that is to go out to an endpoint, once more or for the first time. */
export type GoingEvent = {
  readonly eventId: string
  readonly eventType: string
  readonly sequence: number
  readonly orderId: string | null
}

/**
 * Holds the queue of the organisation's endpoint until the transaction ends: nobody else adds deliveries to it, settles
 * them or sets them going meanwhile. What decides about them has to be read after this, in a statement of its own.
 * @returns the endpoint as it is then; undefined when the organisation never had it
 */
export const holdQueue = async (
  trx: Trx,
  organisationId: string,
  endpointId: string,
): Promise<{ id: string; deleted: boolean } | undefined> => {
  await lockQueue(trx, organisationId, endpointId)
  const endpoint = await trx
    .selectFrom('webhookEndpoints')
    .select(['id', 'deletedAt'])
    .where('id', '=', endpointId)
    .where('organisationId', '=', organisationId)
    .executeTakeFirst()
  return endpoint && { id: endpoint.id, deleted: endpoint.deletedAt !== null }
}

/**
 * In each of the lanes makes the first open delivery the only one that is due: it gets a time if it has none, and every
 * other loses its. The queue is held.
 *
 * One that loses its time may be in a worker's hands at that moment, which nobody but the worker knows: it is then posted
 * ahead of the one that was set going before it, as it would have been a second earlier. When that attempt fails, it waits
 * for its turn (`portal_settle_deliveries` gives a time back only to what has one).
 */
export const orderLanes = async (trx: Trx, endpointId: string, lanes: readonly string[]): Promise<void> => {
  if (lanes.length === 0) return
  await sql`select portal_order_lanes(${endpointId}, ${[...lanes]}::uuid[])`.execute(trx)
}

/**
 * Makes deliveries of the events, and sets going again those that were made and settled before: with all the attempts of a
 * new one, under the same ids. Open ones are left as they are. Each takes its place in its order's lane. The queue is held.
 * @param events each once; they fit the endpoint
 * @returns how many were set going
 */
export const setGoing = async (trx: Trx, endpointId: string, events: readonly GoingEvent[]): Promise<number> => {
  if (events.length === 0) return 0
  const { rows } = await sql<{ going: number; lanes: string[] | null }>`
    with going as (
      insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, lane, status, due_at)
      select uuidv7(), w.id, w.organisation_id, e.event_id, e.event_type, e.sequence, case when w.in_order then e.order_id end, 'pending',
             -- As if nothing of its order were open; what is open is looked at afterwards.
             case when not w.in_order or e.order_id is null
                    or row_number() over (partition by e.order_id order by e.sequence) = 1 then now() end
        from unnest(${events.map((event) => event.eventId)}::uuid[], ${events.map((event) => event.sequence)}::bigint[],
                    ${events.map((event) => event.orderId)}::uuid[], ${events.map((event) => event.eventType)}::text[])
          as e (event_id, sequence, order_id, event_type)
        join webhook_endpoints w on w.id = ${endpointId} and w.deleted_at is null
       order by e.sequence
      on conflict (event_id, endpoint_id) do update
         set status = 'pending', lane = excluded.lane, due_at = excluded.due_at,
             attempts_before = webhook_deliveries.attempts, first_attempt_at = null
       where webhook_deliveries.status <> 'pending'
      returning lane
    )
    select count(*) as going, array_agg(distinct lane) filter (where lane is not null) as lanes from going`.execute(trx)
  const { going = 0, lanes = null } = rows[0] ?? {}
  await orderLanes(trx, endpointId, lanes ?? [])
  return going
}

/** Makes an open delivery that waits for a later attempt due at once. The queue is held. */
export const hasten = async (trx: Trx, id: string): Promise<void> => {
  await sql`
    update webhook_deliveries set due_at = now() where id = ${id} and status = 'pending' and due_at > now()`.execute(
    trx,
  )
}
