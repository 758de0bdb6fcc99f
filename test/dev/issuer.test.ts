import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { developmentClients } from '#src/dev/issuer/clients.ts'
import { createDevelopmentIssuer } from '#src/dev/issuer/development-issuer.ts'

const audience = 'https://portal.example/api'
const dataDir = mkdtempSync(join(tmpdir(), 'issuer-'))
const servers: Server[] = []

const listen = async (): Promise<string> => {
  let handler: Awaited<ReturnType<typeof createDevelopmentIssuer>> | undefined
  const server = createServer((request, response) => handler?.(request, response))
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  handler = await createDevelopmentIssuer({ publicUrl, audience, dataDir })
  return publicUrl
}

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const ask = async (url: string, form: Record<string, string>, authorization?: string) => {
  const response = await fetch(`${url}/dev/oauth/token`, {
    method: 'POST',
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

let url = ''
const heard: unknown[] = []
beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void heard.push(words))
  url = await listen()
})
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const verified = (token: string, issuerUrl = url) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${issuerUrl}/dev/oauth/jwks`)), {
    issuer: `${url}/dev/oauth`,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256'],
  })

describe('the development issuer', () => {
  test('gives a client with Basic credentials a token with all its scopes for the portal', async () => {
    const { status, body } = await ask(url, {}, basic('supplier-nord', 'demo'))
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'portal.read portal.write' })
    const { payload } = await verified(body['access_token'] ?? '')
    expect(payload).toMatchObject({ client_id: 'supplier-nord', scope: 'portal.read portal.write', aud: audience })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
    expect(payload.jti).toBeTypeOf('string')
  })

  test.each(Object.entries(developmentClients))('takes body credentials of %s', async (id, scope) => {
    const { status, body } = await ask(url, { client_id: id, client_secret: 'demo' })
    expect(status).toBe(200)
    expect(body['scope']).toBe(scope)
  })

  test('narrows the token to the scope that was asked for', async () => {
    const { body } = await ask(url, { scope: 'portal.read', resource: audience }, basic('administrator', 'demo'))
    expect((await verified(body['access_token'] ?? '')).payload['scope']).toBe('portal.read')
  })

  test.each([
    ['a wrong secret', {}, basic('supplier-nord', 'guess'), 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody', client_secret: 'demo' }, undefined, 401, 'invalid_client'],
    ['no credentials', {}, undefined, 400, 'invalid_request'],
    ['a scope of others', { scope: 'portal.admin' }, basic('supplier-nord', 'demo'), 400, 'invalid_scope'],
    ['an unknown scope', { scope: 'portal.fly' }, basic('supplier-nord', 'demo'), 400, 'invalid_scope'],
    ['another audience', { resource: 'https://else.example' }, basic('supplier-nord', 'demo'), 400, 'invalid_target'],
    ['another grant', { grant_type: 'password' }, basic('supplier-nord', 'demo'), 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_what, form, authorization, status, error) => {
    const answer = await ask(url, form as Record<string, string>, authorization)
    expect(answer.status).toBe(status)
    expect(answer.body['error']).toBe(error)
  })

  test('describes itself with URLs below its mount point', async () => {
    const response = await fetch(`${url}/dev/oauth/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({
      issuer: `${url}/dev/oauth`,
      token_endpoint: `${url}/dev/oauth/token`,
      jwks_uri: `${url}/dev/oauth/jwks`,
      authorization_endpoint: `${url}/dev/oauth/auth`,
      grant_types_supported: ['authorization_code', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
    })
  })

  test('keeps its key where only its owner reads it, and a second process uses the same one', async () => {
    expect(statSync(join(dataDir, 'issuer-keys.json')).mode & 0o777).toBe(0o600)
    const { body } = await ask(url, {}, basic('k-kassen', 'demo'))
    const token = body['access_token'] ?? ''
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    const second = await listen()
    expect((await verified(token, second)).payload['client_id']).toBe('k-kassen')
    const jwks = await (await fetch(`${second}/dev/oauth/jwks`)).text()
    expect(jwks).not.toContain('"d"')
  })

  test('says nothing on the console and sets no cookie', async () => {
    const response = await fetch(`${url}/dev/oauth/auth`)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(heard).toEqual([])
  })
})
