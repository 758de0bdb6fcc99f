import { describe, expect, test } from 'vitest'
import { defineRoute } from '#platform/http/route.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

const trial = plainTrial()
let runs = 0
const portal = await testPortal({
  routes: (app, options) => {
    trialRoutes(trial)(app, options)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const described = { tag: 'Trials', summary: 'Takes no body', operationId: `${method}Bodiless` }
      const may = { callers: ['supplier'], scope: 'portal.write', example: { client: 'x' } } as const
      const answers = { 204: { description: 'Done.' } }
      defineRoute(app, { ...described, ...may, method, url: '/v1/bodiless', answers }, async () => {
        runs += 1
        return { status: 204 }
      })
    }
  },
})
const supplier = portal.as('supplier-nord')
const token = await issueToken({ clientId: 'supplier-nord' })

const raw = (payload: Buffer | string, headers: Record<string, string> = {}) =>
  portal.app.inject({
    method: 'POST',
    url: '/v1/trials',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    payload,
  })

test('nothing, sent as JSON, is no body: what has to be there is said', async () => {
  const answer = await raw('')
  expect(answer.json()).toMatchObject({ code: 'invalid-request', status: 400 })
})

describe('a body that is no JSON that can be stored', () => {
  test.each([
    ['cut off', '{"text": "a'],
    ['not JSON', 'text=a'],
    ['a NUL', String.raw`{"text": "a\u0000b"}`],
    ['a NUL in a member', String.raw`{"text": "a", "b\u0000": 1}`],
    ['a NUL deep inside', String.raw`{"text": "a", "people": [{"name": "\u0000"}]}`],
    ['a raw NUL', '{"text": "a\0"}'],
    ['half a surrogate pair', String.raw`{"text": "\ud83d"}`],
    ['a low surrogate alone', String.raw`{"text": "\uDC00"}`],
    ['__proto__', '{"text": "a", "__proto__": {"admin": true}}'],
    ['constructor.prototype', '{"text": "a", "constructor": {"prototype": {"admin": true}}}'],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"text": "'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ['UTF-16', Buffer.from('{"text": "a"}', 'utf16le')],
    ['an encoded surrogate (CESU)', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])('is refused: %s', async (_what, payload) => {
    const answer = await raw(payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'malformed-json', status: 400 })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(trial.runs).toBe(0)
  })

  test('a whole surrogate pair, an escaped backslash before u0000 and a byte order mark are fine', async () => {
    const first = trial.runs
    expect((await raw(String.raw`{"text": "\ud83d\ude00 \\u0000"}`)).statusCode).toBe(201)
    expect((await raw(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"text": "a"}')]))).statusCode).toBe(
      201,
    )
    expect(trial.runs).toBe(first + 2)
  })
})

describe('a body that does not fit its schema', () => {
  const faults = async (body: unknown) => {
    const answer = await supplier.post('/v1/trials', body)
    expect(answer.status).toBe(400)
    expect(answer.body.code).toBe('invalid-request')
    return (answer.body.errors as { pointer: string; code: string }[]).map(({ pointer, code }) => [pointer, code])
  }

  test.each([
    ['an unknown member', { text: 'a', colour: 1 }, '/colour', 'unknown-member'],
    ['an unknown member with a slash', { text: 'a', 'a/b~c': 1 }, '/a~1b~0c', 'unknown-member'],
    [
      'an unknown member of an item',
      { text: 'a', people: [{ name: 'b', cpr: 'c' }] },
      '/people/0/cpr',
      'unknown-member',
    ],
    ['a missing member', {}, '/text', 'missing'],
    ['a number as text', { text: 'a', amount: '1' }, '/amount', 'wrong-type'],
    ['a text as number', { text: 1 }, '/text', 'wrong-type'],
    ['a boolean as text', { text: 'a', flag: 'true' }, '/flag', 'wrong-type'],
    ['null for an optional member', { text: 'a', amount: null }, '/amount', 'wrong-type'],
    ['a fraction for an integer', { text: 'a', amount: 1.5 }, '/amount', 'wrong-type'],
    ['one item instead of a list', { text: 'a', people: { name: 'b' } }, '/people', 'wrong-type'],
    ['a day that is not', { text: 'a', on: '2026-02-30' }, '/on', 'wrong-format'],
    ['the year 0', { text: 'a', on: '0000-01-01' }, '/on', 'wrong-format'],
    ['29 February of a common year', { text: 'a', on: '2025-02-29' }, '/on', 'wrong-format'],
    ['a date with a time', { text: 'a', on: '2026-03-02T00:00:00Z' }, '/on', 'wrong-format'],
    ['a 13th month', { text: 'a', month: '2026-13' }, '/month', 'wrong-format'],
    ['an instant without an offset', { text: 'a', at: '2026-03-02T08:00:00' }, '/at', 'wrong-format'],
    ['a leap second', { text: 'a', at: '2026-06-30T23:59:60Z' }, '/at', 'wrong-format'],
    ['hour 24', { text: 'a', at: '2026-06-30T24:00:00Z' }, '/at', 'wrong-format'],
    ['an instant on no day', { text: 'a', at: '2026-02-30T08:00:00Z' }, '/at', 'wrong-format'],
    ['no UUID', { text: 'a', id: '1' }, '/id', 'wrong-format'],
    ['no e-mail address', { text: 'a', email: 'a@b' }, '/email', 'wrong-format'],
    ['none of the codes', { text: 'a', kind: 'blue' }, '/kind', 'not-allowed'],
    ['too long', { text: 'a'.repeat(51) }, '/text', 'max-length'],
    ['too many', { text: 'a', people: [1, 2, 3, 4].map((n) => ({ name: String(n) })) }, '/people', 'max-items'],
    ['no object', [], '', 'wrong-type'],
    ['null', null, '', 'wrong-type'],
  ])('is refused where the fault is: %s', async (_what, body, pointer, code) => {
    const before = trial.runs
    // `null` is a JSON text of its own.
    const found = await faults(body === null ? 'null' : body)
    expect(found).toContainEqual([pointer, code])
    expect(trial.runs).toBe(before)
  })

  test('all faults are told at once, in Danish for those who ask for it', async () => {
    const answer = await supplier.post('/v1/trials', { amount: 'x', on: 'y' }, { headers: { 'accept-language': 'da' } })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/amount',
      '/on',
      '/text',
    ])
    expect(answer.body.errors.map((error: { detail: string }) => error.detail)).toContain('Skal være der.')
  })

  test('a day in a leap year, an instant with an offset and one without seconds’ fraction are fine', async () => {
    for (const body of [
      { text: 'a', on: '2028-02-29' },
      { text: 'a', at: '2026-03-02T08:00:00+01:00' },
      { text: 'a', at: '2026-03-02T08:00:00.123456Z' },
    ]) {
      expect((await supplier.post('/v1/trials', body)).status).toBe(201)
    }
  })

  test('ten thousand faults are answered with the first fifty, quickly', async () => {
    const started = performance.now()
    const body = { text: 'a', people: Array.from({ length: 100_000 }, () => 1) }
    const answer = await supplier.post('/v1/trials', body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.length).toBeLessThanOrEqual(50)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('parameters', () => {
  const path = '/v1/trials/01890000-0000-7000-8000-000000000001'

  test.each([
    ['an unknown parameter', `${path}?sort=up`, 'sort', 'unknown-member'],
    ['a repeated parameter', `${path}?limit=1&limit=2`, 'limit', 'wrong-type'],
    ['a word for a number', `${path}?limit=ten`, 'limit', 'wrong-type'],
    ['an empty number', `${path}?limit=`, 'limit', 'wrong-type'],
    ['below the least', `${path}?limit=0`, 'limit', 'minimum'],
    ['no such day', `${path}?on=2026-02-30`, 'on', 'wrong-format'],
    ['a NUL', `${path}?word=a%00b`, 'word', 'wrong-format'],
    ['a path without a UUID', '/v1/trials/1', 'id', 'wrong-format'],
    ['a path with a NUL', '/v1/trials/%00', 'id', 'wrong-format'],
  ])('are refused by name: %s', async (_what, url, pointer, code) => {
    const { status, body } = await supplier.get(url)
    expect([status, body.code]).toEqual([400, 'invalid-request'])
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }))
  })

  test('numbers in a query are read as numbers', async () => {
    expect((await supplier.get(`${path}?limit=10`)).status).toBe(404)
  })
})

