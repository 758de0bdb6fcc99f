import { beforeAll, describe, expect, test } from 'vitest'
import { freshCpr, liv, must, refusal } from '#test/features/orders/support.ts'
import { course } from '#test/features/protocols/support.ts'
import { sendBack, submitReport } from '#test/features/reports/reading-support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const purpose = { headers: { 'x-purpose': 'Stikprøve, sag 2026-19' } }
const health = { area: 'health', title: 'Helbred', start: 4, assessedOn: '2026-03-03' }
const network = { area: 'network', start: 6, assessedOn: '2026-03-03', note: 'Få at støtte sig til' }
const put = (id: string, areas: unknown[], ifMatch?: string) =>
  nord().put(`/v1/orders/${id}/focus-areas`, { areas, registeredBy: liv }, ifMatch === undefined ? {} : { ifMatch })

beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 2: focus areas with their start assessments', () => {
  test('the first version needs no If-Match, every later one does, and what was first stays visible', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    const none = await nord().get(`/v1/orders/${id}/focus-areas`)
    expect([none.status, none.headers['etag'], none.body]).toEqual([
      200,
      '"0"',
      {
        orderId: id,
        version: 0,
        areas: [],
        removed: [],
        assessedLate: false,
        firstRegisteredAt: null,
        registeredAt: null,
        registeredBy: null,
      },
    ])
    const first = await put(id, [health, network])
    expect([first.status, first.headers['etag']], first.text).toEqual([201, '"1"'])
    expect(first.body).toEqual({
      orderId: id,
      version: 1,
      areas: [health, network],
      removed: [],
      assessedLate: false,
      firstRegisteredAt: '2026-03-13T10:00:00.000Z',
      registeredAt: '2026-03-13T10:00:00.000Z',
      registeredBy: liv,
    })
    expect(refusal(await put(id, [health]))).toEqual([428, 'if-match-required'])
    expect(refusal(await put(id, [health], '"7"'))).toEqual([412, 'precondition-failed'])
    const second = await put(id, [{ ...health, start: 7 }], '"1"')
    expect([second.status, second.headers['etag']]).toEqual([200, '"2"'])
    expect(second.body).toMatchObject({
      version: 2,
      areas: [{ ...health, start: 7, first: { start: 4, assessedOn: '2026-03-03' } }],
      removed: [network],
    })
    const versions = await as('jobcenter-musvaagevej').get(`/v1/orders/${id}/focus-areas/versions?limit=1`)
    expect(versions.body.items).toEqual([
      { version: 1, areas: [health, network], registeredAt: '2026-03-13T10:00:00.000Z', registeredBy: liv },
    ])
    const rest = await nord().get(`/v1/orders/${id}/focus-areas/versions?limit=5&cursor=${versions.body.next}`)
    expect(rest.body).toMatchObject({ items: [{ version: 2 }], next: null })
    const history = await portal.sql(
      `select action, changes, registered_by as by from change_log where entity_id = $1 and action = 'assessed' order by position`,
      [id],
    )
    expect(history).toEqual([
      { action: 'assessed', changes: { focusAreasVersion: 1, areas: 2 }, by: liv },
      { action: 'assessed', changes: { focusAreasVersion: 2, areas: 1 }, by: liv },
    ])
  })

  test('late is taken and marked: more than ten working days after the citizen first came', async () => {
    const { id } = await course(portal, { '2026-02-20': 120 }, { startDate: '2026-02-20' })
    expect((await put(id, [health])).body).toMatchObject({ assessedLate: true })
    // A group without the first-meeting procedure began on its first date.
    const other = await course(
      portal,
      { '2026-02-20': 120 },
      { startDate: '2026-02-20', targetGroup: 'insured-unemployed', firstMeeting: null },
    )
    expect((await put(other.id, [health])).body).toMatchObject({ assessedLate: true })
    // Of one who has not come yet, nothing is late.
    const awaited = await course(portal, { '2026-02-20': 120 }, { startDate: '2026-02-20', firstMeeting: null })
    expect((await put(awaited.id, [health])).body).toMatchObject({ assessedLate: false })
  })

  test('refused: a day ahead, an area twice, a form that is not the schema’s', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    const ahead = await put(id, [health, { ...network, assessedOn: '2026-03-14' }])
    expect(refusal(ahead)).toEqual([422, 'assessment-date'])
    expect(ahead.body).toMatchObject({ to: '2026-03-13', errors: [{ pointer: '/areas/1/assessedOn' }] })
    const twice = await put(id, [health, { ...health, area: ' Health' }])
    expect([twice.status, twice.body.errors[0].pointer]).toEqual([400, '/areas/1/area'])
    for (const wrong of [{ start: 0 }, { start: 11 }, { start: 4.5 }, { end: 5 }, { area: ' ' }]) {
      expect((await put(id, [{ ...health, ...wrong }])).status).toBe(400)
    }
    expect((await put(id, [])).status).toBe(400)
    const refused = await portal.sql(`select rule from refusals where order_id = $1`, [id])
    expect(refused).toEqual([{ rule: 'assessment-date' }])
  })

  test('of several at once one makes the version', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    const answers = await Promise.all([1, 2, 3, 4, 5].map((start) => put(id, [{ ...health, start }])))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 428, 428, 428, 428])
    const again = await Promise.all([6, 7, 8].map((start) => put(id, [{ ...health, start }], '"1"')))
    expect(again.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  })

  test('not of a course that never started; still of one that ended', async () => {
    const never = await course(portal, { '2026-03-02': 120 }, { firstMeeting: null })
    const end = (id: string) =>
      nord().post(`/v1/orders/${id}/termination`, { endedOn: '2026-03-13', cause: 'moved', registeredBy: liv })
    must(await end(never.id))
    expect(refusal(await put(never.id, [health]))).toEqual([409, 'order-state'])
    const ended = await course(portal, { '2026-03-02': 120 })
    must(await end(ended.id))
    expect((await put(ended.id, [health])).status).toBe(201)
  })

  test('not while a final report stands that was submitted against them; its page stays as it was', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    must(await put(order.id, [health]))
    const areas = [
      { area: 'health', start: 4, end: 8 },
      { area: 'Søvn', start: 2, end: 5 },
    ]
    must(await submitReport(portal, order, 'interim', { focusAreas: areas }))
    must(await put(order.id, [{ ...health, title: 'Et nyt navn' }], '"1"'))
    must(
      await nord().post(`/v1/orders/${order.id}/termination`, {
        endedOn: '2026-03-13',
        cause: 'moved',
        registeredBy: liv,
      }),
    )
    const report = must(await submitReport(portal, order, 'final', { focusAreas: areas })).body
    const page = async () =>
      must(await nord().get(`/v1/reports/${report.id}`, { query: { version: 1 }, headers: { accept: 'text/html' } }))
        .text
    const before = await page()
    expect(before).toContain('<td dir="auto">health</td>')
    const refused = await put(order.id, [{ ...health, start: 9 }], '"2"')
    expect([refusal(refused), refused.body.finalReport]).toEqual([[409, 'order-state'], 'submitted'])
    expect(await page()).toBe(before)
    expect(before).not.toContain('Et nyt navn')
    must(await sendBack(portal, report))
    expect((await put(order.id, [{ ...health, title: 'Et tredje navn' }], '"2"')).status).toBe(200)
    expect(await page()).not.toContain('Et tredje navn')
  })
})

