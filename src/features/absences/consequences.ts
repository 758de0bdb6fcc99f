import { endOfLocalDay } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { PipelinedTrx, Statement } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { type RepeatedAbsence, repeatedAbsence, repeatedFrom } from '#rules/absence/repeated-absence.ts'
import type { AcceptedAbsence } from './accept-absence.ts'

/*
 * These statements keep one plan, made when the tables may have been empty: each look-up is a subquery of its own (`offset
 * 0` keeps the planner from joining it), which stays an index look-up, and what is looked up by its id or order is not asked for
 * in the words of a partial index, which an early plan would read whole. Otherwise a registration cost the database 3 to
 * 10 ms instead of 1.5, measured at 20,000 citizens.
 */

/**
 * The first day after the registration `f` that the supplier planned for the citizen and on which they are not away. § 7:
 * nobody is expected before the day that they first came to the order's course, nor on an excused day.
 */
const nextPlannedDay = `select p.date from planned_days p
           where p.citizen_id = f.citizen_id and p.supplier_id = $1 and p.date > f.date
             and (select po.status in ('approved', 'ended') and p.date between po.start_date and coalesce(po.ended_on, po.end_date)
               from orders po where po.id = p.order_id)
             and p.date >= coalesce((select n.first_attended_on from orders n where n.id = f.order_id), p.date)
             and (select e.date from excused_days e where e.order_id = p.order_id and e.date = p.date and e.withdrawn_at is null) is null
             and (select x.id from absences x where x.supplier_id = $1 and x.citizen_id = f.citizen_id and x.date = p.date
               and x.withdrawn_at is null and x.whole_day and x.reason <> 'non-participation' limit 1) is null
           order by p.date limit 1`

/**
 * § 8: opens the duty to ask the citizen to call K-kassen, for what was registered and routed to a benefits office (a
 * municipality's copy not counted). Ours: due on the citizen's next planned day at this supplier, which is when they are
 * expected back; without one there is no duty. A duty that was due on a day now registered absent moves to the next
 * planned day after it, and a replaced registration hands its duty on unless it was met. Who came late, left early or
 * came without taking part was there: that day keeps what is due on it.
 *
 * Run after the write, so that all of a batch counts; the citizens' orders are locked. `$3`, `$4`: ids of the written
 * registrations and of their duties.
 */
const openReferrals: Statement = {
  name: 'absences-open-referrals',
  text: `with fresh as (
      select a.id, a.order_id, a.citizen_id, a.date, a.replaces, d.duty_id,
          a.whole_day and a.reason <> 'non-participation' as away,
          exists (select 1 from jsonb_to_recordset(a.routed_to) as r ("organisationId" uuid, because text)
           where r.because <> 'residence-municipality-copy'
             and (select 'benefits-office' = any (b.kinds) from organisations b where b.id = r."organisationId")) as owed
        from unnest($3::uuid[], $4::uuid[]) as d (absence_id, duty_id)
        cross join lateral (select * from absences a where a.id = d.absence_id offset 0) a
    ), replaced as (
      select f.id, b.id as duty_id, b.met_at is not null as met
        from fresh f cross join lateral (select b.id, b.met_at from obligations b
          where b.order_id = (select r.order_id from absences r where r.id = f.replaces)
            and b.kind = 'refer-citizen' and b.subject = f.replaces::text offset 0) b
       where f.replaces is not null
    ), handed_on as (
      update obligations b set waived_at = $2::timestamptz, waived_because = 'absence-replaced', version = b.version + 1
       where b.id = any (array(select p.duty_id from replaced p)) and coalesce(b.met_at, b.waived_at) is null
    ), postponed as (
      select b.id, next.date
        from fresh f
        cross join lateral (select b.id from obligations b where b.citizen_id = f.citizen_id and b.kind = 'refer-citizen'
          and b.due_on = f.date and b.supplier_id is not distinct from $1 and coalesce(b.met_at, b.waived_at) is null offset 0) b
        left join lateral (${nextPlannedDay}) next on true
       where f.away and b.id <> all (array(select p.duty_id from replaced p))
    ), moved as (
      update obligations b set due_on = coalesce(p.date, b.due_on),
          original_due_on = case when b.original_due_on = b.due_on then coalesce(p.date, b.due_on) else b.original_due_on end,
          due_at = case when p.date is null then b.due_at else (p.date + 1)::timestamp at time zone 'Europe/Copenhagen' end,
          waived_at = case when p.date is null then $2::timestamptz end,
          waived_because = case when p.date is null then 'no-planned-day-left' end,
          due_soon_told_at = null, overdue_told_at = null, version = b.version + 1
        from postponed p where b.id = p.id and b.id = any (array(select q.id from postponed q))
    )
    insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, target_group,
        subject, opened_at, opened_because, due_on, due_at, original_due_on)
      select f.duty_id, 'refer-citizen', f.order_id, $1, o.jobcenter_id, f.citizen_id, o.target_group,
          f.id::text, $2::timestamptz, 'absence.registered', next.date,
          (next.date + 1)::timestamp at time zone 'Europe/Copenhagen', next.date
        from fresh f
        cross join lateral (select o.jobcenter_id, o.target_group from orders o
          where o.id = f.order_id offset 0) o
        cross join lateral (${nextPlannedDay}) next
       where f.owed and f.id <> all (array(select p.id from replaced p where p.met))`,
}

