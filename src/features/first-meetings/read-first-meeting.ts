import type { Static } from 'typebox'
import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag, etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { findReSummons, reSummonsPage } from './first-meeting.queries.ts'
import type { ReSummonsQuery } from './first-meeting.schema.ts'
import { caseDocument } from './first-meeting-case.queries.ts'
import { reSummonsDocument } from './re-summons-document.ts'
import { remindersOf } from './reminder.queries.ts'

/** The case around an order's first meeting: where it stands, and all that led there. */
export const getFirstMeeting = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(trx, request.caller, request.params.id)
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation: 'getFirstMeeting', citizenId, orderId, purpose })
    const body = await caseDocument(trx, request.caller, order)
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
}

/** The re-summonses of an order, with their contact logs. */
export const listReSummonses = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ReSummonsQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrder(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'listReSummonses', citizenId, orderId, purpose })
    const rows = await reSummonsPage(trx, orderId, { after, limit })
    const reminders = await remindersOf(
      trx,
      rows.map((row) => row.id),
    )
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => reSummonsDocument(row, reminders.get(row.id) ?? []),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/**
 * One re-summons, to whoever sees its order and to whoever was told of it: the office of the citizen's own municipality
 * sees nothing else of the order (000).
 */
export const getReSummons = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const row = await findReSummons(trx, request.params.id)
    if (!row) throw new HttpProblem('not-found')
    if (!row.readerIds.includes(request.caller.organisation.id)) await findOrder(trx, request.caller, row.orderId)
    const { orderId, citizenId } = row
    await recordLookup(trx, request, { operation: 'getReSummons', citizenId, orderId, purpose })
    const reminders = await remindersOf(trx, [row.id])
    return {
      status: 200,
      headers: { etag: etagOf(row.version) },
      body: reSummonsDocument(row, reminders.get(row.id) ?? []),
    }
  })
}
