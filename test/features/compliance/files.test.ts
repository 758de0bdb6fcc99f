import { beforeAll, describe, expect, test } from 'vitest'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { localTime } from '#platform/table-files/danish-cells.ts'
import { figureNames, figures } from '#rules/compliance/figures.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { randomWorld } from './random-world.ts'

let portal: TestPortal
const period = 'from=2025-11-20&to=2026-04-17'
const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const get = (path: string, accept: string) =>
  portal.as('auditor-koebenhavn').get(`/v1/compliance/${path}`, { headers: { accept, 'x-purpose': 'Test' } })
const linesOf = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|;)("(?:[^"]|"")*"|[^;]*)/g)].map(([, cell = '']) => cell.replace(/^"|"$/g, '')),
    )

beforeAll(async () => {
  portal = await testPortal()
  await randomWorld(portal, 0.1, 40)
  await portal.sql(`update organisations set name = '=1+1' where id = $1`, [demo.organisations.supplierSyd.id])
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
})

describe('files', () => {
  test('a summary as CSV says what the JSON says, row by row, and calculates nothing', async () => {
    const path = `summary?${period}&groupBy=supplier,month`
    const json = (await get(path, 'application/json')).body
    const { status, text, headers } = await get(path, 'text/csv')
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(headers['content-disposition']).toBe('attachment; filename="overholdelse-2025-11-20-2026-04-17.csv"')
    const [headings = [], ...lines] = linesOf(text)
    const rows = lines.slice(0, lines.indexOf(lines.find((line) => line.join('') === '') ?? []))
    expect(rows).toHaveLength(json.groups.length + 1)
    const at = (name: string) => headings.findIndex((heading) => heading === name || heading.endsWith(` (${name})`))
    for (const [index, group] of [...json.groups, json.totals].entries()) {
      for (const name of figureNames) expect(rows[index]?.[at(name)]).toBe(String(group.figures[name]))
      if (group.supplier) expect(rows[index]?.[at('supplierId')]).toBe(group.supplier.id)
    }
    expect(text).toContain(`"'=1+1"`)
    expect(rows.at(-1)?.[at('Leverandør')]).toBe('I alt')
    // A column is called what it counts, in Danish, and what that is stands below.
    expect(headings[at('dutiesMet')]).toBe(`${figures.dutiesMet.definition.da.replace(/\.$/, '')} (dutiesMet)`)
    const legend = new Map(lines.slice(rows.length + 1).map(([name = '', meaning]) => [name, meaning]))
    expect(figureNames.map((name) => legend.get(name))).toEqual(figureNames.map((name) => figures[name].definition.da))
  })

  test('what Excel would make a number or a date of stays what it is, and the time is local', async () => {
    const path = `summary?${period}&groupBy=residenceMunicipality,month`
    const json = (await get(path, 'application/json')).body
    const [headings = [], ...rows] = linesOf((await get(path, 'text/csv')).text)
    const column = (name: string) => rows.slice(0, json.groups.length).map((row) => row[headings.indexOf(name)])
    type Group = { residenceMunicipality: string | null; month: string }
    expect(column('Bopælskommune')).toEqual(
      json.groups.map(({ residenceMunicipality: code }: Group) => (code === null ? '' : `kommune ${code}`)),
    )
    expect(column('Bopælskommune')).toContain('kommune 0155')
    expect(column('Måned')).toEqual(json.groups.map(({ month }: Group) => `måned ${month}`))
    expect(new Set(column('Opgjort (dansk tid)'))).toEqual(new Set([localTime(json.freshAsOf)]))
    expect(localTime('2026-03-13T10:00:00.000Z' as never)).toBe('2026-03-13 11:00:00 CET')
    expect(localTime('2026-07-01T22:30:00.000Z' as never)).toBe('2026-07-02 00:30:00 CEST')
  })

  test('shares, scores and other fractions have a decimal comma in CSV', async () => {
    const comma = (value: number | null) => (value === null ? '' : String(value).replace('.', ','))
    const fraction = /^-?\d+,\d+$/
    const path = `summary?${period}&groupBy=supplier`
    const { totals } = (await get(path, 'application/json')).body
    const [headings = [], ...rows] = linesOf((await get(path, 'text/csv')).text)
    const shares = Object.entries<{ share: number | null }>(totals.shares)
    const all = rows.find((row) => row.includes('I alt'))
    const cells = shares.map(([name]) => all?.[headings.findIndex((heading) => heading.endsWith(` (${name}, andel)`))])
    expect(cells).toEqual(shares.map(([, { share }]) => comma(share)))
    expect(cells.some((cell) => fraction.test(cell ?? ''))).toBe(true)

    const { suppliers } = (await get(`risk?${period}`, 'application/json')).body
    const [columns = [], ...parts] = linesOf((await get(`risk?${period}`, 'text/csv')).text)
    const scores = parts.map((row) => row[columns.indexOf('Score')])
    expect(new Set(scores)).toEqual(new Set(suppliers.map(({ score }: { score: number }) => comma(score))))
    expect(scores.some((cell) => fraction.test(cell ?? ''))).toBe(true)
    expect(parts.flat().filter((cell) => /^-?\d+\.\d+$/.test(cell))).toEqual([])
  })

  test('a summary, cases and the risk order as workbooks', async () => {
    for (const path of [
      `summary?${period}&groupBy=supplier`,
      `cases?${period}&figure=dutiesMetLate`,
      `risk?${period}`,
    ]) {
      const { status, bytes, headers } = await get(path, xlsx)
      expect([path, status, headers['content-type'], bytes.subarray(0, 2).toString()]).toEqual([path, 200, xlsx, 'PK'])
    }
  })

  test('a file has all cases that the figure counts, and a look-up of each citizen', async () => {
    const ask = `cases?${period}&figure=daysPlanned`
    const ids: string[] = []
    const citizens = new Set<string>()
    const seen = async (answer: { headers: Readonly<Record<string, string>> }) => {
      const rows = await portal.sql<{ citizen_ids: string[] }>(
        'select citizen_ids from lookups where request_id = $1',
        [answer.headers['x-request-id']],
      )
      expect(rows.length).toBeGreaterThan(0)
      return rows.flatMap(({ citizen_ids }) => citizen_ids ?? [])
    }
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await get(`${ask}&limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`, 'application/json')
      ids.push(...page.body.items.map(({ id }: { id: string }) => id))
      for (const citizen of await seen(page)) citizens.add(citizen)
      cursor = page.body.next
    }
    // More than are read at a time.
    expect(ids.length).toBeGreaterThan(500)
    const file = await get(ask, 'text/csv')
    const [headings = [], ...lines] = linesOf(file.text)
    const rows = lines.slice(0, lines.indexOf(lines.find((line) => line.join('') === '') ?? []))
    expect(rows.map((row) => row[headings.indexOf('id')])).toEqual(ids)
    expect(file.headers['link']).toBeUndefined()
    expect(new Set(await seen(file))).toEqual(citizens)
  })

  test('a file of fewer cases than there are says so in its last row, and goes on with its link', async () => {
    const path = `cases?${period}&figure=dutiesMetLate`
    const { text, headers } = await get(`${path}&limit=5`, 'text/csv')
    const json = await get(`${path}&limit=5`, 'application/json')
    expect(headers['link']).toBe(json.headers['link'])
    const [headings = [], ...rows] = linesOf(text)
    expect(rows.slice(0, 5).map((row) => row[headings.indexOf('id')])).toEqual(
      json.body.items.map(({ id }: { id: string }) => id),
    )
    const { totals } = (await get(`summary?${period}`, 'application/json')).body
    expect(rows[5]).toEqual([`5 sager her af ${totals.figures.dutiesMetLate} i alt; flere sager findes`])
    // Of minutes the cells know no number of cases.
    const minutes = linesOf((await get(`cases?${period}&figure=minutesPlanned&limit=5`, 'text/csv')).text)
    expect(minutes[6]).toEqual(['5 sager her; flere sager findes'])
  })

  test('nothing else is to be had', async () => {
    for (const path of [`summary?${period}`, `cases?${period}&figure=dutiesMetLate`, `risk?${period}`]) {
      expect((await get(path, 'application/pdf')).status).toBe(406)
    }
  })

  test('an unchanged summary is told by its ETag', async () => {
    const { headers } = await get(`summary?${period}`, 'application/json')
    const again = await portal
      .as('auditor-koebenhavn')
      .get(`/v1/compliance/summary?${period}`, { headers: { 'if-none-match': headers['etag'] as string } })
    expect(again.status).toBe(304)
  })
})

