import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { Id } from '#platform/http/common-schemas.ts'
import { cursorAfter, listQuery, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { eventDocument } from '#platform/outbox/event-document.ts'
import { EventSchema } from '#platform/outbox/event-schema.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { readFeed } from './read-feed.ts'
import type { FeedWatch } from './watch-feeds.ts'

/** Ours: seconds that a reader may wait; what proxies and clients let a request take as a rule is longer. */
const longestWait = 30

const FeedQuery = closed({
  ...listQuery,
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the last answer, whenever that was.' })),
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: longestWait,
      default: 0,
      description:
        'Long poll: seconds that the request waits when there is nothing to give, real ones also in a sandbox. It answers as soon as there is something, else with an empty page.',
    }),
  ),
  type: Type.Optional(
    Type.Array(Type.Enum(Object.keys(eventTypes)), {
      minItems: 1,
      maxItems: 50,
      description: 'Only events of this type; repeat the parameter for several.',
    }),
  ),
  jobcenterId: Type.Optional(Id),
  targetGroup: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'Only events on orders of this target group, a code of target-groups.',
    }),
  ),
  orderId: Type.Optional(Id),
})

const FeedSchema = closed({
  items: Type.Array(EventSchema),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'Where to go on reading, now or later; also past events that the filters left out. Everything there is has been read when the page is empty and `next` is the cursor that was given; it is null only when there is nothing yet and no cursor was given.',
  }),
})

/** The caller's own events in one order, for readers that poll or wait. */
export const listEventsRoute = (app: FastifyInstance, deps: Deps & { readonly watch: FeedWatch }): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/events',
      operationId: 'listEvents',
      tag: 'Events',
      summary: "Read the caller's events after a cursor",
      description:
        'Everything that the caller is told, oldest first. Unlike other lists the feed has no end: keep `next` and ask again with it, best with `wait`. ' +
        'A reader that follows `next` gets each event once and misses none, also not one whose request took longer than those after it. ' +
        'An event shows up within a second of what it tells of. Without filters, fewer items than `limit` mean that there are no more for now. ' +
        'Filters look at jobcenter, target group and order as they stood when the event got its number; an event without an order fits none of the three. ' +
        'A filtered page may be short or empty although there is more, and its `next` still moves on: it has looked at as much as one request may. ' +
        'Numbers have gaps, which mean nothing. Events are kept for a time (a setting, 400 days by default): a cursor behind which some were deleted is answered with 410 `events-gone`, and without a cursor reading begins at the oldest that is kept. ' +
        'After the portal was restored from a backup a cursor stays good; an event that got its number twice is told again under the same `id`.',
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
      problems: ['invalid-cursor', 'events-gone', 'unknown-webhook-filter'],
      example: { client: 'supplier-nord', query: { limit: 10 } },
    },
    async (request) => {
      const { cursor, type: types, jobcenterId, targetGroup, orderId, limit, wait = 0 } = request.query
      const page = await readFeed(deps, request, {
        place: { after: sequenceAfter(cursor), fromStart: cursor === undefined },
        filters: { types, jobcenterId, targetGroup, orderId },
        limit: pageSize(limit),
        waitMs: wait * 1000,
      })
      const next = cursor === undefined && page.after === 0 ? null : cursorAfter(String(page.after))
      const headers: Record<string, string> = {}
      if (next !== null) {
        const link = new URL(request.url, `${deps.publicUrl}/`)
        link.searchParams.set('cursor', next)
        headers['link'] = `<${deps.publicUrl}${link.pathname}${link.search}>; rel="next"`
      }
      return {
        status: 200,
        body: { items: page.events.map((event) => eventDocument(event, deps.publicUrl)), next },
        headers,
      }
    },
  )
}
