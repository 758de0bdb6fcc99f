import { expect, test } from 'vitest'
import { testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'

const on = await testDatabase()

test('each client has its own count; beyond it 429 says when to come back', async () => {
  const portal = await testPortal({ on, rateLimit: 3 })
  const nord = portal.as('supplier-nord')
  for (const remaining of ['2', '1', '0']) {
    const { status, headers } = await nord.get('/v1/me')
    expect([status, headers['ratelimit-limit'], headers['ratelimit-remaining']]).toEqual([200, '3', remaining])
    expect(Number(headers['ratelimit-reset'])).toBeGreaterThan(0)
  }
  const { status, body, headers } = await nord.get('/v1/me')
  expect([status, body.code]).toEqual([429, 'rate-limited'])
  expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
  expect(headers['ratelimit-remaining']).toBe('0')
  expect((await portal.as('supplier-syd').get('/v1/me')).status).toBe(200)
  expect((await portal.anonymous.get('/health/live')).status).toBe(200)
})

test('refused tokens are counted by address, on nobody’s account', async () => {
  const portal = await testPortal({ on, rateLimit: 2 })
  const codes: string[] = []
  for (let call = 0; call < 4; call++) codes.push((await portal.as('not-registered').get('/v1/me')).body.code)
  expect(codes).toEqual(['unknown-client', 'unknown-client', 'rate-limited', 'rate-limited'])
  expect((await portal.as('supplier-nord').get('/v1/me')).status).toBe(200)
})

test('calls that a kind may not make are counted on the client', async () => {
  const portal = await testPortal({ on, rateLimit: 2 })
  const codes: string[] = []
  for (let call = 0; call < 3; call++) codes.push((await portal.as('k-kassen').post('/v1/absences', {})).body.code)
  expect(codes).toEqual(['forbidden', 'forbidden', 'rate-limited'])
})

test('an overloaded process answers 503 and says that it is not ready; it stays alive for those who watch it', async () => {
  const portal = await testPortal({ on, maxEventLoopDelayMs: 1 })
  await expect
    .poll(
      async () => {
        const until = performance.now() + 30
        while (performance.now() < until);
        const [ready, me] = [
          await portal.anonymous.get('/health/ready'),
          await portal.as('supplier-nord').get('/v1/me'),
        ]
        return [ready.status, ready.body.because, me.status]
      },
      { timeout: 10_000, interval: 100 },
    )
    .toEqual([503, 'overloaded', 503])
  expect((await portal.anonymous.get('/health/live')).status).toBe(200)
})
