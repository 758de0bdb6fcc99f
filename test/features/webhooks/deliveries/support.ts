import { expect } from 'vitest'
import { type AttemptResult, settleDeliveries } from '#features/webhooks/dispatch/dispatch.queries.ts'
import type { Instant } from '#kernel/instant.ts'
import type { NewEvent } from '#platform/outbox/append-event.ts'
import { sequenceEvents, sequencerBacklog } from '#platform/outbox/sequencer.ts'
import { writtenEvent } from '#test/platform/outbox/written-event.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

/** A delivery as the database holds it, the parts that decide when it goes. */
export type Row = {
  id: string
  event_id: string
  sequence: number
  status: string
  due: boolean
  later: boolean
  attempts: number
  attempts_before: number
}

type Outcome = AttemptResult['outcome']

/** What an attempt came to, as a worker would tell it. */
export const resultOf = (row: { id: string; attempts: number }, outcome: Outcome, delay = 3600): AttemptResult => ({
  id: row.id,
  before: row.attempts,
  url: null,
  rest: false,
  outcome,
  at: '2026-03-13T10:00:00.000Z' as Instant,
  milliseconds: 12,
  status: outcome === 'delivered' ? 204 : 500,
  error: outcome === 'delivered' ? null : 'refused',
  answer: outcome === 'delivered' ? null : 'out of order',
  delay,
})

/** A portal whose events all have their numbers, and what its tests do to endpoints and deliveries. No worker runs. */
export const world = async () => {
  const portal: TestPortal = await testPortal()
  const { workerDatabase, sql } = portal
  const sequenceAll = async (): Promise<void> => {
    while ((await sequencerBacklog(workerDatabase)).events > 0) await sequenceEvents(workerDatabase)
  }
  await sequenceAll()
  const supplier = portal.as('supplier-nord')

  const endpoint = async (body: Record<string, unknown> = {}): Promise<string> => {
    const created = await supplier.post('/v1/webhook-endpoints', {
      url: 'http://127.0.0.1:9/events',
      eventTypes: ['*'],
      ...body,
    })
    expect(created.status, created.text).toBe(201)
    return created.body.id as string
  }

  /** Tells events, one after the other, and gives them their numbers. @returns their ids */
  const tell = async (...events: Partial<NewEvent>[]): Promise<string[]> => {
    const ids: string[] = []
    for (const event of events) ids.push(await writtenEvent(portal.database, event))
    await sequenceAll()
    return ids
  }

  const rows = (endpointId: string): Promise<Row[]> =>
    sql<Row>(
      `select id, event_id, sequence::int, status, due_at is not null as due, coalesce(due_at > now(), false) as later,
              attempts, attempts_before
         from webhook_deliveries where endpoint_id = $1 order by sequence`,
      [endpointId],
    )

  /** Settles the endpoint's deliveries of the events, or all that are due, as a worker does. */
  const settle = async (endpointId: string, outcome: Outcome, events?: readonly string[]): Promise<void> => {
    const due = (await rows(endpointId)).filter((row) =>
      events ? events.includes(row.event_id) : row.status === 'pending' && row.due,
    )
    const results = due.map((row) => resultOf(row, outcome))
    expect(await settleDeliveries(workerDatabase, endpointId, results)).toMatchObject({ written: results.length })
  }

  /** Leaves nothing open, as if all had been delivered. */
  const settleAll = async (endpointId: string): Promise<void> => {
    await sql(
      `update webhook_deliveries set status = 'delivered', due_at = null, attempts = attempts + 1
        where endpoint_id = $1 and status = 'pending'`,
      [endpointId],
    )
  }

  return { portal, supplier, sequenceAll, endpoint, tell, rows, settle, settleAll }
}
