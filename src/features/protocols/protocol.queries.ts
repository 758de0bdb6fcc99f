import { sql } from 'kysely'
import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import type { Caller, Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import type { PipelinedTrx, Statement, Trx } from '#platform/db/transaction.ts'
import { courseEnds } from '#rules/absence/day-lies-in-the-course.ts'
import { attendanceProtocolDue } from '#rules/calendar/deadlines.ts'
import {
  type DayFacts,
  type ProtocolActivity,
  type ProtocolMonth,
  protocolMonth,
} from '#rules/protocol/protocol-month.ts'

/** The first and the last day of a month, `YYYY-MM`. */
const daysOfMonth = (month: string): { from: LocalDate; to: LocalDate } => {
  const from = `${month}-01` as LocalDate
  return { from, to: addDays(attendanceProtocolDue(from).dueOn, -1) }
}

/**
 * An order whose protocols the caller may read: its supplier, its jobcenter, an auditor of its municipality. Benefits
 * offices read none, whatever else they see of the order: sickness stands in it (§ 9).
 * @throws HttpProblem `not-found`
 */
export const findOrderOfProtocol = (trx: Trx, caller: Caller, id: string): Promise<OrderRow> => {
  const kinds = caller.organisation.kinds.filter((kind) => kind !== 'benefits-office')
  return findOrder(trx, { ...caller, organisation: { ...caller.organisation, kinds } }, id)
}

type LoadedDay = {
  readonly date: LocalDate
  readonly planned: DayFacts['planned'] | null
  readonly entries: NonNullable<DayFacts['attendance']>['entries'] | null
  readonly recordedAt: Instant
  readonly recordedLate: boolean
  readonly version: number
  readonly registeredBy: Person
  readonly leaveMinutes: number
  readonly excusedCode: 'sick' | 'approved-leave' | null
  readonly beforeFirstAttendance: boolean
  /** The registration that is held against this order. */
  readonly absenceId: string | null
  readonly registeredMinutes: number
  readonly reason: string
  readonly registeredAt: Instant
  readonly daysLate: number
  readonly coveredByLeave: string | null
  // Over all the supplier's orders of the citizen:
  readonly unauthorisedMinutes: number
  readonly absentMinutes: number | null
  readonly absenceReason: string
  readonly attendedMinutes: number
  readonly turnedLeaveMinutes: number
  readonly notStartedMinutes: number
  readonly endedMinutes: number
  readonly ownIdleMinutes: number
  readonly runningMinutes: number
}

const factsOf = (day: LoadedDay): DayFacts => ({
  date: day.date,
  planned: day.planned ?? [],
  attendance: day.entries && {
    entries: day.entries,
    recordedAt: day.recordedAt,
    recordedLate: day.recordedLate,
    version: day.version,
    registeredBy: day.registeredBy,
  },
  leaveMinutes: day.leaveMinutes,
  excusedCode: day.excusedCode,
  absence:
    day.absenceId !== null
      ? {
          id: day.absenceId,
          absentMinutes: day.registeredMinutes,
          reason: day.reason,
          registeredAt: day.registeredAt,
          daysLate: day.daysLate,
          coveredByLeave: day.coveredByLeave,
        }
      : null,
  beforeFirstAttendance: day.beforeFirstAttendance,
  bothRegisters: {
    unauthorisedMinutes: day.unauthorisedMinutes,
    registration:
      day.absentMinutes === null
        ? null
        : {
            absentMinutes: day.absentMinutes,
            reason: day.absenceReason,
            attendedMinutes: day.attendedMinutes,
            leaveMinutes: day.turnedLeaveMinutes,
            notStartedMinutes: day.notStartedMinutes,
            endedMinutes: day.endedMinutes,
            ownIdleMinutes: day.ownIdleMinutes,
            runningMinutes: day.runningMinutes,
          },
  },
})

/**
 * The days of a month with something planned, recorded or registered on the order, by date. Set-based; what other orders
 * say of a day comes in sums alone (`portal_register_days`). `$1` order, `$2` supplier, `$3` citizen, `$4` to `$5` the month,
 * `$6` course status, `$7` first attended on, `$8` target group, `$9` start of the course.
 */
const daysOfProtocol: Statement = {
  name: 'protocol-days',
  text: `with planned as materialized (
      select p.date, jsonb_agg(jsonb_build_object('activityId', p.activity_id, 'plannedMinutes', p.planned_minutes)
          order by p.activity_id) as days
        from planned_days p where p.order_id = $1 and p.date between $4 and $5 group by p.date
    ), recorded as materialized (
      select d.*, v.registered_by from attendance_days d
        left join attendance_day_versions v on v.order_id = d.order_id and v.date = d.date and v.version = d.version
       where d.order_id = $1 and d.date between $4 and $5
    ), registered as materialized (
      select a.* from absences a
       where a.supplier_id = $2 and a.citizen_id = $3 and a.withdrawn_at is null and a.date between $4 and $5
         and $1 = any (a.held_against)
    ), days as materialized (
      select date from planned union select date from recorded union select date from registered
    ), course as (
      select $6::text = 'never-started' as never, $7::date as came_on, not exists (
        select from code_values v where v.set_name = 'target-groups' and v.code = $8
          and v.valid_from <= $9::date and (v.valid_to is null or v.valid_to >= $9::date)
          and v.attributes -> 'firstMeetingProcedure' = 'false'::jsonb) as procedure
    )
    select s.date, p.days as planned, d.entries, d.recorded_at as "recordedAt", d.recorded_late as "recordedLate", d.version,
        d.registered_by as "registeredBy",
        (select coalesce(sum(coalesce(l.minutes, 1440)), 0)::integer from leave_approvals l
          where l.order_id = $1 and l.withdrawn_at is null and l.from_date <= s.date and l.to_date >= s.date) as "leaveMinutes",
        e.code as "excusedCode", c.never or (c.procedure and coalesce(s.date < c.came_on, true)) as "beforeFirstAttendance",
        a.id as "absenceId", a.absent_minutes as "registeredMinutes", a.reason, a.registered_at as "registeredAt",
        a.days_late as "daysLate", a.covered_by_leave as "coveredByLeave", s.unauthorised_minutes as "unauthorisedMinutes",
        s.absent_minutes as "absentMinutes", s.absence_reason as "absenceReason", s.attended_minutes as "attendedMinutes",
        s.leave_minutes as "turnedLeaveMinutes", s.not_started_minutes as "notStartedMinutes", s.ended_minutes as "endedMinutes",
        s.own_idle_minutes as "ownIdleMinutes", s.running_minutes as "runningMinutes"
      from portal_register_days($2, array_fill($3::uuid, array[(select count(*)::integer from days)]),
          (select array_agg(x.date) from days x)) s
      cross join course c
      left join planned p on p.date = s.date
      left join recorded d on d.date = s.date
      left join registered a on a.date = s.date
      left join excused_days e on e.order_id = $1 and e.date = s.date and e.withdrawn_at is null
     order by s.date`,
}

/** `$1` order. */
const activitiesOfOrder: Statement = {
  name: 'protocol-activities',
  text: `select id, title, kind, document_id as "documentId" from activities where order_id = $1 order by id`,
}

/** Where a month stands that was submitted: its latest version, and what changed since. */
type SubmittedMonth = {
  readonly version: number
  readonly submittedAt: Instant
  /** Null, with the hash, to an auditor whose municipality the citizen left before the month was over: it reads no version. */
  readonly submittedBy: Person | null
  readonly sha256: Buffer | null
  readonly incomplete: boolean
  readonly staleSince: Instant | null
  readonly staleDates: readonly LocalDate[]
  readonly staleBecause: readonly string[]
}

/** `$1` order, `$2` month. The driver would make local midnights of a list of dates, so they come as text. */
const submissionOfMonth: Statement = {
  name: 'protocol-submission',
  text: `select m.version, m.submitted_at as "submittedAt", m.incomplete, m.stale_since as "staleSince",
      m.stale_dates::text[] as "staleDates", m.stale_because as "staleBecause", v.sha256, v.submitted_by as "submittedBy"
    from protocol_months m left join protocol_versions v on v.order_id = m.order_id and v.month = m.month and v.version = m.version
    where m.order_id = $1 and m.month = $2`,
}

/** An order's month with where its submission stands. */
export type LoadedProtocol = { readonly month: ProtocolMonth; readonly submitted: SubmittedMonth | null }

/**
 * Loads a month of an order as it stands: three statements, which share a round trip where they are pipelined.
 * @param order one whose protocols the caller may read
 * @param month `YYYY-MM`
 * @param today the local date at which the request arrived
 */
export const loadProtocol = async (
  trx: PipelinedTrx,
  order: OrderRow,
  month: string,
  today: LocalDate,
): Promise<LoadedProtocol> => {
  const { id, supplierId, citizenId, courseStatus, firstAttendedOn, targetGroup, startDate } = order
  const { from, to } = daysOfMonth(month)
  const [days, activities, [submitted]] = await Promise.all([
    trx.run<LoadedDay>(daysOfProtocol, [
      ...[id, supplierId, citizenId, from, to],
      ...[courseStatus, firstAttendedOn, targetGroup, startDate],
    ]),
    trx.run<ProtocolActivity>(activitiesOfOrder, [id]),
    trx.run<SubmittedMonth>(submissionOfMonth, [id, month]),
  ])
  const facts = days.map(factsOf)
  return {
    month: protocolMonth({ today, firstDay: startDate, lastDay: courseEnds(order), activities, facts }),
    submitted: submitted ?? null,
  }
}

/** A month of an order that has planned days or was submitted. Minutes. */
export type ListedMonth = {
  readonly month: string
  readonly plannedMinutes: number
  readonly version: number | null
  readonly submittedAt: Instant | null
  readonly incomplete: boolean
  readonly staleSince: Instant | null
}

/** The months of an order after one of them, by month; `limit` of them. */
export const listMonths = async (
  trx: Trx,
  order: OrderRow,
  after: string | undefined,
  limit: number,
): Promise<ListedMonth[]> => {
  const { rows } = await sql<ListedMonth>`
    select month, coalesce(p.minutes, 0)::integer as "plannedMinutes", m.version, m.submitted_at as "submittedAt",
        coalesce(m.incomplete, false) as incomplete, m.stale_since as "staleSince"
      from (select to_char(d.date, 'YYYY-MM') as month, sum(d.planned_minutes) as minutes from planned_days d
             where d.order_id = ${order.id}::uuid and d.date between ${order.startDate}::date and ${courseEnds(order)}::date group by 1) p
      full join (select s.* from protocol_months s where s.order_id = ${order.id}::uuid) m using (month)
     where month > ${after ?? ''}
     order by month limit ${limit}`.execute(trx)
  return rows
}
