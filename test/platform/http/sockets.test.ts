import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

const trial = plainTrial()
const portal = await testPortal({
  routes: trialRoutes(trial),
  timeouts: { head: 500, whole: 1000, check: 100 },
})
const { port } = await portal.listen()
const token = await issueToken({ clientId: 'supplier-nord' })

/** What a connection answered until it was closed, and after how many milliseconds it was. */
const talk = async (speak: (socket: Socket) => Promise<void> | void): Promise<{ answer: string; ms: number }> => {
  const started = performance.now()
  // Half-open like a caller that does not care whether the server has had enough.
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1')
  })
  const ended = new Promise<void>((done) => {
    socket.on('end', done)
    socket.on('close', () => done())
    socket.on('error', () => undefined)
    socket.setTimeout(10_000, () => socket.destroy())
  })
  await speak(socket)
  await ended
  socket.destroy()
  return { answer, ms: performance.now() - started }
}

const documentOf = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toContain('content-type: application/problem+json; charset=utf-8')
  expect(head).toMatch(/connection: close/i)
  const document = JSON.parse(body) as Record<string, unknown>
  expect(Object.keys(document).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type'])
  expect(head).toContain(`x-request-id: ${String(document['instance'])}`)
  return document
}

/** Writes a piece every 50 ms until the other side takes no more, not until it has merely said its last. */
const drip = async (socket: Socket, piece: string): Promise<void> => {
  const started = performance.now()
  while (performance.now() - started < 10_000 && !socket.destroyed && socket.writable) {
    socket.write(piece)
    await sleep(50)
  }
}

describe('a caller that takes its time', () => {
  test('a dripping head is answered with 408 and closed', async () => {
    const { answer, ms } = await talk(async (socket) => {
      socket.write('GET /v1/me HTTP/1.1\r\nhost: x\r\n')
      await drip(socket, 'x-a: b\r\n')
    })
    expect(documentOf(answer)).toMatchObject({ code: 'request-timeout', status: 408 })
    expect(ms).toBeLessThan(4000)
  })

  test('a dripping body is closed after the time for the whole, and nothing is written', async () => {
    const { answer, ms } = await talk(async (socket) => {
      socket.write(
        `POST /v1/trials HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"text": "`,
      )
      await drip(socket, 'a')
    })
    expect(documentOf(answer)).toMatchObject({ code: 'request-timeout', status: 408 })
    expect(ms).toBeLessThan(4000)
    expect(trial.runs).toBe(0)
  })

  test('a connection on which nothing is said at all is closed', async () => {
    const { ms } = await talk(() => undefined)
    expect(ms).toBeLessThan(4000)
  })
})

describe('what is no HTTP', () => {
  test.each([
    ['a greeting', 'EHLO portal\r\n\r\n', 'malformed-request', 400],
    ['no host', 'GET /v1/me HTTP/1.1\r\n\r\n', 'malformed-request', 400],
    [
      'two lengths',
      'POST /v1/me HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na',
      'malformed-request',
      400,
    ],
    [
      'a length and chunks',
      'POST /v1/me HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'malformed-request',
      400,
    ],
    [
      'a header too large',
      `GET /v1/me HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      'headers-too-large',
      431,
    ],
    ['a path too large', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 'headers-too-large', 431],
  ])('%s is a problem document and the end', async (_what, text, code, status) => {
    const { answer, ms } = await talk((socket) => void socket.write(text))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    if (_what !== 'no host') expect(documentOf(answer)).toMatchObject({ code, status })
    expect(ms).toBeLessThan(4000)
  })

  test('the portal goes on answering others', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
  })
})
