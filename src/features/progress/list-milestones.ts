import type { Static } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { milestoneDocument } from './milestone-document.ts'
import type { ProgressQuery } from './progress.schema.ts'
import { readingProgress } from './read-order.ts'

/** The milestones of an order by id (the order of their registration), the withdrawn ones among them. */
export const listMilestones = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ProgressQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return readingProgress(deps, request, 'listMilestones', async (trx, { id: orderId }) =>
    pageAnswer({
      rows: await trx
        .selectFrom('milestones')
        .selectAll()
        .where('orderId', '=', orderId)
        .$if(after !== undefined, (q) => q.where('id', '>', after as string))
        .orderBy('id')
        .limit(limit + 1)
        .execute(),
      limit,
      position: (row) => row.id,
      item: milestoneDocument,
      publicUrl: deps.publicUrl,
      url: request.url,
    }),
  )
}
