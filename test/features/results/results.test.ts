import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { addDays, daysBetween, type LocalDate } from '#kernel/local-date.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { liv, must, refusal } from '#test/features/orders/support.ts'
import { course } from '#test/features/protocols/support.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { type MadeCourse, madeCourses, suppliers, writeCourses } from './support.ts'

let portal: TestPortal
const today = '2026-03-13' as LocalDate
const made = madeCourses(20260313, 400)
const horizons = [13, 23, 26, 52]
const period = { from: '2024-06-01', to: '2025-12-31' }
const purpose = { headers: { 'x-purpose': 'Resultatopfølgning' } }

type Milestone = {
  milestone: string
  weeks: number
  past: number
  reached: number
  notReached: number
  share: number | null
  underWay: number
  reachedUnderWay: number
  target: boolean
}
type Group = {
  supplier?: { id: string; name: string }
  supplierKind?: string
  jobcenter?: { id: string }
  frameworkAgreement?: { id: string }
  targetGroup?: string
  effortGroup?: string
  residenceMunicipality?: string
  month?: string
  begun: number
  milestones: Milestone[]
}

const results = (query: Record<string, string | number>, client = 'auditor-koebenhavn', accept = 'application/json') =>
  portal.as(client).get('/v1/compliance/results', { query: { ...period, ...query }, headers: { accept } })
const casesPage = (query: Record<string, string | number>, client = 'auditor-koebenhavn') =>
  portal.as(client).get('/v1/compliance/results/cases', { query: { ...period, ...query }, ...purpose })

/** All pages, small ones, so that their seams are crossed. */
const cases = async (query: Record<string, string | number>, client?: string) => {
  const items: { orderId: string; begunOn: string; reachedOn: string | null; horizonOn: string | null }[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: TestAnswer = must(await casesPage({ limit: 37, ...query, ...(cursor ? { cursor } : {}) }, client))
    items.push(...page.body.items)
    cursor = page.body.next
  }
  return items
}

const counted = (courses: readonly MadeCourse[], milestone: string, weeks: number) => {
  const over = (one: MadeCourse) => addDays(one.begunOn, weeks * 7) < today
  const inTime = (one: MadeCourse) => (one.milestones[milestone] ?? Number.POSITIVE_INFINITY) <= weeks * 7
  const [past, underWay] = [courses.filter(over), courses.filter((one) => !over(one))]
  const reached = past.filter(inTime).length
  return {
    past: past.length,
    reached,
    notReached: past.length - reached,
    underWay: underWay.length,
    reachedUnderWay: underWay.filter(inTime).length,
  }
}
const inPeriod = made.filter(({ begunOn }) => begunOn >= period.from && begunOn <= period.to)

const keysOf = (one: MadeCourse): Record<string, string> => ({
  supplier: suppliers[one.supplier].id,
  supplierKind: suppliers[one.supplier].supplierKind,
  jobcenter: one.jobcenterId,
  frameworkAgreement: suppliers[one.supplier].agreementId,
  targetGroup: one.targetGroup,
  effortGroup: one.effortGroup ?? 'none',
  residenceMunicipality: one.residenceMunicipality,
  month: one.begunOn.slice(0, 7),
})
const keyOf = (group: Group, name: string): string => {
  const value = (group as unknown as Record<string, string | { id: string }>)[name] as string | { id: string }
  return typeof value === 'string' ? value : value.id
}

beforeAll(async () => {
  portal = await testPortal()
  await writeCourses(portal, made)
})

