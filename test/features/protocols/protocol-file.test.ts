import { parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { must, refusal } from '#test/features/orders/support.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, recordedDay, submit } from './support.ts'

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

/** The lines above the days, and the days by heading. */
const tableOf = (bytes: Buffer) => {
  const all = parse(bytes, {
    bom: true,
    delimiter: ';',
    record_delimiter: '\r\n',
    relax_column_count: true,
  }) as string[][]
  const gap = all.findIndex((row) => row.join('') === '')
  const headings = all[gap + 1] ?? []
  return {
    lines: Object.fromEntries(all.slice(0, gap)) as Record<string, string>,
    headings,
    rows: all.slice(gap + 2).map((row) => Object.fromEntries(headings.map((heading, at) => [heading, row[at] ?? '']))),
  }
}
let leftEarly: string

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-06T15:00:00.000Z' })
  order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 })
  await portal.sql(`update activities set title = $2 where order_id = $1`, [order.id, '=HYPERLINK("http://x")'])
  await portal.sql(`update orders set citizen_name = $2 where id = $1`, [order.id, 'Søren Ærø Åberg\u0001'])
  await recordedDay(portal, order, '2026-03-02', { attended: 120, offSite, at: '2026-03-02T23:30:00.000Z' })
  await recordedDay(portal, order, '2026-03-03', { attended: 90, absent: [{ code: 'unauthorised', minutes: 30 }] })
  must(await absent(portal, order, '2026-03-03', { absentMinutes: 30, reason: 'left-early' }))
  const [label] = await portal.sql<{ label_da: string }>(
    "select label_da from code_values where set_name = 'absence-reasons' and code = 'left-early'",
  )
  leftEarly = label?.label_da ?? ''
})

describe('§ 5: the month as a file for people', () => {
  test('CSV that opens in Danish Excel: mark, semicolons, CRLF, no formula, no torn row', async () => {
    const answer = await file('text/csv')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      vary: 'Authorization, Accept, Accept-Language',
    })
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="protokol-B-\d{6}-2026-03\.csv"$/)
    const bytes = answer.rawPayload
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(bytes.toString().endsWith('\r\n')).toBe(true)
    const { lines, rows } = tableOf(bytes)
    expect(lines).toMatchObject({
      Måned: '2026-03',
      Status: 'Ikke indsendt',
      Frist: '2026-04-01',
      'Planlagt i alt (min.)': '360',
      'Fremmødt i alt (min.)': '210',
      'Uberettiget fravær i alt (min.)': '30',
    })
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
      Årsag: leftEarly,
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
    const about = await readSheet(answer.rawPayload, 2)
    expect(about).toContainEqual(['Status', 'Ikke indsendt'])
    expect(about).toContainEqual(['Frist', new Date('2026-04-01T00:00:00.000Z')])
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

  test('a day that is planned otherwise by now shows both plans; sickness is called as its codes are', async () => {
    const other = await course(portal, { '2026-03-02': 120, '2026-03-03': 60 })
    await recordedDay(portal, other, '2026-03-02', { attended: 0, absent: [{ code: 'sick-reported', minutes: 120 }] })
    await portal.sql("update planned_days set planned_minutes = 240 where order_id = $1 and date = '2026-03-02'", [
      other.id,
    ])
    const { bytes } = must(
      await portal
        .as('supplier-nord')
        .get(`/v1/orders/${other.id}/protocols/2026-03`, { headers: { accept: 'text/csv' } }),
    )
    const { rows } = tableOf(bytes)
    expect(rows.map((row) => [row['Status'], row['Planlagt (min.)'], row['Planlagt nu (min.)']])).toEqual([
      ['Ført efter en tidligere plan', '120', '240'],
      ['Mangler', '60', ''],
    ])
    expect(rows[0]?.['Sygemeldt af borgeren (min.)']).toBe('120')
  })

  test('a version as it was frozen: its hash, its explanations and its days, whatever changed since', async () => {
    const own = await course(portal, { '2026-03-02': 120, '2026-03-03': 60 })
    await recordedDay(portal, own, '2026-03-02', { attended: 120 })
    const open = { date: '2026-03-03', explanation: 'Listen er væk' }
    const sent = must(await submit(portal, own, '2026-03', { acceptOpenDifferences: [open] })).body
    await portal.sql('update planned_days set planned_minutes = 30 where order_id = $1', [own.id])
    const base = `/v1/orders/${own.id}/protocols/2026-03`
    const csv = must(
      await portal.as('jobcenter-musvaagevej').get(`${base}/versions/1`, { headers: { accept: 'text/csv' } }),
    )
    expect(csv.headers['content-disposition']).toMatch(/2026-03-v1\.csv"$/)
    const { lines, rows } = tableOf(csv.bytes)
    const known = {
      Version: '1',
      'SHA-256': sent.sha256,
      Ufuldstændig: 'ja',
      'Forklaring 2026-03-03': open.explanation,
    }
    expect(lines).toMatchObject({ ...known, Status: 'Indsendt udgave', 'Indsendt af': 'Liv Leverandør' })
    expect(rows.map((row) => [row['Dato'], row['Planlagt (min.)'], row['Fremmødt (min.)']])).toEqual([
      ['2026-03-02', '120', '120'],
      ['2026-03-03', '60', ''],
    ])
    const now = must(await portal.as('jobcenter-musvaagevej').get(base, { headers: { accept: 'text/csv' } }))
    expect(tableOf(now.bytes).lines).toMatchObject(known)
    const workbook = must(await portal.as('supplier-nord').get(`${base}/versions/1`, { headers: { accept: xlsx } }))
    expect(await readSheet(workbook.bytes)).toHaveLength(3)
    const refused = await portal
      .as('supplier-nord')
      .get(`${base}/versions/1`, { headers: { accept: 'application/pdf' } })
    expect(refusal(refused)).toEqual([406, 'not-acceptable'])
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
