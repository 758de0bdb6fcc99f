import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { FirstMeetingOutcomes, ReSummons } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import type { ExcuseCode, MeetingOutcome } from '#rules/first-meeting/first-meeting-case.ts'

export type OutcomeRow = Selectable<FirstMeetingOutcomes>
export type ReSummonsRow = Selectable<ReSummons>

/** The order that a record belongs to, by what its foreign key asks for. */
type OfOrder = { readonly id: string; readonly supplierId: string; readonly citizenId: string }
/** By whom it was told, and when. */
type Told = { readonly registeredBy: Person; readonly at: Instant }

/** What was recorded of an order's first meetings, in the order in which it was; what was withdrawn included. */
export const outcomesOf = (trx: Trx, orderId: string): Promise<OutcomeRow[]> =>
  trx.selectFrom('firstMeetingOutcomes').selectAll().where('orderId', '=', orderId).orderBy('id').execute()

/** All re-summonses of an order; there are few. */
export const reSummonsesOf = (trx: Trx, orderId: string): Promise<ReSummonsRow[]> =>
  trx.selectFrom('reSummons').selectAll().where('orderId', '=', orderId).orderBy('id').execute()

/** The excused days of an order with their codes; none to whom they are no reading. */
export const excusedDaysOf = (trx: Trx, orderId: string) =>
  trx
    .selectFrom('excusedDays')
    .select(['date', 'code'])
    .where('orderId', '=', orderId)
    .where('withdrawnAt', 'is', null)
    .orderBy('date')
    .execute()

/** Records an outcome. */
export const insertOutcome = async (
  trx: Trx,
  order: OfOrder,
  recorded: {
    readonly outcome: MeetingOutcome
    readonly metOn: LocalDate
    readonly newMeetingAt: Instant | null
    readonly timesMissed: number
  },
  { registeredBy, at }: Told,
): Promise<string> => {
  const id = newId()
  await trx
    .insertInto('firstMeetingOutcomes')
    .values({
      id,
      orderId: order.id,
      supplierId: order.supplierId,
      citizenId: order.citizenId,
      ...recorded,
      registeredBy: JSON.stringify(registeredBy),
      registeredAt: at,
    })
    .execute()
  return id
}

