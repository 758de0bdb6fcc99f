import { type RawBuilder, sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { wholeToCaller } from '../inspection.queries.ts'

/**
 * Earlier draws of the same frame. Ours: the frame is the same supplier or municipality among the same citizens, and the
 * twelve months before the draw, whatever was asked for and whenever they were discarded: a sample that was drawn until
 * it pleased shows it, also when the others were thrown away afterwards or left open.
 */
const preceding = sql`inspections i join inspections p
    on (p.supplier_id = i.supplier_id or p.residence_municipality = i.residence_municipality)
   and p.drawn_among is not distinct from i.drawn_among
   and p.drawn_on >= i.ended_from and (p.drawn_at, p.id) < (i.drawn_at, i.id)`

/** How many draws of the same frame came before, by what became of them; of the closed ones those without any judgement apart too. */
export type PrecedingDraws = {
  readonly open: number
  readonly closed: number
  readonly closedUnjudged: number
  readonly discarded: number
}
/** Of an inspection that is the first of its frame. */
export const noneBefore: PrecedingDraws = { open: 0, closed: 0, closedUnjudged: 0, discarded: 0 }

/** Whether a finding stands in a course. @param inspection, course expressions of their ids */
export const courseIsJudged = (inspection: RawBuilder<unknown>, course: RawBuilder<unknown>) => sql<boolean>`exists (
  select 1 from inspection_findings f where f.inspection_id = ${inspection} and f.order_id = ${course} and f.outcome <> 'withdrawn'
     and not exists (select 1 from inspection_findings l where l.inspection_id = f.inspection_id and l.order_id = f.order_id
       and l.control_point = f.control_point and l.version > f.version))`

/** Of a draw before: its courses, and those of them with a judgement that stands. */
const judgedBefore = sql`(select count(*)::integer as courses,
    (count(*) filter (where ${courseIsJudged(sql`c.inspection_id`, sql`c.order_id`)}))::integer as judged
  from inspection_courses c where c.inspection_id = p.id)`

/** Earlier draws of the same frame by what became of them, by inspection, as far as the caller sees them. */
export const precedingDraws = async (
  trx: Trx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PrecedingDraws>> => {
  const { rows } = await sql<PrecedingDraws & { id: string }>`
    with pairs as materialized (
      select i.id, p.id as before, p.closed_at is not null as closed, p.discarded_at is not null as discarded
        from ${preceding} where i.id = any (${[...ids]}::uuid[])
    ), judged as materialized (
      select distinct c.inspection_id as before from inspection_courses c
       where c.inspection_id in (select before from pairs where closed)
         and ${courseIsJudged(sql`c.inspection_id`, sql`c.order_id`)}
    )
    select id, (count(*) filter (where discarded))::integer as discarded,
        (count(*) filter (where not discarded and not closed))::integer as open,
        (count(*) filter (where closed))::integer as closed,
        (count(*) filter (where closed and judged.before is null))::integer as "closedUnjudged"
      from pairs left join judged using (before) group by id`.execute(trx)
  return new Map(rows.map(({ id, ...before }) => [id, before]))
}

/** A draw as the inspections after it name it. */
type EarlierDraw = {
  readonly inspectionId: string
  readonly supplierId: string | null
  readonly residenceMunicipality: string | null
  readonly seed: string
  readonly seedGivenBy: 'person' | 'portal'
  readonly drawnAt: Instant
  readonly drawnBy: Person
}

/** One that was discarded; the yearly table names it as well. */
export type DiscardedDraw = EarlierDraw & {
  readonly discardedAt: Instant
  readonly discardedBy: Person
  /** Null to those who see a part of it and did not draw it. */
  readonly discardReason: string | null
}

/** One that was closed, with how many of its courses were judged: a closing without judgements can hide a draw as well. */
export type ClosedDraw = EarlierDraw & {
  readonly closedAt: Instant
  readonly closedBy: Person
  readonly courses: number
  readonly coursesJudged: number
}

const named = sql`p.id as "inspectionId", p.supplier_id as "supplierId", p.residence_municipality as "residenceMunicipality",
  p.seed, p.seed_given_by as "seedGivenBy", p.drawn_at as "drawnAt", p.drawn_by as "drawnBy"`
const discarded = sql`${named}, p.discarded_at as "discardedAt", p.discarded_by as "discardedBy",
  case when ${wholeToCaller('p')} then p.discard_reason end as "discardReason"`

/** The closed ones among the draws before an inspection, the first one first. */
export const closedBefore = async (trx: Trx, id: string): Promise<ClosedDraw[]> => {
  const { rows } = await sql<ClosedDraw>`
    select ${named}, p.closed_at as "closedAt", p.closed_by as "closedBy", k.courses, k.judged as "coursesJudged"
      from ${preceding} cross join lateral ${judgedBefore} k
     where i.id = ${id} and p.closed_at is not null order by p.drawn_at, p.id`.execute(trx)
  return rows
}

/** The discarded ones among the draws before an inspection, the first one first. */
export const discardedBefore = async (trx: Trx, id: string): Promise<DiscardedDraw[]> => {
  const { rows } = await sql<DiscardedDraw>`
    select ${discarded} from ${preceding} where i.id = ${id} and p.discarded_at is not null order by p.drawn_at, p.id`.execute(
    trx,
  )
  return rows
}

/** The draws of a year that were discarded, the first one first. */
export const discardedIn = async (trx: Trx, year: number): Promise<DiscardedDraw[]> => {
  const { rows } = await sql<DiscardedDraw>`
    select ${discarded} from inspections p
     where p.drawn_on between make_date(${year}::integer, 1, 1) and make_date(${year}::integer, 12, 31)
       and p.discarded_at is not null
     order by p.drawn_at, p.id`.execute(trx)
  return rows
}
