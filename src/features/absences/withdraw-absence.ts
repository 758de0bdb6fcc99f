import type { Static } from 'typebox'
import { settleDays } from '#features/attendance/commands.ts'
import { waiveObligations } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { statementsWithin } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { notYetWithdrawn } from '#rules/absence/one-per-citizen-and-day.ts'
import type { Recipient } from '#rules/routing/absence-recipients.ts'
import type { WithdrawAbsenceBody } from './absence.schema.ts'
import { absenceDocument } from './absence-document.ts'
import { lockAbsence } from './lock-absence.queries.ts'
import { findAbsence } from './read-absences.ts'
import { settleReferrals } from './referral-duties.queries.ts'

/** Withdraws a registration made in error: it stays on record, whoever received it is told, and the day is free again. */
export const withdrawAbsence = (
  deps: Deps,
  request: PortalRequest<Static<typeof WithdrawAbsenceBody>, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const supplierId = request.caller.organisation.id
    const absence = await lockAbsence(trx, supplierId, request.params.id)
    demand(notYetWithdrawn({ withdrawn: absence.withdrawnAt !== null }), absence.orderId)
    const { reason, registeredBy } = request.body
    await trx
      .updateTable('absences')
      .set((eb) => ({
        withdrawnAt: request.arrivedAt,
        withdrawal: JSON.stringify({ reason, by: registeredBy }),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', absence.id)
      .execute()
    await waiveObligations(
      trx,
      absence.orderId,
      { kinds: ['refer-citizen'], subjects: [absence.id] },
      request.arrivedAt,
      'absence-withdrawn',
    )
    // The citizen counts as present that day again.
    await settleReferrals(trx, absence.orderId, request.arrivedAt, 'absence-withdrawn')
    // What the protocol shows as unauthorised is to be registered anew, from today on (§ 5, § 6).
    await settleDays(statementsWithin(trx), request, {
      supplierId,
      days: [absence],
      written: () => absence.heldAgainst,
      because: 'absence-withdrawn',
      dueOn: () => localDateAt(request.arrivedAt),
    })
    await recordChange(trx, request, {
      action: 'withdrawn',
      entity: 'absence',
      entityId: absence.id,
      orderId: absence.orderId,
      registeredBy,
      changes: { status: { from: 'registered', to: 'withdrawn' } },
    })
    await appendEvent(trx, {
      type: 'absence.withdrawn',
      occurredAt: request.arrivedAt,
      producerId: supplierId,
      recipients: (absence.routedTo as unknown as readonly Recipient[]).map((recipient) => recipient.organisationId),
      orderId: absence.orderId,
      data: { orderId: absence.orderId, absenceId: absence.id, date: absence.date },
      path: `/v1/absences/${absence.id}`,
    })
    const withdrawn = await findAbsence(trx, request.caller, absence.id)
    return { status: 200, headers: { etag: etagOf(withdrawn.version) }, body: absenceDocument(withdrawn) }
  })
