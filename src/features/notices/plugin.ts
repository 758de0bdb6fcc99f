import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { createNotice } from './create-notice.ts'
import { CreateNoticeBody, NoticeQuery, NoticeReceiptSchema, NoticeSchema } from './notice.schema.ts'
import { listNotices } from './read-notices.ts'

/** Important information about a citizen, from the supplier to K-kassen and the jobcenter (§ 8). */
export const notices = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/notices',
      operationId: 'createNotice',
      tag: 'Orders',
      summary: 'Give important information about a citizen',
      description:
        'Goes to K-kassen and the ordering jobcenter (§ 8). The text is encrypted and shown to them and the supplier alone; the benefits office of another municipality may read what concerns its citizens.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: CreateNoticeBody,
      answers: { 201: { description: 'The notice, without its text.', schema: NoticeReceiptSchema } },
      problems: ['order-state'],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        body: {
          kind: 'hospitalised',
          text: 'Borgeren er indlagt siden i går.',
          registeredBy: { name: 'Liv Leverandør' },
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => createNotice(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/notices',
      operationId: 'listNotices',
      tag: 'Orders',
      summary: 'The notices of an order',
      description: 'With their texts, to the supplier and the recipients of each; the look-up is logged.',
      callers: ['supplier', 'jobcenter', 'benefits-office'],
      scope: 'portal.read',
      params: idParams,
      query: NoticeQuery,
      answers: { 200: { description: 'A page of notices.', schema: pageOf(NoticeSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'k-kassen', params: { id: example.order } },
    },
    (request) => listNotices(deps, request),
  )
}
