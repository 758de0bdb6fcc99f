import { holdOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { canHaveProgress, type OrderState } from '#rules/order/order-life.ts'
import {
  milestoneCanBeRegistered,
  milestoneIsNew,
  milestoneNotYetWithdrawn,
} from '#rules/progress/milestone-reached.ts'
import { milestoneFacts } from './keep-milestones.ts'
import { knownMilestones, standingMilestones } from './milestone.queries.ts'
import { milestoneDocument, milestoneVersion } from './milestone-document.ts'
import type { RegisterMilestone, WithdrawMilestone } from './progress.schema.ts'

/** 004: the supplier registers that the citizen reached a milestone, without a report. Of several at once one stands. */
export const registerMilestone = (
  deps: Deps,
  request: PortalRequest<RegisterMilestone, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await holdOrder(trx, request.caller, 'supplier', request.params.id)
    demand(canHaveProgress({ status: order.status, courseStatus: order.courseStatus } as OrderState))
    const { milestone, reachedOn, observedBy, registeredBy } = request.body
    const standing = async () =>
      (await standingMilestones(trx, order.id)).find((other) => other.milestone === milestone)
    const known = (await knownMilestones(trx))(milestone, reachedOn)
    const facts = milestoneFacts(order, localDateAt(request.arrivedAt), known, await standing())
    demand(milestoneCanBeRegistered({ milestone, reachedOn, pointer: '' }, facts))
    const row = await trx
      .insertInto('milestones')
      .values({
        id: newId(),
        orderId: order.id,
        supplierId: order.supplierId,
        citizenId: order.citizenId,
        milestone,
        reachedOn,
        observedBy: observedBy ?? null,
        registeredBy: JSON.stringify(registeredBy),
        registeredAt: request.arrivedAt,
      })
      .onConflict((conflict) => conflict.columns(['orderId', 'milestone']).where('withdrawnAt', 'is', null).doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!row) {
      // Another one was registered since; it can have been withdrawn again by now.
      demand(milestoneIsNew({ milestone }, { standing: (await standing()) ?? null }))
      throw new HttpProblem('conflict')
    }
    await recordChange(trx, request, {
      action: 'reached',
      entity: 'milestone',
      entityId: row.id,
      orderId: order.id,
      registeredBy,
      changes: { milestone, reachedOn },
    })
    return { status: 201, headers: { etag: `"${milestoneVersion(row)}"` }, body: milestoneDocument(row) }
  })

/** Withdraws a milestone that was registered in error: it stays on record, and can be registered anew. */
export const withdrawMilestone = (
  deps: Deps,
  request: PortalRequest<WithdrawMilestone, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const milestone = await trx
      .selectFrom('milestones')
      .selectAll()
      .where('id', '=', request.params.id)
      .where('supplierId', '=', request.caller.organisation.id)
      .forUpdate()
      .executeTakeFirst()
    if (!milestone) throw new HttpProblem('not-found')
    demand(milestoneNotYetWithdrawn({ withdrawn: milestone.withdrawnAt !== null }), milestone.orderId)
    const { reason, registeredBy } = request.body
    const row = await trx
      .updateTable('milestones')
      .set({ withdrawnAt: request.arrivedAt, withdrawal: JSON.stringify({ reason, by: registeredBy }) })
      .where('id', '=', milestone.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordChange(trx, request, {
      action: 'withdrawn',
      entity: 'milestone',
      entityId: row.id,
      orderId: row.orderId,
      registeredBy,
      changes: { milestone: row.milestone, reachedOn: row.reachedOn },
    })
    return { status: 200, headers: { etag: `"${milestoneVersion(row)}"` }, body: milestoneDocument(row) }
  })
