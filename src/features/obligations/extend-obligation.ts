import type { Static } from 'typebox'
import { demandKnownYear } from '#features/calendar/lookups.ts'
import { endOfLocalDay, localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { extensionIsLater, extensionNeedsJobcenter, obligationIsUnsettled } from '#rules/obligation/extension-rules.ts'
import { obligationStatus } from '#rules/obligation/obligation-state.ts'
import { findObligation, lockOrderedObligation } from './obligation.queries.ts'
import type { ExtensionBody } from './obligation.schema.ts'
import { obligationAnswer } from './read-obligations.ts'

/**
 * Gives a duty a later date, agreed by the ordering jobcenter with a reason (§ 3). The dates before and after stay on
 * record, and the new date is told anew when it comes near and when it has passed.
 * @throws HttpProblem `not-found`, `extension-needs-jobcenter`, `obligation-settled`, `extension-not-later`
 */
export const extendObligation = (
  deps: Deps,
  request: PortalRequest<Static<typeof ExtensionBody>, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { arrivedAt: now, caller } = request
    const { dueOn, reason, agreedBy } = request.body
    demandKnownYear('/dueOn', dueOn)
    const seen = await findObligation(trx, caller, request.params.id)
    const jobcenterId = caller.organisation.id
    demand(extensionNeedsJobcenter({ byOrderingJobcenter: seen.jobcenterId === jobcenterId }), seen.orderId)
    const duty = await lockOrderedObligation(trx, jobcenterId, seen.id)
    demand(obligationIsUnsettled({ status: obligationStatus(duty, now) }), duty.orderId)
    demand(extensionIsLater({ toDueOn: dueOn, currentDueOn: duty.dueOn, today: localDateAt(now) }), duty.orderId)
    await trx
      .insertInto('obligationExtensions')
      .values({
        id: newId(),
        obligationId: duty.id,
        jobcenterId,
        supplierId: duty.supplierId,
        fromDueOn: duty.dueOn,
        toDueOn: dueOn,
        reason,
        agreedBy: JSON.stringify(agreedBy),
        agreedAt: now,
      })
      .execute()
    await trx
      .updateTable('obligations')
      .set((eb) => ({
        dueOn,
        dueAt: endOfLocalDay(dueOn),
        dueSoonToldAt: null,
        overdueToldAt: null,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', duty.id)
      .execute()
    await recordChange(trx, request, {
      action: 'extended',
      entity: 'obligation',
      entityId: duty.id,
      orderId: duty.orderId,
      registeredBy: agreedBy,
      changes: { dueOn: { from: duty.dueOn, to: dueOn } },
    })
    return obligationAnswer(trx, request)
  })
