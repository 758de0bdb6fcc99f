import { beforeAll, describe, expect, test } from 'vitest'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { figureNames, figures } from '#rules/compliance/figures.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { randomWorld } from './random-world.ts'

let portal: TestPortal
const period = 'from=2025-11-20&to=2026-04-17'
const purpose = { 'x-purpose': 'Test' }
const auditor = () => portal.as('auditor-koebenhavn')
const summary = async (query = '', client = auditor()) => {
  const { status, body } = await client.get(`/v1/compliance/summary?${period}${query}`)
  expect(status).toBe(200)
  return body
}
const withPurpose = (client = auditor()) => ({
  ...client,
  get: (path: string) => client.get(path, { headers: purpose }),
})
const counted = (items: readonly Record<string, unknown>[]) =>
  items.reduce((sum, { counts }) => sum + Number(counts), 0)
const cases = (figure: string, query = '', client = auditor()) =>
  everyPage(withPurpose(client), `/v1/compliance/cases?${period}&figure=${figure}&limit=500${query}`)

beforeAll(async () => {
  portal = await testPortal()
  await randomWorld(portal, 0.42)
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
})

describe('a list of cases adds up to the figure that it was drilled from', () => {
  test.each(figureNames)('%s', async (name) => {
    const { totals } = await summary()
    // An empty figure would show nothing of the two being the same.
    expect(totals.figures[name], 'the world has cases of every figure').toBeGreaterThan(0)
    const items = await cases(name)
    expect(counted(items)).toBe(totals.figures[name])
    expect(new Set(items.map(({ id, date }) => `${id} ${date}`)).size).toBe(items.length)
    if (figures[name].counts === 'cases') expect(items.every(({ counts }) => counts === 1)).toBe(true)
  })

  const members = {
    supplier: 'supplierId',
    jobcenter: 'jobcenterId',
    frameworkAgreement: 'frameworkAgreementId',
    targetGroup: 'targetGroup',
    residenceMunicipality: 'residenceMunicipality',
  } as const
  test.each(Object.keys(members) as (keyof typeof members)[])('by %s, and the groups add up to all', async (by) => {
    const { groups, totals } = await summary(`&groupBy=${by}`)
    expect(groups.length).toBeGreaterThan(1)
    for (const name of figureNames) {
      expect(
        groups.reduce((sum: number, { figures: of }: { figures: Record<string, number> }) => sum + (of[name] ?? 0), 0),
      ).toBe(totals.figures[name])
    }
    const asked = ['dutiesOverdue', 'absenceMinutes', 'minutesDelivered', 'differenceDays', 'refusals'] as const
    for (const group of groups) {
      const value = group[by]?.id ?? group[by] ?? 'none'
      for (const name of asked) {
        expect([name, value, counted(await cases(name, `&${members[by]}=${value}`))]).toEqual([
          name,
          value,
          group.figures[name],
        ])
      }
    }
  })

  test('by all of them at once and by month, for one figure of each source', async () => {
    const { groups } = await summary(
      '&groupBy=supplier,jobcenter,frameworkAgreement,targetGroup,residenceMunicipality,month',
    )
    const sample = groups.filter((_: unknown, index: number) => index % 7 === 0)
    expect(sample.length).toBeGreaterThan(20)
    for (const group of sample) {
      const last = new Date(Date.UTC(Number(group.month.slice(0, 4)), Number(group.month.slice(5)), 0)).toISOString()
      const from = group.month === '2025-11' ? '2025-11-20' : `${group.month}-01`
      const to = group.month === '2026-04' ? '2026-04-17' : last.slice(0, 10)
      const filters = new URLSearchParams({
        from,
        to,
        supplierId: group.supplier.id,
        jobcenterId: group.jobcenter?.id ?? 'none',
        frameworkAgreementId: group.frameworkAgreement?.id ?? 'none',
        targetGroup: group.targetGroup ?? 'none',
        residenceMunicipality: group.residenceMunicipality ?? 'none',
        limit: '500',
      })
      for (const name of [
        'dutiesDue',
        'absencesRegistered',
        'minutesPlanned',
        'protocolsDue',
        'minutesOrdered',
        'firstMeetingsMissed',
        'contactRequestsAsked',
        'differenceDays',
        'refusals',
      ] as const) {
        const items = await everyPage(withPurpose(), `/v1/compliance/cases?figure=${name}&${filters}`)
        expect([name, counted(items)]).toEqual([name, group.figures[name]])
      }
    }
  })

  test('by kind of duty and by rule', async () => {
    const { totals } = await summary()
    expect(Object.keys(totals.dutiesByKind).length).toBeGreaterThan(4)
    for (const [kind, of] of Object.entries<Record<string, number>>(totals.dutiesByKind)) {
      for (const name of ['dutiesDue', 'dutiesMetLate', 'dutiesWaived']) {
        expect([kind, name, counted(await cases(name, `&kind=${kind}`))]).toEqual([kind, name, of[name]])
      }
    }
    for (const [rule, count] of Object.entries(totals.refusalsByRule)) {
      expect(counted(await cases('refusals', `&rule=${rule}`))).toBe(count)
    }
  })

  test('in pages of any size, none skipped and none twice', async () => {
    const whole = await cases('dutiesMetLate')
    for (const limit of [1, 7, 50]) {
      const paged = await everyPage(withPurpose(), `/v1/compliance/cases?${period}&figure=dutiesMetLate&limit=${limit}`)
      expect(paged).toEqual(whole)
    }
    const minutes = await cases('minutesDelivered')
    const paged = await everyPage(withPurpose(), `/v1/compliance/cases?${period}&figure=minutesDelivered&limit=13`)
    expect(paged).toEqual(minutes)
  })
})

