import { loadDue, settleDeliveries } from '#features/webhooks/dispatch/dispatch.queries.ts'
import { type Dispatcher, runDispatcher } from '#features/webhooks/dispatch/dispatcher.ts'
import type { PumpDeps } from '#features/webhooks/dispatch/pump-endpoint.ts'
import { systemClock } from '#platform/clock.ts'
import { sequenceEvents, sequencerBacklog } from '#platform/outbox/sequencer.ts'
import { createOutbound, type Outbound } from '#platform/webhooks/outbound.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { writtenEvent } from '#test/platform/outbox/written-event.ts'
import { startReceiver } from '#test/platform/webhooks/receiver.ts'
import { afterwards } from '#test/support/test-database.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { silentLog, until } from '#test/support/until.ts'

export const orders = [demo.orders.activityReady.id, demo.orders.sicknessBenefit.id, demo.orders.dragoer.id] as const

/** A portal whose events so far are numbered, and supplier Nord, to whom the events of these tests go. */
export const dispatchWorld = async () => {
  const portal = await testPortal()
  const { workerDatabase: database, publicUrl } = portal
  while ((await sequencerBacklog(database)).events > 0) await sequenceEvents(database)
  const supplier = portal.as('supplier-nord')

  const outboundTo = (allow: readonly string[], limits?: { wholeMs: number }): Outbound => {
    const outbound = createOutbound({ allow, ...(limits ? { limits } : {}) })
    afterwards(() => outbound.close())
    return outbound
  }
  const attempted: string[] = []
  const deps = (outbound: Outbound = outboundTo(['127.0.0.0/8'])): PumpDeps => ({
    database,
    outbound,
    keyring: testKeyring,
    publicUrl,
    clock: systemClock,
    log: silentLog,
    monotonicMs: () => performance.now(),
    attempted: (outcome) => attempted.push(outcome),
  })

  /** An endpoint with a receiver of its own. */
  const endpoint = async (members: Record<string, unknown> = {}) => {
    const receiver = await startReceiver()
    const { body } = await supplier.post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['*'], ...members })
    return { id: body.id as string, secret: body.secret as string, receiver }
  }

  /** Writes and numbers one event per order id (null: of no order). @returns their ids */
  const events = async (of: readonly (string | null)[]): Promise<string[]> => {
    const ids: string[] = []
    for (const orderId of of) ids.push(`evt_${await writtenEvent(portal.database, { orderId })}`)
    while ((await sequencerBacklog(database)).events > 0) await sequenceEvents(database)
    return ids
  }

  const start = (given: PumpDeps = deps()): Dispatcher => {
    const dispatcher = runDispatcher(given)
    afterwards(() => dispatcher.stop(0))
    return dispatcher
  }

  const deliveries = async (endpointId: string, status?: string): Promise<Record<string, unknown>[]> =>
    (
      await supplier.get('/v1/webhook-deliveries', {
        query: { endpointId, limit: 500, ...(status === undefined ? {} : { status }) },
      })
    ).body.items

  return {
    portal,
    supplier,
    database,
    deps,
    outboundTo,
    attempted,
    endpoint,
    events,
    start,
    deliveries,
    /** What is now waited for by the schedule is due. */
    dueNow: () =>
      portal.sql(`update webhook_deliveries set due_at = now() where status = 'pending' and due_at is not null`),
    // What was numbered while somebody held the queue is put into it by a later round.
    allSettled: (endpointId: string) =>
      until(async () => {
        await sequenceEvents(database)
        const owed = await portal.sql('select from webhook_backlogs where endpoint_id = $1', [endpointId])
        return (owed.length === 0 && (await deliveries(endpointId, 'pending')).length === 0) || undefined
      }),
    due: (endpointId: string) => loadDue(database, endpointId, [], 100),
    settle: (endpointId: string, results: Parameters<typeof settleDeliveries>[2]) =>
      settleDeliveries(database, endpointId, results),
  }
}
