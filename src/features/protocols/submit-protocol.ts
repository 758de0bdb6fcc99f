import { meetObligations, openDuties } from '#features/obligations/lookups.ts'
import { lockOrdersOfCitizen } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { submitProtocolRules } from '#rules/protocol/submit-protocol.ts'
import { freezeProtocol, type NewVersion } from './freeze-protocol.ts'
import { loadProtocol } from './protocol.queries.ts'
import type { SubmitProtocol } from './protocol.schema.ts'

type SubmissionRequest = PortalRequest<SubmitProtocol, { id: string; month: string }>

/** Writes the version, and the month's head that points at it: nothing has changed since. */
const storeVersion = async (
  trx: Trx,
  request: SubmissionRequest,
  id: string,
  given: NewVersion,
  frozen: ReturnType<typeof freezeProtocol>,
): Promise<void> => {
  const { order, month } = given
  const { version, content, sha256 } = frozen
  const incomplete = given.acceptedOpenDays.length > 0
  const head = { version, incomplete, submittedAt: given.submittedAt }
  const { supplierId, citizenId, jobcenterId } = order
  await trx
    .insertInto('protocolMonths')
    .values({ orderId: order.id, month, supplierId, citizenId, jobcenterId, ...head })
    .onConflict((conflict) =>
      conflict
        .columns(['orderId', 'month'])
        .doUpdateSet({ ...head, staleSince: null, staleDates: [], staleBecause: [] }),
    )
    .execute()
  await trx
    .insertInto('protocolVersions')
    .values({
      id,
      orderId: order.id,
      month,
      version,
      supplierId,
      content,
      sha256,
      incomplete,
      correctionReason: given.correctionReason,
      submittedBy: JSON.stringify(given.submittedBy),
      submittedAt: given.submittedAt,
      clientId: request.caller.clientId,
      requestId: request.id,
    })
    .execute()
}

/** What the supplier writes in its own words, with where it stands. */
const textsOf = ({ correctionReason, acceptOpenDifferences = [] }: SubmitProtocol) => [
  ...(correctionReason === undefined ? [] : [{ pointer: '/correctionReason', text: correctionReason }]),
  ...acceptOpenDifferences.map(({ explanation }, index) => ({
    pointer: `/acceptOpenDifferences/${index}/explanation`,
    text: explanation,
  })),
]

/** § 5: the month's duty is met, late or not, and with it each open one to correct it. */
const meetDuties = async (trx: Trx, request: SubmissionRequest, orderId: string, id: string): Promise<void> => {
  const { month } = request.params
  const { arrivedAt } = request
  await meetObligations(trx, orderId, { kind: 'attendance-protocol', subject: month }, arrivedAt, id)
  const corrections = await openDuties(trx, orderId, 'attendance-protocol-correction')
  for (const { subject } of corrections.filter((duty) => duty.subject.startsWith(`${month} `))) {
    await meetObligations(trx, orderId, { kind: 'attendance-protocol-correction', subject }, arrivedAt, id)
  }
}

/**
 * § 5: freezes a month as it stands, meets its duties and tells the jobcenter. Late is taken. The orders of the citizen are
 * locked, so that no day, registration or leave comes between check and freeze, and of two submissions one is first.
 */
export const submitProtocol = (deps: Deps, request: SubmissionRequest): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
    if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { month } = request.params
    const { correctionReason, acceptOpenDifferences = [], registeredBy } = request.body
    const today = localDateAt(request.arrivedAt)
    const loaded = await loadProtocol(statementsWithin(trx), order, month, today)
    const { submitted } = loaded
    const owed = (await openDuties(trx, order.id, 'attendance-protocol')).some((duty) => duty.subject === month)
    demand(
      submitProtocolRules({
        month,
        days: loaded.month.days,
        today,
        submitted: submitted && { month, version: submitted.version },
        owed,
        correctionReason,
        accepted: acceptOpenDifferences.map((open) => open.date),
        texts: textsOf(request.body),
      }),
    )
    const id = newId()
    const given: NewVersion = {
      order,
      month,
      loaded,
      submittedAt: request.arrivedAt,
      submittedBy: registeredBy,
      correctionReason: correctionReason ?? null,
      acceptedOpenDays: acceptOpenDifferences,
    }
    const frozen = freezeProtocol(given)
    await storeVersion(trx, request, id, given, frozen)
    await meetDuties(trx, request, order.id, id)
    const { version } = frozen
    const incomplete = acceptOpenDifferences.length > 0
    const sha256 = frozen.sha256.toString('hex')
    await recordChange(trx, request, {
      action: 'submitted',
      entity: 'protocol',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: { month, version: { from: submitted?.version ?? null, to: version }, incomplete, sha256 },
    })
    await appendEvent(trx, {
      type: 'attendance-protocol.submitted',
      occurredAt: request.arrivedAt,
      producerId: order.supplierId,
      recipients: [order.jobcenterId],
      orderId: order.id,
      data: { orderId: order.id, month, version, incomplete },
      path: `/v1/orders/${order.id}/protocols/${month}`,
    })
    return {
      status: 201,
      headers: { location: `/v1/orders/${order.id}/protocols/${month}/versions/${version}`, etag: `"${sha256}"` },
      body: {
        orderId: order.id,
        month,
        version,
        submittedAt: request.arrivedAt,
        submittedBy: registeredBy,
        correctionReason: correctionReason ?? null,
        incomplete,
        sha256,
      },
    }
  })