describe('what is not JSON, or compressed, or too large', () => {
  test.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['XML', { 'content-type': 'application/xml' }],
    ['a content type that is none', { 'content-type': 'json' }],
    ['gzip', { 'content-encoding': 'gzip' }],
    ['br', { 'content-encoding': 'br' }],
  ])('%s is 415', async (_what, headers) => {
    const answer = await raw('{"text": "a"}', headers as Record<string, string>)
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported-media-type'])
  })

  test('a charset and another JSON spelling of it are taken', async () => {
    expect((await raw('{"text": "a"}', { 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(201)
    expect((await raw('{"text": "a"}', { 'content-encoding': 'identity' })).statusCode).toBe(201)
  })

  test('more than 1 MiB is 413, whether or not the length is told', async () => {
    const answer = await raw(JSON.stringify({ text: 'a'.repeat(1_048_576) }))
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'payload-too-large'])
    const { url } = await portal.listen()
    const body = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 40; i++) controller.enqueue(Buffer.alloc(65_536, 'a'))
        controller.close()
      },
    })
    const streamed = await fetch(`${url}/v1/trials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit).then(
      async (response) => [response.status, ((await response.json()) as { code: string }).code],
      // The server may close while the rest is still being sent.
      () => [413, 'payload-too-large'],
    )
    expect(streamed).toEqual([413, 'payload-too-large'])
  })
})

describe.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('where no body is asked for: %s', (method) => {
  const send = (payload?: string) =>
    portal.app.inject({
      method,
      url: '/v1/bodiless',
      headers: {
        authorization: `Bearer ${token}`,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(payload === undefined ? {} : { payload }),
    })

  test.each([undefined, '', 'null', '{}', ' { } '])('%j is nothing', async (payload) => {
    expect((await send(payload)).statusCode).toBe(204)
  })

  test.each([
    ['{"x":1}', [['/x', 'unknown-member']]],
    [
      '{"a":1,"b/c":null}',
      [
        ['/a', 'unknown-member'],
        ['/b~1c', 'unknown-member'],
      ],
    ],
    ['[]', [['', 'wrong-type']]],
    ['"x"', [['', 'wrong-type']]],
    ['0', [['', 'wrong-type']]],
    ['false', [['', 'wrong-type']]],
  ])('%s is refused, never passed over', async (payload, faults) => {
    const before = runs
    const refused = await send(payload)
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'invalid-request'])
    const told = (refused.json().errors as { pointer: string; code: string }[]).map((each) => [each.pointer, each.code])
    expect(told).toEqual(faults)
    expect(runs).toBe(before)
  })
})

test('what a member has to be is said with its value, in Danish too', async () => {
  const said = async (body: object, language: string) => {
    const { body: problem } = await portal.as('jobcenter-musvaagevej').post('/v1/orders', body, {
      headers: { 'accept-language': language },
    })
    const errors = problem.errors as { pointer: string; detail: string }[]
    return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]))
  }
  const body = { effortGroup: 'made-up', orderNumber: '', registeredBy: { name: 'x'.repeat(201) }, totalHours: -1 }
  const [danish, english] = [await said(body, 'da'), await said(body, 'en')]
  expect(danish['/effortGroup']).toBe('Skal være en af company-course, preparation, clarification.')
  expect(english['/effortGroup']).toBe('Has to be one of company-course, preparation, clarification.')
  expect(danish['/registeredBy/name']).toBe('Må højst have 200 tegn.')
  expect(Object.values(danish)).not.toContain('Opfylder ikke kravet.')
})

test.each([
  ['/v1/absences', 'registeredBy', 'supplier-nord', ['/registeredBy/name']],
  ['/v1/inspections', 'drawnBy', 'auditor-koebenhavn', ['/drawnBy/name', '/seed']],
] as const)('%s: whoever answers for it (%s) is no CPR number', async (path, member, client, expected) => {
  const body = { [member]: { name: 'Liv 0101901234', email: 'liv@supplier.example' }, seed: '010190-1234' }
  const { status, body: problem } = await portal.as(client).post(path, body)
  const faults = (problem.errors as { pointer: string; code: string }[])
    .filter(({ code }) => code === 'citizen-number-in-text')
    .map(({ pointer }) => pointer)
  expect([status, faults.sort()]).toEqual([400, expected])
})

test('nor in the query of a file that is the whole body', async () => {
  const answer = await portal.app.inject({
    method: 'POST',
    url: '/v1/protocol-imports?registeredByName=Liv%20010190-1234',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    payload: 'x;y',
  })
  const [fault] = answer.json().errors ?? []
  expect([answer.statusCode, fault]).toMatchObject([
    400,
    { pointer: 'registeredByName', code: 'citizen-number-in-text' },
  ])
})

test('a seed that the portal made is none, whatever digits stand in it', async () => {
  const { body } = await portal.as('auditor-koebenhavn').post('/v1/inspections', {
    seed: 'abcdef0101901234abcdef0123456789',
    drawnBy: 7,
  })
  expect((body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).not.toContain('/seed')
})
