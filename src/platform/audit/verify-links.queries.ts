import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'
import { arrayText, type Form, linkHash, type Raw } from './link-text.ts'

/** A link that the next one goes on from: its number and hash (32 bytes). */
export type Link = { readonly number: number; readonly hash: Buffer }

type Columns = Readonly<Record<string, Form>>
type Row = Readonly<Record<string, Raw>>

/** The columns of a link and of the three tables as the hashed text has them, in its order: migration 0014's once more. */
const linkColumns: Columns = {
  number: 'raw',
  source: 'text',
  position: 'raw',
  row_id: 'text',
  at: 'time',
  organisation_id: 'text',
  client_id: 'text',
  order_id: 'text',
  citizen_id: 'text',
  citizens: 'raw',
}
const sources: Readonly<Record<string, { table: string; at: string; columns: Columns }>> = {
  change: {
    table: 'change_log',
    at: 'occurred_at',
    columns: {
      id: 'text',
      position: 'raw',
      occurred_at: 'time',
      client_id: 'text',
      organisation_id: 'text',
      registered_by: 'raw',
      action: 'text',
      entity: 'text',
      entity_id: 'text',
      order_id: 'text',
      request_id: 'text',
      changes: 'raw',
    },
  },
  'look-up': {
    table: 'lookups',
    at: 'occurred_at',
    columns: {
      id: 'text',
      position: 'raw',
      occurred_at: 'time',
      client_id: 'text',
      organisation_id: 'text',
      operation: 'text',
      citizen_id: 'text',
      order_id: 'text',
      purpose: 'text',
      request_id: 'text',
      citizen_ids: 'ids',
    },
  },
  refusal: {
    table: 'refusals',
    at: 'arrived_at',
    columns: {
      id: 'text',
      position: 'raw',
      arrived_at: 'time',
      client_id: 'text',
      organisation_id: 'text',
      operation: 'text',
      rule: 'text',
      order_id: 'text',
      request_id: 'text',
    },
  },
}

const asWritten = { getTypeParser: () => (value: string) => value }

/** Rows with each value as the database writes it, through no cast and no function. */
const rawRows = async (client: pg.Client, text: string, values: readonly unknown[]): Promise<Row[]> => {
  const { rows } = await client.query({ text, values: [...values], types: asWritten } as pg.QueryConfig)
  return rows as Row[]
}

const grouped = (rows: readonly Row[], column: string): ReadonlyMap<Raw, readonly Row[]> =>
  Map.groupBy(rows, (row) => row[column] ?? null)

const textOf = (columns: Columns, row: Row): string | null =>
  arrayText(
    Object.values(columns),
    Object.keys(columns).map((name) => row[name] ?? null),
  )

/** A link's text, its row's within; null when a value cannot be the portal's. */
const contentOf = (link: Row, row: Row, columns: Columns): string | null => {
  const own = textOf(linkColumns, link)
  const content = textOf(columns, row)
  return own === null || content === null ? null : `${own.slice(0, -1)}, ${content}]`
}

/** Whether the index of citizens says what the link does: each citizen with a municipality once, and the link's own time. */
const citizensFit = (link: Row, indexed: readonly Row[]): boolean => {
  let stated: unknown
  try {
    stated = JSON.parse(link['citizens'] ?? 'null')
  } catch {
    return false
  }
  if (!Array.isArray(stated)) return false
  const same = ['at', 'source', 'organisation_id'].every((name) => indexed.every((row) => row[name] === link[name]))
  const pairs = indexed.map((row) => JSON.stringify([row['citizen_id'], row['municipality']]))
  return (
    same &&
    stated
      .map((pair) => JSON.stringify(pair))
      .sort()
      .join() === pairs.sort().join()
  )
}

/** What is wrong with one link, given all that claims to belong to it. */
const faultOfLink = (link: Row, before: Buffer, rows: readonly Row[], indexed: readonly Row[]) => {
  const source = sources[link['source'] ?? '']
  const [row] = rows
  if (!source || !row) return 'row-missing'
  if (rows.length > 1 || row['id'] !== link['row_id']) return 'row-swapped'
  const text = contentOf(link, row, source.columns)
  const fits =
    link['at'] === row[source.at] &&
    ['organisation_id', 'client_id', 'order_id'].every((name) => link[name] === row[name])
  if (text === null || !fits || link['hash'] !== `\\x${linkHash(before, text).toString('hex')}`) return 'hash-differs'
  return citizensFit(link, indexed) ? null : 'citizens-differ'
}

/**
 * Holds the links of some numbers against their rows, and their hashes against those that Node computes.
 * @param after the last link that fits
 * @param last the number up to which there have to be links
 * @returns the first fault, or the last of the links
 */
export const verifyLinks = async (
  client: pg.Client,
  after: Link,
  last: number,
): Promise<{ readonly fault: AuditFault } | { readonly end: Link }> => {
  const range = [after.number, last]
  const links = await rawRows(
    client,
    `select ${Object.keys(linkColumns).join(', ')}, hash from public.audit_chain where number > $1 and number <= $2 order by number`,
    range,
  )
  const indexed = grouped(
    await rawRows(
      client,
      `select number, citizen_id, municipality, at, source, organisation_id
         from public.audit_citizens where number > $1 and number <= $2`,
      range,
    ),
    'number',
  )
  const rows: Record<string, ReadonlyMap<Raw, readonly Row[]>> = {}
  for (const [name, { table, columns }] of Object.entries(sources)) {
    const positions = links.filter((link) => link['source'] === name).map((link) => link['position'])
    const select = `select ${Object.keys(columns).join(', ')} from public.${table} where position = any ($1::bigint[])`
    rows[name] = grouped(positions.length === 0 ? [] : await rawRows(client, select, [positions]), 'position')
  }
  let { number, hash } = after
  for (const link of links) {
    if (Number(link['number']) !== number + 1) break
    number += 1
    const source = link['source'] ?? ''
    const ofLink = rows[source]?.get(link['position'] ?? null) ?? []
    const what = faultOfLink(link, hash, ofLink, indexed.get(link['number'] ?? null) ?? [])
    if (what) {
      const table = what === 'citizens-differ' ? 'audit_citizens' : (sources[source]?.table ?? 'audit_chain')
      return { fault: { what, table, number, id: link['row_id'] ?? null } }
    }
    hash = Buffer.from((link['hash'] ?? '').slice(2), 'hex')
  }
  return number < last
    ? { fault: { what: 'link-missing', table: 'audit_chain', number: number + 1, id: null } }
    : { end: { number, hash } }
}
