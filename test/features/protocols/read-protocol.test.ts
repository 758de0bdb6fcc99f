import { beforeAll, describe, expect, test } from 'vitest'
import { freshCpr, must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, monthOf, recordedDay, submit } from './support.ts'

let portal: TestPortal
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
const march = async (order: { id: string }) => must(await monthOf(portal, order, '2026-03')).body
const statuses = (month: { days: { date: string; status: string }[] }) =>
  month.days.map(({ date, status }) => `${date} ${status}`)
const leave = (order: CourseOrder, date: string, changes: Record<string, unknown> = {}) =>
  portal.as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/leave-approvals`, {
    from: date,
    to: date,
    reason: 'Flytning',
    approvedBy: sally,
    ...changes,
  })

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-06T15:00:00.000Z' })
})

describe('§ 5: the month as it stands', () => {
  test('shows each planned day: recorded, late, missing, planned otherwise since, ahead', async () => {
    const order = await course(portal, {
      '2026-03-02': 120,
      '2026-03-03': 120,
      '2026-03-04': 120,
      '2026-03-05': 120,
      '2026-03-09': 60,
      '2026-04-01': 60,
    })
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    await recordedDay(portal, order, '2026-03-03', {
      attended: 100,
      absent: [{ code: 'unauthorised', minutes: 20 }],
      at: '2026-03-05T09:00:00.000Z',
    })
    await recordedDay(portal, order, '2026-03-04', { attended: 90 })
    const registered = must(
      await absent(portal, order, '2026-03-03', { absentMinutes: 20, reason: 'late-arrival' }),
    ).body
    const month = await march(order)
    expect(month).toMatchObject({
      orderId: order.id,
      month: '2026-03',
      citizen: { id: order.citizenId, name: 'Prøve Person' },
      status: 'open',
      version: null,
      sha256: null,
      dueOn: '2026-04-01',
      totals: { plannedMinutes: 540, attendedMinutes: 310, unauthorisedMinutes: 20, leaveMinutes: 0 },
      daysWithoutEntry: ['2026-03-05'],
      daysOutdated: ['2026-03-04'],
      daysRecordedLate: ['2026-03-03'],
      differences: [],
      explained: [],
    })
    expect(statuses(month)).toEqual([
      '2026-03-02 recorded',
      '2026-03-03 recorded',
      '2026-03-04 outdated',
      '2026-03-05 missing',
      '2026-03-09 ahead',
    ])
    expect(month.days[1]).toMatchObject({
      recordedAt: '2026-03-05T09:00:00.000Z',
      recordedLate: true,
      entries: [{ activityId: order.activityId, kind: 'on-site', attendedMinutes: 100 }],
      absence: { id: registered.id, absentMinutes: 20, reason: 'late-arrival', late: true, daysLate: 3 },
    })
    const list = await portal.as('supplier-nord').get(`/v1/orders/${order.id}/protocols`, { query: { limit: 1 } })
    expect(list.body.items).toMatchObject([
      { month: '2026-03', plannedMinutes: 540, status: 'open', dueOn: '2026-04-01' },
    ])
    const { next } = list.body
    const rest = await portal.as('supplier-nord').get(`/v1/orders/${order.id}/protocols`, { query: { cursor: next } })
    expect(rest.body).toMatchObject({ items: [{ month: '2026-04', plannedMinutes: 60 }], next: null })
  })

  test('§ 9, § 6: sickness and leave ask for no registration', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 })
    const sick = { code: 'sick-accepted', minutes: 120, messageOn: '2026-03-02', periodTo: '2026-03-02' }
    await recordedDay(portal, order, '2026-03-02', { attended: 0, absent: [sick] })
    await recordedDay(portal, order, '2026-03-03', { attended: 0, absent: [{ code: 'sick-reported', minutes: 120 }] })
    await recordedDay(portal, order, '2026-03-04', { attended: 0, absent: [{ code: 'approved-leave', minutes: 120 }] })
    must(await leave(order, '2026-03-04'))
    const month = await march(order)
    expect(month.differences).toEqual([])
    expect(month.explained).toEqual([
      { date: '2026-03-02', because: 'sickness' },
      { date: '2026-03-03', because: 'sickness' },
      { date: '2026-03-04', because: 'approved-leave' },
    ])
    expect(month.days[2].leaveMinutes).toBe(120)
    expect(month.days[0].entries[0].absent).toEqual([sick])
    portal.clock.set('2026-03-31T10:00:00.000Z')
    must(await submit(portal, order, '2026-03'))
    portal.clock.set('2026-03-06T15:00:00.000Z')
  })

  test('§ 6: leave after a registration explains it once the protocol says leave; § 10: who came and refused', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
    await recordedDay(portal, order, '2026-03-02', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
    const { id } = must(await absent(portal, order, '2026-03-02')).body
    const given = must(await leave(order, '2026-03-02')).body
    await recordedDay(portal, order, '2026-03-03', { attended: 120 })
    must(
      await absent(portal, order, '2026-03-03', {
        reason: 'non-participation',
        elaboration: 'Ville ikke deltage.',
        priorWarning: true,
      }),
    )
    expect(await march(order)).toMatchObject({
      differences: [],
      explained: [{ date: '2026-03-03', because: 'non-participation' }],
    })
    await recordedDay(portal, order, '2026-03-02', { attended: 0, absent: [{ code: 'approved-leave', minutes: 120 }] })
    const month = await march(order)
    expect(month.explained[0]).toEqual({ date: '2026-03-02', because: 'approved-leave' })
    expect(month.days[0].absence).toMatchObject({ id, coveredByLeave: given.id })
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    expect((await march(order)).differences).toEqual([
      { date: '2026-03-02', because: 'registration-not-in-protocol', minutes: 120 },
    ])
  })

  test('§ 7: days before the citizen first came stand as not-started', async () => {
    const order = await course(
      portal,
      { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 },
      { firstMeeting: null },
    )
    expect(statuses(await march(order))).toEqual([
      '2026-03-02 not-started',
      '2026-03-03 not-started',
      '2026-03-04 not-started',
    ])
    await portal.sql(`update orders set first_attended_on = '2026-03-04', course_status = 'attending' where id = $1`, [
      order.id,
    ])
    await portal.sql(
      `insert into excused_days (order_id, date, supplier_id, citizen_id, code, registered_by, registered_at)
       select id, '2026-03-02', supplier_id, citizen_id, 'sick', '{"name":"Liv"}', now() from orders where id = $1`,
      [order.id],
    )
    must(await absent(portal, order, '2026-03-03'))
    const month = await march(order)
    expect(statuses(month)).toEqual(['2026-03-02 not-started', '2026-03-03 not-started', '2026-03-04 missing'])
    expect(month.days[0].excusedCode).toBe('sick')
    expect(month).toMatchObject({
      daysWithoutEntry: ['2026-03-04'],
      differences: [],
      explained: [{ date: '2026-03-03', because: 'before-first-attendance' }],
    })
  })

  test('§ 6: a day counts over all the supplier’s orders of the citizen, also those of another jobcenter', async () => {
    const cpr = freshCpr()
    const first = await course(portal, { '2026-03-03': 120 }, { cpr })
    const second = await course(portal, { '2026-03-03': 60 }, { cpr, jobcenter: 'jobcenter-skelbaekgade' })
    await recordedDay(portal, first, '2026-03-03', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
    must(await absent(portal, first, '2026-03-03'))
    const differing = [{ date: '2026-03-03', because: 'registration-not-in-protocol', minutes: 60 }]
    expect((await march(first)).differences).toEqual(differing)
    expect((await monthOf(portal, first, '2026-03', 'jobcenter-musvaagevej')).body.differences).toEqual(differing)
    await recordedDay(portal, second, '2026-03-03', { attended: 0, absent: [{ code: 'unauthorised', minutes: 60 }] })
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const { body } = await monthOf(portal, first, '2026-03', client)
      expect([body.differences, body.explained, body.totals.plannedMinutes]).toEqual([[], [], 120])
    }
  })

  test('days after the course’s end are none; what stands on them stays', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-05': 120 })
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    await recordedDay(portal, order, '2026-03-03', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
    must(await absent(portal, order, '2026-03-03'))
    must(
      await portal.as('k-kassen').post(`/v1/orders/${order.id}/termination`, {
        endedOn: '2026-03-02',
        cause: 'benefit-stopped',
        registeredBy: { name: 'Kaja Kasse' },
      }),
    )
    const month = await march(order)
    expect(statuses(month)).toEqual(['2026-03-02 recorded', '2026-03-03 unplanned', '2026-03-05 unplanned'])
    expect(month).toMatchObject({
      totals: { plannedMinutes: 120, attendedMinutes: 120, unauthorisedMinutes: 0 },
      daysWithoutEntry: [],
      differences: [],
    })
    expect(month.days[1].absence.absentMinutes).toBe(120)
    must(await submit(portal, order, '2026-03'))
  })

  test('documentation is missing for off-site days without a document', async () => {
    const order = await course(portal, { '2026-03-03': 120 })
    const added = must(
      await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/activities`, {
        kind: 'off-site',
        title: 'Cykelværksted',
        place: { kind: 'company', name: 'Værkstedet' },
        startDate: '2026-03-02',
        endDate: '2026-03-31',
        registeredBy: sally,
      }),
    ).body
    const offSite = { place: 'Værkstedet', content: 'Reparation af cykler' }
    await portal.sql(`update planned_days set activity_id = $2 where order_id = $1`, [order.id, added.id])
    await recordedDay(portal, order, '2026-03-03', { attended: 120, activityId: added.id, offSite })
    expect(await march(order)).toMatchObject({
      documentationMissing: [{ date: '2026-03-03', activityId: added.id }],
      days: [{ entries: [{ kind: 'off-site', title: 'Cykelværksted', offSite, documentationMissing: true }] }],
    })
  })
})

