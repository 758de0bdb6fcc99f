import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal } from '#test/features/orders/support.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, recordedDay } from './support.ts'

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

let portal: TestPortal
let order: CourseOrder
const path = () => `/v1/orders/${order.id}/protocols/2026-03`
const offSite = { place: '@SUM(1)', content: 'Første linje\nanden; "citat"' }

/** The answer's bytes. */
const file = async (accept: string) =>
  portal.app.inject({
    method: 'GET',
    url: path(),
    headers: { authorization: `Bearer ${await issueToken({ clientId: 'supplier-nord' })}`, accept },
  })

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-06T15:00:00.000Z' })
  order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 })
  await portal.sql(`update activities set title = $2 where order_id = $1`, [order.id, '=HYPERLINK("http://x")'])
  await portal.sql(`update orders set citizen_name = $2 where id = $1`, [order.id, 'Søren Ærø Åberg\u0001'])
  await recordedDay(portal, order, '2026-03-02', { attended: 120, offSite, at: '2026-03-02T23:30:00.000Z' })
  await recordedDay(portal, order, '2026-03-03', { attended: 90, absent: [{ code: 'unauthorised', minutes: 30 }] })
  must(await absent(portal, order, '2026-03-03', { absentMinutes: 30, reason: 'left-early' }))
})

describe('§ 5: the month as a file for people', () => {
  test('CSV that opens in Danish Excel: mark, semicolons, CRLF, no formula, no torn row', async () => {
    const answer = await file('text/csv')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      vary: 'Authorization, Accept, Accept-Language',
    })
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="protokol-B-\d{6}-2026-03\.csv"$/)
    const bytes = answer.rawPayload
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(bytes.toString().endsWith('\r\n')).toBe(true)
    const rows = parse(bytes, { bom: true, delimiter: ';', columns: true, record_delimiter: '\r\n' }) as Record<
      string,
      string
    >[]
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({
      Dato: '2026-03-02',
      Status: 'Ført',
      Aktivitet: `'=HYPERLINK("http://x")`,
      'Sted ude af huset': `'@SUM(1)`,
      'Indhold ude af huset': offSite.content,
      'Planlagt (min.)': '120',
      'Fremmødt (min.)': '120',
      Ført: '2026-03-03 00:30',
    })
    expect(rows[0]?.['Borger']).toContain('Søren Ærø Åberg')
    expect(rows[1]).toMatchObject({
      'Uberettiget fravær (min.)': '30',
      'Registreret fravær (min.)': '30',
      Årsag: 'left-early',
      'Dage for sent': '3',
    })
    expect(rows[2]).toMatchObject({ Status: 'Mangler', 'Planlagt (min.)': '120', 'Fremmødt (min.)': '' })
  })

  test('a workbook whose cells have their types: dates, numbers, and text that is no formula', async () => {
    const answer = await file(xlsx)
    expect(answer.headers['content-type']).toBe(xlsx)
    expect(answer.headers['content-disposition']).toMatch(/\.xlsx"$/)
    const [headings = [], ...rows] = await readSheet(answer.rawPayload)
    const cell = (row: number, heading: string) => rows[row]?.[headings.indexOf(heading)]
    expect(rows).toHaveLength(3)
    expect(cell(0, 'Borger')).toBe('Søren Ærø Åberg')
    expect(cell(0, 'Dato')).toEqual(new Date('2026-03-02T00:00:00.000Z'))
    expect(cell(0, 'Aktivitet')).toBe('=HYPERLINK("http://x")')
    expect(cell(0, 'Indhold ude af huset')).toBe(offSite.content)
    expect([cell(1, 'Fremmødt (min.)'), cell(1, 'Uberettiget fravær (min.)')]).toEqual([90, 30])
    expect(cell(2, 'Fremmødt (min.)')).toBeNull()
  })

  test('JSON where nothing is preferred; 406 for what there is not; each form has its own ETag', async () => {
    expect((await file('*/*')).headers['content-type']).toContain('application/json')
    expect((await file(`${xlsx};q=0.5, text/csv`)).headers['content-type']).toContain('text/csv')
    const refused = await portal.as('supplier-nord').get(path(), { headers: { accept: 'application/pdf' } })
    expect(refusal(refused)).toEqual([406, 'not-acceptable'])
    const tags = await Promise.all(
      ['application/json', 'text/csv', xlsx].map(async (type) => (await file(type)).headers['etag']),
    )
    expect(new Set(tags).size).toBe(3)
  })

  test('an empty month has its headings', async () => {
    const answer = await portal.app.inject({
      method: 'GET',
      url: `/v1/orders/${order.id}/protocols/2026-05`,
      headers: { authorization: `Bearer ${await issueToken({ clientId: 'supplier-nord' })}`, accept: xlsx },
    })
    expect(await readSheet(answer.rawPayload)).toHaveLength(1)
  })
})
