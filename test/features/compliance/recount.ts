import { figureSources } from '#rules/compliance/figure.ts'
import type { TestDatabase } from '#test/support/test-database.ts'

const keys = 'supplier_id, jobcenter_id, framework_agreement_id, target_group, residence_municipality, kind, open_until'

/** What the cells say otherwise than a count of everything from the tables, both ways; empty when they are right. */
export const wrongCells = async ({ sql }: Pick<TestDatabase, 'sql'>): Promise<Record<string, unknown>[]> => {
  const wrong: Record<string, unknown>[] = []
  for (const source of figureSources) {
    const columns = await sql<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = $1 and data_type = 'integer' order by 1`,
      [`compliance_${source}`],
    )
    const sums = (of: string) => columns.map(({ name }) => `sum(${of}.${name})::bigint as ${name}`).join(', ')
    const names = columns.map(({ name }) => `${name}::bigint as ${name}`).join(', ')
    const coarse = keys.replace('jobcenter_id', 'null::uuid').replace('target_group', 'null::text')
    for (const [span, day, by] of [
      ['day', 'f.day', keys],
      ['month', `date_trunc('month', f.day)::date`, keys],
      ['coarse', `date_trunc('month', f.day)::date`, coarse],
    ]) {
      const cells = `select day, ${keys}, ${names} from compliance_${source} where span = '${span}'`
      const counted = `select ${day} as day, ${by}, ${sums('f')} from compliance_${source}_facts f group by ${day}, ${by}`
      const rows = await sql(
        `(select '${source}' as source, 'only in the cells' as stands, to_jsonb(c) as row from (${cells} except all ${counted}) c)
         union all (select '${source}', 'only in the count', to_jsonb(c) from (${counted} except all ${cells}) c) limit 5`,
      )
      wrong.push(...rows)
    }
  }
  return wrong
}