/** Opens duties whose day is known. What was not written has none. */
const openPlainReferrals: Statement = {
  name: 'absences-open-plain-referrals',
  text: `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, target_group,
        subject, opened_at, opened_because, due_on, due_at, original_due_on)
      select d.id, 'refer-citizen', d."orderId", $1, d."jobcenterId", d."citizenId", d."targetGroup",
          d."absenceId"::text, $2::timestamptz, 'absence.registered', d."dueOn", d."dueAt", d."dueOn"
        from jsonb_to_recordset($3::jsonb) as d (id uuid, "absenceId" uuid, "orderId" uuid, "jobcenterId" uuid, "citizenId" uuid,
          "targetGroup" text, "dueOn" date, "dueAt" timestamptz)
       where (select a.id from absences a where a.id = d."absenceId") is not null`,
}

/** Moves duties that were due on a day now registered absent, or waives them; an extension may have come first. */
const movePlainReferrals: Statement = {
  name: 'absences-move-plain-referrals',
  text: `update obligations b set due_on = coalesce(d."dueOn", b.due_on), due_at = coalesce(d."dueAt", b.due_at),
        original_due_on = case when b.original_due_on = b.due_on then coalesce(d."dueOn", b.due_on) else b.original_due_on end,
        waived_at = case when d."dueOn" is null then $1::timestamptz end,
        waived_because = case when d."dueOn" is null then 'no-planned-day-left' end,
        due_soon_told_at = null, overdue_told_at = null, version = b.version + 1
      from jsonb_to_recordset($2::jsonb) as d (id uuid, "absenceId" uuid, "from" date, "dueOn" date, "dueAt" timestamptz)
     where b.id = d.id and b.id = any ($3::uuid[]) and b.due_on = d."from" and coalesce(b.met_at, b.waived_at) is null
       and (select a.id from absences a where a.id = d."absenceId") is not null`,
}

/**
 * The live registrations of the orders that the written ones are held against, where there could be enough of them. Ours:
 * one that the jobcenter covered by leave afterwards does not count.
 */
const repeatedFacts: Statement = {
  name: 'absences-repeated',
  text: `select o.id, o.jobcenter_id, o.repeated_absence_told_to as told_to, days.dates
      from (select distinct unnest(w.held_against) as id from absences w where w.id = any ($2::uuid[])) t
      cross join lateral (select * from orders o where o.id = t.id offset 0) o
      cross join lateral (select jsonb_agg(a.date) as dates, count(*) as found from absences a
        where a.supplier_id = $1 and a.citizen_id = o.citizen_id and a.withdrawn_at is null
          and a.covered_by_leave is null and o.id = any (a.held_against)
          and (o.repeated_absence_told_to is null or a.date > o.repeated_absence_told_to)) days
     where days.found > 2`,
}

/** Tells the jobcenters, and notes on the orders how far they were told. */
const tellRepeated: Statement = {
  name: 'absences-tell-repeated',
  text: `with item as (
      select * from jsonb_to_recordset($1::jsonb) as i (id uuid, "orderId" uuid, "jobcenterId" uuid, "toldTo" date, data jsonb, path text)
    ), noted as (
      update orders o set repeated_absence_told_to = l.told_to
        from (select "orderId" as id, max("toldTo") as told_to from item group by "orderId") l where o.id = l.id
    )
    insert into events (id, type, occurred_at, producer_id, recipients, order_id, data, path)
      select id, 'absence.repeated', $2::timestamptz, $3::uuid, array["jobcenterId"], "orderId", data, path from item order by id`,
}

type RepeatedFacts = {
  readonly id: string
  readonly jobcenter_id: string
  readonly told_to: LocalDate | null
  readonly dates: LocalDate[]
}

/** A duty to refer the citizen whose day follows from what was loaded. */
type PlainReferral = {
  readonly id: string
  readonly absenceId: string
  readonly orderId: string
  readonly jobcenterId: string
  readonly citizenId: string
  readonly targetGroup: string
  readonly dueOn: LocalDate
  readonly dueAt: string
}

/** A duty that was due on a day now registered absent, and its new day; without one it is waived. */
type PostponedReferral = {
  readonly id: string
  readonly absenceId: string
  readonly from: LocalDate
  readonly dueOn: LocalDate | null
  readonly dueAt: string | null
}