describe('the risk order', () => {
  test('is by score, each part explained; one supplier keeps its place', async () => {
    const { body } = await get(`risk?${period}`, 'application/json')
    expect(body.suppliers.length).toBe(2)
    const scores = body.suppliers.map(({ score }: { score: number }) => score)
    expect(scores).toEqual([...scores].sort((one, other) => other - one))
    for (const { score, parts } of body.suppliers) {
      expect(
        parts.reduce((sum: number, { contribution }: { contribution: number }) => sum + contribution, 0),
      ).toBeCloseTo(score, 6)
    }
    const [, second] = body.suppliers
    const alone = (await get(`risk?${period}&supplierId=${second.supplier.id}`, 'application/json')).body
    expect(alone.suppliers).toEqual([second])
    expect((await get(`risk?${period}`, 'application/json')).body).toEqual(body)
  })

  test("of Dragør's auditor is made of its citizens' cases alone", async () => {
    const risk = async (client: string, query = '') =>
      (await portal.as(client).get(`/v1/compliance/risk?${period}${query}`)).body
    expect(await risk('auditor-dragoer')).toEqual(await risk('auditor-koebenhavn', '&residenceMunicipality=0155'))
    expect(await risk('auditor-dragoer')).not.toEqual(await risk('auditor-koebenhavn'))
  })
})

