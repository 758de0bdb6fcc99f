import { describe, expect, test } from 'vitest'
import { isProblemSlug, problemCatalogue } from '#platform/http/problems/catalogue.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

const trial = plainTrial()
const portal = await testPortal({ routes: trialRoutes(trial) })
const supplier = portal.as('supplier-nord')
const missing = '/v1/trials/01890000-0000-7000-8000-000000000001'

const problem = (answer: { status: number; body: { code: string } }) => [answer.status, answer.body.code]

describe('what is not there', () => {
  test('an unknown path is 404, without a token too', async () => {
    expect(problem(await portal.anonymous.get('/v1/nothing'))).toEqual([404, 'not-found'])
    expect(problem(await portal.anonymous.get('/'))).toEqual([404, 'not-found'])
    expect(problem(await supplier.post('/v1/nothing', {}))).toEqual([404, 'not-found'])
    expect(problem(await supplier.get('/v1/me/'))).toEqual([404, 'not-found'])
  })

  test('a resource that is not there is 404 with a whole problem document', async () => {
    const { status, headers, body } = await supplier.get(missing, { headers: { 'x-request-id': 'mine' } })
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(body).toEqual({
      type: 'http://portal.test/problems/not-found',
      title: problemCatalogue['not-found'].title.en,
      status: 404,
      detail: 'There is nothing here that you may see.',
      instance: 'mine',
      code: 'not-found',
    })
  })

  test('a known path under another method is 405 with Allow', async () => {
    const answer = await supplier.delete('/v1/trials')
    expect(problem(answer)).toEqual([405, 'method-not-allowed'])
    expect(answer.headers['allow']).toBe('POST')
    expect((await supplier.post(missing, {})).headers['allow']).toBe('GET, HEAD, PUT')
    expect((await portal.anonymous.post('/openapi.json', {})).headers['allow']).toBe('GET, HEAD')
    expect((await portal.anonymous.delete('/health/live')).headers['allow']).toBe('GET, HEAD')
    const options = await portal.app.inject({ method: 'OPTIONS', url: '/v1/me' })
    expect([options.statusCode, options.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  test('a segment of the path that is too long is 414, a bad percent-encoding 400', async () => {
    expect(problem(await supplier.get(`/v1/code-sets/${'a'.repeat(300)}`))).toEqual([414, 'uri-too-long'])
    const bad = await supplier.get('/v1/code-sets/%zz', { headers: { 'x-request-id': 'mine' } })
    expect(problem(bad)).toEqual([400, 'malformed-request'])
    expect([bad.body.instance, bad.headers['x-request-id']]).toEqual(['mine', 'mine'])
    expect(problem(await supplier.get('/v1/code-sets/%c3%28'))).toEqual([400, 'malformed-request'])
  })
})

describe('what is not accepted', () => {
  test.each([
    'text/html',
    'application/xml',
    'text/csv;q=0.5',
    'application/json;q=0',
    '*/*;q=0.1, application/json;q=0',
  ])('Accept: %s is 406', async (accept) => {
    expect(problem(await supplier.get('/v1/me', { headers: { accept } }))).toEqual([406, 'not-acceptable'])
  })

  test.each([
    '*/*',
    'application/*',
    'application/json',
    'text/html, application/json;q=0.1',
    'application/problem+json',
    'application/json; charset=utf-8',
    'application/json;version=1, text/html',
    'text/html;q=0.9, */*;q=0.1',
  ])('Accept: %s is served', async (accept) => {
    expect((await supplier.get('/v1/me', { headers: { accept } })).status).toBe(200)
  })
})

describe('concurrency', () => {
  test('without If-Match 428, with a stale one 412 and the present ETag, with the right one 200', async () => {
    expect(problem(await supplier.put(missing, { text: 'a' }))).toEqual([428, 'if-match-required'])
    const stale = await supplier.put(missing, { text: 'a' }, { ifMatch: '"7"' })
    expect(problem(stale)).toEqual([412, 'precondition-failed'])
    expect(stale.headers['etag']).toBe('"1"')
    expect(problem(await supplier.put(missing, { text: 'a' }, { ifMatch: 'W/"1"' }))).toEqual([
      412,
      'precondition-failed',
    ])
    for (const ifMatch of ['"1"', '*', '"7", "1"']) {
      expect((await supplier.put(missing, { text: 'a' }, { ifMatch })).status).toBe(200)
    }
  })

  test('If-None-Match of the present ETag is 304 without a body, of another 200', async () => {
    const { body } = await supplier.post('/v1/trials', { text: 'a' })
    const path = `/v1/trials/${body.id}`
    for (const header of ['"1"', 'W/"1"', '"9", "1"', '*']) {
      const answer = await supplier.get(path, { headers: { 'if-none-match': header } })
      expect([answer.status, answer.text, answer.headers['etag']]).toEqual([304, '', '"1"'])
    }
    expect((await supplier.get(path, { headers: { 'if-none-match': '"2"' } })).status).toBe(200)
  })
})

describe('headers', () => {
  test('a usable request id is kept, any other is replaced', async () => {
    const kept = await supplier.get('/v1/me', { headers: { 'x-request-id': 'caller/1~x' } })
    expect(kept.headers['x-request-id']).toBe('caller/1~x')
    expect(
      (await supplier.get('/v1/me', { headers: { 'x-request-id': 'a'.repeat(128) } })).headers['x-request-id'],
    ).toBe('a'.repeat(128))
    for (const unusable of ['', 'with a blank', 'a'.repeat(129), 'ikke-æ']) {
      const { headers } = await supplier.get('/v1/me', { headers: { 'x-request-id': unusable } })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect((await portal.anonymous.get('/nothing')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('answers are neither cached nor sniffed nor framed', async () => {
    for (const answer of [await supplier.get('/v1/me'), await portal.anonymous.get('/v1/me')]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'strict-transport-security': expect.stringContaining('max-age='),
        'referrer-policy': 'no-referrer',
        vary: expect.stringContaining('Accept-Language'),
      })
      expect(answer.headers).not.toHaveProperty('x-powered-by')
      expect(answer.headers).not.toHaveProperty('server')
    }
  })

  test('HEAD answers as GET does, without the body', async () => {
    const { url } = await portal.listen()
    const authorization = `Bearer ${await issueToken({ clientId: 'supplier-nord' })}`
    const [head, get] = await Promise.all(
      ['HEAD', 'GET'].map((method) => fetch(`${url}/v1/me`, { method, headers: { authorization } })),
    )
    expect([head?.status, await head?.text()]).toEqual([200, ''])
    for (const header of ['content-type', 'content-length', 'etag']) {
      expect(head?.headers.get(header)).toBe(get?.headers.get(header))
    }
    expect(head?.headers.get('content-length')).not.toBe('0')
    expect((await fetch(`${url}/v1/me`, { method: 'HEAD' })).status).toBe(401)
    expect(get?.headers.get('date')).toMatch(/GMT$/)
  })
})

describe('the language of problems', () => {
  test.each([
    [undefined, 'en'],
    ['da', 'da'],
    ['da-DK', 'da'],
    ['DA, en;q=0.5', 'da'],
    ['en, da;q=0.5', 'en'],
    ['da;q=0.4, en;q=0.6', 'en'],
    ['de, da;q=0.1', 'da'],
    ['de', 'en'],
    ['da;q=0', 'en'],
    ['*', 'en'],
    [';;q=,', 'en'],
  ])('Accept-Language: %s gives %s', async (header, language) => {
    const headers = header === undefined ? {} : { 'accept-language': header }
    const answer = await supplier.get(missing, { headers })
    expect(answer.headers['content-language']).toBe(language)
    expect(answer.body.title).toBe(problemCatalogue['not-found'].title[language as 'da' | 'en'])
  })
})

describe('the pages of the problems', () => {
  const slugs = Object.keys(problemCatalogue)

  test.each(slugs)('%s has one in both languages', async (slug) => {
    for (const language of ['da', 'en'] as const) {
      const answer = await portal.anonymous.get(`/problems/${slug}`, { headers: { 'accept-language': language } })
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(answer.text).toContain(`<html lang="${language}">`)
      expect(answer.text).toContain(`<code>${slug}</code>`)
      expect(isProblemSlug(slug) && problemCatalogue[slug].title[language]).not.toBe('')
    }
  })

  test('all are listed, and one that is none is 404', async () => {
    const { text } = await portal.anonymous.get('/problems')
    for (const slug of slugs) expect(text).toContain(`href="/problems/${slug}"`)
    expect(problem(await portal.anonymous.get('/problems/nothing'))).toEqual([404, 'not-found'])
    expect(problem(await portal.anonymous.get('/problems/constructor'))).toEqual([404, 'not-found'])
  })
})
