import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { startReceiver } from '#test/platform/webhooks/receiver.ts'
import { portalWithoutDuties } from '#test/support/prepared-duty.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { until } from '#test/support/until.ts'
import { startWorker } from './worker-process.ts'

const world = async () => {
  const portal = await portalWithoutDuties()
  // Workers of their own process live today: without this they would end the demo's courses of 2026, and tell of it.
  await portal.sql(`update orders set end_date = '2099-12-31'`)
  const receiver = await startReceiver()
  const supplier = portal.as('supplier-nord')
  const { body } = await supplier.post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['*'] })
  const deliveries = async (status: string): Promise<{ id: string; attempts: number; eventId: string }[]> =>
    (await supplier.get('/v1/webhook-deliveries', { query: { status, limit: 500 } })).body.items
  return { portal, receiver, supplier, secret: body.secret as string, deliveries }
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })

describe('a worker', () => {
  test('delivers, tries a refused delivery again, tells its figures and ends in order', {
    timeout: 120_000,
  }, async () => {
    const { portal, receiver, secret, deliveries } = await world()
    const metricsPort = await freePort()
    const worker = startWorker(portal.applicationUrl, { WORKER_METRICS_PORT: String(metricsPort), HOST: '127.0.0.1' })
    await worker.ready()
    const refusedOnce = await writtenEvent(portal.database)
    receiver.answer((response, request) => {
      const again = receiver.received.filter((got) => got.headers['webhook-id'] === request.headers['webhook-id'])
      const refuse = request.headers['webhook-id'] === `evt_${refusedOnce}` && again.length === 1
      response.writeHead(refuse ? 500 : 204).end()
    })
    const others = await Promise.all([1, 2, 3, 4, 5].map(() => writtenEvent(portal.database)))
    const expected = [refusedOnce, ...others].map((id) => `evt_${id}`)
    const delivered = await until(async () => {
      const made = (await deliveries('delivered')).filter((delivery) => expected.includes(delivery.eventId))
      return made.length === expected.length && made
    })
    expect(delivered.find((delivery) => delivery.eventId === `evt_${refusedOnce}`)?.attempts).toBe(2)
    for (const got of receiver.received) {
      expect(() => new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).not.toThrow()
    }
    const figures = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    expect(figures).toMatch(/^events_sequenced_total [1-9]/m)
    expect(figures).toMatch(/^webhook_attempts_total\{outcome="retry"\} 1$/m)
    expect(figures).toMatch(/^webhook_attempts_total\{outcome="delivered"\} [1-9]/m)
    expect(figures).toMatch(/^events_unsequenced 0$/m)
    expect(figures).toMatch(/^events_unsequenced_oldest_seconds 0$/m)
    expect(await worker.end('SIGTERM')).toBe(0)
    expect(worker.log()).not.toContain('whsec_')
    expect(worker.log()).not.toContain('"level":50')
  })

  test('that is stopped ends the delivery under way first', { timeout: 120_000 }, async () => {
    const { portal, receiver, deliveries } = await world()
    const worker = startWorker(portal.applicationUrl)
    await worker.ready()
    const held = Promise.withResolvers<() => void>()
    receiver.answer((response) => held.resolve(() => response.writeHead(204).end()))
    await writtenEvent(portal.database)
    const release = await held.promise
    const ended = worker.end('SIGTERM')
    await until(() => worker.log().includes('stopping'))
    release()
    expect(await ended).toBe(0)
    expect(await deliveries('delivered')).toHaveLength(1)
  })

  test('that is killed in the middle is followed by another, which delivers', { timeout: 180_000 }, async () => {
    const { portal, receiver, deliveries } = await world()
    const first = startWorker(portal.applicationUrl)
    await first.ready()
    const reached = Promise.withResolvers<void>()
    receiver.answer(() => reached.resolve())
    const id = await writtenEvent(portal.database)
    await reached.promise
    await first.end('SIGKILL')
    receiver.answer((response) => response.writeHead(204).end())
    const second = startWorker(portal.applicationUrl)
    await second.ready()
    const meanwhile = await writtenEvent(portal.database)
    // A minute is promised; here it takes about twenty seconds.
    await until(async () => (await deliveries('delivered')).length === 2, 120_000)
    const ids = receiver.received.map((got) => got.headers['webhook-id'])
    expect(ids.filter((got) => got === `evt_${id}`)).toHaveLength(2)
    expect(ids.filter((got) => got === `evt_${meanwhile}`)).toHaveLength(1)
    expect(await portal.sql('select from webhook_deliveries where organisation_id = $1', [nord])).toHaveLength(2)
  })

  test('that loses the database for a while goes on by itself', { timeout: 120_000 }, async () => {
    const { portal, deliveries } = await world()
    const target = new URL(portal.applicationUrl)
    const way = await tcpProxy(target.hostname, Number(target.port || 5432))
    const worker = startWorker(throughProxy(portal.applicationUrl, way))
    await worker.ready()
    for (let outage = 1; outage <= 2; outage++) {
      const before = await writtenEvent(portal.database)
      await way.cut()
      const during = await writtenEvent(portal.database)
      await sleep(1500)
      await way.restore()
      const after = await writtenEvent(portal.database)
      await until(async () => {
        const made = (await deliveries('delivered')).map((delivery) => delivery.eventId)
        return [before, during, after].every((id) => made.includes(`evt_${id}`))
      })
    }
    await way.cut()
    expect(await worker.end('SIGTERM')).toBe(0)
  })

  test('beside another: each event is posted once', { timeout: 120_000 }, async () => {
    const { portal, receiver, deliveries } = await world()
    const workers = [startWorker(portal.applicationUrl), startWorker(portal.applicationUrl)]
    await Promise.all(workers.map((worker) => worker.ready()))
    const written: string[] = []
    for (let n = 0; n < 200; n++) written.push(`evt_${await writtenEvent(portal.database)}`)
    await until(async () => (await deliveries('delivered')).length === written.length)
    expect(receiver.received.map((got) => got.headers['webhook-id']).sort()).toEqual(written.sort())
    expect(await Promise.all(workers.map((worker) => worker.end('SIGTERM')))).toEqual([0, 0])
  })

  test('waits for migrations that are missing instead of giving up', { timeout: 120_000 }, async () => {
    const { portal } = await world()
    await portal.sql(`update kysely_migration set name = 'x' || name where name = '0006-webhooks'`)
    const worker = startWorker(portal.applicationUrl)
    await until(() => worker.log().includes('waiting for the migrated database'))
    expect(worker.log()).toContain('0006-webhooks')
    await portal.sql(`update kysely_migration set name = substr(name, 2) where name = 'x0006-webhooks'`)
    await worker.ready()
    expect(await worker.end('SIGTERM')).toBe(0)
  })

  test('without its settings says which are missing', { timeout: 60_000 }, async () => {
    const worker = startWorker('', { NODE_ENV: 'production', CPR_KEYS: '' })
    expect(await worker.ended).toBe(1)
    expect(worker.log()).toContain('DATABASE_URL is missing')
    expect(worker.log()).toContain('CPR_KEYS is missing')
  })
})
