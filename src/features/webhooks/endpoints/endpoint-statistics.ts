import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

type Statistics = {
  readonly endpointId: string
  readonly pending: number
  readonly waitingSince: Instant | null
  readonly delivered: number
  readonly failed: number
  readonly attempts: number
  readonly averageMilliseconds: number | null
  readonly failingSince: Instant | null
  readonly lastDeliveredAt: Instant | null
  readonly lastFailedAt: Instant | null
  readonly dayAttempts: number
  readonly dayFailures: number
}

/** How deliveries to the organisation's live endpoint fare; undefined when it has none of that id. */
export const endpointStatistics = async (trx: Trx, organisationId: string, id: string) => {
  const { rows } = await sql<Statistics>`
    select w.id as endpoint_id, open.pending, open.waiting_since, q.delivered, q.failed, q.attempts,
           round(q.attempt_milliseconds::float8 / nullif(q.attempts, 0))::float8 as average_milliseconds,
           q.failing_since, q.last_delivered_at, q.last_failed_at, day.attempts as day_attempts, day.failures as day_failures
      from webhook_endpoints w join webhook_queues q on q.endpoint_id = w.id
     cross join lateral (select count(*) as pending, min(d.created_at) as waiting_since from webhook_deliveries d
                          where d.endpoint_id = w.id and d.status = 'pending') as open
     cross join lateral (select count(*) as attempts, count(a.error) as failures from webhook_attempts a
                          where a.endpoint_id = w.id and a.at > now() - interval '24 hours') as day
     where w.id = ${id} and w.organisation_id = ${organisationId} and w.deleted_at is null`.execute(trx)
  const [found] = rows
  if (!found) return undefined
  const { dayAttempts, dayFailures, ...statistics } = found
  return { ...statistics, last24Hours: { attempts: dayAttempts, failures: dayFailures } }
}
