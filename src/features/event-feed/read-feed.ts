import { jobcentersAmong, targetGroupsAmong } from '#features/webhooks/lookups.ts'
import type { Database } from '#platform/db/pool.ts'
import { read } from '#platform/http/idempotency.ts'
import { cursorAfter } from '#platform/http/lists.ts'
import { HttpProblem, type InputFault } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import type { SequencedEvent } from '#platform/outbox/event-document.ts'
import { type FeedFilters, feedStretch } from './event-feed.queries.ts'
import type { FeedWatch } from './watch-feeds.ts'

/** Entries that one statement looks at, so that none runs long. */
const stretchSize = 10_000
/** Ours: entries that one request looks at when its filters leave out all of them, before it answers with how far it got. */
const mostEntries = 100_000

/** Where a reader stands: behind `after`, or at the beginning of what is kept when no cursor was given. */
type FeedPlace = { readonly after: number; readonly fromStart: boolean }

type FeedPage = { readonly events: readonly SequencedEvent[]; readonly after: number; readonly more: boolean }

/**
 * The next events that fit, from one stretch of the feed after another. `after` is how far was looked: also past what the
 * filters leave out, so that a reader of rare events does not scan the others again and does not fall behind the feed's
 * floor. `more` says that there may be something right behind it.
 * @throws HttpProblem `events-gone` when events after the place have been deleted
 */
const nextEvents = async (
  database: Database,
  request: PortalRequest,
  asked: { place: FeedPlace; filters: FeedFilters; limit: number },
): Promise<FeedPage> => {
  const { place, filters, limit } = asked
  const unfiltered = Object.values(filters).every((filter) => filter === undefined)
  const scan = unfiltered ? limit : stretchSize
  let { after } = place
  for (let looked = 0; ; ) {
    const from = after
    const stretch = await read(database, request, (trx) =>
      feedStretch(trx, request.caller.organisation.id, { after: from, filters, limit, scan }),
    )
    if (after < stretch.floor && !place.fromStart) {
      throw new HttpProblem('events-gone', { facts: { oldestCursor: cursorAfter(String(stretch.floor)) } })
    }
    after = Math.max(after, stretch.floor, stretch.reached ?? 0)
    looked += scan
    if (stretch.events.length > 0 || !stretch.more || looked >= mostEntries) {
      return { events: stretch.events, after, more: stretch.more }
    }
  }
}

/**
 * A filter that nothing can ever fit would be a feed that is silent for ever. An order may still be to come.
 * @throws HttpProblem `unknown-webhook-filter`, as filters of an endpoint
 */
const demandKnownFilters = async (database: Database, request: PortalRequest, filters: FeedFilters): Promise<void> => {
  const { targetGroup, jobcenterId } = filters
  if (targetGroup === undefined && jobcenterId === undefined) return
  const unknown = (pointer: string): InputFault[] => [
    { pointer, code: 'unknown', detail: { da: 'Kendes ikke.', en: 'Is not known.' } },
  ]
  const faults = await read(database, request, async (trx) => [
    ...(targetGroup === undefined || (await targetGroupsAmong(trx, [targetGroup])).length > 0
      ? []
      : unknown('targetGroup')),
    ...(jobcenterId === undefined || (await jobcentersAmong(trx, [jobcenterId])).length > 0
      ? []
      : unknown('jobcenterId')),
  ])
  if (faults.length > 0) throw new HttpProblem('unknown-webhook-filter', { faults })
}

/**
 * A page of the caller's feed; with nothing to give it waits for up to `waitMs` (real time) and holds no connection
 * meanwhile.
 * @returns the events, and the number after which to go on
 * @throws HttpProblem `events-gone`, `unknown-webhook-filter`
 */
export const readFeed = async (
  deps: { database: Database; monotonicMs: () => number; watch: FeedWatch },
  request: PortalRequest,
  asked: { place: FeedPlace; filters: FeedFilters; limit: number; waitMs: number },
): Promise<FeedPage> => {
  await demandKnownFilters(deps.database, request, asked.filters)
  const until = deps.monotonicMs() + asked.waitMs
  let { place } = asked
  for (;;) {
    const page = await nextEvents(deps.database, request, { ...asked, place })
    const milliseconds = until - deps.monotonicMs()
    if (page.events.length > 0 || page.more || milliseconds <= 0) return page
    const outcome = await deps.watch.wait({
      organisationId: request.caller.organisation.id,
      after: page.after,
      milliseconds,
      whenGone: request.whenGone,
    })
    if (outcome === 'over') return page
    place = { after: page.after, fromStart: place.fromStart }
  }
}
