import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createOutbound, type OutboundLimits } from '#platform/webhooks/outbound.ts'
import { afterwards } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'
import { startRawReceiver } from './raw-receiver.ts'
import { startReceiver } from './receiver.ts'

const headers = { 'content-type': 'application/json' }
const outbound = (limits: Partial<OutboundLimits> = {}) => {
  const created = createOutbound({ allow: ['127.0.0.0/8'], limits })
  afterwards(() => created.close())
  return created
}

/** Says the same again and again, until the other side has gone. */
const forEver = (socket: Socket, text: string): void => {
  if (socket.destroyed) return
  socket.write(text, () => setImmediate(forEver, socket, text))
}

/** One byte at a time, the last one for ever. */
const drip = (socket: Socket, text: string): void => {
  if (socket.destroyed) return
  socket.write(text.slice(0, 1), () => setTimeout(drip, 5, socket, text.length > 1 ? text.slice(1) : text))
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('a receiver that does not answer as it should', () => {
  const short = { wholeMs: 300 }
  const faults: [what: string, does: (socket: Socket) => void, fault: string, limits?: Partial<OutboundLimits>][] = [
    ['hangs before its headers', () => undefined, 'timed-out', short],
    ['hangs in its headers', (socket) => socket.write('HTTP/1.1 200 OK\r\nx: '), 'timed-out', short],
    ['drips headers', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: y'), 'timed-out', short],
    ['closes without an answer', (socket) => socket.end(), 'connection-broken'],
    ['resets without an answer', (socket) => socket.resetAndDestroy(), 'connection-broken'],
    ['closes within its headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nx'), 'connection-broken'],
    ['speaks no HTTP', (socket) => socket.write('220 mail.example ESMTP\r\n'), 'not-http'],
    ['answers as HTTP/0.9', (socket) => socket.end('<html>Hello</html>'), 'not-http'],
    ['speaks TLS', (socket) => socket.write(Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 0])), 'not-http'],
    ['sends a status that is none', (socket) => socket.write('HTTP/1.1 99 No\r\n\r\n'), 'not-http'],
    ['sends 100 for ever', (socket) => forEver(socket, 'HTTP/1.1 100 Continue\r\n\r\n'), 'not-http'],
    ['sends 103 for ever', (socket) => forEver(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'), 'not-http'],
    [
      'changes the protocol',
      (socket) => socket.write('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'not-http',
    ],
    [
      'sends a huge header',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
      'not-http',
    ],
    [
      'sends a header without end',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nx: ', () => forEver(socket, 'y'.repeat(1000))),
      'not-http',
    ],
    [
      'sends headers without end',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n', () => forEver(socket, 'x: y\r\n'.repeat(50))),
      'not-http',
    ],
  ]
  test.each(faults)('%s', async (_what, does, fault, limits) => {
    const receiver = await startRawReceiver(does)
    const result = await outbound(limits).post(receiver.url, headers, '{}')
    expect(result).toEqual({ kind: 'failed', fault, milliseconds: expect.any(Number) })
    // Posted once, over a connection that is then left.
    await receiver.allClosed()
    expect(receiver.connections()).toBe(1)
    expect(receiver.heard().match(/^POST/gm)).toHaveLength(1)
  })

  test('is not there', async () => {
    expect(await outbound().post('http://127.0.0.1:9/', headers, '{}')).toMatchObject({ fault: 'connection-refused' })
  })

  test('speaks no TLS', async () => {
    const receiver = await startReceiver()
    const result = await outbound().post(`https://127.0.0.1:${receiver.port}/`, headers, '{}')
    expect(result).toMatchObject({ fault: 'tls-failed' })
    expect(receiver.received).toEqual([])
  })

  test('does not get as far as TLS', async () => {
    const receiver = await startRawReceiver(() => undefined)
    const out = outbound({ wholeMs: 300 })
    expect(await out.post(`https://127.0.0.1:${receiver.port}/`, headers, '{}')).toMatchObject({ fault: 'timed-out' })
    await receiver.allClosed()
  })
})

describe('an answer counts by its status', () => {
  const bodies: [
    what: string,
    does: (socket: Socket) => void,
    start: string | null,
    limits?: Partial<OutboundLimits>,
  ][] = [
    [
      'when its body drips for ever',
      (socket) => drip(socket, `${ok.replace(': 2', ': 99999')} and`),
      'unknown type, more than ',
      { bodyMs: 200 },
    ],
    [
      'when its body hangs',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok, '),
      'unknown type, more than 4 bytes',
      { bodyMs: 100 },
    ],
    [
      'when all of the time is over',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nok, '),
      'unknown type, more than 4',
      { wholeMs: 300 },
    ],
    [
      'when its body is reset',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', () => socket.resetAndDestroy()),
      null,
    ],
    [
      'when its body breaks off',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok, '),
      'unknown type, more than 4 bytes',
    ],
    [
      'when its chunks are none',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
      null,
    ],
    ['when early hints came first', (socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${ok}`), 'ok'],
    ['when the receiver says no more', (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nok'), 'ok'],
  ]
  test.each(bodies)('%s', async (_what, does, start, limits) => {
    const receiver = await startRawReceiver(does)
    const result = await outbound(limits).post(receiver.url, headers, '{}')
    expect(result).toMatchObject({ kind: 'answered', status: 200 })
    expect(result.kind === 'answered' && (result.answerStart ?? '').startsWith(start ?? '')).toBe(true)
    if (start === null) expect(result).toMatchObject({ answerStart: null })
    expect(receiver.connections()).toBe(1)
  })

  test('and an endless one is left', async () => {
    let sent = 0
    const receiver = await startRawReceiver((socket) => {
      const more = (): void => {
        if (socket.destroyed) return
        sent += 16_384
        socket.write(Buffer.alloc(16_384, 'x'), more)
      }
      socket.write('HTTP/1.1 200 OK\r\n\r\n', more)
    })
    const result = await outbound().post(receiver.url, headers, '{}')
    expect(result).toMatchObject({
      kind: 'answered',
      status: 200,
      answerStart: expect.stringMatching(/^unknown type, more than 6\d{4} bytes$/),
    })
    await receiver.allClosed()
    // 64 KiB are read; what else was sent lay in the buffers of two sockets.
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  test('nothing is unpacked', async () => {
    const receiver = await startReceiver()
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    receiver.answer((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    const before = process.memoryUsage().arrayBuffers
    expect(await outbound().post(receiver.url, headers, '{}')).toMatchObject({ status: 200, answerStart: null })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(25_000_000)
    expect(receiver.received[0]?.headers['accept-encoding']).toBeUndefined()
  })

  test('a redirect is not followed', async () => {
    const other = await startReceiver()
    const receiver = await startReceiver()
    receiver.answer((response) => response.writeHead(307, { location: other.url }).end())
    expect(await outbound().post(receiver.url, headers, '{}')).toMatchObject({ kind: 'answered', status: 307 })
    expect(other.received).toEqual([])
  })

  test('its beginning and Retry-After are told', async () => {
    const receiver = await startReceiver()
    receiver.answer((response) =>
      response.writeHead(503, { 'retry-after': '120' }).end('{"error":"busy","who":"Jens"}'),
    )
    expect(await outbound().post(receiver.url, headers, '{}')).toEqual({
      kind: 'answered',
      status: 503,
      retryAfter: 120,
      answerStart: '{"error":"busy"}',
      milliseconds: expect.any(Number),
    })
  })
})

describe('breaking off', () => {
  test('by the worker', async () => {
    const receiver = await startReceiver()
    const stop = new AbortController()
    receiver.answer(() => stop.abort())
    const result = await outbound().post(receiver.url, headers, '{}', stop.signal)
    expect(result).toMatchObject({ kind: 'failed', fault: 'timed-out' })
  })

  test('before it began: nothing is sent', async () => {
    const receiver = await startRawReceiver(() => undefined)
    const result = await outbound().post(receiver.url, headers, '{}', AbortSignal.abort())
    expect(result.kind).toBe('failed')
    expect(receiver.connections()).toBe(0)
  })

  test('by closing, also what is kept', async () => {
    const answered = await startRawReceiver((socket) => socket.write(ok))
    const asked = Promise.withResolvers<void>()
    const hanging = await startRawReceiver(() => asked.resolve())
    const out = outbound()
    await out.post(answered.url, headers, '{}')
    const posting = out.post(hanging.url, headers, '{}')
    await asked.promise
    await out.close()
    expect((await posting).kind).toBe('failed')
    await answered.allClosed()
    await hanging.allClosed()
  })
})

describe('connections', () => {
  test('are used again, by one POST at a time', async () => {
    let posts = 0
    let held: Socket | undefined
    const receiver = await startRawReceiver((socket) => {
      posts += 1
      // The third is answered when the fourth has come: that may not wait behind it.
      if (posts === 3) {
        held = socket
        return
      }
      socket.write(ok)
      if (posts === 4) held?.write(ok)
    })
    const out = outbound()
    const post = () => out.post(receiver.url, headers, '{}')
    for (let n = 0; n < 2; n++) await post()
    expect(receiver.connections()).toBe(1)
    await Promise.all([post(), post()])
    expect(receiver.connections()).toBe(2)
    for (let n = 0; n < 4; n++) await post()
    expect(receiver.connections()).toBe(2)
    expect(posts).toBe(8)
  })

  test('are not kept without end', async () => {
    const waiting: Socket[] = []
    const receiver = await startRawReceiver((socket) => {
      waiting.push(socket)
      // Nobody is answered before everybody has come: all of them are open at once.
      if (waiting.length === 140) for (const each of waiting) each.write(ok)
    })
    const out = outbound({ keepMs: 600_000 })
    await Promise.all(Array.from({ length: 140 }, () => out.post(receiver.url, headers, '{}')))
    expect(receiver.connections()).toBe(140)
    await until(async () => receiver.open() === 128)
  })

  test('of different origins are not mixed', async () => {
    const one = await startReceiver()
    const other = await startReceiver()
    const out = outbound()
    for (let n = 0; n < 5; n++) {
      await out.post(one.url, headers, `"one"`)
      await out.post(other.url, headers, `"other"`)
    }
    expect(new Set(one.received.map((got) => got.body))).toEqual(new Set(['"one"']))
    expect(new Set(other.received.map((got) => got.body))).toEqual(new Set(['"other"']))
  })

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('a kept one that the receiver %s at the next POST costs no attempt', async (_what, leave) => {
    const receiver = await startRawReceiver((socket, number) => (number === 1 ? socket.write(ok) : leave(socket)))
    const out = outbound()
    for (let n = 1; n <= 4; n++) {
      expect(await out.post(receiver.url, headers, `{"n":${n}}`)).toMatchObject({ kind: 'answered', status: 200 })
      expect(receiver.connections()).toBe(n)
    }
  })

  test('a receiver that closes behind each answer without having said so costs no attempt', async () => {
    const receiver = await startRawReceiver((socket) => socket.end(ok))
    const out = outbound()
    for (let n = 0; n < 50; n++) {
      expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ kind: 'answered', status: 200 })
    }
  })

  test('a fresh one that breaks is not tried twice, nor a kept one that had begun to answer', async () => {
    let posts = 0
    const receiver = await startRawReceiver((socket) => {
      posts += 1
      if (posts === 1) socket.write(ok)
      else socket.end(posts === 2 ? 'HTTP/1.1 2' : '')
    })
    const out = outbound()
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ kind: 'answered' })
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ fault: 'connection-broken' })
    expect(posts).toBe(2)
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ fault: 'connection-broken' })
    expect(posts).toBe(3)
  })

  test('a kept one that hangs is given up and not tried anew', async () => {
    let posts = 0
    const receiver = await startRawReceiver((socket) => {
      posts += 1
      if (posts === 1) socket.write(ok)
    })
    const out = outbound({ wholeMs: 300 })
    await out.post(receiver.url, headers, '{}')
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ fault: 'timed-out' })
    expect(posts).toBe(2)
  })

  test('are left when the receiver says so, when their answer was not read to its end, and after their time', async () => {
    const receiver = await startRawReceiver((socket) =>
      socket.write(ok.replace('OK\r\n', 'OK\r\nconnection: close\r\n')),
    )
    const out = outbound()
    for (let n = 1; n <= 2; n++) {
      await out.post(receiver.url, headers, '{}')
      await receiver.allClosed()
      expect(receiver.connections()).toBe(n)
    }
    // A receiver that promises an hour gets no longer than we keep.
    const patient = await startRawReceiver((socket) =>
      socket.write(ok.replace('OK\r\n', 'OK\r\nkeep-alive: timeout=3600\r\n')),
    )
    await outbound({ keepMs: 50 }).post(patient.url, headers, '{}')
    await patient.allClosed()
  })

  test('two answers for one POST are not taken for the next one', async () => {
    const receiver = await startRawReceiver((socket, number) =>
      socket.write(number === 1 ? ok + ok.replace('200 OK', '500 No') : ok),
    )
    const out = outbound()
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ status: 200 })
    await receiver.allClosed()
    expect(await out.post(receiver.url, headers, '{}')).toMatchObject({ status: 200 })
    expect(receiver.connections()).toBe(2)
  })
})
