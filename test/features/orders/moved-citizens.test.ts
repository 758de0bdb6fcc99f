import { beforeAll, describe, expect, test } from 'vitest'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { figureNames } from '#rules/compliance/figures.ts'
import { openApiDocument } from '#src/dev/openapi-document.ts'
import { drawn } from '#test/features/inspections/support.ts'
import type { CourseOrder } from '#test/features/protocols/support.ts'
import { everyPage, type Item } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { begun, daysOf, type Half, move, movedOn, tellHalf, wordOf } from './moved-course.ts'
import { liv, must } from './support.ts'

type Told = Awaited<ReturnType<typeof tellHalf>>
/** A citizen who moved into Dragør, one who moved away; the half of the course that is Dragør's. */
const directions = { in: 'after', out: 'before' } as const satisfies Record<string, Half>
type Direction = keyof typeof directions
const other = (side: Half): Half => (side === 'before' ? 'after' : 'before')

let portal: TestPortal
const orders = {} as Record<Direction, CourseOrder>
const told = {} as Record<Direction, Record<Half, Told>>
const inspections = {} as Record<Direction, { id: string }>
const purpose = { headers: { 'x-purpose': 'Stikprøve' } }
const dragoer = (path: string) => portal.as('auditor-dragoer').get(path, purpose)
const withPurpose = () => ({ ...portal.as('auditor-dragoer'), get: dragoer })
const idsOf = async (path: string): Promise<string[]> => (await everyPage(withPurpose(), path)).map(({ id }) => id)

