import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { openSecrets } from '#features/webhooks/dispatch/attempt-delivery.ts'
import { dispatchWorld, orders } from '#test/features/webhooks/dispatch/dispatch-world.ts'
import type { Receiver } from '#test/platform/webhooks/receiver.ts'
import { testKeyring } from '#test/support/test-keyring.ts'

const world = await dispatchWorld()
const { supplier, portal } = world
const pathOf = (id: string): string => `/v1/webhook-endpoints/${id}`
const rotate = (id: string, body?: unknown, options = {}) => supplier.post(`${pathOf(id)}/secret`, body, options)
const made = async () => {
  await portal.sql('update webhook_endpoints set deleted_at = now() where deleted_at is null')
  return world.endpoint()
}

/** Which of the secrets the receiver could verify a sample with, and by how many signatures it was signed. */
const verifiedBy = async (id: string, receiver: Receiver, secrets: readonly string[]) => {
  expect((await supplier.post(`${pathOf(id)}/test`)).body.delivered).toBe(true)
  const got = receiver.received.at(-1)
  const verifies = (secret: string): boolean => {
    try {
      new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>)
      return true
    } catch {
      return false
    }
  }
  return {
    verified: secrets.map(verifies),
    signatures: String(got?.headers['webhook-signature']).split(' ').length,
  }
}

