import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'

export type CodeSet = { readonly name: string; readonly codes: readonly unknown[] }

/**
 * Code sets by name, with the codes that are valid on `on` (every version of each without it).
 * @param page.name only this set
 */
export const codeSets = async (
  trx: Trx,
  page: { name?: string | undefined; on: string | undefined; after?: string | undefined; limit: number },
): Promise<CodeSet[]> => {
  const { name = null, on = null, after = null, limit } = page
  const { rows } = await sql<CodeSet>`
    select set_name as name,
           coalesce(jsonb_agg(jsonb_build_object(
             'code', code, 'labels', jsonb_build_object('da', label_da, 'en', label_en),
             'validFrom', valid_from, 'validTo', valid_to, 'attributes', attributes) order by position, code, valid_from)
             filter (where ${on}::date is null or (valid_from <= ${on}::date and (valid_to is null or valid_to >= ${on}::date))),
             '[]') as codes
      from code_values
     where (${name}::text is null or set_name = ${name}) and (${after}::text is null or set_name > ${after})
     group by set_name order by set_name limit ${limit}`.execute(trx)
  return rows
}
