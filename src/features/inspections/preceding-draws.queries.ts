import { sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

/**
 * Earlier draws of the same frame. Ours: the frame is the same supplier or municipality among the same citizens, and the
 * twelve months before the draw, whatever was asked for and whenever they were discarded: a sample that was drawn until
 * it pleased shows it, also when the others were thrown away afterwards or left open.
 */
const preceding = sql`inspections i join inspections p
    on (p.supplier_id = i.supplier_id or p.residence_municipality = i.residence_municipality)
   and p.drawn_among is not distinct from i.drawn_among
   and p.drawn_on >= i.ended_from and (p.drawn_at, p.id) < (i.drawn_at, i.id)`

/** How many draws of the same frame came before, and became nothing. */
export type PrecedingDraws = { readonly open: number; readonly discarded: number }

/** Earlier draws of the same frame that are open still or were discarded, by inspection, as far as the caller sees them. */
export const precedingDraws = async (
  trx: Trx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PrecedingDraws>> => {
  const { rows } = await sql<PrecedingDraws & { id: string }>`
    select i.id, (count(*) filter (where p.discarded_at is not null))::integer as discarded,
        (count(*) filter (where p.discarded_at is null and p.closed_at is null))::integer as open
      from ${preceding} where i.id = any (${[...ids]}::uuid[]) group by i.id`.execute(trx)
  return new Map(rows.map(({ id, open, discarded }) => [id, { open, discarded }]))
}

/** A draw that was discarded, as the inspections after it and the yearly table name it. */
export type DiscardedDraw = {
  readonly inspectionId: string
  readonly supplierId: string | null
  readonly residenceMunicipality: string | null
  readonly seed: string
  readonly drawnAt: Instant
  readonly drawnBy: Person
  readonly discardedAt: Instant
  readonly discardedBy: Person
  readonly discardReason: string
}

const named = sql`p.id as "inspectionId", p.supplier_id as "supplierId", p.residence_municipality as "residenceMunicipality",
  p.seed, p.drawn_at as "drawnAt", p.drawn_by as "drawnBy", p.discarded_at as "discardedAt", p.discarded_by as "discardedBy",
  p.discard_reason as "discardReason"`

/** The discarded ones among the draws before an inspection, the first one first. */
export const discardedBefore = async (trx: Trx, id: string): Promise<DiscardedDraw[]> => {
  const { rows } = await sql<DiscardedDraw>`
    select ${named} from ${preceding} where i.id = ${id} and p.discarded_at is not null order by p.drawn_at, p.id`.execute(
    trx,
  )
  return rows
}

/** The draws of a year that were discarded, the first one first. */
export const discardedIn = async (trx: Trx, year: number): Promise<DiscardedDraw[]> => {
  const { rows } = await sql<DiscardedDraw>`
    select ${named} from inspections p
     where p.drawn_on between make_date(${year}::integer, 1, 1) and make_date(${year}::integer, 12, 31)
       and p.discarded_at is not null
     order by p.drawn_at, p.id`.execute(trx)
  return rows
}