test('every figure, share and part that an answer has is defined', async () => {
  const { body } = await get('definitions', 'application/json')
  const { totals } = (await get(`summary?${period}`, 'application/json')).body
  const names = (list: { name: string }[]) => list.map(({ name }) => name).sort()
  expect(names(body.figures)).toEqual(Object.keys(totals.figures).sort())
  expect(names(body.shares)).toEqual(Object.keys(totals.shares).sort())
  const [first] = (await get(`risk?${period}`, 'application/json')).body.suppliers
  expect(names(body.risk.parts)).toEqual(names(first.parts))
})

test.each([
  ['supplierId', '01890000-0000-7000-8000-00000000dead'],
  ['supplierId', demo.organisations.jobcenterMusvaagevej.id],
  ['jobcenterId', '01890000-0000-7000-8000-00000000dead'],
  ['frameworkAgreementId', '01890000-0000-7000-8000-00000000dead'],
  ['targetGroup', 'no-such-group'],
  ['residenceMunicipality', '155'],
])('figures of %s=%s, which is not there, are refused and not nothing', async (name, value) => {
  for (const path of ['summary?', 'risk?', 'cases?figure=dutiesOverdue&', 'results?', 'results/cases?']) {
    const { status, body } = await get(`${path}${period}&${name}=${value}`, 'application/json')
    expect([path, status, body.code, body.errors?.[0]?.pointer]).toEqual([path, 400, 'invalid-request', name])
  }
})

test('what stands for none, and what is there, is no unknown filter', async () => {
  for (const filter of [
    'jobcenterId=none&targetGroup=none&frameworkAgreementId=none&residenceMunicipality=none',
    `supplierId=${demo.organisations.supplierNord.id}&targetGroup=cash-benefit-activity-ready`,
  ]) {
    expect((await get(`summary?${period}&${filter}`, 'application/json')).status).toBe(200)
  }
})