describe('004: what courses led to', () => {
  test.each([
    ['supplier,effortGroup'],
    ['supplierKind'],
    ['targetGroup,jobcenter'],
    ['residenceMunicipality,month'],
    ['supplier,supplierKind,jobcenter,frameworkAgreement,targetGroup,effortGroup,residenceMunicipality,month'],
  ])('by %s every course is counted once, and as it is reckoned by hand', async (groupBy) => {
    const { body } = must(await results({ groupBy }))
    const names = groupBy.split(',')
    const expected = Map.groupBy(inPeriod, (one) => names.map((name) => keysOf(one)[name]).join(' '))
    const groups: Group[] = body.groups
    expect(groups.map((group) => names.map((name) => keyOf(group, name)).join(' ')).sort()).toEqual(
      [...expected.keys()].sort(),
    )
    for (const group of groups) {
      const courses = expected.get(names.map((name) => keyOf(group, name)).join(' ')) as MadeCourse[]
      expect(group.begun).toBe(courses.length)
      expect(group.milestones).toHaveLength(10 * horizons.length)
      for (const { milestone, weeks, ...figures } of group.milestones) {
        expect({ milestone, weeks, ...figures }).toMatchObject({
          milestone,
          weeks,
          ...counted(courses, milestone, weeks),
        })
        expect(figures.share).toBe(
          figures.past === 0 ? null : Math.round((figures.reached / figures.past) * 10_000) / 10_000,
        )
      }
    }
    expect(body.totals.begun).toBe(inPeriod.length)
    for (const one of body.totals.milestones as Milestone[]) {
      expect(one).toMatchObject(counted(inPeriod, one.milestone, one.weeks))
    }
  })

  test.each([
    ['supplier,effortGroup', 3],
    ['supplierKind', 1],
    ['supplier,supplierKind,jobcenter,frameworkAgreement,targetGroup,effortGroup,residenceMunicipality,month', 29],
  ])('by %s in pages of %i groups, none skipped and none twice, each with the sums of all', async (groupBy, limit) => {
    const { body: whole } = must(await results({ groupBy, limit: 2000 }))
    expect([whole.next, whole.groups.length > limit]).toEqual([null, true])
    const groups: Group[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { body, headers } = must(await results({ groupBy, limit, ...(cursor ? { cursor } : {}) }))
      expect(body.totals).toEqual(whole.totals)
      expect(headers['link']?.includes('rel="next"') ?? false).toBe(body.next !== null)
      groups.push(...body.groups)
      cursor = body.next
    }
    expect(groups).toEqual(whole.groups)
  })

  test('a cursor of other groups is told, and one that is none', async () => {
    const { body } = must(await results({ groupBy: 'supplier', limit: 1 }))
    for (const cursor of ['x', body.next]) {
      const answer = await results({ groupBy: 'supplier,month', cursor })
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-cursor'])
    }
  })

  test('the list of each figure adds up to it, in every group', async () => {
    const { body } = must(await results({ groupBy: 'supplier,effortGroup' }))
    for (const group of (body.groups as Group[]).slice(0, 6)) {
      const only = { supplierId: group.supplier?.id as string, effortGroup: group.effortGroup as string }
      expect(await cases({ ...only })).toHaveLength(group.begun)
      for (const milestone of ['job', 'cv']) {
        for (const weeks of [13, 52]) {
          const figures = group.milestones.find(
            (one) => one.milestone === milestone && one.weeks === weeks,
          ) as Milestone
          for (const figure of ['past', 'underWay', 'reached', 'notReached', 'reachedUnderWay'] as const) {
            const listed = await cases({ ...only, figure, milestone, weeks })
            expect([figure, milestone, weeks, listed.length]).toEqual([figure, milestone, weeks, figures[figure]])
            expect(new Set(listed.map(({ orderId }) => orderId)).size).toBe(listed.length)
            for (const one of listed) {
              expect(daysBetween(one.begunOn as LocalDate, one.horizonOn as LocalDate)).toBe(weeks * 7)
            }
          }
        }
      }
    }
  })

  test('every filter narrows figures and cases alike', async () => {
    const some = inPeriod[0] as MadeCourse
    const { supplier, jobcenter, frameworkAgreement, ...codes } = keysOf(some)
    const only = {
      supplierId: supplier as string,
      jobcenterId: jobcenter as string,
      frameworkAgreementId: frameworkAgreement as string,
      supplierKind: codes['supplierKind'] as string,
      targetGroup: codes['targetGroup'] as string,
      effortGroup: codes['effortGroup'] as string,
      residenceMunicipality: codes['residenceMunicipality'] as string,
    }
    const same: Readonly<Record<keyof typeof only, string>> = {
      supplierId: 'supplier',
      jobcenterId: 'jobcenter',
      frameworkAgreementId: 'frameworkAgreement',
      supplierKind: 'supplierKind',
      targetGroup: 'targetGroup',
      effortGroup: 'effortGroup',
      residenceMunicipality: 'residenceMunicipality',
    }
    for (const [filter, value] of Object.entries(only)) {
      const ids = inPeriod.filter((one) => keysOf(one)[same[filter as keyof typeof only]] === value).map(({ id }) => id)
      expect([filter, must(await results({ [filter]: value })).body.totals.begun]).toEqual([filter, ids.length])
      expect((await cases({ [filter]: value })).map(({ orderId }) => orderId).sort()).toEqual(ids.sort())
    }
  })

  test('targets of 004 are told apart: of the effort group, of the target group, and none without either', async () => {
    const targets = async (query: Record<string, string>) =>
      (must(await results(query)).body.groups as Group[]).map(({ effortGroup, targetGroup, milestones }) => [
        effortGroup ?? targetGroup,
        milestones.filter(({ target }) => target).map(({ milestone, weeks }) => `${milestone} ${weeks}`),
      ])
    expect(Object.fromEntries(await targets({ groupBy: 'effortGroup' }))).toEqual({
      clarification: ['rehabilitation-team-decision 23'],
      'company-course': ['cv 13', 'realistic-goal 13', 'employer-contacts 13', 'company-placement 13', 'job 52'],
      none: [],
      preparation: [
        'realistic-goal 13',
        'company-placement 26',
        'taster-placement 13',
        'everyday-mastery 13',
        'motivation 13',
      ],
    })
    expect(Object.fromEntries(await targets({ groupBy: 'targetGroup' }))).toMatchObject({
      'unemployment-allowance': ['flex-job 26'],
      'insured-unemployed': [],
    })
    expect((await targets({ groupBy: 'month' })).flatMap(([, found]) => found)).toEqual([])
  })

  test('through the front door: a course that began, a milestone, its withdrawal; one that never started is not counted', async () => {
    const since = { from: '2026-03-02', to: '2026-03-02' }
    const before = must(await results(since)).body.totals.begun
    const order = await course(portal, { '2026-03-02': 120 })
    await course(portal, { '2026-03-02': 120 }, { firstMeeting: null })
    const nord = portal.as('supplier-nord')
    const milestone = must(
      await nord.post(`/v1/orders/${order.id}/milestones`, {
        milestone: 'cv',
        reachedOn: '2026-03-10',
        registeredBy: liv,
      }),
    ).body
    const cv = async () => {
      const { totals } = must(await results(since)).body
      const one = (totals.milestones as Milestone[]).find((found) => found.milestone === 'cv' && found.weeks === 13)
      return [totals.begun - before, one?.reached, one?.reachedUnderWay]
    }
    expect(await cv()).toEqual([1, 0, 1])
    portal.clock.set('2026-06-01T10:00:00.000Z')
    expect(await cv()).toEqual([1, 0, 1])
    portal.clock.set('2026-06-02T10:00:00.000Z')
    expect(await cv()).toEqual([1, 1, 0])
    portal.clock.set('2026-03-13T10:00:00.000Z')
    must(await nord.post(`/v1/milestones/${milestone.id}/withdrawal`, { reason: 'Forkert', registeredBy: liv }))
    expect(await cv()).toEqual([1, 0, 0])
  })
})

