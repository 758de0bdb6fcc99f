import { type Kysely, sql } from 'kysely'
import { getConstructionPlans } from 'pg-boss'

/** pg-boss's own tables, owned by the migrator; the worker uses them and never changes their shape. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  const plan = getConstructionPlans('pgboss')
    .replace(/^\s*BEGIN;/i, '')
    .replace(/COMMIT;\s*$/i, '')
  await sql.raw(plan).execute(db)
  await sql`
    grant usage on schema pgboss to portal_worker;
    grant select, insert, update, delete on all tables in schema pgboss to portal_worker;
    grant usage on all sequences in schema pgboss to portal_worker;
    grant execute on all functions in schema pgboss to portal_worker;
  `.execute(db)
}
