import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'

export type RefusalFilter = {
  readonly rule?: string | undefined
  readonly orderId?: string | undefined
  readonly arrivedFrom?: string | undefined
  readonly arrivedTo?: string | undefined
}

/**
 * Refused registrations after `after`, one more than `limit` when there are more.
 * @param page.reader an auditor reads the refusals about orders of the citizens it audits, by where they lived on the day of the
 * attempt; everyone else its own
 */
export const refusalPage = (
  trx: Trx,
  page: {
    reader: { id: string; audits: boolean }
    filter: RefusalFilter
    after: string | undefined
    limit: number
  },
) => {
  const { reader, filter, after, limit } = page
  const audited = sql<boolean>`exists (
    select 1 from organisations a where a.id = ${reader.id} and (a.audited_municipalities is null or exists (
      select 1 from orders o
       where o.id = r.order_id and portal_municipality_on(o.id, (r.arrived_at at time zone 'Europe/Copenhagen')::date)
         = any (a.audited_municipalities))))`
  return trx
    .selectFrom('refusals as r')
    .select(['r.id', 'r.arrivedAt', 'r.clientId', 'r.organisationId', 'r.operation', 'r.rule', 'r.orderId'])
    .where((eb) => (reader.audits ? audited : eb('r.organisationId', '=', reader.id)))
    .$if(filter.rule !== undefined, (q) => q.where('r.rule', '=', filter.rule as string))
    .$if(filter.orderId !== undefined, (q) => q.where('r.orderId', '=', filter.orderId as string))
    .$if(filter.arrivedFrom !== undefined, (q) =>
      q.where('r.arrivedAt', '>=', sql<never>`${filter.arrivedFrom}::timestamptz`),
    )
    .$if(filter.arrivedTo !== undefined, (q) =>
      q.where('r.arrivedAt', '<=', sql<never>`${filter.arrivedTo}::timestamptz`),
    )
    .$if(after !== undefined, (q) => q.where('r.id', '>', after as string))
    .orderBy('r.id')
    .limit(limit + 1)
    .execute()
}
