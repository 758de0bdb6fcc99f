import { describe, expect, test } from 'vitest'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  csvOf,
  filled,
  imported,
  importsPath,
  outcome,
  present,
  templateOf,
  upload,
  work,
  xlsxType,
} from './support.ts'

const today = '2026-03-13'
const order = demo.orders.activityReady
const byToday = (row: Readonly<Record<string, string>>) => ((row['Dato'] ?? '') <= today ? present(row) : undefined)

const daysOf = (portal: TestPortal) =>
  portal.sql<{ count: number; orders: number }>(
    'select count(*)::int as count, count(distinct order_id)::int as orders from attendance_days',
  )

/** A month of one order, filled in up to today. */
const monthOf = async (portal: TestPortal, orderId = order.id) => filled(await templateOf(portal, { orderId }), byToday)

describe('a month of many citizens', () => {
  test('is written as it is filled in, each day with its version, history and late flag; the rest stays open', async () => {
    const portal = await testPortal()
    const rows = filled(await templateOf(portal), byToday)
    const answer = must(await upload(portal, csvOf(rows)))
    expect([answer.status, answer.body.status, answer.headers['retry-after']]).toEqual([202, 'waiting', '2'])
    expect(answer.headers['location']).toBe(`${importsPath}/${answer.body.id}`)
    expect(await work(portal)).toEqual({ importId: answer.body.id, outcome: 'completed' })
    const { body, headers } = must(await portal.as('supplier-nord').get(`${importsPath}/${answer.body.id}`))
    const reported = rows.filter((row) => (row[2] ?? '') <= today && row[2] !== 'Dato').length
    expect(reported).toBeGreaterThan(10)
    expect(body).toMatchObject({
      status: 'completed',
      month: '2026-03',
      rowsRead: rows.length - 1,
      rowsEmpty: rows.length - 1 - reported,
      rowsChecked: reported,
      daysWritten: reported,
      daysUnchanged: 0,
      errorCount: 0,
      errors: [],
      finishedAt: portal.clock.now(),
    })
    expect(headers['retry-after']).toBeUndefined()
    expect((await daysOf(portal))[0]?.count).toBe(reported)
    const day = must(await portal.as('supplier-nord').get(`/v1/orders/${order.id}/attendance/2026-03-12`)).body
    expect(day).toMatchObject({ version: 1, recordedLate: true, registeredBy: { name: 'Liv Leverandør' } })
    const [kept] = await portal.sql('select content, error_count from protocol_imports')
    expect(kept).toEqual({ content: null, error_count: 0 })
    const log = await portal.sql("select action from change_log where entity = 'protocol-import' order by position")
    expect(log).toEqual([{ action: 'uploaded' }, { action: 'completed' }])
  })

  test('the template has what is recorded, so that it can be sent again and changes nothing', async () => {
    const portal = await testPortal()
    const client = portal.as('supplier-nord')
    const sick = {
      Fraværskode: 'sick-accepted',
      'Fravær (min)': '60',
      'Besked fra Kontaktcentret': '10-03-2026',
      'Periode til': '11.3.2026',
    }
    const rows = filled(await templateOf(portal, { orderId: order.id }), (row) => {
      if (row['Dato'] === '2026-03-10')
        return { 'Fremmødt (min)': '30', ...sick, 'Fraværskode 2': 'uberettiget fravær', 'Fravær 2 (min)': '30' }
      return byToday(row)
    })
    expect(outcome(await imported(portal, csvOf(rows)))).toMatchObject({ status: 'completed', errors: [] })
    expect(must(await client.get(`/v1/orders/${order.id}/attendance/2026-03-10`)).body.entries[0]).toMatchObject({
      attendedMinutes: 30,
      absent: [
        { code: 'sick-accepted', minutes: 60, messageOn: '2026-03-10', periodTo: '2026-03-11' },
        { code: 'unauthorised', minutes: 30 },
      ],
    })
    const again = await imported(portal, csvOf(await templateOf(portal, { orderId: order.id })))
    expect(again.body).toMatchObject({ status: 'completed', daysWritten: 0, daysUnchanged: 10 })
  })

  test('as XLSX: dates are dates, numbers numbers', async () => {
    const portal = await testPortal()
    const file = must(
      await portal.as('supplier-nord').get(`${importsPath}/template`, {
        query: { month: '2026-03', orderId: order.id },
        headers: { accept: xlsxType },
      }),
    )
    expect(file.headers['content-type']).toBe(xlsxType)
    const empty = await imported(portal, file.bytes, { type: xlsxType })
    expect(empty.body).toMatchObject({
      status: 'completed',
      format: 'xlsx',
      daysWritten: 0,
      rowsRead: 22,
      rowsEmpty: 22,
      month: '2026-03',
    })
    const [headings = [], ...rows] = await monthOf(portal)
    const cells = rows.map((row) =>
      row.map((cell, index) => (index === 2 ? { date: cell } : /^\d+$/.test(cell) ? Number(cell) : cell)),
    )
    const workbook = await writeWorkbook([{ name: 'Ark1', rows: [headings, ...cells], widths: [] }])
    // The header says CSV: the content is asked.
    expect(outcome(await imported(portal, workbook))).toEqual({ status: 'completed', daysWritten: 10, errors: [] })
  })

  test('as a form, whose parts say who answers for it', async () => {
    const portal = await testPortal()
    const fields = { dryRun: 'true', month: '2026-03', registeredBy: { name: 'Liv', email: 'liv@nord.example' } }
    const { body, options } = documentForm({ content: Buffer.from(csvOf(await monthOf(portal))), fields })
    const answer = must(await portal.as('supplier-nord').post(importsPath, body, options))
    expect(answer.body).toMatchObject({ dryRun: true, month: '2026-03', registeredBy: fields.registeredBy })
    await work(portal)
    const { body: done } = must(await portal.as('supplier-nord').get(`${importsPath}/${answer.body.id}`))
    expect(done).toMatchObject({ status: 'completed', daysWritten: 10, dryRun: true })
    expect((await daysOf(portal))[0]?.count).toBe(0)
  })
})

