import type { FastifyInstance } from 'fastify'
import { documentContent } from '#features/documents/lookups.ts'
import { purposeOf } from '#platform/audit/lookups.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { definePage, type PageGround } from '../visit.ts'

/** A document of a case, to be saved and opened elsewhere: a look-up of its citizen, as of any other caller. */
export const documentFile = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/documents/:id' }, async (visit) => {
    const id = visit.params['id'] ?? ''
    if (!isUuid(id)) throw new HttpProblem('not-found')
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    return { file: await read(ground.deps.database, request, (trx) => documentContent(trx, request, { id, purpose })) }
  })
}
