import { describe, expect, test } from 'vitest'
import { addressGuard } from '#platform/webhooks/address-guard.ts'
import { createOutbound, type Lookup } from '#platform/webhooks/outbound.ts'
import { urlFault } from '#platform/webhooks/webhook-url.ts'
import { afterwards } from '#test/support/test-database.ts'
import { startRawReceiver } from './raw-receiver.ts'
import { startReceiver } from './receiver.ts'

const headers = { 'content-type': 'application/json' }
const outbound = (options: Parameters<typeof createOutbound>[0]) => {
  const created = createOutbound(options)
  afterwards(() => created.close())
  return created
}

const entry = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 })

/** A name service of the test: each question takes the next answer, the last one for good. */
const answering = (...answers: (readonly string[])[]): Lookup & { asked: () => number } => {
  let asked = 0
  const lookup: Lookup = (_host, _options, done) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    done(null, addresses.map(entry))
  }
  return Object.assign(lookup, { asked: () => asked })
}

const refused = { kind: 'failed', fault: 'address-not-allowed', milliseconds: expect.any(Number) }

/** Listens on 127.0.0.1 and ::1 at the same port; answers nothing and counts who comes. */
const listeners = async () => {
  const v4 = await startRawReceiver(() => undefined)
  const v6 = await startRawReceiver(() => undefined, '::1')
  return { v4, v6, connections: () => v4.connections() + v6.connections() }
}

describe('without allowed networks nothing of this machine is connected to', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'https://127.0.0.1.:PORT/',
    'http://localhost:PORT/',
    'https://localhost:PORT/',
    'https://LOCALHOST:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.1:PORT/',
    'http://127.1:PORT/',
    'http://%31%32%37.0.0.1:PORT/',
    'https://１２７.０.０.１:PORT/',
    'http://0:PORT/',
    'https://0.0.0.0:PORT/',
    'http://user@127.0.0.1:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'https://[::ffff:7f00:1]:PORT/',
    'http://[::1]:PORT6/',
    'https://[::1]:PORT6/',
    'https://[::]:PORT6/',
    'https://169.254.169.254/',
    'https://10.0.0.1/',
    'https://[64:ff9b::7f00:1]/',
    'http://8.8.8.8/',
    'https://8.8.8.8:22/',
    'ftp://127.0.0.1:PORT/',
  ])('%s', async (url) => {
    const local = await listeners()
    const here = url.replace('PORT6', String(local.v6.port)).replace('PORT', String(local.v4.port))
    expect(await outbound({ allow: [] }).post(here, headers, '{}')).toEqual(refused)
    expect(local.connections()).toBe(0)
  })

  test.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['127.0.0.1', '::1']],
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
    [['2606:4700:4700::1111', '::1']],
    [['::1%lo']],
    [Array.from({ length: 33 }, () => '127.0.0.1')],
  ])('nor by a name that leads to %j', async (addresses) => {
    const local = await listeners()
    for (const port of [local.v4.port, local.v6.port]) {
      for (const scheme of ['http', 'https']) {
        const out = outbound({ allow: [], lookup: answering(addresses) })
        expect(await out.post(`${scheme}://rebound.example:${port}/`, headers, '{}')).toEqual(refused)
      }
    }
    expect(local.connections()).toBe(0)
  })

  test('nor by a name that was public when it was registered and has changed since', async () => {
    const local = await listeners()
    const url = `https://rebound.example:${local.v4.port}/`
    const registered = await urlFault('https://rebound.example/', addressGuard([]), async () => ['8.8.8.8'])
    expect(registered).toBe(null)
    const out = outbound({ allow: [], lookup: answering(['127.0.0.1'], ['127.0.0.1', '8.8.8.8'], ['::ffff:7f00:1']) })
    for (let n = 0; n < 3; n++) expect(await out.post(url, headers, '{}')).toEqual(refused)
    expect(local.connections()).toBe(0)
  })

  test('a public address is refused on any port but two, before it is connected to', async () => {
    const lookup = answering(['8.8.8.8'])
    const out = outbound({ allow: ['127.0.0.0/8'], lookup })
    for (const port of [22, 80, 5432]) {
      expect(await out.post(`https://public.example:${port}/`, headers, '{}')).toEqual(refused)
    }
    expect(lookup.asked()).toBe(3)
  })
})

