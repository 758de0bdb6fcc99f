import { beforeEach, describe, expect, test } from 'vitest'
import { tokenVerifier } from '#platform/auth/access-token.ts'
import { issuerKeys } from '#platform/auth/issuer-keys.ts'
import { issueToken, testAudience, testIssuer, testKeySet } from '#test/support/issue-token.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

let monotonic = 0
let issuerAway = false
const on = await testDatabase()
const portal = await testPortal({
  on,
  routes: trialRoutes(plainTrial()),
  monotonicMs: () => monotonic,
  verifyToken: tokenVerifier({
    issuer: testIssuer,
    audience: testAudience,
    keys: issuerKeys({
      issuer: testIssuer,
      monotonicMs: () => monotonic,
      warn: () => undefined,
      fetchKeys: async () => {
        if (issuerAway) throw new Error('away')
        return testKeySet
      },
    }),
    nowMs: () => Date.now(),
  }),
})

const me = (authorization?: string) =>
  portal.anonymous.get('/v1/me', authorization === undefined ? {} : { headers: { authorization } })
const code = (answer: { status: number; body: { code: string } }) => [answer.status, answer.body.code]

beforeEach(() => {
  issuerAway = false
})

describe('who does not say who they are', () => {
  test('is asked for a token', async () => {
    const answer = await me()
    expect(code(answer)).toEqual([401, 'unauthenticated'])
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  test.each(['', 'Bearer', 'Bearer ', 'Basic c3VwcGxpZXI6ZGVtbw==', 'bearer a b', 'Token abc', 'Bearer a,b'])(
    'is refused: "%s"',
    async (authorization) => {
      const answer = await me(authorization)
      expect(code(answer)).toEqual([401, 'invalid-token'])
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_(request|token)"/)
    },
  )

  test('is told by the header what is wrong with the token, and the token is in no log', async () => {
    const token = await issueToken({ clientId: 'supplier-nord', aud: 'https://else.test' })
    const answer = await me(`Bearer ${token}`)
    expect(code(answer)).toEqual([401, 'invalid-token'])
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(portal.logLines.join('')).not.toContain(token)
  })

  test('may write the scheme as they like', async () => {
    const token = await issueToken({ clientId: 'supplier-nord' })
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer ']) {
      expect((await me(`${scheme} ${token}`)).status).toBe(200)
    }
  })

  test('gets nothing of a body looked at', async () => {
    expect(code(await portal.anonymous.post('/v1/trials', '{ not JSON'))).toEqual([401, 'unauthenticated'])
  })
})

describe('clients of the register', () => {
  test('one that is not there is refused, whatever its token says', async () => {
    expect(code(await portal.as('not-registered').get('/v1/me'))).toEqual([401, 'unknown-client'])
    const odd = await issueToken({ clientId: `'; drop table api_clients; --`, scopes: ['portal.read'] })
    expect(code(await me(`Bearer ${odd}`))).toEqual([401, 'unknown-client'])
  })

  test('a revoked one is refused after at most twenty seconds, and let in again after as many', async () => {
    const syd = portal.as('supplier-syd')
    expect((await syd.get('/v1/me')).status).toBe(200)
    await on.sql(`update api_clients set revoked_at = now() where client_id = 'supplier-syd'`)
    monotonic += 20_001
    expect(code(await syd.get('/v1/me'))).toEqual([401, 'client-revoked'])
    expect((await portal.as('supplier-nord').get('/v1/me')).status).toBe(200)
    await on.sql(`update api_clients set revoked_at = null where client_id = 'supplier-syd'`)
    monotonic += 20_001
    expect((await syd.get('/v1/me')).status).toBe(200)
  })

  test('one that is registered while it is being refused is let in', async () => {
    const newcomer = portal.as('newcomer')
    expect(code(await newcomer.get('/v1/me', { scopes: ['portal.read'] }))).toEqual([401, 'unknown-client'])
    await on.sql(`insert into api_clients (client_id, organisation_id)
      select 'newcomer', organisation_id from api_clients where client_id = 'supplier-nord'`)
    monotonic += 20_001
    const answer = await newcomer.get('/v1/me', { scopes: ['portal.read'] })
    expect(answer.body).toMatchObject({ clientId: 'newcomer', organisation: { name: 'Leverandør Nord ApS' } })
  })
})

describe('kinds and scopes', () => {
  test('the wrong kind is 403 before the body is looked at', async () => {
    for (const client of ['jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn', 'administrator']) {
      expect(code(await portal.as(client).post('/v1/trials', '{ not JSON'))).toEqual([403, 'forbidden'])
    }
  })

  test('a scope that is missing is 403 before the body is looked at, and named', async () => {
    const answer = await portal.as('supplier-nord').post('/v1/trials', '{ not JSON', { scopes: ['portal.read'] })
    expect(code(answer)).toEqual([403, 'insufficient-scope'])
    expect(answer.headers['www-authenticate']).toContain('scope="portal.write"')
    const none = await portal.as('supplier-nord').get('/v1/me', { scopes: [] })
    expect(code(none)).toEqual([403, 'insufficient-scope'])
  })

  test('an organisation of several kinds may what any of them may', async () => {
    const centre = portal.as('supplier-beskaeftigelsescenter')
    expect((await centre.post('/v1/trials', { text: 'a' })).status).toBe(201)
    expect((await centre.get('/v1/me')).body.organisation.kinds).toEqual(['supplier', 'jobcenter'])
  })
})

test('without keys of the issuer the answer is 503 with Retry-After, not 401', async () => {
  monotonic += 24 * 3_600_000
  issuerAway = true
  const answer = await me(`Bearer ${await issueToken({ clientId: 'supplier-nord', jti: 'unseen' })}`)
  expect(code(answer)).toEqual([503, 'issuer-unavailable'])
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
})
