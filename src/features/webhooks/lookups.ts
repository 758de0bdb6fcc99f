import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'

/** Those of the codes that are in the code set target-groups, of whatever time. */
export const targetGroupsAmong = async (trx: Trx, codes: readonly string[]): Promise<string[]> => {
  const rows = await trx
    .selectFrom('codeValues')
    .select('code')
    .distinct()
    .where('setName', '=', 'target-groups')
    .where('code', 'in', [...codes])
    .execute()
  return rows.map((row) => row.code)
}

/** Those of the ids that are a jobcenter's. */
export const jobcentersAmong = async (trx: Trx, ids: readonly string[]): Promise<string[]> => {
  const rows = await trx
    .selectFrom('organisations')
    .select('id')
    .where('id', 'in', [...ids])
    .where(sql<SqlBool>`'jobcenter' = any (kinds)`)
    .execute()
  return rows.map((row) => row.id)
}
