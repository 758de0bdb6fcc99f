import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerStart } from '#platform/webhooks/answer-start.ts'

const start = (text: string, contentType: string | null = null, whole = true) =>
  answerStart({ body: Buffer.from(text), whole, contentType })
const json = (answer: unknown) => start(JSON.stringify(answer), 'application/json; charset=utf-8')

describe('of JSON', () => {
  test.each([
    [{ error: 'not-found', status: 404, name: 'Jens Hansen' }, '{"error":"not-found","status":404}'],
    [
      { title: 'Bad', code: 'E_BUSY', type: 'https://errors.example/busy' },
      /^\{"code":"E_BUSY","type":"https:.*"Bad"\}$/,
    ],
    [{ error: 'InvalidSignature', code: 12345 }, '{"error":"InvalidSignature","code":12345}'],
    [{ error: 'ECONNREFUSED', message: 'Jens Hansen is ill' }, '{"error":"ECONNREFUSED"}'],
    [{ error: 'Order of Jens Hansen', code: 'late' }, '{"code":"late"}'],
  ])('%j keeps members that name a fault', (answer, kept) => {
    expect(json(answer)).toEqual(typeof kept === 'string' ? kept : expect.stringMatching(kept))
  })

  test.each([
    { message: 'Jens Hansen', detail: 'Vesterbrogade 4', description: 'x', reason: 'ill' },
    { error: 'Jens Hansen' },
    { error: { code: 'late' } },
    { error: '120390-1234' },
    { error: '12-03-90-1234' },
    { code: 1203901234 },
    { code: 123456 },
    { status: '1.2.0.3.9.0' },
    { error: Buffer.from('120390-1234').toString('base64') },
    { error: Buffer.from('120390-1234').toString('base64url') },
    { error: Buffer.from('1203901234').toString('base64').replaceAll('=', '') },
    { error: Buffer.from('120390-1234').toString('hex') },
    { error: 'jens@example.dk' },
    { type: 'Jens%20Hansen' },
    { title: 'x'.repeat(61) },
    { name: 'Jens' },
    { 'Jens Hansen': 404 },
    ['not-found'],
    'not-found',
  ])('%j keeps its media type and size alone', (answer) => {
    expect(json(answer)).toBe(`application/json, ${Buffer.byteLength(JSON.stringify(answer))} bytes`)
  })

  test('that is cut off or long is not read', () => {
    expect(start('{"error":"no","name":"Jens Ha', 'application/json', false)).toBe(
      'application/json, more than 29 bytes',
    )
    expect(json({ error: 'no', name: 'x'.repeat(9000) })).toMatch(/^application\/json, \d+ bytes$/)
  })

  test('it is no longer than 200 characters', () => {
    const long = 'abc.'.repeat(15)
    expect(json({ error: long, code: long, type: long, status: long, title: long })?.length).toBeLessThanOrEqual(200)
  })
})

describe('of anything else', () => {
  test.each([
    ['ok', 'ok'],
    [' Thank you!\r\n', 'Thank you'],
    ['Internal Server Error', 'Internal Server Error'],
    ['502 Bad Gateway', '502 Bad Gateway'],
    ['<html><head><title>404 Not Found</title></head><body>Jens</body></html>', '404 Not Found'],
  ])('%j is a phrase that is kept', (text, kept) => expect(start(text)).toBe(kept))

  test.each([
    ['Error for Jens Hansen, Vesterbrogade 4', 'text/plain'],
    ["{'name': 'Jens'}", 'text/plain'],
    ['<person>Jens Hansen</person>', 'text/xml'],
    ['<title>Jens Hansen</title>', 'text/html'],
    ['name=Jens&cpr=120390-1234', 'application/x-www-form-urlencoded'],
    ['MTIwMzkwLTEyMzQ=', 'application/octet-stream'],
  ])('%j keeps its media type and size alone', (text, type) => {
    expect(start(text, type)).toBe(`${type}, ${text.length} bytes`)
    expect(start(text, 'text/jens-hansen')).toBe(`unknown type, ${text.length} bytes`)
    expect(start(text)).toBe(`unknown type, ${text.length} bytes`)
  })

  test('an empty one is null', () => expect(start('', 'text/html')).toBe(null))
})

test('whatever the answer is, what is kept says nothing of its free texts', () => {
  const member = fc.constantFrom('error', 'code', 'type', 'status', 'title', 'message', 'name')
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.lorem(), fc.integer(), fc.emailAddress(), fc.base64String())
  const answer = fc.oneof(
    fc.dictionary(member, value).map((object) => JSON.stringify(object)),
    fc.json(),
    fc.lorem({ maxCount: 30 }),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(answer, fc.boolean(), (text, whole) => {
      const kept = start(text, null, whole) ?? ''
      expect(kept.length).toBeLessThanOrEqual(200)
      expect(kept).toMatch(
        /^(?:|\{("\w+":("[\w.:/-]{1,60}"|-?[\d.e+-]+),?)+\}|[\w' -]{1,60}|unknown type, .*\d+ bytes)$/,
      )
      expect(kept.replace(/\d+ bytes$/, '')).not.toMatch(/\d{6}/)
    }),
    { numRuns: 300 },
  )
})
