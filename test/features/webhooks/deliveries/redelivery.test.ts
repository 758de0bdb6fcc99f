import { describe, expect, test } from 'vitest'
import { settleDeliveries } from '#features/webhooks/dispatch/dispatch.queries.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { expectLanesInOrder } from '../lane-invariant.ts'
import { type Row, resultOf, world } from './support.ts'

const orderId = demo.orders.activityReady.id
const of = (row: Row | undefined): Row => {
  if (!row) throw new Error('there is no such delivery')
  return row
}

describe('a redelivery', () => {
  test.each(['delivered', 'failed'] as const)(
    'sets one that has %s going again under the same ids',
    async (outcome) => {
      const { supplier, endpoint, tell, rows, settle } = await world()
      const endpointId = await endpoint()
      const [eventId] = await tell({})
      await settle(endpointId, outcome)
      const { id } = of((await rows(endpointId))[0])
      const before = await supplier.get(`/v1/webhook-deliveries/${id}`)
      expect(before.body).toMatchObject({ status: outcome, dueAt: null, attempts: 1 })

      const answer = await supplier.post(`/v1/webhook-deliveries/${id}/redelivery`)
      expect(answer.status).toBe(202)
      expect(answer.body).toMatchObject({ id, eventId: `evt_${eventId}`, status: 'pending', attempts: 1 })
      expect(answer.body.dueAt).toEqual(expect.any(String))
      expect(answer.headers['etag']).not.toBe(before.headers['etag'])
      const read = await supplier.get(`/v1/webhook-deliveries/${id}`)
      expect(read.body).toEqual(answer.body)
      expect(read.headers['etag']).toBe(answer.headers['etag'])
      expect(await rows(endpointId)).toMatchObject([{ status: 'pending', attempts: 1, attempts_before: 1 }])

      await settle(endpointId, 'delivered')
      const after = await supplier.get(`/v1/webhook-deliveries/${id}`)
      expect(after.body).toMatchObject({ status: 'delivered', attempts: 2, dueAt: null, lastStatus: 204 })
      expect(after.body.attemptLog).toMatchObject([
        { number: 1, status: outcome === 'delivered' ? 204 : 500 },
        { number: 2, status: 204, error: null, milliseconds: 12, answerStart: null },
      ])
      expect(after.headers['etag']).not.toBe(read.headers['etag'])
    },
  )

  test('brings forward one whose next attempt is due later', async () => {
    const { portal, supplier, endpoint, tell, rows, settle } = await world()
    const endpointId = await endpoint()
    await tell({ orderId }, { orderId })
    await settle(endpointId, 'retry')
    const [first, second] = await rows(endpointId)
    expect(of(first).later).toBe(true)
    expect((await supplier.post(`/v1/webhook-deliveries/${of(first).id}/redelivery`)).status).toBe(202)
    // The same going: what was tried counts.
    expect(await rows(endpointId)).toMatchObject([
      { status: 'pending', due: true, later: false, attempts: 1, attempts_before: 0 },
      { status: 'pending', due: false },
    ])
    const waiting = await supplier.post(`/v1/webhook-deliveries/${of(second).id}/redelivery`)
    expect(waiting).toMatchObject({ status: 202, body: { status: 'pending', dueAt: null } })
    await expectLanesInOrder(portal)
  })

  test('goes ahead of later events of its order that are open, whose times it takes', async () => {
    const { portal, supplier, endpoint, tell, rows, settle } = await world()
    const endpointId = await endpoint()
    const [, , third] = await tell({ orderId }, { orderId }, { orderId })
    await settle(endpointId, 'failed')
    await settle(endpointId, 'delivered')
    const [first, second, last] = (await rows(endpointId)).map(of)
    expect(last).toMatchObject({ event_id: third, due: true })
    // The worker has the third one in its hands when the first and the second are set going, the later of them first.
    const inHand = resultOf(of(last), 'retry')
    await supplier.post(`/v1/webhook-deliveries/${of(second).id}/redelivery`)
    await expectLanesInOrder(portal)
    await supplier.post(`/v1/webhook-deliveries/${of(first).id}/redelivery`)
    await expectLanesInOrder(portal)
    expect((await rows(endpointId)).map((row) => row.due)).toEqual([true, false, false])
    await settleDeliveries(portal.workerDatabase, endpointId, [inHand])
    await expectLanesInOrder(portal)
    expect((await rows(endpointId)).map((row) => row.due)).toEqual([true, false, false])
    const gone: string[] = []
    for (let n = 0; n < 3; n++) {
      gone.push(...(await rows(endpointId)).filter((row) => row.due).map((row) => row.id))
      await settle(endpointId, 'delivered')
      await expectLanesInOrder(portal)
    }
    expect(gone).toEqual([first, second, last].map((row) => of(row).id))
  })

  test('does not make others wait where the endpoint does without order', async () => {
    const { endpoint, supplier, tell, rows, settle } = await world()
    const endpointId = await endpoint({ inOrder: false })
    const [first] = await tell({ orderId }, { orderId })
    await settle(endpointId, 'delivered', [first ?? ''])
    const [one] = await rows(endpointId)
    await supplier.post(`/v1/webhook-deliveries/${of(one).id}/redelivery`)
    expect((await rows(endpointId)).map((row) => row.due)).toEqual([true, true])
  })

  test('of ten callers at once is one', async () => {
    const { portal, supplier, endpoint, tell, rows, settle, settleAll } = await world()
    const endpointId = await endpoint()
    await tell({ orderId }, { orderId })
    await settleAll(endpointId)
    const [first] = await rows(endpointId)
    const { id } = of(first)
    for (let round = 1; round <= 5; round++) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => supplier.post(`/v1/webhook-deliveries/${id}/redelivery`)),
      )
      expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(202))
      expect(of((await rows(endpointId))[0])).toMatchObject({ attempts: round, attempts_before: round })
      await expectLanesInOrder(portal)
      await settle(endpointId, 'delivered')
    }
    const log = await portal.sql(
      `select changes -> 'settled' as settled from change_log where entity_id = $1 and action = 'webhook-delivery.redelivered'`,
      [id],
    )
    expect(log).toHaveLength(50)
    expect(log.filter((line) => line['settled'] === true)).toHaveLength(5)
  })

  test('that meets the end of the attempt under way neither loses nor doubles it', async () => {
    const { portal, supplier, endpoint, tell, rows } = await world()
    const endpointId = await endpoint()
    await tell({ orderId }, { orderId })
    for (let round = 0; round < 15; round++) {
      const [first] = await rows(endpointId)
      const { id, attempts } = of(first)
      const result = resultOf(of(first), 'delivered')
      const [settled, answer] = await Promise.all([
        settleDeliveries(portal.workerDatabase, endpointId, [result]),
        supplier.post(`/v1/webhook-deliveries/${id}/redelivery`),
      ])
      expect([settled.written, answer.status]).toEqual([1, 202])
      const [after] = await rows(endpointId)
      expect(of(after).attempts).toBe(attempts + 1)
      await expectLanesInOrder(portal)
      if (of(after).status === 'delivered') await supplier.post(`/v1/webhook-deliveries/${id}/redelivery`)
    }
  })

  test('to a deleted endpoint is refused, to a paused one waits', async () => {
    const { portal, supplier, endpoint, tell, rows, settle } = await world()
    const endpointId = await endpoint()
    await tell({})
    await settle(endpointId, 'failed')
    const [row] = await rows(endpointId)
    const path = `/v1/webhook-deliveries/${of(row).id}/redelivery`
    await portal.sql(
      `update webhook_endpoints set status = 'paused', paused_because = 'owner', paused_at = now() where id = $1`,
      [endpointId],
    )
    expect((await supplier.post(path)).body).toMatchObject({ status: 'pending' })
    await settle(endpointId, 'delivered')
    await supplier.delete(`/v1/webhook-endpoints/${endpointId}`)
    const refused = await supplier.post(path)
    expect([refused.status, refused.body.code]).toEqual([409, 'webhook-endpoint-deleted'])
    expect(await rows(endpointId)).toMatchObject([{ status: 'delivered' }])
  })

  test('is one under one key, however often it is asked for', async () => {
    const { supplier, endpoint, tell, rows, settle } = await world()
    const endpointId = await endpoint()
    await tell({})
    await settle(endpointId, 'failed')
    const [row] = await rows(endpointId)
    const path = `/v1/webhook-deliveries/${of(row).id}/redelivery`
    const first = await supplier.post(path, undefined, { idempotencyKey: 'once' })
    await settle(endpointId, 'delivered')
    const second = await supplier.post(path, undefined, { idempotencyKey: 'once' })
    expect(second.text).toBe(first.text)
    expect(await rows(endpointId)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  test("of what is not there, or another's, is not found", async () => {
    const { portal, supplier, endpoint, tell, rows, settle } = await world()
    const endpointId = await endpoint()
    await tell({})
    await settle(endpointId, 'failed')
    const [row] = await rows(endpointId)
    const path = `/v1/webhook-deliveries/${of(row).id.toUpperCase()}/redelivery`
    expect((await portal.as('supplier-syd').post(path)).body.code).toBe('not-found')
    expect((await supplier.post(`/v1/webhook-deliveries/${newId()}/redelivery`)).body.code).toBe('not-found')
    expect((await portal.as('auditor-koebenhavn').post(path)).body.code).toBe('forbidden')
    expect((await supplier.post(path, undefined, { scopes: ['portal.read'] })).body.code).toBe('insufficient-scope')
    expect(await rows(endpointId)).toMatchObject([{ status: 'failed' }])
    expect((await supplier.post(path)).status).toBe(202)
  })
})
