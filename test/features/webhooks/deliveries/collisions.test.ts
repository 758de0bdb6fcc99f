import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { settleDeliveries } from '#features/webhooks/dispatch/dispatch.queries.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { writtenEvent } from '#test/platform/outbox/written-event.ts'
import type { TestPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'
import { expectLanesInOrder } from '../lane-invariant.ts'
import { resultOf, world } from './support.ts'

const orderId = demo.orders.activityReady.id

/**
 * Runs `first` up to its line of history, which is written last and cannot be while this holds the table; begins `second`,
 * which has to wait for it or else ends by itself; and lets both go on.
 */
const inTheMiddleOf = async <A, B>(
  portal: TestPortal,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> => {
  const holder = new pg.Client({ connectionString: portal.adminUrl })
  await holder.connect()
  const waiting = async (): Promise<number> => {
    const [row] = await portal.sql<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return row?.waiting ?? 0
  }
  try {
    await holder.query('begin; lock table change_log in exclusive mode')
    const one = first()
    await until(async () => (await waiting()) === 1)
    const two = second()
    await Promise.race([two, until(async () => (await waiting()) === 2)])
    await holder.query('commit')
    return await Promise.all([one, two])
  } finally {
    await holder.end()
  }
}

/** An endpoint to which two events of an order were delivered, the third of them is open and the fourth waits for it. */
const halfWay = async () => {
  const told = await world()
  const endpointId = await told.endpoint()
  const events = await told.tell({ orderId }, { orderId }, { orderId }, { orderId })
  await told.settle(endpointId, 'delivered', [events[0] ?? ''])
  await told.settle(endpointId, 'delivered', [events[1] ?? ''])
  const ids = (await told.rows(endpointId)).map((row) => row.id)
  const replay = () => told.supplier.post(`/v1/webhook-endpoints/${endpointId}/replay`, { fromSequence: '1' })
  const redeliver = (place: number) => () => told.supplier.post(`/v1/webhook-deliveries/${ids[place]}/redelivery`)
  const due = async () => (await told.rows(endpointId)).filter((row) => row.due).map((row) => row.id)
  return { ...told, endpointId, ids, replay, redeliver, due }
}

describe('in the middle of a replay or redelivery', () => {
  test.each(['replay', 'redelivery'])('(%s) a new event of the order queues behind it', async (which) => {
    const { portal, endpointId, ids, replay, redeliver, settleAll, due, rows } = await halfWay()
    await settleAll(endpointId)
    await writtenEvent(portal.database, { orderId })
    const [answer, round] = await inTheMiddleOf(portal, which === 'replay' ? replay : redeliver(0), () =>
      sequenceEvents(portal.workerDatabase),
    )
    // Numbering waits for nobody: the event is numbered at once and queued by the next round.
    expect([answer.status, round]).toEqual([202, { events: 1, deliveries: 0 }])
    expect(await sequenceEvents(portal.workerDatabase)).toEqual({ events: 0, deliveries: 1 })
    await expectLanesInOrder(portal)
    expect(await due()).toEqual([ids[0]])
    expect(await rows(endpointId)).toHaveLength(5)
  })

  test.each(['replay', 'redelivery'])('(%s) a result sets going what is first then', async (which) => {
    const { portal, endpointId, ids, replay, redeliver, due, rows } = await halfWay()
    const third = (await rows(endpointId))[2]
    if (!third) throw new Error('there is no third delivery')
    const [answer, settled] = await inTheMiddleOf(portal, which === 'replay' ? replay : redeliver(1), () =>
      settleDeliveries(portal.workerDatabase, endpointId, [resultOf(third, 'delivered')]),
    )
    expect([answer.status, settled.written]).toEqual([202, 1])
    await expectLanesInOrder(portal)
    expect(await due()).toEqual([which === 'replay' ? ids[0] : ids[1]])
  })

  test('another redelivery of the order finds its place before or behind it', async () => {
    for (const [one, other] of [
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const { portal, ids, redeliver, due, rows, endpointId } = await halfWay()
      const answers = await inTheMiddleOf(portal, redeliver(one), redeliver(other))
      expect(answers.map((answer) => answer.status)).toEqual([202, 202])
      await expectLanesInOrder(portal)
      expect(await due()).toEqual([ids[Math.min(one, other)]])
      expect((await rows(endpointId)).map((row) => row.attempts_before)).toEqual([one && other ? 0 : 1, 1, 0, 0])
    }
  })

  test('the deletion of the endpoint leaves nothing open', async () => {
    for (const which of ['replay', 'redelivery']) {
      const { portal, supplier, endpointId, replay, redeliver, rows } = await halfWay()
      const deleted = () => supplier.delete(`/v1/webhook-endpoints/${endpointId}`)
      const answers = await inTheMiddleOf(portal, which === 'replay' ? replay : redeliver(0), deleted)
      expect(answers.map((answer) => answer.status)).toEqual([202, 204])
      expect((await rows(endpointId)).filter((row) => row.status === 'pending')).toEqual([])
    }
  })
})
