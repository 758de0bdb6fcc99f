import { type RawBuilder, sql } from 'kysely'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { endOfLocalDay, type Instant, localDateAt } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { EventType } from '#platform/outbox/event-types.ts'
import { dueSoonUntil } from '#rules/obligation/due-soon.ts'

/** Ours: duties told in one transaction; several workers share a backlog batch by batch. */
const batchSize = 500

/**
 * Tells supplier and jobcenter of the duties that `due` selects: the events and the mark that they were told are one
 * statement, and rows that another worker holds are left to it, so each is told once however many workers run.
 */
const tell = async (
  trx: Trx,
  given: { readonly type: EventType; readonly mark: string; readonly due: RawBuilder<unknown>; readonly now: Instant },
): Promise<number> => {
  const { rows } = await sql<{ told: number }>`
    with due as (
      select id from obligations where met_at is null and waived_at is null and ${given.due}
       order by due_at, id limit ${batchSize} for update skip locked
    ), told as (
      update obligations o set ${sql.ref(given.mark)} = ${given.now}::timestamptz from due where o.id = due.id
      returning o.id, o.kind, o.order_id, o.supplier_id, o.jobcenter_id, o.due_on, o.due_at
    ), written as (
      insert into events (id, type, occurred_at, producer_id, recipients, order_id, data, path)
      select uuidv7(), ${given.type}, ${given.now}::timestamptz, jobcenter_id, array[supplier_id, jobcenter_id], order_id,
             jsonb_build_object('orderId', order_id, 'obligationId', id, 'kind', kind, 'dueOn', due_on),
             '/v1/obligations/' || id
        from told order by due_at, id
    )
    select count(*) as told from told`.execute(trx)
  return rows[0]?.told ?? 0
}

const untilNoneIsLeft = async (round: () => Promise<number>): Promise<number> => {
  for (let total = 0; ; ) {
    const told = await round()
    total += told
    if (told < batchSize) return total
  }
}

/**
 * Tells `obligation.due-soon` of each open duty whose date has come near (Ours: also when it has passed meanwhile, while no
 * worker ran, so that every duty that becomes overdue was told both times). Run as `portal_worker`.
 * @param workingDaysAhead how many working days before its date a duty is told
 * @returns how many were told
 */
export const tellDutiesDueSoon = (database: Database, now: Instant, workingDaysAhead: number): Promise<number> =>
  untilNoneIsLeft(() =>
    database.kysely.transaction().execute(async (trx) => {
      const until = endOfLocalDay(dueSoonUntil(localDateAt(now), workingDaysAhead, await workingDaysOf(trx)))
      const due = sql`due_soon_told_at is null and due_at <= ${until}::timestamptz`
      return tell(trx, { type: 'obligation.due-soon', mark: 'due_soon_told_at', due, now })
    }),
  )

/**
 * Tells `obligation.overdue` of each duty whose date has passed unmet, after it was told to be due soon. Run as
 * `portal_worker`.
 * @returns how many were told
 */
export const tellOverdueDuties = (database: Database, now: Instant): Promise<number> =>
  untilNoneIsLeft(() =>
    database.kysely.transaction().execute((trx) => {
      const due = sql`due_soon_told_at is not null and overdue_told_at is null and due_at <= ${now}::timestamptz`
      return tell(trx, { type: 'obligation.overdue', mark: 'overdue_told_at', due, now })
    }),
  )

/** How many duties are open and how many of them are overdue at that moment; for the worker's metrics. */
export const countUnmetDuties = async (
  database: Database,
  now: Instant,
): Promise<{ open: number; overdue: number }> => {
  const { rows } = await sql<{ open: number; overdue: number }>`
    select count(*) filter (where due_at > ${now}::timestamptz) as open,
           count(*) filter (where due_at <= ${now}::timestamptz) as overdue
      from obligations where met_at is null and waived_at is null`.execute(database.kysely)
  return rows[0] ?? { open: 0, overdue: 0 }
}