/** Names days as excused; told again, a day has the code that was told last. */
export const insertExcusedDays = async (
  trx: Trx,
  order: OfOrder,
  days: readonly { readonly date: LocalDate; readonly code: ExcuseCode }[],
  { registeredBy, at }: Told,
): Promise<void> => {
  if (days.length === 0) return
  await trx
    .insertInto('excusedDays')
    .values(
      days.map(({ date, code }) => ({
        orderId: order.id,
        date,
        supplierId: order.supplierId,
        citizenId: order.citizenId,
        code,
        registeredBy: JSON.stringify(registeredBy),
        registeredAt: at,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['orderId', 'date']).doUpdateSet((eb) => ({
        code: eb.ref('excluded.code'),
        registeredBy: eb.ref('excluded.registeredBy'),
        registeredAt: eb.ref('excluded.registeredAt'),
        withdrawnAt: null,
      })),
    )
    .execute()
}

/** The order of one of the supplier's own outcomes. */
export const orderOfOutcome = async (trx: Trx, supplierId: string, id: string): Promise<string | undefined> =>
  (
    await trx
      .selectFrom('firstMeetingOutcomes')
      .select('orderId')
      .where('id', '=', id)
      .where('supplierId', '=', supplierId)
      .executeTakeFirst()
  )?.orderId

/** Withdraws an outcome; it stays on record. */
export const withdrawOutcomeRow = async (
  trx: Trx,
  id: string,
  { at, reason, by }: { readonly at: Instant; readonly reason: string; readonly by: Person },
): Promise<void> => {
  await trx
    .updateTable('firstMeetingOutcomes')
    .set({ withdrawnAt: at, withdrawal: JSON.stringify({ reason, by }) })
    .where('id', '=', id)
    .execute()
}

/** The excused days that a withdrawn outcome named count no more, unless another excused meeting was on that day. */
export const withdrawExcusedDays = async (trx: Trx, row: OutcomeRow, at: Instant): Promise<void> => {
  await sql`update excused_days e set withdrawn_at = ${at}::timestamptz
    where e.order_id = ${row.orderId} and e.withdrawn_at is null
      and case when ${row.outcome} = 'excused' then e.date = ${row.metOn}::date else e.registered_at = ${row.registeredAt}::timestamptz end
      and not exists (select from first_meeting_outcomes o where o.order_id = e.order_id and o.outcome = 'excused'
        and o.met_on = e.date and o.withdrawn_at is null)`.execute(trx)
}

/** Those of an order's days for the whole of which its jobcenter gave leave. */
export const wholeLeaveOn = async (
  trx: Trx,
  orderId: string,
  dates: readonly LocalDate[],
): Promise<ReadonlySet<LocalDate>> => {
  if (dates.length === 0) return new Set()
  const { rows } = await sql<{ date: LocalDate }>`
    select d.date::date as date from unnest(${[...dates]}::text[]::date[]) as d (date)
     where exists (select from leave_approvals l where l.order_id = ${orderId}::uuid and l.withdrawn_at is null
       and l.minutes is null and d.date between l.from_date and l.to_date)`.execute(trx)
  return new Set(rows.map(({ date }) => date))
}

/** Writes a re-summons. */
export const insertReSummons = (
  trx: Trx,
  order: OfOrder,
  written: Pick<
    ReSummonsRow,
    'id' | 'missedOn' | 'letterSentOn' | 'letterMethod' | 'letterDueOn' | 'letterLate' | 'newMeetingAt'
  >,
  { registeredBy, at }: Told,
): Promise<ReSummonsRow> =>
  trx
    .insertInto('reSummons')
    .values({
      ...written,
      orderId: order.id,
      supplierId: order.supplierId,
      citizenId: order.citizenId,
      registeredBy: JSON.stringify(registeredBy),
      registeredAt: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()

/** A supplier's own re-summons in its next version, locked; undefined for another's. */
export const nextVersionOfReSummons = (trx: Trx, supplierId: string, id: string): Promise<ReSummonsRow | undefined> =>
  trx
    .updateTable('reSummons')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('supplierId', '=', supplierId)
    .returningAll()
    .executeTakeFirst()

/** A re-summons that row-level security lets the caller see. */
export const findReSummons = (trx: Trx, id: string): Promise<ReSummonsRow | undefined> =>
  trx.selectFrom('reSummons').selectAll().where('id', '=', id).executeTakeFirst()

/** A page of an order's re-summonses by id, and one more when there is a next page. */
export const reSummonsPage = (
  trx: Trx,
  orderId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<ReSummonsRow[]> =>
  trx
    .selectFrom('reSummons')
    .selectAll()
    .where('orderId', '=', orderId)
    .$if(page.after !== undefined, (q) => q.where('id', '>', page.after as string))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()

/** Adds to those who may read a re-summons although they do not see its order. */
export const tellReaders = async (trx: Trx, id: string, organisationIds: readonly string[]): Promise<void> => {
  await sql`update re_summons
      set reader_ids = array(select distinct r from unnest(reader_ids || ${[...organisationIds]}::uuid[]) as r)
    where id = ${id}`.execute(trx)
}

/** The minutes of leave that an order's jobcenter gave, by date; all of a day's count as 1,440. Days without are left out. */
export const leaveByDay = async (
  trx: Trx,
  orderId: string,
  from: LocalDate,
  to: LocalDate,
): Promise<Map<LocalDate, number>> => {
  const { rows } = await sql<{ date: LocalDate; minutes: number }>`
    select d.date::date as date, sum(coalesce(l.minutes, 1440))::int as minutes
      from leave_approvals l
      cross join lateral generate_series(greatest(l.from_date, ${from}::date), least(l.to_date, ${to}::date), '1 day') as d (date)
     where l.order_id = ${orderId} and l.withdrawn_at is null group by 1`.execute(trx)
  return new Map(rows.map(({ date, minutes }) => [date, minutes]))
}

/** Whether anything is recorded of an order's first meeting; what was withdrawn is not. */
export const anythingRecorded = async (trx: Trx, orderId: string): Promise<boolean> =>
  (await trx
    .selectFrom('firstMeetingOutcomes')
    .select('id')
    .where('orderId', '=', orderId)
    .where('withdrawnAt', 'is', null)
    .limit(1)
    .executeTakeFirst()) !== undefined
