import pg from 'pg'
import { runningEmbedded } from '#src/dev/embedded/embedded-database.ts'

/** What must be looked for without its value: the encrypted number itself. */
const encrypted = { table: 'citizens', column: 'cpr_cipher' } as const

/** Every row of every table of the portal's database as text, by table; without the citizens' encrypted column. */
export const storedText = async (databaseFolder: string): Promise<ReadonlyMap<string, string>> => {
  const server = await runningEmbedded(databaseFolder)
  if (!server) throw new Error(`no database runs in ${databaseFolder}`)
  const client = new pg.Client({ connectionString: new URL('/portal', server.adminUrl).href })
  await client.connect()
  try {
    const columns = await client.query<{ schema: string; name: string; columns: string[] }>(
      `select table_schema as schema, table_name as name, array_agg(column_name::text order by ordinal_position) as columns
         from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
          and not (table_name = $1 and column_name = $2)
        group by 1, 2 order by 1, 2`,
      [encrypted.table, encrypted.column],
    )
    const tables = new Map<string, string>()
    for (const table of columns.rows) {
      const list = table.columns.map((column) => client.escapeIdentifier(column)).join(', ')
      const from = `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`
      const rows = await client.query<{ row: string }>(`select row(${list})::text as row from ${from}`)
      tables.set(`${table.schema}.${table.name}`, rows.rows.map(({ row }) => row).join('\n'))
    }
    return tables
  } finally {
    await client.end()
  }
}
