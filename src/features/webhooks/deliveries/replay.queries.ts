import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { GoingEvent } from './set-going.queries.ts'

/** Which of the caller's events are meant: numbers and times of the events, ends included; null for no bound. */
export type ReplayRange = {
  readonly fromSequence: number | null
  readonly toSequence: number | null
  readonly fromTime: Instant | null
  readonly toTime: Instant | null
}

/** Whether the organisation has a live endpoint of that id. */
export const hasEndpoint = async (trx: Trx, organisationId: string, id: string): Promise<boolean> => {
  const endpoint = await trx
    .selectFrom('webhookEndpoints')
    .select('id')
    .where('organisationId', '=', organisationId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return endpoint !== undefined
}

/**
 * Up to which number the organisation's events are gone, when the range may reach that far back; else null. A time does so
 * unless the last event that is gone was before it.
 */
export const goneUpTo = async (
  trx: Trx,
  organisationId: string,
  range: Pick<ReplayRange, 'fromSequence' | 'fromTime'>,
): Promise<number | null> => {
  const { rows } = await sql<{ sequence: number }>`
    select f.sequence from event_feed_floors f left join events e on e.sequence = f.sequence
     where f.organisation_id = ${organisationId}
       and (f.sequence >= ${range.fromSequence}::bigint
         or ${range.fromTime}::timestamptz is not null and coalesce(e.occurred_at >= ${range.fromTime}::timestamptz, true))`.execute(
    trx,
  )
  return rows[0]?.sequence ?? null
}

/**
 * The organisation's events in the range that the endpoint asks for as it is now, in order: those among the first
 * `most.looked` of the range, and not more than `most.queued` of them.
 * @returns `next`: the number of the event to go on with; null when the range was looked through
 */
export const eventsToReplay = async (
  trx: Trx,
  organisationId: string,
  endpointId: string,
  range: ReplayRange,
  most: { readonly looked: number; readonly queued: number },
): Promise<{ events: GoingEvent[]; next: number | null }> => {
  const upTo = range.toSequence === null ? sql`` : sql`and f.sequence <= ${range.toSequence}`
  const { rows: beyond } = await sql<{ sequence: number }>`
    select f.sequence from event_feed f
     where f.organisation_id = ${organisationId} and f.sequence >= ${range.fromSequence ?? 0} ${upTo}
     order by f.sequence offset ${most.looked} limit 1`.execute(trx)
  const stop = beyond[0]?.sequence ?? null
  const { rows } = await sql<GoingEvent>`
    select e.id as event_id, e.type as event_type, f.sequence, e.order_id
      from webhook_endpoints w join event_feed f on f.organisation_id = w.organisation_id join events e on e.id = f.event_id
     where w.id = ${endpointId} and w.organisation_id = ${organisationId}
       and f.organisation_id = ${organisationId} and f.sequence >= ${range.fromSequence ?? 0}
       ${upTo} ${stop === null ? sql`` : sql`and f.sequence < ${stop}`}
       ${range.fromTime === null ? sql`` : sql`and e.occurred_at >= ${range.fromTime}`}
       ${range.toTime === null ? sql`` : sql`and e.occurred_at <= ${range.toTime}`}
       and portal_fits(w, e)
     order by f.sequence limit ${most.queued + 1}`.execute(trx)
  return { events: rows.slice(0, most.queued), next: rows[most.queued]?.sequence ?? stop }
}
