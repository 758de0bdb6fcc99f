import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import type { StandingOfFile } from './protocol-file.ts'

/** What the codes of a protocol were called in Danish at the end of its month, by `set code`. */
export const danishLabels = async (trx: Trx, month: string): Promise<Map<string, string>> => {
  const { rows } = await sql<{ key: string; label: string }>`
    select distinct on (set_name, code) set_name || ' ' || code as key, label_da as label from code_values
     where set_name in ('attendance-codes', 'absence-reasons')
     order by set_name, code, valid_from < (${`${month}-01`}::date + interval '1 month') desc, valid_from desc`.execute(
    trx,
  )
  return new Map(rows.map(({ key, label }) => [key, label]))
}

/** The open days that a version was submitted with, and their explanations. */
export const acceptedOpenDays = async (
  trx: Trx,
  orderId: string,
  month: string,
  version: number,
): Promise<StandingOfFile['acceptedOpenDays']> => {
  const row = await trx
    .selectFrom('protocolVersions')
    .select('content')
    .where('orderId', '=', orderId)
    .where('month', '=', month)
    .where('version', '=', version)
    .executeTakeFirst()
  return row === undefined ? [] : JSON.parse(row.content).acceptedOpenDays
}
