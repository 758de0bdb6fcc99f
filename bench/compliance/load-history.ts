import pg from 'pg'
import type { LocalDate } from '#kernel/local-date.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { coarseDimensions, columnsOf, dimensions, sources } from '../../migrations/compliance/facts.ts'
import { rounded } from '../quantiles.ts'
import { type Courses, historyStatements, historyTable, loadedTables } from './history-statements.ts'

const { organisations, agreements } = demo
const pairs = ['supplierNord', 'supplierSyd', 'supplierBeskaeftigelsescenter', 'supplierAkasse'] as const

/** How many rows there are of what; the cells by their span. */
export type LoadedHistory = {
  readonly rows: Readonly<Record<string, number>>
  readonly cells: Readonly<Record<string, number>>
  readonly loadSeconds: number
  readonly countSeconds: number
  readonly databaseBytes: number
}

const demoCourses = async (client: pg.Client): Promise<Courses[]> => {
  const { rows } = await client.query<{ code: string }>(
    `select distinct code from code_values where set_name = 'target-groups' order by code`,
  )
  return pairs.map((name) => {
    const { targetGroups, id, supplierId } = agreements[name]
    const groups = typeof targetGroups === 'string' ? rows.map(({ code }) => code) : [...targetGroups]
    return { supplierId, agreementId: id, addressId: organisations[name].deliveryAddresses[0].id, targetGroups: groups }
  })
}

/** More suppliers than the demo has: copies of its first one, with an agreement and an address each. */
const moreSuppliers = async (client: pg.Client, like: Courses, count: number): Promise<Courses[]> => {
  const made: Courses[] = []
  for (let number = 1; number <= count; number++) {
    const id = (kind: string): string => `0189be2c-0002-7000-8000-${kind}${String(number).padStart(11, '0')}`
    const copies = [
      ['organisations', like.supplierId, { id: id('1'), name: `Leverandør ${number}` }],
      ['framework_agreements', like.agreementId, { id: id('2'), supplier_id: id('1'), title: `Rammeaftale ${number}` }],
      ['delivery_addresses', like.addressId, { id: id('3'), organisation_id: id('1') }],
    ] as const
    for (const [table, of, members] of copies)
      await client.query(
        `insert into ${table} select (jsonb_populate_record(t, $2::jsonb)).* from ${table} t where t.id = $1`,
        [of, JSON.stringify(members)],
      )
    made.push({ supplierId: id('1'), agreementId: id('2'), addressId: id('3'), targetGroups: like.targetGroups })
  }
  return made
}

/** Drops the indexes of tables that are no constraint's. @returns the statements that make them again */
const dropIndexes = async (client: pg.Client, tables: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

/** Counts all cells at once with the views that `portal_count_days` and `portal_count_months` count them from. */
const countCells = async (client: pg.Client, tell: (line: string) => void): Promise<void> => {
  for (const source of sources) {
    tell(`counting ${source} …`)
    const table = `compliance_${source}`
    const columns = columnsOf(source)
    const sums = columns.map((column) => `sum(${column})`).join(', ')
    await client.query(`truncate ${table}`)
    const indexes = await dropIndexes(client, [table])
    await client.query(`insert into ${table} (span, day, supplier_id, ${dimensions}, ${columns.join(', ')})
      select 'day', day, supplier_id, ${dimensions}, ${sums} from ${table}_facts group by day, supplier_id, ${dimensions}`)
    await client.query(`insert into ${table} (span, day, supplier_id, ${dimensions}, ${columns.join(', ')})
      select 'month', date_trunc('month', day)::date, supplier_id, ${dimensions}, ${sums} from ${table}
       where span = 'day' group by 2, supplier_id, ${dimensions}`)
    const coarse = `supplier_id, ${coarseDimensions}`
    await client.query(`insert into ${table} (span, day, ${coarse}, ${columns.join(', ')})
      select 'coarse', day, ${coarse}, ${sums} from ${table} where span = 'month' group by day, ${coarse}`)
    for (const index of indexes) await client.query(index)
    await client.query(`vacuum analyze ${table}`)
  }
}

/**
 * Fills a migrated and seeded database with so many orders over four years, and counts the cells: as superuser, without triggers
 * and foreign keys, with the indexes made afterwards; a portal would have counted the cells one after the other.
 * @param given.suppliers four are the demo's, the others are like its first
 */
export const loadHistory = async (
  adminUrl: string,
  given: { readonly orders: number; readonly suppliers: number; readonly today: LocalDate },
  tell: (line: string) => void,
): Promise<LoadedHistory> => {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const began = performance.now()
    await client.query(`set session_replication_role = 'replica'; set maintenance_work_mem = '1GB'; set work_mem = '512MB';
      set jit = off; set synchronous_commit = off`)
    const ofDemo = await demoCourses(client)
    const [first] = ofDemo
    if (first === undefined) throw new Error('the demo has suppliers')
    const courses = [...ofDemo, ...(await moreSuppliers(client, first, given.suppliers - ofDemo.length))]
    const jobcenters = [
      organisations.jobcenterMusvaagevej.id,
      organisations.jobcenterSkelbaekgade.id,
      organisations.supplierBeskaeftigelsescenter.id,
    ]
    await client.query(historyTable({ ...given, courses, jobcenters }))
    const indexes = await dropIndexes(client, loadedTables)
    for (const statement of historyStatements(given.today)) {
      tell(`${/insert into (\w+)/.exec(statement)?.[1]} …`)
      await client.query(statement)
    }
    tell(`${indexes.length} indexes …`)
    for (const index of indexes) await client.query(index)
    await client.query('drop table bench_history')
    await client.query(`vacuum analyze ${loadedTables.join(', ')}`)
    const loaded = performance.now()
    await countCells(client, tell)
    const counted = performance.now()
    await client.query('checkpoint')
    const rows: Record<string, number> = {}
    const cells: Record<string, number> = {}
    for (const table of loadedTables) {
      const found = await client.query<{ n: string }>(`select count(*) as n from ${table}`)
      rows[table] = Number(found.rows[0]?.n)
    }
    for (const source of sources) {
      const found = await client.query<{ span: string; n: string }>(
        `select span, count(*) as n from compliance_${source} group by span`,
      )
      for (const { span, n } of found.rows) cells[span] = (cells[span] ?? 0) + Number(n)
    }
    const size = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
    return {
      rows,
      cells,
      loadSeconds: rounded((loaded - began) / 1000),
      countSeconds: rounded((counted - loaded) / 1000),
      databaseBytes: Number(size.rows[0]?.bytes),
    }
  } finally {
    await client.end()
  }
}
