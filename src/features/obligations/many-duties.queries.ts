import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { PipelinedTrx, Statement } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import type { WorkingDays } from '#rules/calendar/working-days.ts'
import { lateness, type ObligationKind } from '#rules/obligation/obligation-state.ts'

/** A duty to open on one of several orders that the caller is a party to. */
export type DutyOfOrder = {
  readonly orderId: string
  readonly kind: ObligationKind
  readonly subject: string
  readonly dueOn: LocalDate
}

/** In an upsert of duties: when one is due that is opened again; what was agreed before stays where it is later. */
export const dueWhenReopened =
  'portal_due_when_reopened(excluded.due_on, obligations.due_on, obligations.original_due_on)'
/** The end of that day in Copenhagen. */
export const endOf = (date: string): string => `((${date}) + 1)::timestamp at time zone 'Europe/Copenhagen'`

/**
 * Ours: what was met late, or waived once it was overdue, is opened again as it stood: it was never in time. Else as
 * `dueWhenReopened`.
 */
const stoodLate = 'coalesce(obligations.met_at, obligations.waived_at) >= obligations.due_at'
const dueAgain = `(case when ${stoodLate} then obligations.due_on else ${dueWhenReopened} end)`
const originalAgain = `(case when ${stoodLate} then obligations.original_due_on else excluded.original_due_on end)`

const openedAgain = (column: string): string =>
  `(case when ${stoodLate} then obligations.${column} else excluded.${column} end)`

const open: Statement = {
  name: 'obligations-open-many',
  text: `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, target_group,
        subject, opened_at, opened_because, due_on, due_at, original_due_on)
      select d.id, d.kind, o.id, o.supplier_id, o.jobcenter_id, o.citizen_id, o.target_group,
          d.subject, $2::timestamptz, $3, d."dueOn", (d."dueOn" + 1)::timestamp at time zone 'Europe/Copenhagen', d."dueOn"
        from jsonb_to_recordset($1::jsonb) as d (id uuid, kind text, "orderId" uuid, subject text, "dueOn" date)
        join orders o on o.id = d."orderId"
       order by o.id, d.kind, d.subject
      on conflict (order_id, kind, subject) do update set met_at = null, met_by = null, days_late = null, working_days_late = null,
        waived_at = null, waived_because = null, opened_at = ${openedAgain('opened_at')}, opened_because = ${openedAgain('opened_because')},
        due_on = ${dueAgain}, due_at = ${endOf(dueAgain)}, original_due_on = ${originalAgain},
        due_soon_told_at = case when obligations.due_on = ${dueAgain} then obligations.due_soon_told_at end,
        overdue_told_at = case when obligations.due_on = ${dueAgain} then obligations.overdue_told_at end,
        version = obligations.version + 1
      where obligations.met_at is not null or obligations.waived_at is not null`,
}

/**
 * Opens duties of many orders in one statement, each kind and subject of an order at most once. One that stands open is left as
 * it is. Unlike `openObligations`, one that was met is open again too: what met it has been taken back. Its lateness is not:
 * one that was late keeps its date.
 */
export const openManyDuties = async (
  trx: PipelinedTrx,
  duties: readonly DutyOfOrder[],
  openedAt: Instant,
  because: string,
): Promise<void> => {
  if (duties.length === 0) return
  const rows = duties.map((duty) => ({ ...duty, id: newId() }))
  await trx.run(open, [JSON.stringify(rows), openedAt, because])
}

const lockOpen: Statement = {
  name: 'obligations-lock-open',
  text: `select id, due_on from obligations where id = any ($1::uuid[]) and met_at is null and waived_at is null
    order by id for update`,
}

const meet: Statement = {
  name: 'obligations-meet-many',
  text: `update obligations b set met_at = $2::timestamptz, met_by = m."metBy", days_late = m."daysLate",
      working_days_late = m."workingDaysLate", version = b.version + 1
    from jsonb_to_recordset($1::jsonb) as m (id uuid, "metBy" text, "daysLate" integer, "workingDaysLate" integer)
    where b.id = m.id`,
}

/**
 * Meets open duties by their ids, late or not, in two statements.
 * @param metBy what met each, by the duty's id
 */
export const meetManyDuties = async (
  trx: PipelinedTrx,
  metBy: ReadonlyMap<string, string>,
  metAt: Instant,
  workingDays: () => Promise<WorkingDays>,
): Promise<void> => {
  if (metBy.size === 0) return
  const standing = await trx.run<{ id: string; due_on: LocalDate }>(lockOpen, [[...metBy.keys()]])
  if (standing.length === 0) return
  const isWorkingDay = await workingDays()
  const rows = standing.map(({ id, due_on }) => ({
    id,
    metBy: metBy.get(id),
    ...lateness(due_on, metAt, isWorkingDay),
  }))
  await trx.run(meet, [JSON.stringify(rows), metAt])
}

const waive: Statement = {
  name: 'obligations-waive-many',
  text: `update obligations set waived_at = greatest(opened_at, $2::timestamptz), waived_because = $3, version = version + 1
    where id = any ($1::uuid[]) and met_at is null and waived_at is null`,
}

/** Waives open duties by their ids. */
export const waiveManyDuties = async (
  trx: PipelinedTrx,
  ids: readonly string[],
  waivedAt: Instant,
  because: string,
): Promise<void> => {
  if (ids.length > 0) await trx.run(waive, [ids, waivedAt, because])
}
