import type { ExpressionBuilder } from 'kysely'
import type { Static } from 'typebox'
import { citizenOfOrder, findOrder } from '#features/orders/lookups.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { ContactRequestQuery } from './contact-request.schema.ts'
import { contactRequestDocument, versionOf } from './contact-request-document.ts'

/** Whoever asked, the supplier that is asked, and the order's jobcenter. Row-level security says the same. */
const own = (organisationId: string) => (eb: ExpressionBuilder<DB, 'contactRequests'>) =>
  eb.or([
    eb('benefitsOfficeId', '=', organisationId),
    eb('supplierId', '=', organisationId),
    eb('jobcenterId', '=', organisationId),
  ])

/** The contact requests of one of the caller's own orders, with their texts; the look-up is kept. */
export const listContactRequests = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ContactRequestQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrder(trx, request.caller, request.params.id)
    const rows = await trx
      .selectFrom('contactRequests')
      .selectAll()
      .where('orderId', '=', orderId)
      .where(own(request.caller.organisation.id))
      .$if(after !== undefined, (q) => q.where('id', '>', after as string))
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    await recordLookup(trx, request, { operation: 'listContactRequests', citizenId, orderId, purpose: null })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => contactRequestDocument(deps.keyring, row),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** One contact request with its texts; the look-up is kept. */
export const getContactRequest = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  read(deps.database, request, async (trx) => {
    const row = await trx
      .selectFrom('contactRequests')
      .selectAll()
      .where('id', '=', request.params.id)
      .where(own(request.caller.organisation.id))
      .executeTakeFirst()
    if (!row) throw new HttpProblem('not-found')
    const { orderId } = row
    const citizenId = await citizenOfOrder(trx, request.caller, orderId)
    await recordLookup(trx, request, { operation: 'getContactRequest', citizenId, orderId, purpose: null })
    return {
      status: 200,
      headers: { etag: etagOf(versionOf(row)) },
      body: contactRequestDocument(deps.keyring, row),
    }
  })