describe('who reads it', () => {
  let order: CourseOrder
  beforeAll(async () => {
    order = await course(portal, { '2026-03-02': 120 })
    portal.clock.set('2026-03-31T10:00:00.000Z')
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    must(await submit(portal, order, '2026-03'))
    portal.clock.set('2026-03-06T15:00:00.000Z')
  })
  const paths = () =>
    ['', '/2026-03', '/2026-03/versions', '/2026-03/versions/1'].map(
      (rest) => `/v1/orders/${order.id}/protocols${rest}`,
    )

  test('never a benefits office; another supplier and another jobcenter find nothing', async () => {
    for (const path of paths()) {
      expect(refusal(await portal.as('k-kassen').get(path))).toEqual([403, 'forbidden'])
      expect(refusal(await portal.as('supplier-syd').get(path))).toEqual([404, 'not-found'])
      expect(refusal(await portal.as('jobcenter-skelbaekgade').get(path))).toEqual([404, 'not-found'])
      expect(refusal(await portal.as('auditor-dragoer').get(path, { headers: { 'x-purpose': 'Tilsyn' } }))).toEqual([
        404,
        'not-found',
      ])
      for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) must(await portal.as(client).get(path))
    }
  })

  test('an organisation that is a benefits office among others reads none as such', async () => {
    const [organisation] = await portal.sql<{ id: string }>(
      `select id from organisations where 'benefits-office' = any (kinds) limit 1`,
    )
    await portal.sql(`update organisations set kinds = kinds || '{jobcenter}' where id = $1`, [organisation?.id])
    await portal.sql(`update api_clients set revoked_at = null where organisation_id = $1`, [organisation?.id])
    const fresh = await testPortal({ on: portal, now: '2026-03-06T15:00:00.000Z' })
    for (const path of paths()) expect(refusal(await fresh.as('k-kassen').get(path))).toEqual([404, 'not-found'])
    await portal.sql(`update organisations set kinds = array_remove(kinds, 'jobcenter') where id = $1`, [
      organisation?.id,
    ])
  })

  test('an auditor says why, and the look-up is kept', async () => {
    const auditor = portal.as('auditor-koebenhavn')
    for (const path of paths()) {
      expect(refusal(await auditor.get(path))).toEqual([400, 'purpose-required'])
      must(await auditor.get(path, { headers: { 'x-purpose': 'Uanmeldt tilsyn' } }))
    }
    const kept = await portal.sql(
      `select operation, citizen_id, purpose from lookups where order_id = $1 and client_id like 'auditor-%' order by id`,
      [order.id],
    )
    expect(kept).toEqual(
      ['listProtocols', 'getProtocol', 'listProtocolVersions', 'getProtocolVersion'].map((operation) => ({
        operation,
        citizen_id: order.citizenId,
        purpose: 'Uanmeldt tilsyn',
      })),
    )
  })

  test('an unchanged month is not sent again; an id in capitals is the same', async () => {
    const path = `/v1/orders/${order.id.toUpperCase()}/protocols/2026-03`
    const { headers } = must(await portal.as('supplier-nord').get(path))
    const again = await portal.as('supplier-nord').get(path, { headers: { 'if-none-match': headers['etag'] ?? '' } })
    expect(again.status).toBe(304)
  })
})