describe('a planned day leads to its record, or to the plan where there is none', () => {
  test.each(['daysUnrecorded', 'daysPlanned', 'minutesPlanned', 'daysRecorded'] as const)('%s', async (figure) => {
    const days = await portal.sql<{ day: string }>(`select order_id || ' ' || date as day from attendance_days`)
    const recorded = new Set(days.map(({ day }) => day))
    const items = await cases(figure)
    const urls = items.map(({ orderId, date, url }) => {
      const has = recorded.has(`${orderId} ${date}`)
      expect(new URL(String(url)).pathname).toBe(`/v1/orders/${orderId}/${has ? `attendance/${date}` : 'plan'}`)
      return [has, String(url)] as const
    })
    // The world's records have no entries that could be shown; its plans are whole.
    const [, url] = urls.find(([has]) => !has) ?? []
    if (url) expect((await withPurpose().get(new URL(url).pathname)).status).toBe(200)
    expect(urls.some(([has]) => !has)).toBe(figure !== 'daysRecorded')
    expect(urls.some(([has]) => has)).toBe(figure !== 'daysUnrecorded')
  })
})

describe('figures are what the registers say', () => {
  test('the parts of duties and absences add up', async () => {
    const { figures: of } = (await summary()).totals
    expect(of.dutiesMet + of.dutiesMetLate + of.dutiesOverdue + of.dutiesNotYetDue).toBe(of.dutiesDue)
    const late = (name: string) =>
      ['1', '2To5', '6To10', '11To20', 'Over20'].reduce((sum, range) => sum + of[`${name}${range}`], 0)
    expect(late('dutiesMetLate')).toBe(of.dutiesMetLate)
    expect(late('absencesLate')).toBe(of.absencesLate)
    expect(of.absencesSameDay + of.absencesLate).toBe(of.absencesRegistered)
    expect(of.protocolsComplete + of.protocolsIncomplete).toBe(of.protocolsSubmitted)
    const letters = of.reSummonsInTime + of.reSummonsLate + of.reSummonsMissing + of.reSummonsNotYetDue
    expect(letters).toBe(of.reSummonsOwed)
    const { contactRequestsAnswered, contactRequestsUnanswered, contactRequestsNotYetDue } = of
    expect(contactRequestsAnswered + contactRequestsUnanswered + contactRequestsNotYetDue).toBe(of.contactRequestsAsked)
    expect(of.absenceNotRegisteredDays + of.registrationNotInProtocolDays).toBe(of.differenceDays)
  })

  test('a period of days adds up from its parts, whole months among them or not', async () => {
    const totals = async (from: string, to: string) =>
      (await auditor().get(`/v1/compliance/summary?from=${from}&to=${to}`)).body.totals.figures
    const whole = await totals('2025-11-20', '2026-04-17')
    const parts = await Promise.all(
      [
        ['2025-11-20', '2025-12-31'],
        ['2026-01-01', '2026-02-10'],
        ['2026-02-11', '2026-03-12'],
        ['2026-03-13', '2026-04-17'],
      ].map(([from, to]) => totals(from as string, to as string)),
    )
    for (const name of figureNames)
      expect([name, parts.reduce((sum, part) => sum + part[name], 0)]).toEqual([name, whole[name]])
  })

  test('a period may be as long as one likes', async () => {
    const { status, body } = await auditor().get('/v1/compliance/summary?from=1900-01-01&to=2199-12-31&groupBy=month')
    expect(status).toBe(200)
    const [row] = await portal.sql<{ due: number }>('select sum(due)::integer as due from compliance_duties_facts')
    expect(body.totals.figures.dutiesDue).toBe(row?.due)
    const items = await everyPage(
      withPurpose(),
      '/v1/compliance/cases?from=1900-01-01&to=2199-12-31&figure=dutiesDue&limit=500',
    )
    expect(counted(items)).toBe(row?.due)
  })

  test('what is open turns overdue by time alone', async () => {
    const before = (await summary()).totals.figures
    portal.clock.set('2026-03-31T10:00:00.000Z')
    const after = (await summary()).totals.figures
    portal.clock.set('2026-03-13T10:00:00.000Z')
    expect(after.dutiesOverdue).toBeGreaterThan(before.dutiesOverdue)
    expect(after.dutiesOverdue + after.dutiesNotYetDue).toBe(before.dutiesOverdue + before.dutiesNotYetDue)
  })
})

