import { Gauge, type Registry } from 'prom-client'
import { complianceBacklog } from './features/compliance/refresh-compliance.ts'
import { countUnmetDuties } from './features/obligations/tell-duties.ts'
import { epochMilliseconds } from './kernel/instant.ts'
import { sealerBacklog } from './platform/audit/sealer.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/db/pool.ts'
import { counter } from './platform/metrics.ts'
import { sequencerBacklog } from './platform/outbox/sequencer.ts'
import type { DeadlineRound } from './worker-deadlines.ts'

/** What the worker counts. */
export type WorkerMetrics = {
  sequenced(events: number): void
  delivery(outcome: string): void
  deadlines(round: DeadlineRound): void
  imported(round: { readonly outcome: string }): void
  sealed(rows: number): void
  refused(was: boolean): void
  counted(round: { readonly cells: number; readonly drained: boolean }): void
}

/** The worker's own metrics: what it did, and at each scrape how far it is behind. */
export const workerMetrics = (registry: Registry, database: Database, clock: Clock): WorkerMetrics => {
  const events = counter(registry, 'events_sequenced_total', 'Events that got their number from this process')
  const deliveries = counter(
    registry,
    'webhook_attempts_total',
    'Attempts of this process to deliver a webhook by outcome',
    ['outcome'],
  )
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
  for (const figure of ['open', 'overdue'] as const) {
    new Gauge({
      name: `obligations_${figure}`,
      help: `Duties that are ${figure}`,
      registers: [registry],
      async collect() {
        const duties = await countUnmetDuties(database, clock.now()).catch(() => null)
        this.set(duties ? duties[figure] : Number.NaN)
      },
    })
  }
  const told = counter(registry, 'obligations_told_total', 'Duties that this process told of', ['event'])
  const imports = counter(registry, 'protocol_imports_total', 'Imports of this process by outcome', ['outcome'])
  const ended = counter(registry, 'courses_ended_total', 'Courses that this process ended on their end date')
  const lastRun = new Gauge({
    name: 'deadline_job_last_success_timestamp_seconds',
    help: 'When the deadline job of this process last ran through; 0 before',
    registers: [registry],
  })
  const sealedRows = counter(registry, 'audit_rows_sealed_total', 'Rows of the audit log that this process sealed')
  const refused = new Gauge({
    name: 'audit_signing_refused',
    help: 'Whether this process signs no checkpoint, since the audit chain does not go on from the last one that it knows',
    registers: [registry],
  })
  const cells = counter(registry, 'compliance_cells_total', 'Cells of the compliance figures that this process counted')
  new Gauge({
    name: 'audit_rows_unsealed',
    help: 'Rows of the audit log that are not in its chain yet',
    registers: [registry],
    async collect() {
      this.set(await sealerBacklog(database).catch(() => Number.NaN))
    },
  })
  new Gauge({
    name: 'compliance_stale_seconds',
    help: 'How long ago everything written was in the compliance figures; NaN before they were counted',
    registers: [registry],
    async collect() {
      const { freshAsOf } = await complianceBacklog(database).catch(() => ({ freshAsOf: null }))
      const age = freshAsOf === null ? Number.NaN : epochMilliseconds(clock.now()) - epochMilliseconds(freshAsOf)
      this.set(Math.max(0, age / 1000))
    },
  })
  new Gauge({
    name: 'compliance_cells_touched',
    help: 'Cells of the compliance figures that are to be counted again, as often as they were written to',
    registers: [registry],
    async collect() {
      this.set((await complianceBacklog(database).catch(() => ({ touched: Number.NaN }))).touched)
    },
  })
  return {
    sealed: (rows) => sealedRows.inc(rows),
    refused: (was) => refused.set(was ? 1 : 0),
    counted: (round) => cells.inc(round.cells),
    deadlines: ({ dueSoon, overdue, ended: courses, failed }) => {
      told.inc({ event: 'obligation.due-soon' }, dueSoon)
      told.inc({ event: 'obligation.overdue' }, overdue)
      ended.inc(courses)
      if (!failed) lastRun.setToCurrentTime()
    },
    imported: ({ outcome }) => imports.inc({ outcome }),
    sequenced: (count) => events.inc(count),
    delivery: (outcome) => deliveries.inc({ outcome }),
  }
}
