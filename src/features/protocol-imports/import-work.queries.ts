import { sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Statement } from '#platform/db/transaction.ts'
import type { RowError } from './row-errors.ts'

/** Ours: an import whose worker shows no progress for so long is taken up by another. Seconds. */
const leaseSeconds = 60
/** Ours: how often an import is begun before it counts as failed. */
export const mostAttempts = 3

/** An import in the hands of a worker. `attempts` tells its turn from those of others. */
export type TakenImport = {
  readonly id: string
  readonly organisationId: string
  readonly month: string | null
  readonly dryRun: boolean
  readonly format: 'csv' | 'xlsx'
  readonly content: Buffer
  readonly correctionReason: string | null
  readonly registeredBy: Person
  readonly clientId: string
  readonly requestId: string
  readonly arrivedAt: Instant
  readonly attempts: number
}

/**
 * The next import to work on: one that waits, or one whose worker is gone. Marked in the same statement. Ours: those of an
 * organisation come one at a time and in their order, so that an older file never comes after a newer one; of the
 * organisations, the one that was served longest ago has its turn.
 */
export const takeImport = async (worker: Database, now: Instant): Promise<TakenImport | undefined> => {
  const { rows } = await sql<TakenImport>`
    update protocol_imports set status = 'running', taken_at = coalesce(taken_at, ${now}::timestamptz), progress_at = clock_timestamp(),
        attempts = attempts + 1, rows_read = 0, rows_empty = 0, rows_checked = 0
     where id = (select i.id from protocol_imports i
        where ((i.status = 'waiting' and (i.progress_at is null or i.progress_at < clock_timestamp() - i.attempts * interval '5 seconds'))
            or (i.status = 'running' and i.progress_at < clock_timestamp() - ${leaseSeconds} * interval '1 second'))
          and not exists (select from protocol_imports e
            where e.organisation_id = i.organisation_id and e.id < i.id and e.status in ('waiting', 'running'))
        order by (select max(t.progress_at) from protocol_imports t where t.organisation_id = i.organisation_id) nulls first, i.id
        limit 1 for update of i skip locked)
    returning id, organisation_id, month, dry_run, format, content, correction_reason, registered_by, client_id, request_id,
      arrived_at, attempts`.execute(worker.kysely)
  return rows[0]
}

export type ImportCounts = { readonly rowsRead: number; readonly rowsEmpty: number; readonly rowsChecked: number }

/** Shows how far an import is, and that its worker lives. @returns whether it is still this worker's */
export const showProgress = async (
  worker: Database,
  { id, attempts }: TakenImport,
  counts: Partial<ImportCounts> = {},
): Promise<boolean> => {
  const updated = await worker.kysely
    .updateTable('protocolImports')
    .set({ ...counts, progressAt: sql<Instant>`clock_timestamp()` })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

/** How an import ended without writing anything of attendance. */
export type ImportEnd<Status extends string = 'completed' | 'rejected' | 'failed'> = Partial<ImportCounts> & {
  readonly status: Status
  readonly month: string | null
  readonly daysWritten?: number
  readonly daysUnchanged?: number
  readonly errorCount: number
  readonly errors: readonly RowError[]
}

/** Ends an import, unless another worker has it by now. */
export const endImport = async (
  worker: Database,
  { id, attempts }: TakenImport,
  now: Instant,
  end: ImportEnd,
): Promise<void> => {
  await worker.kysely
    .updateTable('protocolImports')
    .set({ ...end, errors: JSON.stringify(end.errors), finishedAt: now, content: null })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'running')
    .execute()
}

/** Lets an import wait for its next attempt; `uncounted` when it was stopped through no fault of its own. */
export const releaseImport = async (
  worker: Database,
  { id, attempts }: TakenImport,
  uncounted: boolean,
): Promise<void> => {
  await worker.kysely
    .updateTable('protocolImports')
    .set({ status: 'waiting', ...(uncounted ? { attempts: attempts - 1 } : {}) })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'running')
    .execute()
}

/**
 * Ends an import in the transaction that writes its days, so that both happen or neither, and keeps a line of history.
 * Gives no row when another worker has it by now. `$1` id, `$2` attempts, `$3` month, `$4` rows read, `$5` empty,
 * `$6` checked, `$7` days written, `$8` unchanged, `$9` when, `$10` id of the line of history.
 */
export const completeImport: Statement = {
  name: 'protocol-import-complete',
  text: `with done as (
      update protocol_imports set status = 'completed', month = $3, rows_read = $4, rows_empty = $5, rows_checked = $6, days_written = $7,
          days_unchanged = $8, finished_at = $9::timestamptz, content = null
       where id = $1::uuid and attempts = $2 and status = 'running'
      returning id, organisation_id, client_id, request_id, registered_by, month, days_written
    )
    insert into change_log (id, occurred_at, client_id, organisation_id, registered_by, action, entity, entity_id, order_id, request_id, changes)
      select $10::uuid, $9::timestamptz, client_id, organisation_id, registered_by, 'completed', 'protocol-import', id, null, request_id,
        jsonb_build_object('month', month, 'daysWritten', days_written) from done
    returning entity_id`,
}

/**
 * Ours: what writes a whole month waits longer than a request for whoever is at one of its orders, and then begins anew,
 * however often that takes.
 */
export const waitForLocks: Statement = {
  name: 'protocol-import-wait-for-locks',
  text: `select set_config('lock_timeout', '60s', true), set_config('statement_timeout', '120s', true)`,
}

/** The supplier's own orders by their numbers. `$1` supplier, `$2` numbers. */
export const ordersByNumber: Statement = {
  name: 'protocol-import-orders',
  text: `select id, order_number as "orderNumber" from orders
    where supplier_id = $1 and approved_at is not null and order_number = any ($2::text[])`,
}

/** What people call the attendance codes. */
export const codeNames: Statement = {
  name: 'protocol-import-codes',
  text: `select code, label_da as da, label_en as en from code_values where set_name = 'attendance-codes' order by valid_from`,
}
