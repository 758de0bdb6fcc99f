import { sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { AbsentPart, OffSite } from '#rules/protocol/day-facts.ts'

/** What of a supplier's plans a template holds. */
export type TemplateAsked = {
  readonly supplierId: string
  readonly from: LocalDate
  readonly to: LocalDate
  readonly orderId: string | undefined
  readonly after: string | undefined
}

/** An order with planned days of the month that need attendance, and how many rows it makes. */
export type TemplateOrder = {
  readonly id: string
  readonly orderNumber: string
  readonly citizenId: string
  readonly citizenName: string
  readonly rows: number
}

/**
 * § 5: the planned days that need attendance: of courses that began, from the day on which the citizen first came (from the
 * first date where the group has no first-meeting procedure) to the course's end.
 */
const needed = sql`o.approved_at is not null and o.status in ('approved', 'ended') and o.course_status <> 'never-started'
  and p.date <= coalesce(o.ended_on, o.end_date)
  and p.date >= coalesce(o.first_attended_on, case when exists (select 1 from code_values c
      where c.set_name = 'target-groups' and c.code = o.target_group and c.valid_from <= o.start_date
        and (c.valid_to is null or c.valid_to >= o.start_date) and c.attributes ->> 'firstMeetingProcedure' = 'false')
    then o.start_date end)`

/** The orders of a template by id, from `after` on; at most one more than `limit`. */
export const templateOrders = async (trx: Trx, asked: TemplateAsked, limit: number): Promise<TemplateOrder[]> => {
  const { rows } = await sql<TemplateOrder>`
    select o.id, o.order_number, o.citizen_id, o.citizen_name, count(*)::integer as rows
      from orders o join planned_days p on p.order_id = o.id
     where o.supplier_id = ${asked.supplierId}::uuid and p.date between ${asked.from} and ${asked.to} and ${needed}
       and (${asked.orderId ?? null}::uuid is null or o.id = ${asked.orderId ?? null}::uuid)
       and (${asked.after ?? null}::uuid is null or o.id > ${asked.after ?? null}::uuid)
     group by o.id order by o.id limit ${limit + 1}`.execute(trx)
  return rows
}

/** A planned day and activity. Minutes. */
export type TemplateDay = {
  readonly orderId: string
  readonly date: LocalDate
  readonly activityId: string
  readonly activity: string
  readonly plannedMinutes: number
}

/** The rows of some orders, by order, date and activity. */
export const templateDays = async (
  trx: Trx,
  asked: TemplateAsked,
  orderIds: readonly string[],
): Promise<TemplateDay[]> => {
  const { rows } = await sql<TemplateDay>`
    select o.id as order_id, p.date, p.activity_id, a.title as activity, p.planned_minutes
      from orders o join planned_days p on p.order_id = o.id join activities a on a.id = p.activity_id
     where o.id = any (${[...orderIds]}::uuid[]) and o.supplier_id = ${asked.supplierId}::uuid
       and p.date between ${asked.from} and ${asked.to} and ${needed}
     order by o.id, p.date, p.activity_id`.execute(trx)
  return rows
}

/** An activity of a recorded day, as it is kept. Minutes. */
export type RecordedActivity = {
  readonly activityId: string
  readonly attendedMinutes: number
  readonly absent: readonly AbsentPart[]
  readonly offSite?: OffSite
}

/** What is recorded of some orders' days. */
export const recordedOf = async (
  trx: Trx,
  asked: TemplateAsked,
  orderIds: readonly string[],
): Promise<{ orderId: string; date: LocalDate; entries: readonly RecordedActivity[] }[]> => {
  const rows = await trx
    .selectFrom('attendanceDays')
    .select(['orderId', 'date', 'entries'])
    .where('orderId', 'in', [...orderIds])
    .where('supplierId', '=', asked.supplierId)
    .where('date', '>=', asked.from)
    .where('date', '<=', asked.to)
    .execute()
  return rows.map((row) => ({ ...row, entries: row.entries as unknown as readonly RecordedActivity[] }))
}

/** The attendance codes that are valid on some day of the month, with their Danish names. */
export const validCodes = (trx: Trx, { from, to }: TemplateAsked): Promise<{ code: string; label: string }[]> =>
  trx
    .selectFrom('codeValues')
    .select(['code', 'labelDa as label'])
    .distinct()
    .where('setName', '=', 'attendance-codes')
    .where('validFrom', '<=', to)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', from)]))
    .orderBy('code')
    .execute()
