import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { type TokenVerifier, tokenVerifier } from '#platform/auth/access-token.ts'
import { issuerKeys } from '#platform/auth/issuer-keys.ts'
import { issueToken, type TokenRequest, testAudience, testIssuer, testKeySet } from '#test/support/issue-token.ts'

const quiet = () => undefined

const verifierOf = (keySet: JSONWebKeySet, nowMs: () => number = () => Date.now()): TokenVerifier =>
  tokenVerifier({
    issuer: testIssuer,
    audience: testAudience,
    keys: issuerKeys({ issuer: testIssuer, monotonicMs: () => 0, warn: quiet, fetchKeys: async () => keySet }),
    nowMs,
  })

const verify = verifierOf(testKeySet)
const seconds = () => Math.floor(Date.now() / 1000)
const refusal = (token: string | Promise<string>, by = verify) =>
  Promise.resolve(token)
    .then(by)
    .then(
      () => 'accepted',
      (error: { slug?: string }) => error.slug ?? String(error),
    )

const clientId = 'supplier-nord'

describe('a token that is right', () => {
  test('gives client, known scopes and expiry', async () => {
    const exp = seconds() + 600
    const token = await issueToken({ clientId, scopes: ['portal.write', 'openid', 'portal.read'], exp })
    expect(await verify(token)).toEqual({ clientId, scopes: ['portal.read', 'portal.write'], expiresAt: exp * 1000 })
  })

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', undefined])('has the type %s', async (typ) => {
    expect(await refusal(issueToken({ clientId, header: { typ } as TokenRequest['header'] & object }))).toBe('accepted')
  })

  test('may be for several audiences, one of them the portal', async () => {
    expect(await refusal(issueToken({ clientId, aud: ['https://else.test', testAudience] }))).toBe('accepted')
  })

  test('may come from a clock that is a few seconds ahead', async () => {
    expect(await refusal(issueToken({ clientId, iat: seconds() + 3, nbf: seconds() + 3 }))).toBe('accepted')
  })

  test.each(['ES256', 'EdDSA', 'PS256', 'RS256'])('is signed with %s', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg, use: 'sig' }] }
    const token = issueToken({ clientId, header: { alg, kid: 'k' }, key: privateKey })
    expect(await refusal(token, verifierOf(keySet))).toBe('accepted')
  })
})

describe('a token that is wrong', () => {
  test.each<[string, () => TokenRequest]>([
    ['no exp', () => ({ exp: undefined })],
    ['an exp that has passed', () => ({ exp: seconds() - 60 })],
    ['an exp that is text', () => ({ exp: '9999999999' })],
    ['no iat', () => ({ iat: undefined })],
    ['an iat in the future', () => ({ iat: seconds() + 60 })],
    ['nbf ahead', () => ({ nbf: seconds() + 60 })],
    ['no iss', () => ({ iss: undefined })],
    ['another issuer', () => ({ iss: 'https://else.test' })],
    ['the issuer with a slash more', () => ({ iss: `${testIssuer}/` })],
    ['no aud', () => ({ aud: undefined })],
    ['another audience', () => ({ aud: 'https://else.test' })],
    ['no audience in the list', () => ({ aud: [] })],
    ['no client_id', () => ({ client_id: undefined })],
    ['an empty client_id', () => ({ client_id: '' })],
    ['a client_id that is no text', () => ({ client_id: 7 })],
    ['no kid', () => ({ header: { kid: undefined } as unknown as { kid: string } })],
    ['an empty kid', () => ({ header: { kid: '' } })],
    ['a kid that nobody has', () => ({ header: { kid: 'made-up' } })],
    ['the type of an ID token for another use', () => ({ header: { typ: 'logout+jwt' } })],
  ])('is refused: %s', async (_what, request) => {
    expect(await refusal(issueToken({ clientId, ...request() }))).toBe('invalid-token')
  })

  test('signed by somebody else under the known key id', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    expect(await refusal(issueToken({ clientId, key: privateKey }))).toBe('invalid-token')
  })

  test('HS256 with the public key as the secret', async () => {
    const { privateKey: _unused, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] }
    const secrets = [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]
    for (const secret of secrets) {
      const token = await new SignJWT({ client_id: clientId, scope: 'portal.read' })
        .setProtectedHeader({ alg: 'HS256', kid: 'k', typ: 'at+jwt' })
        .setIssuer(testIssuer)
        .setAudience(testAudience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(secret))
      expect(await refusal(token, verifierOf(keySet))).toBe('invalid-token')
    }
  })

  test('a symmetric key that the issuer publishes is not used either', async () => {
    const secret = Buffer.alloc(32, 'k')
    const keySet = { keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 'k', alg: 'HS256' }] }
    const token = issueToken({ clientId, header: { alg: 'HS256', kid: 'k' }, key: secret })
    expect(await refusal(token, verifierOf(keySet))).toBe('invalid-token')
  })

  test('alg none, in every spelling, and a signature that was cut off or changed', async () => {
    const good = await issueToken({ clientId })
    const [header = '', payload = '', signature = ''] = good.split('.')
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      expect(await refusal(`${encode({ alg, kid: 'test-es256', typ: 'at+jwt' })}.${payload}.`)).toBe('invalid-token')
    }
    expect(await refusal(`${header}.${payload}.`)).toBe('invalid-token')
    expect(await refusal(`${header}.${payload}.${signature.slice(0, -4)}AAAA`)).toBe('invalid-token')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forged = encode({ ...claims, client_id: 'administrator' })
    expect(await refusal(`${header}.${forged}.${signature}`)).toBe('invalid-token')
    for (const text of ['', 'a', 'a.b', 'a.b.c', 'a.b.c.d.e', `${header}.${payload}`]) {
      expect(await refusal(text)).toBe('invalid-token')
    }
  })

  test('without a kid although the library would find the only key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const token = await new SignJWT({ client_id: clientId })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(testIssuer)
      .setAudience(testAudience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
    expect(await refusal(token, verifierOf({ keys: [await exportJWK(publicKey)] }))).toBe('invalid-token')
  })
})

