import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { runningOrder } from '#test/features/absences/support.ts'
import { freshCpr, must } from '#test/features/orders/support.ts'
import { type CourseOrder, course, recordedDay, submit } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { inDragoer, type Line, lineOf, moves, plan, price, settlementOf } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const settlement = (...asked: [client?: string, given?: Parameters<typeof settlementOf>[2]]) =>
  settlementOf(portal, ...asked)

beforeEach(async () => {
  portal = await testPortal()
})

describe('000: the monthly settlement', () => {
  test('names each citizen and order with delivered minutes and price, and keeps a look-up of each line', async () => {
    const cpr = freshCpr()
    const order = await course(portal, plan, { ...inDragoer, cpr })
    const elsewhere = await course(portal, plan)
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    await recordedDay(portal, order, '2026-03-10', { attended: 50, absent: [{ code: 'sick-reported', minutes: 70 }] })
    await recordedDay(portal, order, '2026-03-11', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
    await recordedDay(portal, elsewhere, '2026-03-09', { attended: 120 })
    const answer = must(await settlement())
    const amountOere = Math.floor((170 * price + 30) / 60)
    expect(answer.body).toMatchObject({
      municipality: '0155',
      month: '2026-03',
      asOf: '2026-03-13T10:00:00.000Z',
      debtor: '0155',
      creditor: '0101',
      currency: 'DKK',
      lines: [
        {
          cpr,
          orderId: order.id,
          supplier: { id: demo.organisations.supplierNord.id, name: 'Leverandør Nord ApS', kind: 'external' },
          basis: 'actual-cost',
          firstDay: '2026-03-09',
          lastDay: '2026-03-10',
          days: 2,
          deliveredMinutes: 170,
          unitPriceOere: price,
          amountOere,
          protocolSubmitted: false,
          protocol: null,
        },
      ],
      totals: { citizens: 1, lines: 1, deliveredMinutes: 170, amountOere },
    })
    // What somebody was ill, or away, cannot be read out of it (§ 9).
    expect(answer.text).not.toMatch(/plannedMinutes|absent|sick|citizenName|Prøve/)
    const kept = await portal.sql(
      `select citizen_id, order_id from lookups where operation = 'getSettlement' and request_id = $1 order by citizen_id nulls first`,
      [answer.headers['x-request-id']],
    )
    expect(kept).toEqual([
      { citizen_id: null, order_id: null },
      { citizen_id: order.citizenId, order_id: order.id },
    ])
  })

  test('somebody who moved within the month is in both settlements, each with its days', async () => {
    const order = await course(portal, plan, inDragoer)
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    await recordedDay(portal, order, '2026-03-03', { attended: 100, absent: [{ code: 'unauthorised', minutes: 20 }] })
    await moves(portal, order, '0101', '2026-03-09T08:00:00.000Z')
    await recordedDay(portal, order, '2026-03-09', { attended: 60, absent: [{ code: 'unauthorised', minutes: 60 }] })
    await recordedDay(portal, order, '2026-03-10', { attended: 30, absent: [{ code: 'unauthorised', minutes: 90 }] })
    await moves(portal, order, '0155', '2026-03-11T08:00:00.000Z')
    await recordedDay(portal, order, '2026-03-11', { attended: 7, absent: [{ code: 'unauthorised', minutes: 113 }] })
    portal.clock.set('2026-04-02T10:00:00.000Z')
    const dragoer = must(await settlement('auditor-dragoer')).body
    const koebenhavn = must(await settlement('auditor-koebenhavn', { municipality: '0101' })).body
    expect(lineOf(dragoer, order)).toMatchObject({
      deliveredMinutes: 227,
      days: 3,
      firstDay: '2026-03-02',
      lastDay: '2026-03-11',
    })
    expect(lineOf(koebenhavn, order)).toMatchObject({
      deliveredMinutes: 90,
      days: 2,
      firstDay: '2026-03-09',
      lastDay: '2026-03-10',
    })
    expect(koebenhavn.creditor).toBeNull()
    // Before the second move was entered, the day of it was København's.
    const before = must(
      await settlement('auditor-koebenhavn', { municipality: '0101', asOf: '2026-03-11T07:59:59.999Z' }),
    ).body
    expect(lineOf(before, order)).toMatchObject({ deliveredMinutes: 90, lastDay: '2026-03-10' })
    // And before the first one everything was Dragør's, also for who asks later.
    const first = must(await settlement('ydelse-dragoer', { asOf: '2026-03-08T10:00:00.000Z' })).body
    expect(lineOf(first, order)).toMatchObject({ deliveredMinutes: 220, lastDay: '2026-03-03' })
    // Somebody who has left for good is still shown with the number to whom audits Dragør alone.
    await moves(portal, order, '0101', '2026-04-03T08:00:00.000Z')
    const later = must(await settlement('auditor-dragoer')).body
    expect(lineOf(later, order)).toEqual(lineOf(dragoer, order))
  })
})

describe('protocols', () => {
  test('all recorded days count; each line tells of the protocol that was in by then', async () => {
    const order = await course(portal, { '2026-03-09': 120 }, { ...inDragoer, firstMeeting: '2026-03-02' })
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    portal.clock.set('2026-03-31T10:00:00.000Z')
    const open = must(await settlement()).body
    expect(open.totals.withoutProtocol).toEqual({ lines: 1, deliveredMinutes: 120, amountOere: price * 2 })
    must(await submit(portal, order, '2026-03'))
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const submitted = must(await settlement()).body
    expect(lineOf(submitted, order)).toMatchObject({
      deliveredMinutes: 120,
      protocolSubmitted: true,
      protocol: { version: 1, incomplete: false, outdated: false, submittedAt: '2026-03-31T10:00:00.000Z' },
    })
    expect(submitted.totals.withoutProtocol).toEqual({ lines: 0, deliveredMinutes: 0, amountOere: 0 })
    await recordedDay(portal, order, '2026-03-09', { attended: 120, at: '2026-04-02T10:00:00.000Z' })
    portal.clock.set('2026-04-03T10:00:00.000Z')
    expect(lineOf(must(await settlement()).body, order)?.protocol).toMatchObject({ version: 1, outdated: true })
    expect(
      lineOf(must(await settlement('ydelse-dragoer', { asOf: '2026-03-30T10:00:00.000Z' })).body, order)?.protocol,
    ).toBeNull()
  })
})

describe('who reads it', () => {
  test('another organisation finds neither the kept settlement nor its lines', async () => {
    const order = await course(portal, plan, inDragoer)
    await recordedDay(portal, order, '2026-03-09', { attended: 120 })
    must(await settlement())
    const { sql } = await import('kysely')
    const { inTransaction } = await import('#platform/db/transaction.ts')
    const seen = (organisationId: string) =>
      inTransaction(portal.database, organisationId, async (trx) => {
        const { rows } = await sql<{ kept: number; lines: number; counted: number; numbers: number }>`
          select (select count(*)::int from settlements) as kept, (select count(*)::int from settlement_lines) as lines,
            (select count(*)::int from portal_count_settlement('0155', '2026-03-01', '2026-03-31', '2026-05-01T00:00:00Z')) as counted,
            (select count(*)::int from settlements s, portal_settlement_numbers(s.id)) as numbers`.execute(trx)
        return rows[0]
      })
    const { ydelseDragoer, kKassen, supplierNord, jobcenterMusvaagevej, auditorDragoer } = demo.organisations
    const all = { kept: 1, lines: 1, counted: 1, numbers: 1 }
    expect(await seen(ydelseDragoer.id)).toEqual(all)
    expect(await seen(auditorDragoer.id)).toEqual(all)
    for (const { id } of [kKassen, supplierNord, jobcenterMusvaagevej]) {
      expect(await seen(id)).toEqual({ kept: 0, lines: 0, counted: 0, numbers: 0 })
    }
  })
})

describe('as a file', () => {
  test('CSV and a workbook have the sums and a row for each line, with numbers that a spreadsheet keeps', async () => {
    const orders: CourseOrder[] = []
    for (const attended of [7, 23]) {
      const order = await runningOrder(as, {
        ...inDragoer,
        cpr: freshCpr(),
        targetGroup: 'cash-benefit-activity-ready',
        plan,
      })
      await recordedDay(portal, order, '2026-03-09', {
        attended,
        absent: [{ code: 'unauthorised', minutes: 120 - attended }],
      })
      orders.push(order)
    }
    const { body } = must(await settlement())
    const csv = must(await settlement('ydelse-dragoer', { accept: 'text/csv' }))
    expect(csv.headers['content-disposition']).toContain('afregning-0155-2026-03.csv')
    for (const order of orders) {
      const line = lineOf(body, order) as Line
      const row = csv.text.split('\r\n').find((text) => text.includes(`${line.cpr.slice(0, 6)}-${line.cpr.slice(6)}`))
      expect(row?.split(';').slice(8, 13)).toEqual([
        '1',
        String(line.deliveredMinutes),
        '0',
        String(price),
        String(line.amountOere),
      ])
    }
    expect(csv.text).toContain(`"Beløb i alt (øre)";${body.totals.amountOere}`)
    expect(body.totals.amountOere).toBe(body.lines.reduce((sum: number, line: Line) => sum + line.amountOere, 0))
    const xlsx = must(
      await settlement('ydelse-dragoer', {
        accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      }),
    )
    expect(xlsx.bytes.subarray(0, 2).toString()).toBe('PK')
  })
})

describe('a month that is not over', () => {
  const csvOf = async () => must(await settlement('ydelse-dragoer', { accept: 'text/csv' })).text

  test.each([
    ['2026-03-31T21:59:59.999Z', false],
    ['2026-03-31T22:00:00.000Z', true],
  ])('at %s, in Copenhagen, monthOver is %s', async (now, monthOver) => {
    portal.clock.set(now)
    expect(must(await settlement()).body.monthOver).toBe(monthOver)
    expect((await csvOf()).includes('"Foreløbig: måneden er ikke slut"')).toBe(!monthOver)
  })

  test('of a past instant is told as it was then', async () => {
    portal.clock.set('2026-04-02T10:00:00.000Z')
    const told = async (asOf: string) => must(await settlement('ydelse-dragoer', { asOf })).body.monthOver
    expect([await told('2026-03-20T10:00:00.000Z'), await told('2026-04-01T10:00:00.000Z')]).toEqual([false, true])
  })

  test.each(['2026-04', '2199-12'])('%s lies ahead: refused, and nothing is kept', async (month) => {
    const ahead = await settlement('ydelse-dragoer', { month })
    expect([ahead.status, ahead.body.code, ahead.body.errors[0].pointer]).toEqual([400, 'invalid-request', 'month'])
    expect(await portal.sql('select id from settlements where month = $1', [month])).toEqual([])
    portal.clock.set('2026-03-31T22:30:00.000Z')
    expect((await settlement('ydelse-dragoer', { month })).status).toBe(month === '2026-04' ? 200 : 400)
  })

  test('what Excel would make a number or a date of stays what it is; times are local, with their instant beside', async () => {
    const text = await csvOf()
    for (const line of [
      '"Kommune";"kommune 0155"',
      '"Måned";"måned 2026-03"',
      '"Betales til";"kommune 0101"',
      '"Opgjort efter registrene pr. (dansk tid)";"2026-03-13 11:00:00 CET"',
      '"Tidspunktet i UTC (asOf)";"2026-03-13T10:00:00.000Z"',
    ]) {
      expect(text.split('\r\n')).toContain(line)
    }
  })
})

test.each([
  ['supplier-nord', '/v1/protocol-imports/template?month=2199-12', 200],
  ['supplier-nord', `/v1/orders/${demo.orders.activityReady.id}/protocols/2199-12`, 200],
  ['auditor-koebenhavn', '/v1/compliance/summary?from=2199-12-01&to=2199-12-31&groupBy=month', 200],
  ['auditor-koebenhavn', '/v1/compliance/risk?from=2199-12-01&to=2199-12-31', 200],
  ['auditor-koebenhavn', '/v1/compliance/results?from=2199-12-01&to=2199-12-31', 200],
] as const)('%s asks for the last month of the calendar: %s', async (client, path, status) => {
  const headers = { 'x-purpose': 'Test', ...(path.includes('template') ? { accept: 'text/csv' } : {}) }
  expect((await portal.as(client).get(path, { headers })).status).toBe(status)
})
