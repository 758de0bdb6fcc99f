import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { createOutbound, type Lookup } from '#platform/webhooks/outbound.ts'
import { afterwards } from '#test/support/test-database.ts'

// tls/make.sh tells how they were made.
const pem = (name: string): string => readFileSync(new URL(`./tls/${name}.pem`, import.meta.url), 'utf8')
const authority = pem('authority')
const here: Lookup = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])

const startTlsReceiver = async (certificate: string) => {
  const received: string[] = []
  let connections = 0
  const server = createServer({ key: pem('receiver.key'), cert: pem(certificate) }, (request, response) => {
    request.on('data', (chunk) => received.push(String(chunk))).on('end', () => response.writeHead(200).end('ok'))
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { received, connections: () => connections, port: (server.address() as AddressInfo).port }
}

const post = async (host: string, port: number, ca?: string, times = 1) => {
  const out = createOutbound({ allow: ['127.0.0.0/8'], lookup: here, ...(ca === undefined ? {} : { ca }) })
  afterwards(() => out.close())
  let result = await out.post(`https://${host}:${port}/`, {}, '{"a":1}')
  for (let n = 1; n < times; n++) result = await out.post(`https://${host}:${port}/`, {}, '{"a":1}')
  return result
}

afterEach(() => vi.unstubAllEnvs())

test('the right name by a known authority is posted to, over one connection', async () => {
  const receiver = await startTlsReceiver('good')
  const result = await post('hook.example', receiver.port, authority, 3)
  expect(result).toMatchObject({ kind: 'answered', status: 200, answerStart: 'ok' })
  expect(receiver.received).toEqual(['{"a":1}', '{"a":1}', '{"a":1}'])
  expect(receiver.connections()).toBe(1)
})

test.each([
  ['another name', 'other.example', 'good', authority],
  ['a name below it', 'a.hook.example', 'good', authority],
  ['the bare address', '127.0.0.1', 'good', authority],
  ['a certificate that has expired', 'hook.example', 'expired', authority],
  ['an authority that nobody knows', 'hook.example', 'good', undefined],
  ['no authority at all', 'hook.example', 'stranger', authority],
])('%s: TLS fails and nothing is posted', async (_what, host, certificate, ca) => {
  // It opens everything in a process that is careless; not this.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  const receiver = await startTlsReceiver(certificate)
  const result = await post(host, receiver.port, ca)
  expect(result).toEqual({ kind: 'failed', fault: 'tls-failed', milliseconds: expect.any(Number) })
  expect(receiver.received).toEqual([])
})