describe('who reads what', () => {
  test("Dragør's auditor sees citizens of 0155 alone: every figure is that of the whole under its filter", async () => {
    const dragoer = portal.as('auditor-dragoer')
    const own = await summary('&groupBy=supplier,residenceMunicipality', dragoer)
    const filtered = await summary('&groupBy=supplier,residenceMunicipality&residenceMunicipality=0155')
    expect(own).toEqual(filtered)
    expect(own.totals.figures.dutiesDue).toBeGreaterThan(0)
    for (const name of figureNames) {
      const items = await cases(name, '', dragoer)
      expect(items.every(({ residenceMunicipality }) => residenceMunicipality === '0155')).toBe(true)
      expect(counted(items)).toBe(own.totals.figures[name])
    }
    const others = await summary('&residenceMunicipality=0101', dragoer)
    expect(Object.values(others.totals.figures).every((value) => value === 0)).toBe(true)
    expect(await cases('dutiesDue', '&residenceMunicipality=0101', dragoer)).toEqual([])
  })

  test('the administration reads all of it', async () => {
    expect(await summary('&groupBy=supplier', portal.as('administrator'))).toEqual(await summary('&groupBy=supplier'))
    const items = await cases('absencesLate', '', portal.as('administrator'))
    expect(counted(items)).toBe((await summary()).totals.figures.absencesLate)
    // It reads no absence, order or duty: what it could not open it is not led to.
    expect(new Set(items.map(({ url }) => url))).toEqual(new Set([null]))
  })

  test.each(['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'ydelse-dragoer'])('%s may not', async (client) => {
    for (const path of [`summary?${period}`, `cases?${period}&figure=dutiesDue`, 'definitions', `risk?${period}`]) {
      const { status, body } = await portal.as(client).get(`/v1/compliance/${path}`, { headers: purpose })
      expect([path, status, body.code]).toEqual([path, 403, 'forbidden'])
    }
  })

  test('cases are a look-up with a purpose, which names whom they were about', async () => {
    const path = `/v1/compliance/cases?${period}&figure=dutiesOverdue&limit=5`
    expect((await auditor().get(path)).body.code).toBe('purpose-required')
    const { body, text } = await withPurpose().get(path)
    expect(body.items).toHaveLength(5)
    expect(text).not.toMatch(/Verden|"citizen|cpr/i)
    const [row] = await portal.sql(
      `select l.purpose, (select array_agg(o.citizen_id order by 1) from (select distinct citizen_id from orders where id = any ($1)) o) as citizens,
         array(select unnest(l.citizen_ids) order by 1) as kept from lookups l where l.operation = 'listComplianceCases' order by l.id desc limit 1`,
      [body.items.map(({ orderId }: { orderId: string }) => orderId)],
    )
    expect(row).toMatchObject({ purpose: 'Test', kept: row?.['citizens'] })
  })

  test('wrong periods and kinds are told', async () => {
    for (const [query, pointer, code] of [['from=2026-03-02&to=2026-03-01', 'to', 'before-from']]) {
      const { status, body } = await auditor().get(`/v1/compliance/summary?${query}`)
      expect([status, body.errors[0].pointer, body.errors[0].code]).toEqual([400, pointer, code])
    }
    const kind = await withPurpose().get(`/v1/compliance/cases?${period}&figure=absencesLate&kind=final-report`)
    expect([kind.status, kind.body.errors[0].code]).toEqual([400, 'not-of-the-figure'])
    const cursor = await withPurpose().get(`/v1/compliance/cases?${period}&figure=absencesLate&cursor=MTphYmM`)
    expect([cursor.status, cursor.body.code]).toEqual([400, 'invalid-cursor'])
    expect((await auditor().get(`/v1/compliance/summary?${period}&groupBy=citizen`)).status).toBe(400)
    const twice = await auditor().get(`/v1/compliance/summary?${period}&groupBy=month,month`)
    expect([twice.status, twice.body.errors[0].code]).toEqual([400, 'duplicate'])
  })
})

test('demo suppliers without anything stand nowhere', async () => {
  const { groups } = await summary('&groupBy=supplier')
  expect(groups.map(({ supplier }: { supplier: { name: string } }) => supplier.name)).toEqual(
    [demo.organisations.supplierNord.name, demo.organisations.supplierSyd.name].sort(),
  )
})

// Stands last: it leaves cells that are not what the registers say.
test('pages are full, and the list goes on, where the cells count more than there is', async () => {
  const whole = await cases('absencesRegistered')
  const pages = (limit: number) =>
    everyPage(withPurpose(), `/v1/compliance/cases?${period}&figure=absencesRegistered&limit=${limit}`)
  // Of the first two thirds one in five stays: nothing counts the cells again meanwhile.
  const gone = whole.slice(0, (whole.length * 2) / 3).filter((_, index) => index % 5 !== 2)
  await portal.sql(`update absences set withdrawn_at = now(), withdrawal = '{}' where id = any ($1)`, [
    gone.map(({ id }) => id),
  ])
  const left = whole.filter((one) => !gone.includes(one))
  const first = (await withPurpose().get(`/v1/compliance/cases?${period}&figure=absencesRegistered&limit=5`)).body
  expect(first.items).toEqual(left.slice(0, 5))
  expect(first.next).not.toBeNull()
  for (const limit of [1, 7, 500]) expect(await pages(limit)).toEqual(left)
})
