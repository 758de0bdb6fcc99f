import fc from 'fast-check'
import { expect, test } from 'vitest'
import { liv, must, refusal } from '#test/features/orders/support.ts'
import { course } from '#test/features/protocols/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { imported, importsPath, outcome, templateOf, xlsxType } from './support.ts'

const portal = await testPortal({ now: '2026-05-20T10:00:00.000Z' })

const awkward = [
  "'=x",
  "''x",
  "'hej'",
  '=1+1',
  '+45',
  '-3',
  '@sum',
  'a\n=1+1',
  'a\r\nb\rc',
  ' før og efter\u00a0',
  '\tindrykket',
  'a;b"c',
  '"',
  '_x000D_',
  '_x005F_x0041_',
  '&amp;<b>]]>',
  '007',
  '1e5',
  'sand',
  '\ufeffmark',
  '𝔘😀',
  '\u0085\u2028',
  '😀'.repeat(1000),
  'constructor',
  '__proto__',
]
/** Texts as any editor may hold them: what a day's own route refuses is left out. */
const texts = [
  ...awkward,
  ...fc.sample(
    fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...`'"=+-@;,<>& \r\n\t_x`),
          fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        ),
        minLength: 1,
        maxLength: 30,
      })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
      .filter((text) => /\S/.test(text) && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/.test(text)),
    { numRuns: 15, seed: 4 },
  ),
]
const dates = Array.from({ length: 20 }, (_, index) => `2026-03-${String(index + 2).padStart(2, '0')}`)

test('the template as it was fetched changes nothing, whatever texts stand in it', { timeout: 60_000 }, async () => {
  const plan = Object.fromEntries(dates.map((date) => [date, 60]))
  const orders = [await course(portal, plan), await course(portal, plan)]
  const items = texts.map((text, index) => {
    const order = orders[index % 2]
    return {
      orderId: order?.id,
      date: dates[Math.floor(index / 2)],
      entries: [{ activityId: order?.activityId, attendedMinutes: 60, offSite: { place: text, content: text } }],
      registeredBy: liv,
    }
  })
  const { results } = must(await portal.as('supplier-nord').post('/v1/attendance/batch', { items })).body
  expect(results.map((result: { status: number }) => result.status)).toEqual(texts.map(() => 201))
  for (const { id } of orders) {
    const query = { month: '2026-03', orderId: id }
    for (const type of ['text/csv', xlsxType]) {
      const { bytes } = must(
        await portal.as('supplier-nord').get(`${importsPath}/template`, { query, headers: { accept: type } }),
      )
      const answer = await imported(portal, bytes, { type })
      expect(outcome(answer)).toEqual({ status: 'completed', daysWritten: 0, errors: [] })
      expect(answer.body.daysUnchanged).toBe(texts.length / 2)
    }
  }
})

test('a day whose text holds control characters is refused', async () => {
  const order = await course(portal, { '2026-03-02': 60 })
  for (const character of ['\u0001', '\u000b', '\u007f', '\uffff']) {
    const offSite = { place: 'Biblioteket', content: `Læser${character}` }
    const entries = [{ activityId: order.activityId, attendedMinutes: 60, offSite }]
    const answer = await portal
      .as('supplier-nord')
      .put(`/v1/orders/${order.id}/attendance/2026-03-02`, { entries, registeredBy: liv })
    expect(refusal(answer)).toEqual([400, 'invalid-request'])
  }
})

test('no text of a day tears the template: a forged row stays in its cell', async () => {
  const [order, other] = [await course(portal, { '2026-03-02': 60 }), await course(portal, { '2026-03-02': 60 })]
  const [{ order_number: number } = { order_number: '' }] = await portal.sql<{ order_number: string }>(
    'select order_number from orders where id = $1',
    [other.id],
  )
  const content = `Læsning\n${number};;2026-03-02;${other.activityId};;;0;unauthorised;60;;;;;;;;\n=cmd|' /C calc'!A0`
  const entries = [{ activityId: order.activityId, attendedMinutes: 60, offSite: { place: 'Biblioteket', content } }]
  must(
    await portal
      .as('supplier-nord')
      .put(`/v1/orders/${order.id}/attendance/2026-03-02`, { entries, registeredBy: liv }),
  )
  const template = await templateOf(portal, { orderId: order.id })
  expect(template).toHaveLength(2)
  const { bytes, text } = must(
    await portal.as('supplier-nord').get(`${importsPath}/template`, { query: { month: '2026-03', orderId: order.id } }),
  )
  expect(text).toContain(`"${content}"`)
  expect((await imported(portal, bytes)).body).toMatchObject({ status: 'completed', daysWritten: 0, daysUnchanged: 1 })
})

test('names and titles are one line', async () => {
  const name = await portal
    .as('jobcenter-musvaagevej')
    .post('/v1/orders', { citizen: { name: 'Prøve\n=HYPERLINK(A1)' } })
  expect(refusal(name)).toEqual([400, 'invalid-request'])
  expect(name.body.errors).toContainEqual(expect.objectContaining({ pointer: '/citizen/name' }))
})