describe('who counts what', () => {
  test('Dragør’s auditor counts and lists the citizens of 0155 alone; the administration everyone', async () => {
    const dragoer = inPeriod.filter(({ residenceMunicipality }) => residenceMunicipality === '0155')
    const { body } = must(await results({ groupBy: 'residenceMunicipality' }, 'auditor-dragoer'))
    expect(body.groups.map((group: Group) => [group.residenceMunicipality, group.begun])).toEqual([
      ['0155', dragoer.length],
    ])
    expect(body.totals.begun).toBe(dragoer.length)
    const listed = await cases({}, 'auditor-dragoer')
    expect(listed.map(({ orderId }) => orderId).sort()).toEqual(dragoer.map(({ id }) => id).sort())
    expect(await cases({ residenceMunicipality: '0101' }, 'auditor-dragoer')).toEqual([])
    expect(must(await results({}, 'administrator')).body.totals.begun).toBe(inPeriod.length)
  })

  test.each(['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'ydelse-dragoer'])('%s does not', async (client) => {
    expect(refusal(await results({}, client))[0]).toBe(403)
    expect(refusal(await casesPage({}, client))[0]).toBe(403)
  })

  test('cases name nobody, need a purpose of an auditor, and are a look-up', async () => {
    const page = must(await casesPage({}))
    const { name, cpr } = demo.citizens.activityReady
    expect(page.text).not.toContain(name)
    expect(page.text).not.toContain(cpr)
    const [kept] = await portal.sql(`select operation, purpose from lookups where request_id = $1`, [
      page.headers['x-request-id'],
    ])
    expect(kept).toEqual({ operation: 'listResultCases', purpose: 'Resultatopfølgning' })
    expect(page.text).not.toContain('citizen')
  })

  test('the look-up names the citizens of the cases that were shown, and no other', async () => {
    const page = must(await casesPage({ limit: 5 }))
    expect(page.body.next).not.toBeNull()
    const [row] = await portal.sql(
      `select array(select unnest(citizen_ids) order by 1) as kept,
         array(select distinct citizen_id from orders where id = any ($2) order by 1) as shown
         from lookups where request_id = $1`,
      [page.headers['x-request-id'], page.body.items.map(({ orderId }: { orderId: string }) => orderId)],
    )
    expect(row?.['kept']).toEqual(row?.['shown'])
    expect(row?.['kept']).not.toHaveLength(0)
  })

  test('an auditor without a purpose is refused', async () => {
    const without = await portal.as('auditor-dragoer').get('/v1/compliance/results/cases', { query: period })
    expect(refusal(without)).toEqual([400, 'purpose-required'])
  })
})