/** What is to be done after registrations are written. */
export type Consequences = {
  readonly duties: readonly PlainReferral[]
  readonly postponed: readonly PostponedReferral[]
  /** Registrations whose duties, their own and earlier ones, the database has to find out. */
  readonly referrals: readonly string[]
  /** Registrations with which absence could repeat. */
  readonly repeated: readonly string[]
}

const plainReferral = ({ row, loaded }: AcceptedAbsence, dueOn: LocalDate): PlainReferral => ({
  id: newId(),
  absenceId: row.id,
  orderId: row.orderId,
  jobcenterId: loaded.jobcenter_id,
  citizenId: row.citizenId,
  targetGroup: loaded.target_group,
  dueOn,
  dueAt: endOfLocalDay(dueOn),
})

/**
 * What registrations can have as consequences, by what was loaded under the lock of the citizen's orders. Most have none, or
 * duties whose day is known: then nothing more is asked (`openReferrals` and `repeatedFacts` doubled what a registration
 * cost the database). They are run where a later registration, a correction, another order's day or another
 * registration of the batch may play a part, and where absence can repeat.
 */
export const consequencesOf = (accepted: readonly AcceptedAbsence[]): Consequences => {
  const together = new Map<string, number>()
  for (const { row } of accepted) together.set(row.citizenId, (together.get(row.citizenId) ?? 0) + 1)
  const duties: PlainReferral[] = []
  const postponed: PostponedReferral[] = []
  const referrals: string[] = []
  const repeated: string[] = []
  for (const absence of accepted) {
    const { row, loaded, referralOwed } = absence
    const alike = together.get(row.citizenId) ?? 1
    const told = absence.heldAgainst.length === 1 && row.date <= (loaded.repeated_absence_told_to ?? '')
    if (loaded.live_near + alike >= repeatedFrom && !told) repeated.push(row.id)
    const next = loaded.next_date
    const ownDay =
      next !== null &&
      // A UUID is the same in capitals; the database gives it in small letters.
      loaded.next_order_id === row.orderId.toLowerCase() &&
      next >= loaded.start_date &&
      next <= (loaded.ended_on ?? loaded.end_date)
    const dueThatDay = row.wholeDay && row.reason !== 'non-participation' ? (loaded.due_that_day ?? []) : []
    const asked =
      alike > 1 ||
      row.replaces !== null ||
      ((referralOwed || dueThatDay.length > 0) && (loaded.live_after === true || (next !== null && !ownDay)))
    if (asked) {
      referrals.push(row.id)
      continue
    }
    if (referralOwed && next !== null) duties.push(plainReferral(absence, next))
    const dueAt = next === null ? null : endOfLocalDay(next)
    for (const id of dueThatDay) postponed.push({ id, absenceId: row.id, from: row.date, dueOn: next, dueAt })
  }
  return { duties, postponed, referrals, repeated }
}

/** Each time that the order's jobcenter is to be told; a batch can hold several. */
const tellings = ({ dates, told_to }: RepeatedFacts): RepeatedAbsence[] => {
  const found: RepeatedAbsence[] = []
  for (let told = repeatedAbsence(dates, told_to); told !== null; told = repeatedAbsence(dates, told.toldTo)) {
    found.push(told)
  }
  return found
}

/**
 * What § 8 attaches to registrations, in their transaction: the duty to refer the citizen, and telling the jobcenter of
 * repeated absence. Call it without awaiting the write, so that its statements share the write's round trip; a further
 * one is only made when there is something to tell. Registrations that were not written are passed over.
 */
export const followRegistrations = async (
  trx: PipelinedTrx,
  request: PortalRequest,
  { duties, postponed, referrals, repeated }: Consequences,
): Promise<void> => {
  const supplierId = request.caller.organisation.id
  const [orders] = await Promise.all([
    repeated.length > 0 ? trx.run<RepeatedFacts>(repeatedFacts, [supplierId, repeated]) : [],
    postponed.length > 0
      ? trx.run(movePlainReferrals, [request.arrivedAt, JSON.stringify(postponed), postponed.map(({ id }) => id)])
      : [],
    duties.length > 0 ? trx.run(openPlainReferrals, [supplierId, request.arrivedAt, JSON.stringify(duties)]) : [],
    referrals.length > 0
      ? trx.run(openReferrals, [supplierId, request.arrivedAt, referrals, referrals.map(newId)])
      : [],
  ])
  const items = orders.flatMap((order) =>
    tellings(order).map(({ count, from, to, toldTo }) => ({
      id: newId(),
      orderId: order.id,
      jobcenterId: order.jobcenter_id,
      toldTo,
      data: { orderId: order.id, count, from, to },
      path: `/v1/orders/${order.id}`,
    })),
  )
  if (items.length > 0) await trx.run(tellRepeated, [JSON.stringify(items), request.arrivedAt, supplierId])
}
