import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { newSigningSecret, signatureHeaders } from '#platform/webhooks/signature.ts'
import { createReceiver } from '#src/dev/receiver/receiver-server.ts'
import { createSeenIds } from '#src/dev/receiver/seen-ids.ts'
import { afterwards } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'
import { startReceiverProcess } from './receiver-process.ts'

const secret = newSigningSecret()
const receiver = await startReceiverProcess([], { WEBHOOK_SECRET: secret })

const eventOf = (sequence: number, id: string): string =>
  JSON.stringify({
    type: 'order.placed',
    id,
    sequence: String(sequence),
    data: { url: `http://portal.test/${sequence}` },
  })

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

const post = async (body: string, headers: Record<string, string>): Promise<number> =>
  (await fetch(receiver.url, { method: 'POST', body, headers })).status

const signed = (body: string, id: string, secrets: readonly string[] = [secret], timestampSeconds = nowSeconds()) =>
  signatureHeaders({ id, timestampSeconds, body }, secrets)

const linesWith = (text: string): string[] => receiver.output.text.split('\n').filter((line) => line.includes(text))

describe('the example receiver', () => {
  test('answers 204 to what is signed and prints a line of it', async () => {
    const id = `evt_${randomUUID()}`
    const body = eventOf(1, id)
    expect(await post(body, signed(body, id))).toBe(204)
    await until(() => linesWith('http://portal.test/1').length === 1)
    expect(linesWith('http://portal.test/1')).toEqual(['event  1  order.placed  http://portal.test/1'])
  })

  test('takes an event once, however often and whenever it comes', async () => {
    const id = `evt_${randomUUID()}`
    const body = eventOf(2, id)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => post(body, signed(body, id, [secret], nowSeconds() - n))),
    )
    expect(answers).toEqual(answers.map(() => 204))
    await until(() => linesWith('http://portal.test/2').length === 20)
    expect(linesWith('http://portal.test/2').filter((line) => line.startsWith('event'))).toHaveLength(1)
  })

  test('takes what is signed with two secrets, of which one is its own', async () => {
    const id = `evt_${randomUUID()}`
    const body = eventOf(3, id)
    expect(await post(body, signed(body, id, [newSigningSecret(), secret]))).toBe(204)
  })

  test('refuses what is not signed, changed or old with 401, and prints nothing of it', async () => {
    const id = `evt_${randomUUID()}`
    const body = eventOf(4, id)
    expect(await post(body, {})).toBe(401)
    expect(await post(body, signed(body, id, [newSigningSecret()]))).toBe(401)
    expect(await post(`${body} `, signed(body, id))).toBe(401)
    expect(await post(body, signed(body, id, [secret], nowSeconds() - 400))).toBe(401)
    // What was refused is not taken for seen.
    expect(await post(body, signed(body, id))).toBe(204)
    await until(() => linesWith('http://portal.test/4').length === 1)
    for (const because of ['header-missing', 'wrong-signature', 'too-old'])
      expect(receiver.output.text).toContain(because)
  })

  test('refuses a body over 64 KiB with 413, also one that does not tell its size', async () => {
    const body = 'x'.repeat(64 * 1024 + 1)
    expect(await post(body, {})).toBe(413)
    const inChunks = await new Promise((done, failed) => {
      const sending = request(receiver.url, { method: 'POST' }, (response) => {
        response.resume()
        done(response.statusCode)
        sending.destroy()
      })
      sending.on('error', failed)
      // Never ended: the answer comes as soon as it is too much.
      sending.write(body)
    })
    expect(inChunks).toBe(413)
    expect(await post('x'.repeat(64 * 1024), {})).toBe(401)
  })

  test('answers 405 to other methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(receiver.url, { method })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  test('answers 400 to what is signed and is no event', async () => {
    const body = '[1'
    expect(await post(body, signed(body, 'evt_1'))).toBe(400)
  })

  test('asks to be tried again while it does not know its secret yet', async () => {
    let known: string | undefined
    const server = createReceiver({ secret: () => known, tell: () => undefined })
    afterwards(async () => void server.close())
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const id = `evt_${randomUUID()}`
    const body = eventOf(5, id)
    const send = async () => (await fetch(url, { method: 'POST', body, headers: signed(body, id) })).status
    expect(await send()).toBe(503)
    known = secret
    expect(await send()).toBe(204)
  })

  test('ends at Ctrl-C', async () => {
    const another = await startReceiverProcess([], { WEBHOOK_SECRET: secret })
    expect(await another.interrupt()).toBe(0)
  })

  test('says what is missing', async () => {
    await expect(startReceiverProcess([], {})).rejects.toThrow('--register')
    await expect(startReceiverProcess(['--port', 'x'], { WEBHOOK_SECRET: secret })).rejects.toThrow('--port')
    await expect(
      startReceiverProcess(['--port', new URL(receiver.url).port], { WEBHOOK_SECRET: secret }),
    ).rejects.toThrow('EADDRINUSE')
  })
})

describe('the ids that it remembers', () => {
  test('are the last ones', () => {
    const seen = createSeenIds(2)
    expect(['a', 'a', 'b', 'c', 'b', 'c', 'a'].map((id) => seen.add(id))).toEqual([
      true,
      false,
      true,
      true,
      false,
      false,
      true,
    ])
  })
})
