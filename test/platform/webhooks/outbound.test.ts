import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createOutbound, type Lookup } from '#platform/webhooks/outbound.ts'
import { afterwards } from '#test/support/test-database.ts'
import { startReceiver } from './receiver.ts'

const headers = { 'content-type': 'application/json' }
const outbound = (options: Parameters<typeof createOutbound>[0]) => {
  const created = createOutbound(options)
  afterwards(() => created.close())
  return created
}

/** A name service of the test: each question takes the next answer, the last one for good. */
const answering = (...answers: string[]): Lookup & { asked: () => number } => {
  let asked = 0
  const lookup: Lookup = (_host, _options, done) => {
    const address = answers[Math.min(asked, answers.length - 1)] ?? ''
    asked += 1
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
  }
  return Object.assign(lookup, { asked: () => asked })
}

describe('without allowed networks nothing of this machine is reached', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'https://localhost:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://127.1:PORT/',
    'http://0:PORT/',
    'https://0.0.0.0:PORT/',
    'http://[::1]:PORT/',
    'https://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'https://[::ffff:7f00:1]:PORT/',
    'https://[::]:PORT/',
    'https://169.254.169.254/',
    'https://10.0.0.1/',
    'http://8.8.8.8/',
  ])('%s', async (url) => {
    const receiver = await startReceiver()
    const result = await outbound({ allow: [] }).post(url.replace('PORT', String(receiver.port)), headers, '{}')
    expect(result).toEqual({ kind: 'failed', fault: 'address-not-allowed' })
    expect(receiver.received).toEqual([])
  })

  test('nor by a name that leads here', async () => {
    const receiver = await startReceiver()
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1']) {
      const out = outbound({ allow: [], lookup: answering(address) })
      for (const scheme of ['http', 'https']) {
        const result = await out.post(`${scheme}://rebound.example:${receiver.port}/`, headers, '{}')
        expect(result).toEqual({ kind: 'failed', fault: 'address-not-allowed' })
      }
    }
    expect(receiver.received).toEqual([])
  })
})

describe('inside the allowed networks', () => {
  test.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'])(
    'http://%s is reached',
    async (host) => {
      const receiver = await startReceiver()
      const out = outbound({ allow: ['127.0.0.0/8'] })
      const result = await out.post(`http://${host}:${receiver.port}/hook?x=1`, headers, '{"a":1}')
      expect(result).toEqual({ kind: 'answered', status: 204 })
      expect(receiver.received).toMatchObject([
        { body: '{"a":1}', url: '/hook?x=1', headers: { 'content-type': 'application/json' } },
      ])
    },
  )

  test('a name is judged at each connection: what it led to before counts for nothing', async () => {
    const receiver = await startReceiver()
    const lookup = answering('127.0.0.1', '127.0.0.1', '10.0.0.1')
    const out = outbound({ allow: ['127.0.0.0/8'], lookup })
    const url = `http://rebound.example:${receiver.port}/`
    expect(await out.post(url, headers, '{}')).toEqual({ kind: 'answered', status: 204 })
    expect(await out.post(url, headers, '{}')).toEqual({ kind: 'answered', status: 204 })
    expect(await out.post(url, headers, '{}')).toEqual({ kind: 'failed', fault: 'address-not-allowed' })
    expect(lookup.asked()).toBe(3)
    expect(receiver.received).toHaveLength(2)
  })

  test('of the addresses of a name only the allowed ones are tried', async () => {
    const receiver = await startReceiver()
    const lookup: Lookup = (_host, _options, done) =>
      done(null, [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])
    const out = outbound({ allow: ['127.0.0.0/8'], lookup })
    const result = await out.post(`http://several.example:${receiver.port}/`, headers, '{}')
    expect(result).toEqual({ kind: 'answered', status: 204 })
  })
})

describe('what receivers do', () => {
  const allow = ['127.0.0.0/8']

  test('a redirect is not followed', async () => {
    const other = await startReceiver()
    const receiver = await startReceiver()
    receiver.answer((response) => response.writeHead(307, { location: other.url }).end())
    expect(await outbound({ allow }).post(receiver.url, headers, '{}')).toEqual({ kind: 'answered', status: 307 })
    expect(other.received).toEqual([])
  })

  test('an answer that does not come is given up', async () => {
    const receiver = await startReceiver()
    receiver.answer(() => undefined)
    const out = outbound({ allow, limits: { wholeMs: 300 } })
    expect(await out.post(receiver.url, headers, '{}')).toEqual({ kind: 'failed', fault: 'timed-out' })
  })

  test('a long answer is not read to its end', async () => {
    const receiver = await startReceiver()
    const closed = Promise.withResolvers<number>()
    receiver.answer((response) => {
      let sent = 0
      const chunk = Buffer.alloc(16_384, 'x')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('close', () => closed.resolve(sent)).on('drain', more)
      response.writeHead(200)
      more()
    })
    expect(await outbound({ allow }).post(receiver.url, headers, '{}')).toEqual({ kind: 'answered', status: 200 })
    await closed.promise
  })

  test('an answer whose body never ends counts by its status', async () => {
    const receiver = await startReceiver()
    receiver.answer((response) => response.writeHead(200).write('x'))
    const out = outbound({ allow, limits: { wholeMs: 500 } })
    expect(await out.post(receiver.url, headers, '{}')).toEqual({ kind: 'answered', status: 200 })
  })

  test('no receiver, no HTTP, no TLS', async () => {
    const receiver = await startReceiver()
    const out = outbound({ allow })
    expect(await out.post(`https://127.0.0.1:${receiver.port}/`, headers, '{}')).toEqual({
      kind: 'failed',
      fault: 'tls-failed',
    })
    expect(await out.post('http://127.0.0.1:9/', headers, '{}')).toEqual({
      kind: 'failed',
      fault: 'connection-refused',
    })
    const babbling = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end('no HTTP at all\r\n\r\n')),
    )
    const port = await new Promise<number>((done) =>
      babbling.listen(0, '127.0.0.1', () => done((babbling.address() as { port: number }).port)),
    )
    afterwards(async () => void babbling.close())
    expect(await out.post(`http://127.0.0.1:${port}/`, headers, '{}')).toEqual({ kind: 'failed', fault: 'not-http' })
  })

  test('a name that leads nowhere', async () => {
    const lookup: Lookup = (_host, _options, done) =>
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), [])
    const out = outbound({ allow, lookup })
    expect(await out.post('https://nowhere.example/', headers, '{}')).toEqual({
      kind: 'failed',
      fault: 'name-not-found',
    })
  })

  test('the worker can break off', async () => {
    const receiver = await startReceiver()
    const stop = new AbortController()
    receiver.answer(() => stop.abort())
    const result = await outbound({ allow }).post(receiver.url, headers, '{}', stop.signal)
    expect(result.kind).toBe('failed')
  })
})
