import { expect, test } from 'vitest'
import type { AttemptResult } from '#features/webhooks/dispatch/dispatch.queries.ts'
import { dispatchWorld, orders } from '#test/features/webhooks/dispatch/dispatch-world.ts'

const world = await dispatchWorld()
const { supplier, portal } = world
const [one, two] = orders
const pathOf = (id: string): string => `/v1/webhook-endpoints/${id}/statistics`
const statistics = async (id: string) => (await supplier.get(pathOf(id))).body

const result = (
  delivery: { id: string; attempts: number },
  outcome: AttemptResult['outcome'],
  milliseconds: number,
  at: Date,
): AttemptResult => ({
  id: delivery.id,
  before: delivery.attempts,
  url: null,
  rest: false,
  outcome,
  at: at.toISOString() as AttemptResult['at'],
  milliseconds,
  status: outcome === 'delivered' ? 200 : 500,
  error: outcome === 'delivered' ? null : 'refused',
  answer: null,
  delay: 0,
})

test('an endpoint without deliveries has nothing to tell', async () => {
  const { id } = await world.endpoint()
  expect(await statistics(id)).toEqual({
    endpointId: id,
    ...{ pending: 0, waitingSince: null, delivered: 0, failed: 0, attempts: 0, averageMilliseconds: null },
    ...{ failingSince: null, lastDeliveredAt: null, lastFailedAt: null, last24Hours: { attempts: 0, failures: 0 } },
  })
})

test('what was delivered, refused and given up is counted, and the last day apart', async () => {
  const { id } = await world.endpoint()
  await world.events([one, two, null, one])
  const { due } = await world.due(id)
  const [first, second, third] = due
  if (!first || !second || !third) throw new Error('three are due')
  const [{ now }] = (await portal.sql('select now()')) as [{ now: Date }]
  const yesterday = new Date(new Date(now).getTime() - 25 * 3_600_000)
  await world.settle(id, [result(first, 'retry', 100, yesterday)])
  expect(await statistics(id)).toMatchObject({
    ...{ pending: 4, waitingSince: expect.any(String), delivered: 0, failed: 0, attempts: 1, averageMilliseconds: 100 },
    ...{ failingSince: expect.any(String), lastDeliveredAt: null, lastFailedAt: expect.any(String) },
    last24Hours: { attempts: 0, failures: 0 },
  })
  await world.settle(id, [result(second, 'delivered', 51, new Date(now)), result(third, 'failed', 1, new Date(now))])
  expect(await statistics(id)).toMatchObject({
    ...{ pending: 2, delivered: 1, failed: 1, attempts: 3, averageMilliseconds: 51 },
    ...{ failingSince: null, lastDeliveredAt: expect.any(String) },
    last24Hours: { attempts: 2, failures: 1 },
  })
  const answer = await supplier.get(pathOf(id))
  expect(answer.headers).not.toHaveProperty('etag')
})

test("another's are not there, others have none", async () => {
  const { id } = await world.endpoint()
  for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
    expect((await portal.as(client).get(pathOf(id))).body.code, client).toBe('not-found')
  }
  expect((await portal.as('administrator').get(pathOf(id))).body.code).toBe('forbidden')
  expect((await portal.anonymous.get(pathOf(id))).status).toBe(401)
  expect((await supplier.get(pathOf(id), { scopes: ['portal.write'] })).body.code).toBe('insufficient-scope')
  await supplier.delete(`/v1/webhook-endpoints/${id}`)
  expect((await supplier.get(pathOf(id))).body.code).toBe('not-found')
})
