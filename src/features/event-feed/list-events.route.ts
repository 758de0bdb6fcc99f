import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { cursorAfter, listQuery, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { eventDocument } from '#platform/outbox/event-document.ts'
import { EventSchema } from '#platform/outbox/event-schema.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { listEvents } from './event-feed.queries.ts'

const FeedQuery = closed({
  ...listQuery,
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the last answer, whenever that was.' })),
  type: Type.Optional(
    Type.Union(
      Object.keys(eventTypes).map((type) => Type.Literal(type)),
      { description: 'Only events of this type.' },
    ),
  ),
})

const FeedSchema = closed({
  items: Type.Array(EventSchema),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'Where to go on reading, now or later. After an empty page it is the cursor that was given; null only when there is nothing yet and no cursor was given.',
  }),
})

/** The caller's own events in one order, for readers that poll. */
export const listEventsRoute = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/events',
      operationId: 'listEvents',
      tag: 'Events',
      summary: "Read the caller's events after a cursor",
      description:
        'Everything that the caller is told, oldest first. Unlike other lists the feed has no end: keep `next` and ask again with it. ' +
        'A reader that follows `next` gets each event once and misses none, also not one whose request took longer than those after it. ' +
        'An event shows up within a second of what it tells of. Fewer items than `limit` mean that there are no more for now.',
      callers: organisationKinds,
      scope: 'portal.read',
      query: FeedQuery,
      answers: {
        200: {
          description: 'Events after the cursor.',
          schema: FeedSchema,
          headers: { link: '`rel="next"`, whenever `next` is not null.' },
        },
      },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { limit: 10 } },
    },
    async (request) => {
      const { cursor, type, limit } = request.query
      const page = { after: sequenceAfter(cursor), type, limit: pageSize(limit) }
      const events = await read(deps.database, request, (trx) => listEvents(trx, request.caller.organisation.id, page))
      const last = events.at(-1)
      const next = last ? cursorAfter(String(last.sequence)) : (cursor ?? null)
      const headers: Record<string, string> = {}
      if (next !== null) {
        const link = new URL(request.url, `${deps.publicUrl}/`)
        link.searchParams.set('cursor', next)
        headers['link'] = `<${deps.publicUrl}${link.pathname}${link.search}>; rel="next"`
      }
      return {
        status: 200,
        body: { items: events.map((event) => eventDocument(event, deps.publicUrl)), next },
        headers,
      }
    },
  )
}
