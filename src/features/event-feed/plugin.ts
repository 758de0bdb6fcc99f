import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { listEventsRoute } from './list-events.route.ts'
import { watchFeeds } from './watch-feeds.ts'

/** The event feed, with one watch for all readers that wait. */
export const eventFeed = (app: FastifyInstance, deps: Deps): void => {
  const watch = watchFeeds({
    database: deps.database,
    accepting: deps.accepting,
    failed: (error) => app.log.warn({ err: error }, 'nobody can be told of new events: the look at the feeds failed'),
  })
  // Before the server waits for its open requests to end.
  app.addHook('preClose', async () => watch.stop())
  listEventsRoute(app, { ...deps, watch })
}
