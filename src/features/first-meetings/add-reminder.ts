import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { remindersWereMade } from '#rules/first-meeting/re-summons.ts'
import { nextVersionOfReSummons } from './first-meeting.queries.ts'
import type { AddReminder } from './first-meeting.schema.ts'
import { reSummonsDocument } from './re-summons-document.ts'
import { insertReminders, remindersOf } from './reminder.queries.ts'

/** § 7: another attempt at contact by text message or telephone, also one that is told after the case was settled. */
export const addReminder = (deps: Deps, request: PortalRequest<AddReminder, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const row = await nextVersionOfReSummons(trx, request.caller.organisation.id, request.params.id)
    if (!row) throw new HttpProblem('not-found')
    const { channel, reached, registeredBy } = request.body
    const at = instantOf(request.body.at)
    demand(remindersWereMade([{ at, pointer: '/at' }], row.missedOn, request.arrivedAt), row.orderId)
    await insertReminders(trx, row, [{ channel, at, reached }], { registeredBy, at: request.arrivedAt })
    await recordChange(trx, request, {
      action: 'reminded',
      entity: 're-summons',
      entityId: row.id,
      orderId: row.orderId,
      registeredBy,
      changes: { channel, at, reached: reached ?? null },
    })
    const log = await remindersOf(trx, [row.id])
    return {
      status: 201,
      headers: { location: `/v1/re-summons/${row.id}`, etag: etagOf(row.version) },
      body: reSummonsDocument(row, log.get(row.id) ?? []),
    }
  })
