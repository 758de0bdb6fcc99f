import type { Static } from 'typebox'
import { citizenOfOrder, findOrder } from '#features/orders/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import { unseal } from '#platform/crypto/keyring.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { citizenOfOwnMunicipality, noticesOf } from './notice.queries.ts'
import type { NoticeQuery } from './notice.schema.ts'

/** What a notice's text is bound to, so that it cannot be moved to another notice. */
export const sealedIn = (id: string): string => `notice:${id}`

/**
 * The notices of one order that the caller gave or may read, with their texts; the look-up is kept. A benefits office may
 * read notices of an order that is otherwise not its own (§ 8, 000): those that it was told of, and its own municipality's
 * citizens' all. Without any of the former there is nothing for it to see.
 */
export const listNotices = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof NoticeQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  const orderId = request.params.id.toLowerCase()
  return read(deps.database, request, async (trx) => {
    const organisationId = request.caller.organisation.id
    const ownCitizen = await citizenOfOwnMunicipality(trx, request.caller, orderId)
    const asked = { orderId, organisationId, ofOwnCitizen: ownCitizen !== null }
    const [any] = await noticesOf(trx, { ...asked, after: undefined, limit: 0 })
    if (!any && ownCitizen === null) await findOrder(trx, request.caller, orderId)
    const rows = any ? await noticesOf(trx, { ...asked, after, limit }) : []
    const citizenId = ownCitizen ?? (await citizenOfOrder(trx, request.caller, orderId))
    await recordLookup(trx, request, { operation: 'listNotices', citizenId, orderId, purpose: null })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => ({
        id: row.id,
        orderId: row.orderId,
        kind: row.kind,
        text: unseal(deps.keyring, { key: row.textKey, cipher: row.textCipher }, sealedIn(row.id)),
        registeredAt: row.createdAt,
        registeredBy: row.registeredBy as Person,
      }),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
