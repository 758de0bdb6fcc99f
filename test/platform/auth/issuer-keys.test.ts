import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type IssuerKeys, issuerKeys } from '#platform/auth/issuer-keys.ts'
import { testIssuer } from '#test/support/issue-token.ts'

const keyNamed = async (kid: string) => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
}
const [old, fresh] = [await keyNamed('old'), await keyNamed('fresh')]

const minute = 60_000
let now = 0
let away = false
let published: JSONWebKeySet = { keys: [old] }
let fetched = 0
let warned: unknown[] = []

const issuer = (): IssuerKeys =>
  issuerKeys({
    issuer: testIssuer,
    monotonicMs: () => now,
    warn: (error) => warned.push(error),
    fetchKeys: async () => {
      fetched += 1
      if (away) throw new Error('away')
      return published
    },
  })

const find = (keys: IssuerKeys, kid: string) =>
  keys({ alg: 'ES256', kid }, { payload: '', signature: '' }).then(
    () => 'found',
    (error: { slug?: string; code?: string }) => error.slug ?? error.code ?? String(error),
  )

beforeEach(() => {
  now = 0
  away = false
  published = { keys: [old] }
  fetched = 0
  warned = []
})

describe('the keys of the issuer', () => {
  test('are fetched once for many, and again when ten minutes old', async () => {
    const keys = issuer()
    await Promise.all(Array.from({ length: 20 }, () => find(keys, 'old')))
    expect(fetched).toBe(1)
    now = 9 * minute
    await find(keys, 'old')
    expect(fetched).toBe(1)
    now = 11 * minute
    expect(await find(keys, 'old')).toBe('found')
    await expect.poll(() => fetched).toBe(2)
  })

  test('rotate: an unknown key id asks the issuer, and the new key is found', async () => {
    const keys = issuer()
    await find(keys, 'old')
    published = { keys: [old, fresh] }
    now = minute
    expect(await find(keys, 'fresh')).toBe('found')
    expect(fetched).toBe(2)
    expect(await find(keys, 'old')).toBe('found')
    published = { keys: [fresh] }
    now = 12 * minute
    await find(keys, 'fresh')
    await expect.poll(() => find(keys, 'old')).toBe('ERR_JWKS_NO_MATCHING_KEY')
  })

  test('are not fetched for each made-up key id', async () => {
    const keys = issuer()
    await find(keys, 'old')
    now = minute
    for (let made = 0; made < 50; made++) {
      expect(await find(keys, `made-up-${made}`)).toBe('ERR_JWKS_NO_MATCHING_KEY')
    }
    await Promise.all(Array.from({ length: 50 }, (_, made) => find(keys, `more-${made}`)))
    expect(fetched).toBe(2)
    now += 16_000
    await find(keys, 'made-up')
    expect(fetched).toBe(3)
  })

  test('serve on for an hour while the issuer is away; then it is 503', async () => {
    const keys = issuer()
    await find(keys, 'old')
    // Away from when they were just about to be fetched anew.
    now = 10 * minute
    away = true
    for (let passed = 0; passed <= 60; passed += 5) {
      now = (10 + passed) * minute
      expect([passed, await find(keys, 'old')]).toEqual([passed, 'found'])
    }
    expect(warned.length).toBeGreaterThan(0)
    now = 70 * minute + 1
    expect(await find(keys, 'old')).toBe('issuer-unavailable')
    away = false
    expect(await find(keys, 'old')).toBe('found')
  })

  test('are 503 when there never were any, and are there once the issuer is', async () => {
    away = true
    const keys = issuer()
    expect(await find(keys, 'old')).toBe('issuer-unavailable')
    away = false
    expect(await find(keys, 'old')).toBe('found')
  })

  test('stay when the issuer answers with something that is no key set', async () => {
    const keys = issuer()
    await find(keys, 'old')
    published = { nothing: true } as unknown as JSONWebKeySet
    now = minute
    expect(await find(keys, 'fresh')).toBe('ERR_JWKS_NO_MATCHING_KEY')
    expect(warned).toHaveLength(1)
    expect(await find(keys, 'old')).toBe('found')
  })
})

describe('over HTTP', () => {
  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.close()
  })

  const serve = async (
    answer: (path: string, self: string) => { status?: number; location?: string; body?: unknown },
  ) => {
    let self = ''
    const server = createServer((request, response) => {
      const { status = 200, location, body } = answer(request.url ?? '', self)
      response.writeHead(status, { 'content-type': 'application/json', ...(location ? { location } : {}) })
      response.end(JSON.stringify(body ?? {}))
    })
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    self = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return self
  }
  const from = (address: string) =>
    issuerKeys({ issuer: address, monotonicMs: () => 0, warn: (error) => warned.push(error) })

  test('they are found through the OpenID configuration', async () => {
    const address = await serve((path, self) => {
      if (path === '/.well-known/openid-configuration') return { body: { issuer: self, jwks_uri: `${self}/keys` } }
      return path === '/keys' ? { body: { keys: [old] } } : { status: 404 }
    })
    expect(await find(from(address), 'old')).toBe('found')
  })

  test.each<[string, (path: string, self: string) => { status?: number; location?: string; body?: unknown }]>([
    ['is an error', () => ({ status: 500 })],
    ['names another issuer', (_path, self) => ({ body: { issuer: 'https://else.test', jwks_uri: `${self}/keys` } })],
    ['names no keys', (_path, self) => ({ body: { issuer: self } })],
    ['redirects', (_path, self) => ({ status: 302, location: `${self}/else` })],
  ])('an issuer whose configuration %s has no keys to use', async (_what, answer) => {
    expect(await find(from(await serve(answer)), 'old')).toBe('issuer-unavailable')
    expect(warned).toHaveLength(1)
  })

  test('an issuer that does not answer at all is 503 too', async () => {
    expect(await find(from('http://127.0.0.1:1'), 'old')).toBe('issuer-unavailable')
  })
})
