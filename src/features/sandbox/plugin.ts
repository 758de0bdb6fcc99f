import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { demandKnownYear } from '#features/calendar/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { addDays } from '#kernel/local-date.ts'
import type { Deps } from '#platform/deps.ts'
import { InstantSchema } from '#platform/http/common-schemas.ts'
import { instantOf } from '#platform/http/instants.ts'
import { closed } from '#platform/http/route.ts'

const ClockBody = closed({ now: InstantSchema })

/**
 * `GET` and `PUT /sandbox/clock`: reads and sets the business clock, both ways. They exist in a sandbox alone and are no
 * part of the documented contract; a sandbox holds invented data, so they ask for no token. What happened stays: turning
 * the clock back opens nothing again and takes no event back.
 */
export const sandbox = (app: FastifyInstance, deps: Deps): void => {
  const clock = deps.sandboxClock
  if (!clock) return
  const headers = { 'cache-control': 'no-store' }
  app.get('/sandbox/clock', { schema: { hide: true } }, async (_request, reply) =>
    reply.headers(headers).send({ now: clock.now() }),
  )
  app.put<{ Body: Static<typeof ClockBody> }>(
    '/sandbox/clock',
    { schema: { hide: true, body: ClockBody } },
    async (request, reply) => {
      const now = instantOf(request.body.now)
      // A year's room, so that what is counted from today stays within the calendar.
      for (const days of [0, 366]) demandKnownYear('/now', addDays(localDateAt(now), days))
      await clock.set(now)
      request.log.info({ now }, 'the sandbox clock was set')
      return reply.headers(headers).send({ now: clock.now() })
    },
  )
}
