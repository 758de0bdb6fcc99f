import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerStart } from '#platform/webhooks/answer-start.ts'

const start = (text: string, whole?: boolean) => answerStart(Buffer.from(text), whole)

describe('what an answer began with', () => {
  test.each([
    ['', null],
    [' \r\n\t\0 ', null],
    ['ok', 'ok'],
    ['Rød grød\r\nmed fløde\u0007', 'Rød grød med fløde'],
    ['a\u2028b\u200bc\u202ed', 'a b c d'],
    ['<h1>404 Not Found</h1>', '<h1>404 Not Found</h1>'],
    ['x'.repeat(300), 'x'.repeat(200)],
    ['😀'.repeat(300), '😀'.repeat(200)],
  ])('%j', (text, kept) => expect(start(text)).toBe(kept))

  test('bytes that are no UTF-8', () => {
    expect(answerStart(Buffer.from([0x66, 0xf8, 0x6c, 0x67, 0xff, 0x00, 0x41]))).toBe('f\uFFFDlg\uFFFD A')
  })
})

describe('numbers that may be somebody', () => {
  test.each([
    '120390-1234',
    '1203901234',
    '120390 1234',
    '120390–1234',
    '120390.1234',
    '12 03 90 - 12 34',
    '12-03-90-1234',
    '12/03/1990',
    '1 2 0 3 9 0 1 2 3 4',
    '120390\r\n1234',
    '120390\u00a01234',
    '120390\u200b1234',
    '１２０３９０-１２３４',
    '١٢٠٣٩٠١٢٣٤',
    '+45 20 30 40 50',
    '(45) 20304050',
    '123456',
    '\\u0031\\u0032\\u0033\\u0034\\u0035\\u0036',
    '&#49;&#50;&#x33;&#52;&#53;&#54;',
  ])('%j is taken out', (number) => {
    expect(start(`no citizen ${number} here`)).toMatch(/^no citizen [+(]?… here$/)
  })
  test('fewer than six digits stay', () =>
    expect(start('500: line 12345, try again')).toBe('500: line 12345, try again'))
})

test.each([
  'jens@example.dk',
  'Jens.Hansen+a@mail.example.dk',
  'jens%40example.dk',
  'jens＠example.dk',
  'jens&#64;example.dk',
])('the address %s is taken out', (address) =>
  expect(start(`write to <${address}>, or not`)).toBe('write to <…>, or not'),
)

describe('JSON', () => {
  test.each([
    [{ error: 'invalid', name: 'Jens Hansen' }, '{"error":"invalid","name":"…"}'],
    [{ status: 500, ok: false, note: null }, '{"status":500,"ok":false,"note":null}'],
    [{ Code: 'x', detail: 'Order of 120390-1234', age: 45 }, '{"Code":"x","detail":"Order of …","age":45}'],
    [{ message: { name: 'Jens' } }, '{"message":{"name":"…"}}'],
    [{ errors: ['Jens', { title: 'Late', who: 'Jens' }] }, '{"errors":["…",{"title":"Late","who":"…"}]}'],
    [['Jens'], '["…"]'],
    ['Jens', '"…"'],
    [{ 'Jens Hansen': 1 }, '{"…":1}'],
    [{ name: 'a "quoted\\" one', error: 'e' }, '{"name":"…","error":"e"}'],
    [{ name: 'Jens ＂ Hansen ": "x' }, '{"name":"…"}'],
    [{ cpr: 1203901234 }, '{"cpr":…}'],
  ])('%j', (answer, kept) => {
    expect(start(JSON.stringify(answer))).toBe(kept)
  })
  test('that is laid out', () => {
    expect(start(JSON.stringify({ name: 'Jens', title: 'No' }, null, 2))).toBe('{ "name": "…", "title": "No" }')
  })
  test('that is cut off', () => {
    expect(start('{"error":"no","name":"Jens Ha', false)).toBe('{"error":"no","name":"…"')
    expect(start(`{"error":"no","name":"${'Jens '.repeat(5000)}"}`)).toBe('{"error":"no","name":"…"')
  })
  test('that stands in a text', () => {
    expect(start('Refused: {"name":"Jens Hansen"}')).toBe('Refused: {"name":"…"}')
  })
})

describe('at the cut', () => {
  test('no number is left in part', () => {
    for (let before = 180; before < 205; before++) {
      const text = `${'x'.repeat(before - 1)} 12 345 and so on ${'y'.repeat(200)}`
      expect(start(text)?.replace('12 345', '')).not.toMatch(/\d/)
    }
  })
  test('nor at the end of what was read', () => {
    expect(start('citizen 120390', false)).toBe('citizen')
    expect(start('citizen 12 03', false)).toBe('citizen')
    expect(start('ask jens.hans', false)).toBe('ask')
    expect(start(`${'1'.repeat(8190)}12 345678`)).toBe(null)
  })
})

describe('whatever the answer is', () => {
  const separator = fc.constantFrom('', '', '-', ' ', '.', ' - ', '\n', '–', '/', '\u00a0', '\0', '_')
  const number = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), separator), { minLength: 1, maxLength: 14 })
    .map((digits) => digits.map(([digit, gap]) => `${digit}${gap}`).join(''))
  const piece = fc.oneof(number, fc.string({ unit: 'binary' }), fc.lorem({ maxCount: 3 }), fc.json(), fc.emailAddress())
  const answer = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
  const sixDigits = /\p{Nd}(?:[\s\p{Pd}._/]*\p{Nd}){5}/u

  test('no six digits follow each other, nothing breaks the line, it is 200 characters at most', () => {
    fc.assert(
      fc.property(answer, fc.boolean(), (text, whole) => {
        const kept = start(text, whole) ?? '-'
        expect(kept).not.toMatch(sixDigits)
        expect(kept).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|@/u)
        expect([...kept].length).toBeLessThanOrEqual(200)
        expect(kept.isWellFormed()).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('nor among any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000, size: 'max' }), (bytes) => {
        expect(answerStart(Buffer.from(bytes)) ?? '').not.toMatch(sixDigits)
      }),
      { numRuns: 200 },
    )
  })

  test('a CPR number leaves none of its digits, wherever it stands', () => {
    const cpr = fc.stringMatching(/^[0-3]\d[01]\d\d\d$/)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), cpr, separator, fc.boolean(), (at, date, gap, whole) => {
        expect(start(`${'x'.repeat(at)} ${date}${gap}4321${whole ? ' y' : ''}`, whole) ?? '').not.toMatch(/\d/)
      }),
    )
  })

  test('it is short work', () => {
    // Nothing here takes its length squared: as many steps as these would not end in a test's time.
    for (const part of ['a', '1', '1 ', '"', '\\', '@', '%', '&#', '{"a":"', ' ', '1-a', 'é']) {
      for (const whole of [true, false]) {
        for (let n = 0; n < 20; n++) start(part.repeat(65_536), whole)
      }
    }
  })
})
