import { type RawBuilder, sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type AuditLogFilters, type EntryKind, entryKinds } from './audit-log.schema.ts'

/** Where a page ended: the newest entry that is not shown yet comes before it. */
export type AuditPosition = { readonly at: Instant; readonly number: number }

/** Whose citizens' entries are read: everybody's, or those of these municipalities as of each entry. */
export type AuditReach = 'everyone' | readonly string[]

/** An entry as the log, its link and its organisation say it. */
export type AuditEntryRow = {
  readonly number: number
  readonly at: Instant
  readonly kind: EntryKind
  readonly action: string | null
  readonly operation: string | null
  readonly rule: string | null
  readonly entity: string | null
  readonly entityId: string | null
  readonly orderId: string | null
  readonly citizenId: string | null
  readonly citizens: readonly (readonly [citizenId: string, municipality: string])[]
  readonly isList: boolean
  readonly clientId: string
  readonly organisationId: string
  readonly organisationName: string | null
  readonly registeredBy: Person | null
  readonly purpose: string | null
  readonly requestId: string
  readonly hash: string
}

type Asked = {
  readonly filters: AuditLogFilters
  readonly reach: AuditReach
  readonly before: AuditPosition | undefined
  readonly limit: number
}

/** What every way of finding entries is limited by; the columns are those of the chain and of its index of citizens. */
const within = ({ filters, before }: Asked): RawBuilder<unknown> => sql`
  ${filters.organisationId === undefined ? sql`` : sql`and a.organisation_id = ${filters.organisationId}`}
  ${filters.from === undefined ? sql`` : sql`and a.at >= ${filters.from}::timestamptz`}
  ${filters.to === undefined ? sql`` : sql`and a.at < ${filters.to}::timestamptz`}
  ${before === undefined ? sql`` : sql`and (a.at, a.number) < (${before.at}::timestamptz, ${before.number}::bigint)`}`

/** By the index of citizens, in which a list stands once for each of its citizens. */
const byCitizens = (asked: Asked, whose: RawBuilder<unknown>): RawBuilder<unknown> => {
  const { kind } = asked.filters
  return sql`
    select distinct a.at, a.number from audit_citizens a
     where ${whose} ${kind === undefined ? sql`` : sql`and a.source = ${kind}`} ${within(asked)}
     order by a.at desc, a.number desc limit ${asked.limit + 1}`
}

/** The newest entries that fit, by whichever index gives them in order: a rare kind is not searched for among the others. */
const found = (asked: Asked): RawBuilder<unknown> => {
  const { filters, reach } = asked
  const ofMunicipalities = reach === 'everyone' ? sql`` : sql`and a.municipality = any (${[...reach]}::text[])`
  if (filters.citizenId !== undefined) {
    return byCitizens(asked, sql`a.citizen_id = ${filters.citizenId} ${ofMunicipalities}`)
  }
  if (reach !== 'everyone') {
    return sql`select distinct f.at, f.number from unnest(${[...reach]}::text[]) as m (municipality)
      cross join lateral (${byCitizens(asked, sql`a.municipality = m.municipality`)}) f`
  }
  const kinds = filters.kind === undefined ? [...entryKinds] : [filters.kind]
  return sql`select f.at, f.number from unnest(${kinds}::text[]) as k (kind)
    cross join lateral (
      select a.at, a.number from audit_chain a where a.source = k.kind ${within(asked)}
       order by a.at desc, a.number desc limit ${asked.limit + 1}) f`
}

/** A page of the audit log, newest first, and one more when there is a next page. Rows without a link are not in it yet. */
export const auditEntries = async (trx: Trx, asked: Asked): Promise<AuditEntryRow[]> => {
  const { rows } = await sql<AuditEntryRow>`
    with page as materialized (
      select * from (${found(asked)}) f order by f.at desc, f.number desc limit ${asked.limit + 1}
    )
    select c.number, c.at, c.source as kind, g.action, coalesce(l.operation, r.operation) as operation, r.rule,
           g.entity, g.entity_id, c.order_id, c.citizen_id, c.citizens, l.citizen_ids is not null as is_list, c.client_id,
           c.organisation_id, o.name as organisation_name, g.registered_by, l.purpose,
           coalesce(g.request_id, l.request_id, r.request_id) as request_id, encode(c.hash, 'hex') as hash
      from page p
      join audit_chain c on c.number = p.number
      left join change_log g on c.source = 'change' and g.position = c.position
      left join lookups l on c.source = 'look-up' and l.position = c.position
      left join refusals r on c.source = 'refusal' and r.position = c.position
      left join organisations o on o.id = c.organisation_id
     order by p.at desc, p.number desc`.execute(trx)
  return rows
}