beforeAll(async () => {
  portal = await testPortal()
  const [into, outOf] = await begun(portal, ['0101', '0155'])
  Object.assign(orders, { in: into, out: outOf })
  const halves = {} as Record<Direction, Partial<Record<Half, Told>>>
  for (const direction of ['in', 'out'] as const)
    halves[direction] = { before: await tellHalf(portal, orders[direction], 'before') }
  inspections.out = await drawn(portal, { residenceMunicipality: '0155' }, 'auditor-dragoer')
  portal.clock.set(`${movedOn}T08:00:00.000Z`)
  await move(portal, orders.in, '0155')
  await move(portal, orders.out, '0101')
  for (const direction of ['in', 'out'] as const) {
    told[direction] = { ...halves[direction], after: await tellHalf(portal, orders[direction], 'after') } as Record<
      Half,
      Told
    >
  }
  // What was told of the order itself once the citizen was no longer Dragør's: their name, and how the course ended.
  const later = { citizen: { name: `Nyt Navn ${wordOf.after}` }, reason: 'Navneskifte', registeredBy: liv }
  must(await portal.as('jobcenter-musvaagevej').patch(`/v1/orders/${orders.out.id}`, later, { ifMatch: '*' }))
  const end = { endedOn: '2026-04-01', cause: 'employment', registeredBy: liv }
  must(await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${orders.out.id}/termination`, end))
  inspections.in = await drawn(portal, { residenceMunicipality: '0155' }, 'auditor-dragoer')
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
}, 120_000)

/** Addresses of every operation by which an auditor reads something of a course: what exists of either half. */
const addresses: Readonly<Record<string, (direction: Direction) => string[]>> = {
  '/v1/orders': () => ['/v1/orders?limit=500'],
  '/v1/orders/{id}': (d) => [`/v1/orders/${orders[d].id}`],
  '/v1/orders/{id}/activities': (d) => [`/v1/orders/${orders[d].id}/activities`],
  '/v1/orders/{id}/amendments': (d) => [`/v1/orders/${orders[d].id}/amendments`],
  '/v1/orders/{id}/plan': (d) => [`/v1/orders/${orders[d].id}/plan`],
  '/v1/orders/{id}/attendance': (d) => [`/v1/orders/${orders[d].id}/attendance`],
  '/v1/orders/{id}/attendance/{date}': (d) =>
    [...daysOf.before, ...daysOf.after].map((date) => `/v1/orders/${orders[d].id}/attendance/${date}`),
  '/v1/orders/{id}/progress': (d) => [`/v1/orders/${orders[d].id}/progress`],
  '/v1/orders/{id}/focus-areas': (d) => [`/v1/orders/${orders[d].id}/focus-areas`],
  '/v1/orders/{id}/focus-areas/versions': (d) => [`/v1/orders/${orders[d].id}/focus-areas/versions`],
  '/v1/orders/{id}/milestones': (d) => [`/v1/orders/${orders[d].id}/milestones`],
  '/v1/orders/{id}/protocols': (d) => [`/v1/orders/${orders[d].id}/protocols`],
  '/v1/orders/{id}/protocols/{month}': (d) =>
    ['2026-02', '2026-03'].map((month) => `/v1/orders/${orders[d].id}/protocols/${month}`),
  '/v1/orders/{id}/protocols/{month}/versions': (d) =>
    ['2026-02', '2026-03'].map((month) => `/v1/orders/${orders[d].id}/protocols/${month}/versions`),
  '/v1/orders/{id}/protocols/{month}/versions/{version}': (d) =>
    ['2026-02', '2026-03'].map((month) => `/v1/orders/${orders[d].id}/protocols/${month}/versions/1`),
  '/v1/orders/{id}/reports': (d) => [`/v1/orders/${orders[d].id}/reports`],
  '/v1/reports/{id}': (d) => ids(d, 'report').map((id) => `/v1/reports/${id}`),
  '/v1/reports/{id}/diff': (d) => ids(d, 'report').map((id) => `/v1/reports/${id}/diff?from=1&to=1`),
  '/v1/orders/{id}/report-requests': (d) => [`/v1/orders/${orders[d].id}/report-requests`],
  '/v1/report-requests/{id}': (d) => ids(d, 'request').map((id) => `/v1/report-requests/${id}`),
  '/v1/orders/{id}/first-meeting': (d) => [`/v1/orders/${orders[d].id}/first-meeting`],
  '/v1/orders/{id}/re-summons': (d) => [`/v1/orders/${orders[d].id}/re-summons`],
  '/v1/orders/{id}/termination': (d) => [`/v1/orders/${orders[d].id}/termination`],
  '/v1/terminations': () => ['/v1/terminations'],
  '/v1/absences': (d) => [`/v1/absences?orderId=${orders[d].id}`, `/v1/absences?citizenId=${orders[d].citizenId}`],
  '/v1/absences/{id}': (d) => ids(d, 'absence').map((id) => `/v1/absences/${id}`),
  '/v1/documents': (d) => [`/v1/documents?orderId=${orders[d].id}`],
  '/v1/documents/{id}': (d) => ids(d, 'document').map((id) => `/v1/documents/${id}`),
  '/v1/documents/{id}/content': (d) => ids(d, 'document').map((id) => `/v1/documents/${id}/content`),
  '/v1/obligations': (d) => [`/v1/obligations?limit=500&orderId=${orders[d].id}`],
  '/v1/refusals': (d) => [`/v1/refusals?orderId=${orders[d].id}`],
  '/v1/inspections/{id}/courses/{orderId}': (d) => [`/v1/inspections/${inspections[d].id}/courses/${orders[d].id}`],
}
const ids = (direction: Direction, what: Exclude<keyof Told, 'refused'>): string[] =>
  (['before', 'after'] as const).map((side) => told[direction][side][what])

/** Read by auditors, and nothing of a course's days. */
const elsewhere: Readonly<Record<string, string>> = {
  '/v1/absences/{id}/citizen-referral': 'no reading',
  '/v1/audit-log': 'the log keeps the municipality as of its sealing (0011)',
  '/v1/audit-log/checkpoints': 'hashes',
  '/v1/citizens/{id}/export': 'no auditor',
  '/v1/compliance/cases': 'walked below',
  '/v1/compliance/definitions': 'words',
  '/v1/compliance/risk': 'figures of the cells',
  '/v1/compliance/summary': 'figures of the cells',
  '/v1/compliance/results': 'courses by where the citizen lives now (0014)',
  '/v1/compliance/results/cases': 'the same',
  '/v1/inspections': 'ids and terms of orders as they were drawn (0013)',
  '/v1/inspections/control-points': 'words',
  '/v1/inspections/yearly': 'counts of findings',
  '/v1/inspections/{id}': 'as drawn (0013)',
  '/v1/inspections/{id}/findings/{orderId}/{controlPoint}': 'a finding is of the course as drawn',
  '/v1/obligations/{id}': 'walked below',
  '/v1/re-summons/{id}': 'neither course has one; the policy is that of the list',
  '/v1/settlements/{municipality}/{month}': 'counted by the same day',
}
const referenceData =
  /^\/v1\/(me|organisations|code-sets|closing-days|routing-policies|framework-agreements|report-templates|deadlines|events|webhook-)/

test('every operation by which an auditor reads of a course is walked', async () => {
  const { paths } = JSON.parse(await openApiDocument()) as {
    paths: Record<string, { get?: { 'x-organisation-kinds': string[] } }>
  }
  const read = Object.entries(paths)
    .filter(([path, { get }]) => get?.['x-organisation-kinds'].includes('auditor') && !referenceData.test(path))
    .map(([path]) => path)
  expect(read.filter((path) => !(path in addresses) && !(path in elsewhere))).toEqual([])
  expect(Object.keys(addresses).filter((path) => !read.includes(path))).toEqual([])
})

/** Where the citizen began and what they reached stands on. */
const standing = /focus-areas|progress|milestones|inspections/
/** A frozen month is one text, which is whole for whom it is there at all. */
const ofDays = /\/(plan|attendance)\b|\/protocols(?!.*\/versions\/)|\/v1\/absences/

describe.each(['in', 'out'] as const)('seen from Dragør, a citizen who moved %s', (direction) => {
  const theirs = directions[direction]
  const foreign = other(theirs)

  test.each(Object.keys(addresses))('%s tells nothing of the other half', async (path) => {
    for (const address of addresses[path]?.(direction) ?? []) {
      const { status, text } = await dragoer(address)
      expect([200, 404], address).toContain(status)
      const { absence, document, activity, request, report, milestone } = told[direction][foreign]
      const kept = [absence, document, activity, request, report]
      for (const id of status === 404 ? [] : kept) expect(text, address).not.toContain(id)
      // Focus areas and milestones stand from their day on: those of before are of whoever comes after.
      if (!(standing.test(address) && foreign === 'before')) {
        expect(text, address).not.toContain(wordOf[foreign])
        expect(text, address).not.toContain(milestone)
      }
      // How the course ended after the citizen had left.
      if (direction === 'out') expect(text, address).not.toContain('"employment"')
      if (ofDays.test(address) && status === 200) {
        for (const day of daysOf[foreign])
          expect(text.replaceAll(address, ''), address).not.toContain(`"date":"${day}"`)
      }
    }
  })

  test('the order stands as of their days: who it was about, and where it stood', async () => {
    const { id } = orders[direction]
    const isTheirs = theirs === 'after'
    const read = must(await dragoer(`/v1/orders/${id}`)).body
    expect(read).toMatchObject({ status: 'approved', caseworker: { email: `${theirs}@jobcenter.example` } })
    expect(read.course).toMatchObject({ status: 'attending', endedOn: null })
    expect(read.citizen.residenceMunicipality).toBe(isTheirs ? '0155' : '0101')
    const all = must(await portal.as('auditor-koebenhavn').get(`/v1/orders/${id}`, purpose)).body
    expect([all.status, all.termination?.cause]).toEqual(isTheirs ? ['approved', undefined] : ['ended', 'employment'])
    for (const path of addresses['/v1/orders/{id}']?.(direction) ?? [])
      expect((await dragoer(path)).text).not.toContain('"termination"')
    const ended = await idsOf('/v1/orders?limit=500&courseStatus=ended')
    expect(ended).not.toContain(id)
    expect(await idsOf('/v1/orders?limit=500&status=ended')).not.toContain(id)
    expect(await idsOf('/v1/orders?limit=500&status=approved&courseStatus=attending')).toContain(id)
  })

  test('the order is open, and in the list', async () => {
    const { id } = orders[direction]
    expect((await dragoer(`/v1/orders/${id}`)).status).toBe(200)
    expect(await idsOf('/v1/orders?limit=1')).toContain(id)
    expect(await idsOf('/v1/orders?limit=1')).toEqual([...(await idsOf('/v1/orders?limit=500'))])
    expect(await idsOf(`/v1/orders?citizenId=${orders[direction].citizenId}`)).toEqual([id])
    expect(await idsOf('/v1/orders?status=cancelled')).toEqual([])
  })

  test('their own half is there, whole', async () => {
    const own = told[direction][theirs]
    const path = `/v1/orders/${orders[direction].id}`
    const body = async (address: string) => must(await dragoer(address)).body
    const dates = (items: { date: string }[]) => [...new Set(items.map(({ date }) => date))]
    expect(dates((await body(`${path}/plan`)).days)).toEqual(daysOf[theirs])
    expect(dates((await body(`${path}/attendance`)).items)).toEqual(
      daysOf[theirs].filter((date) => date <= '2026-03-12'),
    )
    for (const date of daysOf[theirs]) expect((await dragoer(`${path}/attendance/${date}`)).status).toBe(200)
    for (const date of daysOf[foreign]) expect((await dragoer(`${path}/attendance/${date}`)).status).toBe(404)
    expect(await idsOf(`/v1/absences?orderId=${orders[direction].id}`)).toEqual([own.absence])
    expect(await idsOf(`/v1/documents?orderId=${orders[direction].id}`)).toEqual([own.document])
    expect((await dragoer(`/v1/documents/${own.document}/content`)).status).toBe(200)
    expect(await idsOf(`${path}/reports`)).toEqual([own.report])
    expect((await dragoer(`/v1/reports/${own.report}`)).text).toContain(wordOf[theirs])
    expect(await idsOf(`${path}/report-requests`)).toEqual([own.request])
    expect(await idsOf(`${path}/activities`)).toContain(own.activity)
    const reasons = ((await body(`${path}/amendments`)).items as { reason: string }[]).map(({ reason }) => reason)
    expect(reasons.toSorted()).toEqual(['Flyttet', `Ny sagsbehandler ${wordOf[theirs]}`])
    expect((await body(`/v1/refusals?orderId=${orders[direction].id}`)).items).toHaveLength(1)
    const milestones = (await body(`${path}/milestones`)).items.map((one: Item) => one.id)
    const reached = theirs === 'before' ? [own.milestone] : ids(direction, 'milestone')
    expect(milestones).toEqual(reached)
  })

  test('protocols: a month of which a day was theirs stands; a frozen one is of the last day', async () => {
    const path = `/v1/orders/${orders[direction].id}/protocols`
    const months = must(await dragoer(path)).body.items.map((one: { month: string; status: string }) => [
      one.month,
      one.status,
    ])
    const march = ['2026-03', 'submitted']
    expect(months).toEqual(theirs === 'after' ? [march] : [['2026-02', 'submitted'], march])
    const stands = must(await dragoer(`${path}/2026-03`)).body
    expect([stands.status, stands.version, stands.sha256 !== null]).toEqual(['submitted', 1, theirs === 'after'])
    expect((await dragoer(`${path}/2026-03/versions/1`)).status).toBe(theirs === 'after' ? 200 : 404)
    expect((await dragoer(`${path}/2026-02/versions/1`)).status).toBe(theirs === 'before' ? 200 : 404)
    expect((await portal.as('auditor-koebenhavn').get(`${path}/2026-03/versions/1`, purpose)).status).toBe(200)
  })

  test('duties: those that were due, or settled before that, while the citizen was theirs', async () => {
    const duties = await portal.sql<{ id: string; kind: string; on: string }>(
      `select id, kind, least(due_on, (coalesce(met_at, waived_at) at time zone 'Europe/Copenhagen')::date)::text as on
         from obligations where order_id = $1 order by id`,
      [orders[direction].id],
    )
    const expected = duties.filter(({ on }) => on < movedOn === (theirs === 'before')).map(({ id }) => id)
    expect(expected.length).toBeGreaterThan(2)
    expect(expected.length).toBeLessThan(duties.length)
    expect(await idsOf(`/v1/obligations?limit=500&orderId=${orders[direction].id}`)).toEqual(expected)
    for (const { id } of duties) {
      expect((await dragoer(`/v1/obligations/${id}`)).status).toBe(expected.includes(id) ? 200 : 404)
    }
  })

  test('the pack of an inspection holds their days', async () => {
    const pack = must(
      await dragoer(`/v1/inspections/${inspections[direction].id}/courses/${orders[direction].id}`),
    ).body
    expect(pack.absences.map(({ id }: Item) => id)).toEqual([told[direction][theirs].absence])
    expect(pack.documents.map(({ id }: Item) => id)).toEqual([told[direction][theirs].document])
    const days = pack.protocols.flatMap(({ days: of }: { days: { date: string }[] }) => of.map(({ date }) => date))
    expect(days).toEqual(daysOf[theirs])
    expect(pack.focusAreas.length).toBeGreaterThan(0)
  })
})

describe('figures, cases and records agree', () => {
  const period = 'from=2026-02-01&to=2026-05-31'

  test.each(figureNames)('%s: each case that Dragør’s auditor is told of can be opened', async (figure) => {
    const items = await everyPage(withPurpose(), `/v1/compliance/cases?${period}&figure=${figure}&limit=500`)
    const { totals } = must(await dragoer(`/v1/compliance/summary?${period}`)).body
    expect(items.reduce((sum, { counts }) => sum + Number(counts), 0)).toBe(totals.figures[figure])
    for (const { url } of items) {
      const { pathname, search } = new URL(String(url))
      expect([url, (await dragoer(`${pathname}${search}`)).status]).toEqual([url, 200])
    }
  })

  test.each(['in', 'out'] as const)('the days of who moved %s are counted where they are read', async (direction) => {
    const items = await everyPage(withPurpose(), `/v1/compliance/cases?${period}&figure=daysPlanned&limit=500`)
    const mine = items.filter(({ orderId }) => orderId === orders[direction].id).map(({ date }) => date)
    expect(mine).toEqual(daysOf[directions[direction]])
  })
})
