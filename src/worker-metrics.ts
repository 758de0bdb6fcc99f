import { Gauge, type Registry } from 'prom-client'
import type { Database } from './platform/db/pool.ts'
import { counter } from './platform/metrics.ts'
import { sequencerBacklog } from './platform/outbox/sequencer.ts'

/** What the worker counts. */
export type WorkerMetrics = {
  sequenced(events: number): void
  delivery(outcome: string): void
}

/** The worker's own metrics: what it did, and at each scrape how far it is behind. */
export const workerMetrics = (registry: Registry, database: Database): WorkerMetrics => {
  const events = counter(registry, 'events_sequenced_total', 'Events that got their number from this process')
  const deliveries = counter(registry, 'webhook_attempts_total', 'Webhook jobs of this process by outcome', ['outcome'])
  const atScrape = (name: string, help: string, figure: 'events' | 'oldestSeconds'): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        // Unknown while the database is away; the other figures are still worth a scrape.
        const backlog = await sequencerBacklog(database).catch(() => null)
        this.set(backlog ? backlog[figure] : Number.NaN)
      },
    })
  atScrape('events_unsequenced', 'Events that are written and have no number yet', 'events')
  atScrape(
    'events_unsequenced_oldest_seconds',
    'Age of the oldest event without a number; 0 without any',
    'oldestSeconds',
  )
  return {
    sequenced: (count) => events.inc(count),
    delivery: (outcome) => deliveries.inc({ outcome }),
  }
}
