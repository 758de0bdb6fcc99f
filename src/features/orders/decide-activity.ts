import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { activityIsUndecided } from '#rules/order/activity-rules.ts'
import { canHaveActivities } from '#rules/order/order-life.ts'
import type { Decision } from './activity.schema.ts'
import { activityDocument } from './activity-document.ts'
import { stateOf } from './approve-order.ts'
import { lockOrder, raiseVersion } from './order.queries.ts'

/** § 4, § 14, § 16: the ordering jobcenter approves or rejects a proposed activity, once; the supplier is told. */
export const decideActivity = (deps: Deps, request: PortalRequest<Decision, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { decision, reason, decidedBy } = request.body
    if (decision === 'rejected' && reason === undefined) {
      throw invalid('/reason', 'required', { da: 'Et afslag begrundes.', en: 'A rejection needs a reason.' })
    }
    const proposed = await trx
      .selectFrom('activities')
      .select('orderId')
      .where('id', '=', request.params.id)
      .executeTakeFirst()
    if (!proposed) throw new HttpProblem('not-found')
    const order = await lockOrder(trx, request.caller, proposed.orderId)
    if (order.jobcenterId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const activity = await trx
      .selectFrom('activities')
      .selectAll()
      .where('id', '=', request.params.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    demand(activityIsUndecided(activity.status as 'proposed' | 'approved' | 'rejected'), order.id)
    demand(canHaveActivities(stateOf(order), 'jobcenter'), order.id)
    const decided = await trx
      .updateTable('activities')
      .set((eb) => ({
        status: decision,
        decision: JSON.stringify({ decision, ...(reason === undefined ? {} : { reason }), decidedBy }),
        decidedAt: request.arrivedAt,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', activity.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await raiseVersion(trx, order.id)
    await recordChange(trx, request, {
      action: decision,
      entity: 'activity',
      entityId: activity.id,
      orderId: order.id,
      registeredBy: decidedBy,
      changes: { status: { from: activity.status, to: decision }, kind: activity.kind },
    })
    await appendEvent(trx, {
      type: decision === 'approved' ? 'activity.approved' : 'activity.rejected',
      occurredAt: request.arrivedAt,
      producerId: order.jobcenterId,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id, activityId: activity.id },
      path: `/v1/orders/${order.id}/activities`,
    })
    return { status: 200, headers: { etag: etagOf(decided.version) }, body: activityDocument(decided, order) }
  })