describe('checked whole, written whole', () => {
  test('every error is told by row and column, and nothing is written', async () => {
    const portal = await testPortal()
    const rows = filled(await monthOf(portal), (row) => {
      const at = { '2026-03-03': 'Fremmødt (min)', '2026-03-06': 'Dato', '2026-03-09': 'Aktivitets-id' }[
        row['Dato'] ?? ''
      ]
      if (at) return { [at]: 'x' }
      if (row['Dato'] === '2026-03-04') return { 'Fremmødt (min)': '100' }
      if (row['Dato'] === '2026-03-05') return { 'Fremmødt (min)': '60', Fraværskode: 'nonsense', 'Fravær (min)': '60' }
      if (row['Dato'] === '2026-03-10')
        return { 'Fremmødt (min)': '', Fraværskode: 'approved-leave', 'Fravær (min)': '120' }
      if (row['Dato'] === '2026-03-11')
        return { 'Fremmødt (min)': '0', Fraværskode: 'sick-accepted', 'Fravær (min)': '120' }
      if (row['Dato'] === '2026-03-12') return { 'Fremmødt (min)': '0', Fraværskode: 'unauthorised' }
      if (row['Dato'] === '2026-03-16') return present(row)
      return undefined
    })
    const answer = await imported(portal, csvOf([...rows, rows[1] ?? []]))
    expect(outcome(answer)).toEqual({
      status: 'rejected',
      daysWritten: 0,
      errors: [
        '3 Fremmødt (min) wrong-minutes',
        '4 Fremmødt (min) minutes-do-not-add-up',
        '5 Fraværskode unknown-attendance-code',
        '6 Dato wrong-date',
        '7 Aktivitets-id wrong-id',
        '8 Fraværskode leave-not-approved',
        '9 Besked fra Kontaktcentret sickness-message-required',
        '10 Fravær (min) code-without-minutes',
        '12 Dato attendance-date-in-future',
        '24 Aktivitets-id duplicate-row',
      ],
    })
    expect(answer.body.errors[1]).toMatchObject({ expected: '120', detail: expect.stringContaining('attended') })
    expect(answer.body.errors[2].expected).toContain('sick-reported')
    expect((await daysOf(portal))[0]?.count).toBe(0)
    const danish = await portal
      .as('supplier-nord')
      .get(`${importsPath}/${answer.body.id}`, { headers: { 'accept-language': 'da' } })
    expect(danish.body.errors[0].detail).toContain('hele minutter')
    const refusals = await portal.sql<{ rule: string }>('select rule from refusals where order_id = $1 order by rule', [
      order.id,
    ])
    expect(refusals.map(({ rule }) => rule)).toEqual([
      'attendance-date-in-future',
      'leave-not-approved',
      'minutes-do-not-add-up',
      'sickness-message-required',
      'unknown-attendance-code',
    ])
  })

  test('one wrong day among many keeps all of them out', async () => {
    const portal = await testPortal()
    const rows = filled(filled(await templateOf(portal), byToday), (row) =>
      row['Dato'] === today && row['Bestilling'] === 'B-000001' ? { 'Fremmødt (min)': '1' } : undefined,
    )
    const { body } = await imported(portal, csvOf(rows))
    expect([body.status, body.errorCount, (await daysOf(portal))[0]?.count]).toEqual(['rejected', 1, 0])
  })

  test("another supplier's orders do not exist, and a foreign activity neither", async () => {
    const portal = await testPortal()
    const rows = await monthOf(portal)
    expect(outcome(await imported(portal, csvOf(rows), { client: 'supplier-syd' })).errors[0]).toBe(
      '2 Bestilling unknown-order',
    )
    const foreign = filled(rows, () => ({ 'Aktivitets-id': demo.orders.activityReady.id.toUpperCase() }))
    expect(outcome(await imported(portal, csvOf(foreign))).errors[0]).toBe('2 Aktivitets-id not-found')
  })

  test.each<[string, (rows: string[][]) => string[][], string[]]>([
    [
      'a heading that is not known',
      ([headings = [], ...rows]) => [[...headings, 'Fodnote'], ...rows],
      ['1 R unknown-column'],
    ],
    ['a heading twice', ([headings = [], ...rows]) => [[...headings, ' DATO '], ...rows], ['1 Dato doubled-column']],
    [
      'a heading that is missing',
      ([headings = [], ...rows]) => [headings.map((one) => (one === 'Dato' ? '' : one)), ...rows],
      ['1 Dato missing-column'],
    ],
    [
      'a value beside the columns',
      ([headings = [], row = []]) => [headings, [...row, '', 'x']],
      ['2 S value-outside-columns'],
    ],
    ['nothing at all', () => [[''], ['']], ['null null file-empty']],
    [
      'another month',
      (rows) => [...rows.slice(0, 2), (rows[2] ?? []).map((cell) => cell.replace('2026-03', '2026-04'))],
      ['3 Dato outside-month'],
    ],
    [
      'minutes without a code',
      (rows) => filled(rows.slice(0, 2), () => ({ 'Fravær (min)': '5' })),
      ['2 Fraværskode minutes-without-code'],
    ],
    [
      'a message without accepted sickness',
      (rows) => filled(rows.slice(0, 2), () => ({ 'Periode til': '2026-03-12' })),
      ['2 Periode til only-with-accepted-sickness'],
    ],
    [
      'a place without content',
      (rows) => filled(rows.slice(0, 2), () => ({ Sted: 'Værkstedet' })),
      ['2 Indhold off-site-incomplete'],
    ],
  ])('%s', async (_, change, errors) => {
    expect(outcome(await imported(shared, csvOf(change(await monthOf(shared))))).errors).toEqual(errors)
  })

  test('headings in another order, in capitals and with other blanks', async () => {
    const portal = await testPortal()
    const rows = (await monthOf(portal)).map((row) => [...row].reverse())
    const odd = rows.map((row, index) =>
      index === 0 ? row.map((heading) => heading.toUpperCase().replace(' ', '  ')) : row,
    )
    expect(outcome(await imported(portal, csvOf(odd)))).toEqual({ status: 'completed', daysWritten: 10, errors: [] })
  })

  test('a hostile file is rejected with its place', async () => {
    const answer = await imported(shared, 'Bestilling;Dato\r\nB-000001;"2026')
    expect(outcome(answer)).toEqual({ status: 'rejected', daysWritten: 0, errors: ['2 null quote-not-closed'] })
  })

  test('the given month binds', async () => {
    const answer = await imported(shared, csvOf(await monthOf(shared)), { query: { month: '2026-04' } })
    expect([answer.body.status, answer.body.errorCount]).toEqual(['rejected', 22])
  })

  test('only the first five hundred errors are shown, and all are counted', async () => {
    const rows = await monthOf(shared)
    const many = [
      rows[0] ?? [],
      ...Array.from({ length: 700 }, () => (rows[1] ?? []).map((cell, at) => (at === 2 ? 'x' : cell))),
    ]
    const { body } = await imported(shared, csvOf(many))
    expect([body.errorCount, body.errors.length]).toEqual([700, 500])
  })
})

const shared = await testPortal()

describe('a submitted month', () => {
  test('changes with a reason, of the row or of the import', async () => {
    const portal = await testPortal()
    await portal.sql(
      `insert into protocol_months (order_id, month, supplier_id, citizen_id, jobcenter_id, version, incomplete, submitted_at)
       select id, '2026-03', supplier_id, citizen_id, jobcenter_id, 1, false, now() from orders where id = $1`,
      [order.id],
    )
    const rows = await monthOf(portal)
    const refused = outcome(await imported(portal, csvOf(rows)))
    expect([refused.status, refused.errors[0]]).toEqual(['rejected', '2 Rettelse month-already-submitted'])
    const reasoned = filled(rows, (row) => (row['Dato'] === '2026-03-10' ? { Rettelse: 'Tastefejl' } : undefined))
    const answer = await imported(portal, csvOf(reasoned), { query: { correctionReason: 'Glemt' } })
    expect(answer.body).toMatchObject({ status: 'completed', correctionReason: 'Glemt', daysWritten: 10 })
    const reasons = await portal.sql(
      'select distinct correction_reason as reason from attendance_day_versions order by 1',
    )
    expect(reasons).toEqual([{ reason: 'Glemt' }, { reason: 'Tastefejl' }])
  })
})