describe('inside the allowed networks', () => {
  const allow = ['127.0.0.0/8']

  test.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost'])(
    'http://%s is reached',
    async (host) => {
      const receiver = await startReceiver()
      const result = await outbound({ allow }).post(`http://${host}:${receiver.port}/hook?x=1`, headers, '{"a":1}')
      expect(result).toEqual({
        kind: 'answered',
        status: 204,
        retryAfter: null,
        answerStart: null,
        milliseconds: expect.any(Number),
      })
      expect(receiver.received).toMatchObject([
        { body: '{"a":1}', url: '/hook?x=1', headers: { 'content-type': 'application/json' } },
      ])
    },
  )

  test('a name is judged at each connection: what it led to before counts for nothing', async () => {
    const receiver = await startReceiver()
    const lookup = answering(['127.0.0.1'], ['127.0.0.1'], ['10.0.0.1'])
    const out = outbound({ allow, lookup, limits: { keepMs: 0 } })
    const url = `http://rebound.example:${receiver.port}/`
    expect(await out.post(url, headers, '{}')).toMatchObject({ status: 204 })
    expect(await out.post(url, headers, '{}')).toMatchObject({ status: 204 })
    expect(await out.post(url, headers, '{}')).toEqual(refused)
    expect(lookup.asked()).toBe(3)
    expect(receiver.received).toHaveLength(2)
  })

  test('a name with an address that is not allowed is refused whole', async () => {
    const receiver = await startReceiver()
    for (const addresses of [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '8.8.8.8'],
    ]) {
      const out = outbound({ allow, lookup: answering(addresses) })
      expect(await out.post(`http://several.example:${receiver.port}/`, headers, '{}')).toEqual(refused)
    }
    expect(receiver.received).toEqual([])
  })

  test('of a name that means this machine the allowed half is used', async () => {
    const receiver = await startReceiver()
    const out = outbound({ allow, lookup: answering(['::1', '127.0.0.1']) })
    expect(await out.post(`http://here.example:${receiver.port}/`, headers, '{}')).toMatchObject({ status: 204 })
  })

  test.each([
    ['no such name', (done: Parameters<Lookup>[2]) => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), [])],
    [
      'a name service that is away',
      (done: Parameters<Lookup>[2]) => done(Object.assign(new Error(), { code: 'EAI_AGAIN' }), []),
    ],
    ['a name without addresses', (done: Parameters<Lookup>[2]) => done(null, [])],
  ])('%s', async (_what, answer) => {
    const out = outbound({ allow, lookup: (_host, _options, done) => answer(done) })
    expect(await out.post('https://nowhere.example/', headers, '{}')).toMatchObject({ fault: 'name-not-found' })
  })

  test('a name service that does not answer', async () => {
    const out = outbound({ allow, lookup: () => undefined, limits: { wholeMs: 50 } })
    expect(await out.post('https://nowhere.example/', headers, '{}')).toMatchObject({ fault: 'timed-out' })
  })

  test('what they answer can be kept to themselves', async () => {
    const receiver = await startReceiver()
    receiver.answer((response) => response.writeHead(500).end('{"error":"busy"}'))
    const told = { status: 500, answerStart: '{"error":"busy"}' }
    expect(await outbound({ allow }).post(receiver.url, headers, '{}')).toMatchObject(told)
    const silent = outbound({ allow, keepInsideAnswers: false })
    // The second goes over the connection of the first.
    for (let n = 0; n < 2; n++) {
      expect(await silent.post(receiver.url, headers, '{}')).toMatchObject({ ...told, answerStart: null })
    }
  })

  test('once it is closed nothing is posted', async () => {
    const receiver = await startReceiver()
    const out = outbound({ allow })
    await out.close()
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ kind: 'failed' })
    expect(receiver.received).toEqual([])
  })

  test('a text that is no URL', async () => {
    expect(await outbound({ allow }).post('/hooks', headers, '{}')).toMatchObject({ kind: 'failed' })
  })
})