describe('rotating the secret', () => {
  test('shows the new one once, and for a day both sign', async () => {
    const { id, secret, receiver } = await made()
    const [{ now }] = (await portal.sql('select now()')) as [{ now: Date }]
    const options = { idempotencyKey: `rotate ${id}` }
    const rotated = await rotate(id, undefined, options)
    expect(rotated.status).toBe(200)
    expect(rotated.body.secret).toMatch(/^whsec_/)
    expect(rotated.body.secret).not.toBe(secret)
    const hours = (Date.parse(rotated.body.previousValidUntil) - new Date(now).getTime()) / 3_600_000
    expect(hours).toBeGreaterThanOrEqual(24)
    expect(hours).toBeLessThan(25)
    const shown = await supplier.get(pathOf(id))
    expect(shown.headers['etag']).toBe('"2"')
    expect(shown.body.previousSecretValidUntil).toBe(rotated.body.previousValidUntil)
    expect(shown.text).not.toContain('whsec_')
    expect(await verifiedBy(id, receiver, [rotated.body.secret, secret])).toEqual({
      verified: [true, true],
      signatures: 2,
    })
    await world.events([orders[0]])
    const { due } = await world.due(id)
    expect(openSecrets(testKeyring, id, due[0]?.secrets ?? [])).toEqual([rotated.body.secret, secret])

    const again = await rotate(id, undefined, options)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.body).toEqual({ previousValidUntil: rotated.body.previousValidUntil })
    const [stored] = await portal.sql(
      `select to_jsonb(w)::text as row, (select jsonb_agg(k)::text from idempotency_keys k) as kept,
              (select jsonb_agg(s)::text from webhook_secrets s where s.endpoint_id = w.id) as secrets
         from webhook_endpoints w where id = $1`,
      [id],
    )
    expect(JSON.stringify(stored)).not.toContain('whsec_')
    expect(portal.logLines.join()).not.toContain('whsec_')
    expect(
      await portal.sql(`select action, changes from change_log where entity_id = $1 order by position offset 1`, [id]),
    ).toEqual([{ action: 'webhook-endpoint.secret-rotated', changes: { overlapHours: 24 } }])
  })

  test('after the overlap the new one signs alone', async () => {
    const { id, secret, receiver } = await made()
    const { body } = await rotate(id, { overlapHours: 1 })
    await portal.sql(`update webhook_secrets set until = now() where endpoint_id = $1 and until is not null`, [id])
    const alone = { verified: [true, false], signatures: 1 }
    expect(await verifiedBy(id, receiver, [body.secret, secret])).toEqual(alone)
    await world.events([orders[0]])
    expect((await world.due(id)).due[0]?.secrets).toHaveLength(1)
  })

  test('without an overlap all that went before end at once', async () => {
    const { id, secret, receiver } = await made()
    const { secret: second } = (await rotate(id)).body
    const { body } = await rotate(id, { overlapHours: 0 })
    expect(body.previousValidUntil).toBeNull()
    expect((await supplier.get(pathOf(id))).body).not.toHaveProperty('previousSecretValidUntil')
    const alone = { verified: [true, false, false], signatures: 1 }
    expect(await verifiedBy(id, receiver, [body.secret, second, secret])).toEqual(alone)
  })

  test('again, because the answer was lost, leaves the secret that the receiver has its time', async () => {
    const { id, secret: deployed, receiver } = await made()
    const options = { idempotencyKey: `lost ${id}` }
    const { secret: lost } = (await rotate(id, undefined, options)).body
    expect((await rotate(id, undefined, options)).body).not.toHaveProperty('secret')
    const second = (await rotate(id, { overlapHours: 1 })).body
    const all = { verified: [true, true, true], signatures: 3 }
    expect(await verifiedBy(id, receiver, [second.secret, lost, deployed])).toEqual(all)
    await world.events([orders[0]])
    const { due } = await world.due(id)
    expect(openSecrets(testKeyring, id, due[0]?.secrets ?? [])).toEqual([second.secret, lost, deployed])

    // Each to its own end: the lost one for an hour, the deployed one for its day, which is what is shown.
    const ends = await portal.sql(
      `select number, extract(epoch from until - now())::float8 / 3600 > 2 as long
         from webhook_secrets where endpoint_id = $1 and until is not null order by number`,
      [id],
    )
    expect(ends).toEqual([
      { number: 1, long: true },
      { number: 2, long: false },
    ])
    const [latest] = await portal.sql<{ until: Date }>(
      'select max(until) as until from webhook_secrets where endpoint_id = $1',
      [id],
    )
    expect(second.previousValidUntil).toBe(new Date(latest?.until ?? 0).toISOString())
    expect((await supplier.get(pathOf(id))).body.previousSecretValidUntil).toBe(second.previousValidUntil)
    await portal.sql('update webhook_secrets set until = now() where endpoint_id = $1 and number = 2', [id])
    const without = { verified: [true, false, true], signatures: 2 }
    expect(await verifiedBy(id, receiver, [second.secret, lost, deployed])).toEqual(without)
  })

  test('of eight at once the last one and five before it sign, and each is a version', async () => {
    const { id, secret, receiver } = await made()
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(id)))
    const secrets: string[] = answers.map((answer) => answer.body.secret)
    expect(new Set(secrets).size).toBe(8)
    const { verified, signatures } = await verifiedBy(id, receiver, [...secrets, secret])
    expect([verified.filter(Boolean).length, signatures]).toEqual([6, 6])
    expect(verified.at(-1)).toBe(false)
    const kept = await portal.sql('select number from webhook_secrets where endpoint_id = $1 order by number', [id])
    expect(kept.map((row) => row['number'])).toEqual([4, 5, 6, 7, 8, 9])
    expect((await supplier.get(pathOf(id))).headers['etag']).toBe('"9"')
  })

  test.each([
    [{ overlapHours: 25 }, '/overlapHours'],
    [{ overlapHours: -1 }, '/overlapHours'],
    [{ overlapHours: 1.5 }, '/overlapHours'],
    [{ overlapHours: '1' }, '/overlapHours'],
    [{ secret: 'whsec_mine' }, '/secret'],
    [[], ''],
  ])('%j has not the right form', async (body, pointer) => {
    const refused = await rotate((await made()).id, body)
    expect(refused.status).toBe(400)
    expect(refused.body.errors[0].pointer).toBe(pointer)
  })

  test("another's is not there, others have none, and reading is not rotating", async () => {
    const { id } = await made()
    for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
      expect((await portal.as(client).post(`${pathOf(id)}/secret`)).body.code, client).toBe('not-found')
    }
    expect((await portal.as('administrator').post(`${pathOf(id)}/secret`)).body.code).toBe('forbidden')
    expect((await portal.anonymous.post(`${pathOf(id)}/secret`)).status).toBe(401)
    expect((await rotate(id, {}, { scopes: ['portal.read'] })).body.code).toBe('insufficient-scope')
    await supplier.delete(pathOf(id))
    expect((await rotate(id)).body.code).toBe('not-found')
  })
})
