import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence } from '#test/features/absences/support.ts'
import { documentForm, type FormPart, filePart, formOf, smallPdf, textPart } from '#test/support/document-form.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { uploads } from './support.ts'

const portal = await testPortal()
const nord = portal.as('supplier-nord')
const upload = uploads(portal)
const tenMiB = 10_485_760
const kept = async (): Promise<number> =>
  (await portal.sql<{ count: number }>('select count(*)::int as count from documents'))[0]?.count ?? -1
const send = (parts: readonly FormPart[]) => {
  const { body, options } = formOf(parts)
  return nord.post('/v1/documents', body, options)
}
const sendRaw = (body: string | Buffer, contentType = 'multipart/form-data; boundary=b') =>
  nord.post('/v1/documents', body, { headers: { 'content-type': contentType } })
const ofSize = (bytes: number): Buffer => Buffer.concat([smallPdf, Buffer.alloc(bytes - smallPdf.length, ' ')])

/** Whatever was refused: the server is up, and the next upload is taken. */
afterEach(async () => {
  expect((await upload('supplier-nord')).status).toBe(201)
})

describe('how large a document is', () => {
  test('10 MiB are taken and given back as they were', async () => {
    const content = ofSize(tenMiB)
    const answer = await upload('supplier-nord', { content })
    expect([answer.status, answer.body.sizeBytes]).toEqual([201, tenMiB])
    const read = await nord.get(`/v1/documents/${answer.body.id}/content`)
    expect(read.bytes.equals(content)).toBe(true)
  })

  test('a byte more, or a megabyte: payload-too-large, and nothing is kept', async () => {
    const there = await kept()
    for (const size of [tenMiB + 1, tenMiB + 1_048_576]) {
      const answer = await upload('supplier-nord', { content: ofSize(size) })
      expect([answer.status, answer.body.code]).toEqual([413, 'payload-too-large'])
    }
    expect(await kept()).toBe(there)
  })
})

describe('forms that are none, or not this one', () => {
  test.each<[string, readonly FormPart[], number, string, string | undefined]>([
    ['no part at all', [], 400, 'invalid-request', '/file'],
    ['no file', [textPart('kind', 'other')], 400, 'invalid-request', '/file'],
    ['an empty file', [filePart(Buffer.alloc(0))], 400, 'invalid-request', '/file'],
    ['two files', [filePart(smallPdf), filePart(smallPdf)], 400, 'invalid-request', '/file'],
    [
      'two files, one of another name',
      [filePart(smallPdf), filePart(smallPdf, 'a.pdf', 'second')],
      400,
      'invalid-request',
      '',
    ],
    ['base64 instead of bytes', [textPart('file', 'JVBERi0xLjQK')], 422, 'document-type-not-allowed', '/file'],
    [
      'a file where a text belongs',
      [filePart(smallPdf, 'kind.pdf', 'kind'), filePart(smallPdf)],
      400,
      'invalid-request',
      '/kind',
    ],
    ['an unknown part', [textPart('classification', 'x'), filePart(smallPdf)], 400, 'invalid-request', ''],
    [
      'a part twice',
      [textPart('kind', 'other'), textPart('kind', 'consent'), filePart(smallPdf)],
      400,
      'invalid-request',
      '/kind',
    ],
    ['a part of the prototype', [textPart('__proto__', '{}'), filePart(smallPdf)], 400, 'malformed-form', undefined],
    [
      'a part without a name',
      [{ head: 'Content-Disposition: form-data', content: 'x' }, filePart(smallPdf)],
      400,
      'invalid-request',
      '',
    ],
    [
      'a text of 100 kB',
      [textPart('description', 'x'.repeat(100_000)), filePart(smallPdf)],
      400,
      'invalid-request',
      '/description',
    ],
    [
      '10,000 parts',
      [...Array.from({ length: 10_000 }, (_, n) => textPart(`p${n}`, 'x')), filePart(smallPdf)],
      400,
      'invalid-request',
      '',
    ],
    [
      '10,000 parts of one name',
      [...Array.from({ length: 10_000 }, () => textPart('kind', 'other')), filePart(smallPdf)],
      400,
      'invalid-request',
      '/kind',
    ],
    [
      'JSON that is none',
      [
        { head: 'Content-Disposition: form-data; name="registeredBy"\r\nContent-Type: application/json', content: '{' },
        filePart(smallPdf),
      ],
      400,
      'malformed-form',
      undefined,
    ],
  ])('%s', async (_what, parts, status, code, pointer) => {
    const there = await kept()
    const answer = await send(parts)
    expect([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer]).toEqual([status, code, pointer])
    expect(await kept()).toBe(there)
  })

  test('a part name of 10 MB is neither taken nor said back', async () => {
    const answer = await send([textPart('n'.repeat(10_000_000), 'x'), filePart(smallPdf)])
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request'])
    expect(answer.text.length).toBeLessThan(2000)
    const headers = await send([{ head: `X: ${'h'.repeat(10_000_000)}`, content: 'x' }])
    expect(headers.status).toBe(400)
  })

  const whole = documentForm().body
  test.each<[string, string | Buffer, string | undefined, number, string]>([
    [
      'cut off in the file',
      whole.subarray(0, 300),
      'multipart/form-data; boundary=documents-boundary',
      400,
      'malformed-form',
    ],
    [
      'cut off in a part head',
      whole.subarray(0, 40),
      'multipart/form-data; boundary=documents-boundary',
      400,
      'malformed-form',
    ],
    ['another boundary', whole, 'multipart/form-data; boundary=other', 400, 'malformed-form'],
    ['no boundary', whole, 'multipart/form-data', 400, 'malformed-form'],
    ['an empty boundary', whole, 'multipart/form-data; boundary=', 400, 'malformed-form'],
    ['nothing', '', undefined, 400, 'invalid-request'],
    ['text', 'hello', undefined, 400, 'malformed-form'],
    ['10 MB before the first boundary', `${'x'.repeat(10_000_000)}\r\n--b--\r\n`, undefined, 400, 'invalid-request'],
    ['another kind of multipart', whole, 'multipart/mixed; boundary=documents-boundary', 415, 'unsupported-media-type'],
    ['JSON', '{}', 'application/json', 415, 'unsupported-media-type'],
    ['the bytes alone', smallPdf, 'application/pdf', 415, 'unsupported-media-type'],
  ])('%s', async (_what, body, contentType, status, code) => {
    const there = await kept()
    const answer = await sendRaw(body, contentType)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(await kept()).toBe(there)
  })

  test('compressed: unsupported-media-type', async () => {
    const answer = await upload('supplier-nord', {}, { 'content-encoding': 'gzip' })
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type'])
  })

  test('other routes take no form, and 1 MiB of JSON as before', async () => {
    const { body, options } = documentForm()
    for (const path of ['/v1/absences', `/v1/orders/${demo.orders.activityReady.id}/activities`]) {
      const answer = await nord.post(path, body, options)
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported-media-type'])
    }
    const large = await nord.post('/v1/absences', absence({ reasonText: 'x'.repeat(1_100_000) }))
    expect([large.status, large.body.code]).toEqual([413, 'payload-too-large'])
  })
})

