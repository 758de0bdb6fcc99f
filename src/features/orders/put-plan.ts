import { sql } from 'kysely'
import { registeredDays, settleReferrals } from '#features/absences/lookups.ts'
import { touchDates } from '#features/attendance/commands.ts'
import { recordedMinutes, submittedMonths } from '#features/attendance/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag, demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { courseEnds } from '#rules/absence/day-lies-in-the-course.ts'
import { canBePlanned } from '#rules/order/order-life.ts'
import {
  keptAsSubmitted,
  type PlannedActivity,
  planRules,
  totalMinutes,
  withTheFirstMeeting,
} from '#rules/order/plan-rules.ts'
import { planKeepsTheProtocol, submittedDaysThatChange } from '#rules/protocol/plan-keeps-the-protocol.ts'
import { stateOf } from './approve-order.ts'
import { datesOnRecord } from './on-record.ts'
import { activitiesOf, findOrder, lockOrdersOfCitizen } from './order.queries.ts'
import type { PutPlan } from './order-commands.ts'
import type { OrderRow } from './order-document.ts'
import { settleProtocolDuties } from './order-duties.ts'
import { planDocument, planOf } from './plan.queries.ts'

/** The plan's ETag; the empty one has no version, and says how much is to be planned. */
const planEtag = (order: OrderRow): string =>
  order.planVersion === 0 ? contentEtag(planDocument(order, [])) : etagOf(order.planVersion)

/** The order's plan; empty before one was put. */
export const getPlan = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(trx, request.caller, request.params.id)
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation: 'getPlan', citizenId, orderId, purpose })
    return {
      status: 200,
      headers: { etag: planEtag(order) },
      body: planDocument(order, await planOf(trx, order.id)),
    }
  })
}

/** One entry per date and activity: two would leave open which of them counts. */
const demandDistinctDays = (days: PutPlan['days']): void => {
  const seen = new Set<string>()
  for (const [index, day] of days.entries()) {
    const key = `${day.date} ${day.activityId}`
    if (seen.has(key)) {
      throw invalid(`/days/${index}`, 'duplicate', {
        da: 'Datoen og aktiviteten står allerede i planen.',
        en: 'The date and activity stand in the plan already.',
      })
    }
    seen.add(key)
  }
}

/** § 4: replaces the order's whole plan. The citizen's orders are locked, so that no absence and
 * no other plan slips in between check and change. */
export const putPlan = (deps: Deps, request: PortalRequest<PutPlan, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
    if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { complete } = request.body
    // A UUID is the same in capitals; the database gives it in small letters.
    const days = request.body.days.map((day) => ({ ...day, activityId: day.activityId.toLowerCase() }))
    const ifMatch = request.header('if-match')
    // The first plan needs none; whoever read the empty one may send its ETag all the same.
    demandIfMatch(ifMatch, order.planVersion === 0 && ifMatch === undefined ? null : planEtag(order))
    demandDistinctDays(days)
    demand(canBePlanned(stateOf(order)))
    const { supplierId, citizenId } = order
    const registered = await registeredDays(trx, { supplierId, citizenId, orderId: order.id })
    const before = await planOf(trx, order.id)
    const outside = (date: LocalDate): boolean => date < order.startDate || date > courseEnds(order)
    const submitted = await submittedMonths(trx, order.id)
    demand(
      planRules({
        days,
        complete,
        order: { startDate: order.startDate, lastDay: courseEnds(order), orderedMinutes: order.orderedMinutes },
        activities: (await activitiesOf(trx, order.id)) as PlannedActivity[],
        // What an amendment left outside the order is flagged; no plan could hold it.
        registered: withTheFirstMeeting(registered, order.firstAttendedOn, before).filter((day) => !outside(day.date)),
        kept: keptAsSubmitted(days, before, submitted),
      }),
    )
    demand(
      planKeepsTheProtocol({
        before,
        after: days,
        recorded: (await recordedMinutes(trx, order.id)).filter((record) => !outside(record.date)),
        submittedMonths: submitted,
        today: localDateAt(request.arrivedAt),
      }),
    )
    const plannedMinutes = totalMinutes(days)
    const planConflict = [...days.map((day) => day.date), ...(await datesOnRecord(trx, order))].some(outside)
    await trx.deleteFrom('plannedDays').where('orderId', '=', order.id).execute()
    await sql`insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
      select ${order.id}::uuid, d.date, d."activityId", ${order.supplierId}::uuid, ${order.citizenId}::uuid, d."plannedMinutes"
        from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as d (date date, "activityId" uuid, "plannedMinutes" integer)`.execute(
      trx,
    )
    await trx
      .updateTable('orders')
      .set((eb) => ({
        plannedMinutes,
        planComplete: complete,
        planConflict,
        planVersion: eb('planVersion', '+', 1),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', order.id)
      .execute()
    await settleProtocolDuties(
      trx,
      order,
      days.map((day) => day.date),
      request.arrivedAt,
    )
    await settleReferrals(trx, order.id, request.arrivedAt, 'planned')
    const otherwise = submittedDaysThatChange({ before, after: days, submittedMonths: submitted })
    await touchDates(trx, order.id, otherwise, request.arrivedAt, 'planned')
    await recordChange(trx, request, {
      action: 'planned',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy: null,
      changes: { plannedMinutes: { from: order.plannedMinutes, to: plannedMinutes }, days: days.length, complete },
    })
    const changed = { ...order, plannedMinutes, planComplete: complete }
    return {
      status: order.planVersion === 0 ? 201 : 200,
      headers: { etag: etagOf(order.planVersion + 1) },
      body: planDocument(changed, await planOf(trx, order.id)),
    }
  })
