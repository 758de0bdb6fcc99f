import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { newSigningSecret, signatureHeaders } from '#platform/webhooks/signature.ts'

const body = JSON.stringify({ type: 'order.placed', data: { text: 'Rød grød med fløde' } })
const now = (): number => Date.now() / 1000

describe('signatures are those of Standard Webhooks', () => {
  test('the reference library accepts them', () => {
    for (let n = 0; n < 50; n++) {
      const secret = newSigningSecret()
      const headers = signatureHeaders({ id: 'evt_1', timestampSeconds: now(), body }, [secret])
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
    }
  })

  test('and makes the same ones itself', () => {
    const secret = newSigningSecret()
    const at = new Date(1_773_396_000_000)
    const headers = signatureHeaders({ id: 'evt_1', timestampSeconds: at.getTime() / 1000 + 0.9, body }, [secret])
    expect(headers['webhook-timestamp']).toBe('1773396000')
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign('evt_1', at, body))
  })

  test.each([
    ['another body', { body: body.replace('order', 'Order') }],
    ['another id', { id: 'evt_2' }],
    ['another time', { timestamp: String(Math.floor(now()) - 60) }],
    ['another secret', { secret: newSigningSecret() }],
  ])('%s is refused', (_what, changed: { body?: string; id?: string; timestamp?: string; secret?: string }) => {
    const secret = newSigningSecret()
    const headers = signatureHeaders({ id: 'evt_1', timestampSeconds: now(), body }, [secret])
    if (changed.id) headers['webhook-id'] = changed.id
    if (changed.timestamp) headers['webhook-timestamp'] = changed.timestamp
    expect(() => new Webhook(changed.secret ?? secret).verify(changed.body ?? body, headers)).toThrow()
  })

  test('while a secret is replaced both sign', () => {
    const secrets = [newSigningSecret(), newSigningSecret()]
    const headers = signatureHeaders({ id: 'evt_1', timestampSeconds: now(), body }, secrets)
    for (const secret of secrets) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow()
  })

  test('a secret is 32 random bytes', () => {
    const secret = newSigningSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(secret).not.toBe(newSigningSecret())
  })
})
