import type { KillableDatabase } from './database-server.ts'
import type { Mailbox } from './fickle-receiver.ts'
import type { Told } from './run-faults.ts'

/** What a run found; each list names what is wrong and is empty when nothing is. */
export type Losses = {
  readonly events: number
  readonly deliveries: number
  readonly duplicates: number
  /** Answered and not there, or there and never answered. */
  readonly writes: readonly string[]
  /** Written without its one event and its line of history, or these without it. */
  readonly halves: readonly string[]
  readonly undelivered: readonly string[]
  readonly outOfOrder: readonly string[]
}

type Sql = KillableDatabase['sql']

const differing = (left: ReadonlySet<string>, right: ReadonlySet<string>): string[] => [
  ...[...left].filter((id) => !right.has(id)),
  ...[...right].filter((id) => !left.has(id)),
]

const lostWrites = async (sql: Sql, told: Told): Promise<string[]> => {
  const rows = await sql<{ id: string; day: string; withdrawn: boolean }>(
    `select id, order_id || ' ' || date as day, withdrawn_at is not null as withdrawn from absences`,
  )
  const abandoned = rows.filter((row) => told.abandoned.has(row.day))
  const kept = rows.filter((row) => !told.abandoned.has(row.day))
  const broken = [...told.abandoned].filter(
    ([day, id]) =>
      abandoned.filter((row) => row.day === day).length > 1 ||
      (id !== null && !abandoned.some((row) => row.id === id && row.day === day)),
  )
  return [
    ...differing(told.registered, new Set(kept.map((row) => row.id))),
    ...differing(told.withdrawn, new Set(kept.filter((row) => row.withdrawn).map((row) => row.id))),
    ...broken.map(([day]) => day),
  ]
}

const halfWrites = async (sql: Sql): Promise<string[]> => {
  const rows = await sql<{ what: string }>(
    `with facts as (
       select id::text, 'absence.registered' as type, 'registered' as action from absences
       union all select id::text, 'absence.withdrawn', 'withdrawn' from absences where withdrawn_at is not null
     ), told as (
       select data ->> 'absenceId' as id, type, count(*) as events from events
        where type in ('absence.registered', 'absence.withdrawn') group by 1, 2
     ), kept as (
       select entity_id::text as id, action, count(*) as lines from change_log
        where entity = 'absence' and action in ('registered', 'withdrawn') group by 1, 2
     )
     select coalesce(f.id, t.id) || ' ' || coalesce(f.type, t.type) || ' events ' || coalesce(t.events, 0) || ' history ' || coalesce(k.lines, 0) as what
       from facts f full join told t on t.id = f.id and t.type = f.type
       left join kept k on k.id = f.id and k.action = f.action
      where f.id is null or t.events is distinct from 1 or k.lines is distinct from 1`,
  )
  return rows.map((row) => row.what)
}

/** Holds what is in the database, and what came to the receivers, against what the suppliers were told. */
export const findLosses = async (
  sql: Sql,
  told: Told,
  mailboxes: ReadonlyMap<string, Mailbox>,
  heardFrom: number,
): Promise<Losses> => {
  const undelivered: string[] = []
  const outOfOrder: string[] = []
  let deliveries = 0
  let duplicates = 0
  const rows = await sql<{ url: string; id: string; order_id: string | null; sequence: string }>(
    `select w.url, 'evt_' || e.id as id, e.order_id, f.sequence from webhook_endpoints w
       join event_feed f on f.organisation_id = w.organisation_id and f.sequence > $1 join events e on e.id = f.event_id
      order by w.url, f.sequence`,
    [heardFrom],
  )
  for (const [name, mailbox] of mailboxes) {
    const due = rows.filter((row) => row.url.endsWith(`/${name}`))
    const place = new Map(mailbox.taken.map((id, index) => [id, index]))
    undelivered.push(...due.filter((row) => !place.has(row.id)).map((row) => `${name} ${row.id}`))
    const latest = new Map<string, number>()
    for (const { id, order_id } of due) {
      const at = place.get(id)
      if (order_id === null || at === undefined) continue
      if (at < (latest.get(order_id) ?? -1)) outOfOrder.push(`${name} ${id}`)
      latest.set(order_id, Math.max(at, latest.get(order_id) ?? -1))
    }
    deliveries += mailbox.taken.length
    duplicates += mailbox.posts.length - new Set(mailbox.posts).size
    const strange = mailbox.taken.filter((id) => !due.some((row) => row.id === id))
    undelivered.push(...strange.map((id) => `${name} ${id} was for another`))
  }
  const [{ events }] = (await sql<{ events: string }>('select count(*) as events from events where sequence > $1', [
    heardFrom,
  ])) as [{ events: string }]
  return {
    events: Number(events),
    deliveries,
    duplicates,
    writes: await lostWrites(sql, told),
    halves: await halfWrites(sql),
    undelivered,
    outOfOrder,
  }
}