describe('the memory of verified tokens', () => {
  const counting = () => {
    let asked = 0
    let now = Date.now()
    const keys = issuerKeys({
      issuer: testIssuer,
      monotonicMs: () => 0,
      warn: quiet,
      fetchKeys: async () => testKeySet,
    })
    const verifyCounted = tokenVerifier({
      issuer: testIssuer,
      audience: testAudience,
      keys: (header, token) => {
        asked += 1
        return keys(header, token)
      },
      nowMs: () => now,
    })
    return { verify: verifyCounted, asked: () => asked, pass: (ms: number) => (now += ms) }
  }

  test('spares the second check of the same token, until it expires', async () => {
    const { verify: check, asked, pass } = counting()
    const token = await issueToken({ clientId, exp: seconds() + 100 })
    await check(token)
    await check(token)
    expect(asked()).toBe(1)
    pass(104_000)
    expect(await refusal(token, check)).toBe('accepted')
    pass(3000)
    expect(await refusal(token, check)).toBe('invalid-token')
    expect(await refusal(token, check)).toBe('invalid-token')
  })

  test('keeps no refused token', async () => {
    const { verify: check, asked, pass } = counting()
    const token = await issueToken({ clientId, nbf: seconds() + 60 })
    expect(await refusal(token, check)).toBe('invalid-token')
    pass(61_000)
    expect(await refusal(token, check)).toBe('accepted')
    expect(asked()).toBeGreaterThan(0)
  })

  test('holds ten thousand: then the oldest is forgotten, not the newest', async () => {
    const { verify: check, asked } = counting()
    // The verifier's clock stands; making so many tokens may take longer than it allows them to be ahead.
    const iat = seconds()
    const exp = iat + 3600
    const first = await issueToken({ clientId, iat, exp, jti: 'first' })
    await check(first)
    let last = first
    // One past the bound, in portions so that not all signatures are pending together.
    for (let made = 0; made < 10_000; ) {
      const portion = await Promise.all(
        Array.from({ length: 500 }, (_, index) => issueToken({ clientId, iat, exp, jti: String(made + index) })),
      )
      for (const token of portion) await check(token)
      made += portion.length
      last = portion.at(-1) ?? last
    }
    const before = asked()
    await check(last)
    expect(asked()).toBe(before)
    await check(first)
    expect(asked()).toBe(before + 1)
  })
})