describe('over HTTP', () => {
  /** Sends a body chunk by chunk and gives the answer's status and body. */
  const sent = async (
    port: number,
    headers: Record<string, string>,
    chunks: Iterable<Buffer>,
  ): Promise<{ status: number; text: string; connection: string | undefined }> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({ port, method: 'POST', path: '/v1/documents', headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, connection: answer.headers.connection }))
      })
      outgoing.on('error', reject)
      const rest = chunks[Symbol.iterator]()
      const next = (): void => {
        const { done, value } = rest.next()
        if (done) outgoing.end()
        else outgoing.write(value, next)
      }
      next()
    })
  const authorised = async () => ({
    authorization: `Bearer ${await issueToken({ clientId: 'supplier-nord' })}`,
    'content-type': 'multipart/form-data; boundary=documents-boundary',
  })
  function* endless(megabytes: number) {
    yield Buffer.from(
      '--documents-boundary\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n',
    )
    for (let n = 0; n < megabytes; n++) yield Buffer.alloc(1_048_576, 'x')
  }

  test('a whole upload is taken; one of 40 MB without a length is refused and the caller hears why', async () => {
    const { port } = await portal.listen()
    const { body } = documentForm()
    expect((await sent(port, await authorised(), [body])).status).toBe(201)
    const answer = await sent(port, await authorised(), endless(40))
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'payload-too-large'])
  })

  test('without a token it is answered before its body was sent', async () => {
    const own = await testPortal({ on: portal })
    const { port } = await own.listen()
    const socket = connect(port, '127.0.0.1')
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    socket.write(
      'POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n--b',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 401 /)
    socket.destroy()
  })

  test('a connection that breaks in the middle keeps nothing and holds no place', async () => {
    const own = await testPortal({ on: portal })
    const { port } = await own.listen()
    const there = await kept()
    const { authorization } = await authorised()
    const head = `POST /v1/documents HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n`
    for (let n = 0; n < 20; n++) {
      const socket = connect(port, '127.0.0.1')
      await new Promise<void>((resolve) => {
        socket.write(`${head}--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF-`, () => {
          setImmediate(() => socket.destroy())
        })
        socket.once('close', () => resolve())
      })
    }
    const { body } = documentForm()
    const headers = { ...(await authorised()) }
    await expect.poll(async () => (await sent(port, headers, [body])).status).toBe(201)
    expect(await kept()).toBe(there + 1)
  })

  test('nine at once: one is asked to come back, and the others are taken', async () => {
    let arrived = 0
    const routes = (app: FastifyInstance): void => {
      app.addHook('preHandler', async () => {
        arrived += 1
      })
    }
    const own = await testPortal({ on: portal, routes })
    const { port } = await own.listen()
    const headers = await authorised()
    const { body } = documentForm()
    const open = Array.from({ length: 9 }, () => {
      const outgoing = httpRequest({ port, method: 'POST', path: '/v1/documents', headers })
      const answer = new Promise<{ status: number | undefined; again: string | undefined }>((resolve, reject) => {
        outgoing.on('error', reject).on('response', (response) => {
          const again = response.headers['retry-after']
          response.resume().on('end', () => resolve({ status: response.statusCode, again }))
        })
      })
      outgoing.write(body.subarray(0, 50))
      return { answer, finish: () => outgoing.end(body.subarray(50)) }
    })
    await expect.poll(() => arrived).toBe(9)
    for (const { finish } of open) finish()
    const answers = await Promise.all(open.map(({ answer }) => answer))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(8)
    expect(answers.filter(({ status }) => status !== 201)).toEqual([{ status: 503, again: '2' }])
    expect((await sent(port, headers, [body])).status).toBe(201)
  })
})
