import { expect, test } from 'vitest'
import { purgeDeliveries } from '#features/webhooks/deliveries/purge-deliveries.ts'
import type { Instant } from '#kernel/instant.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { expectLanesInOrder } from '../lane-invariant.ts'
import { world } from './support.ts'

const orderId = demo.orders.activityReady.id

/** Three deliveries, delivered, failed and open, the first two tried last at ten in March 2026. */
const filled = async () => {
  const told = await world()
  const endpointId = await told.endpoint({ inOrder: false })
  const events = await told.tell({ orderId }, { orderId }, { orderId })
  await told.settle(endpointId, 'delivered', [events[0] ?? ''])
  await told.settle(endpointId, 'failed', [events[1] ?? ''])
  const instant = async (shift: string): Promise<Instant> => {
    const [row] = await told.portal.sql<{ at: string }>(
      `select to_char(now() + $1::interval, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
      [shift],
    )
    return row?.at as Instant
  }
  return { ...told, endpointId, events, instant }
}

test('old settled deliveries go with their attempts; open ones stay, however old', async () => {
  const { portal, endpointId, rows, instant, settle } = await filled()
  expect(await purgeDeliveries(portal.workerDatabase, await instant('-1 hour'))).toBe(0)
  expect(await purgeDeliveries(portal.workerDatabase, await instant('1 minute'))).toBe(2)
  expect(await rows(endpointId)).toMatchObject([{ status: 'pending' }])
  expect(await portal.sql('select from webhook_attempts where endpoint_id = $1', [endpointId])).toEqual([])
  await settle(endpointId, 'delivered')
  await expectLanesInOrder(portal)
})

test('a delivery is as old as its last attempt', async () => {
  const { portal, endpointId, events, rows, instant } = await filled()
  await portal.sql(
    `update webhook_deliveries set last_attempt_at = now() + interval '1 hour' where event_id = $1 and endpoint_id = $2`,
    [events[0], endpointId],
  )
  expect(await purgeDeliveries(portal.workerDatabase, await instant('1 minute'))).toBe(1)
  expect((await rows(endpointId)).map((row) => row.event_id)).toEqual([events[0], events[2]])
})

test('one that was purged can be replayed, and one that is set going meanwhile is not lost', async () => {
  const { portal, supplier, endpointId, events, rows, instant, settle } = await filled()
  for (let round = 0; round < 15; round++) {
    const [one] = (await rows(endpointId)).filter((row) => row.status === 'delivered')
    const [deleted, answer] = await Promise.all([
      purgeDeliveries(portal.workerDatabase, await instant('1 minute')),
      supplier.post(`/v1/webhook-deliveries/${one?.id}/redelivery`),
    ])
    const open = (await rows(endpointId)).filter((row) => row.id === one?.id)
    expect(open).toMatchObject(answer.status === 202 ? [{ status: 'pending', due: true }] : [])
    if (answer.status !== 202) expect([answer.body.code, deleted > 0]).toEqual(['not-found', true])
    const replayed = await supplier.post(`/v1/webhook-endpoints/${endpointId}/replay`, { fromSequence: '1' })
    expect(replayed.status).toBe(202)
    expect((await rows(endpointId)).map((row) => row.event_id)).toEqual(expect.arrayContaining(events))
    await settle(endpointId, 'delivered')
  }
})

test('two workers purge side by side, in batches, and a stop ends it', async () => {
  const { portal, endpointId, instant } = await filled()
  await portal.sql(
    `with made as (
       insert into events (id, sequence, type, occurred_at, producer_id, recipients, data, path)
       select uuidv7(), 1000000 + n, 'order.placed', now(), organisation_id, array[organisation_id], '{}', '/'
         from webhook_endpoints, generate_series(1, 5000) n where id = $1 returning id, sequence, producer_id)
     insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, status, due_at)
     select uuidv7(), $1, producer_id, id, 'order.placed', sequence, 'delivered', null from made`,
    [endpointId],
  )
  const before = await instant('1 minute')
  expect(await purgeDeliveries(portal.workerDatabase, before, AbortSignal.abort())).toBe(0)
  const purged = await Promise.all([1, 2].map(() => purgeDeliveries(portal.workerDatabase, before)))
  const left = await purgeDeliveries(portal.workerDatabase, before)
  expect(purged.reduce((sum, count) => sum + count, left)).toBe(5002)
})