describe('who sees progress', () => {
  test('supplier, ordering jobcenter and auditors of the municipality; never a benefits office', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 }, { cpr: freshCpr() })
    must(await put(id, [health]))
    for (const path of ['focus-areas', 'focus-areas/versions', 'milestones', 'progress']) {
      const seen: string[] = []
      for (const client of [
        'supplier-nord',
        'supplier-syd',
        'supplier-beskaeftigelsescenter',
        'jobcenter-musvaagevej',
        'jobcenter-skelbaekgade',
        'k-kassen',
        'ydelse-dragoer',
        'auditor-koebenhavn',
        'auditor-dragoer',
        'administrator',
      ]) {
        const answer = await as(client).get(`/v1/orders/${id}/${path}`, client.startsWith('auditor') ? purpose : {})
        if (answer.status === 200) seen.push(client)
        else expect([403, 404], client).toContain(answer.status)
      }
      expect([path, seen]).toEqual([path, ['supplier-nord', 'jobcenter-musvaagevej', 'auditor-koebenhavn']])
      expect(refusal(await as('auditor-koebenhavn').get(`/v1/orders/${id}/${path}`))).toEqual([400, 'purpose-required'])
    }
    expect(
      refusal(await as('supplier-syd').put(`/v1/orders/${id}/focus-areas`, { areas: [health], registeredBy: liv })),
    ).toEqual([404, 'not-found'])
    const [looked] = await portal.sql<{ count: number }>(
      `select count(*)::int as count from lookups where order_id = $1 and purpose = 'Stikprøve, sag 2026-19'`,
      [id],
    )
    expect(looked?.count).toBe(4)
  })
})