test.each([
  [{ from: '2026-01-02', to: '2026-01-01' }, 'to'],
  [{ from: '2010-01-01', to: '2026-01-01' }, 'to'],
  [{ groupBy: 'month,month' }, 'groupBy'],
] as const)('%j is refused at %s', async (query, pointer) => {
  const answer = await results(query as Record<string, string>)
  expect([...refusal(answer), answer.body.errors[0].pointer]).toEqual([400, 'invalid-request', pointer])
})

test.each([
  [{ figure: 'reached', weeks: 13 }, 'milestone'],
  [{ figure: 'past' }, 'weeks'],
  [{ figure: 'reached', weeks: 13, milestone: 'no-such-milestone' }, 'milestone'],
] as const)('cases of %j are refused at %s', async (query, pointer) => {
  const answer = await casesPage(query as Record<string, string | number>)
  expect([...refusal(answer), answer.body.errors[0].pointer]).toEqual([400, 'invalid-request', pointer])
})

test('as CSV and as a workbook, with the sums and what the columns count', async () => {
  const { body } = must(await results({ groupBy: 'supplier' }))
  const csv = must(await results({ groupBy: 'supplier' }, 'auditor-koebenhavn', 'text/csv'))
  const rows = csv.text.split('\r\n')
  const group = body.groups[0] as Group
  const cv = group.milestones.find(({ milestone, weeks }) => milestone === 'cv' && weeks === 13) as Milestone
  const row = rows.find((text) => text.startsWith(`"${group.supplier?.name}";`) && text.includes('"Et CV";13;'))
  expect(row?.split(';').slice(4, 8)).toEqual(['"nej"', ...[cv.past, cv.reached, cv.notReached].map(String)])
  expect(rows.filter((text) => text.startsWith('"I alt";'))).toHaveLength(40)
  expect(csv.text).toContain('"reachedUnderWay"')
  const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const workbook = must(await results({ groupBy: 'supplier' }, 'auditor-koebenhavn', xlsx))
  const [headings = [], ...cells] = await readSheet(workbook.bytes)
  const shares = cells.map((line) => line[headings.indexOf('Andel')] ?? null).filter((cell) => cell !== null)
  expect(shares.some((share) => Number(share) > 0 && Number(share) < 1)).toBe(true)
  // Numbers to be counted with, and no text.
  expect(new Set(shares.map((share) => typeof share))).toEqual(new Set(['number']))
  expect(csv.text).toMatch(/;"0,\d+";/)
})
