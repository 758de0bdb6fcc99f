import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  agreements,
  approval,
  approved,
  atTheFund,
  attend,
  committed,
  demoOrders,
  dorte,
  draft,
  dutyTexts,
  eventsOf,
  gorm,
  liv,
  must,
  orderBody,
  organisations,
  plan,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const jobcenter = () => as('jobcenter-musvaagevej')
const amend = (id: string, changes: Record<string, unknown>, ifMatch = '*', client = 'jobcenter-musvaagevej') =>
  as(client).patch(`/v1/orders/${id}`, { registeredBy: dorte, ...changes }, { ifMatch })
const amended = (id: string, changes: Record<string, unknown>, ifMatch = '*') =>
  amend(id, { reason: 'Ændret behov', ...changes }, ifMatch)

beforeAll(async () => {
  portal = await testPortal()
})

describe('a draft is edited', () => {
  test('freely, and all rules are asked again; nobody is told', async () => {
    const { id } = await draft(as)
    const answer = await amend(id, {
      orderedMinutes: 6000,
      startDate: '2026-03-09',
      firstMeetingAt: '2026-03-09T09:00:00+01:00',
      targetGroup: 'education-benefit',
      citizen: { name: 'Nyt Navn', residenceMunicipality: '0155' },
      subcontractors: [{ name: 'Underleverandør ApS', cvr: '12345678' }],
      reports: { interimEveryWeeks: 4 },
    })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({
      status: 'draft',
      orderedMinutes: 6000,
      startDate: '2026-03-09',
      firstMeetingAt: '2026-03-09T08:00:00.000Z',
      citizen: { name: 'Nyt Navn', residenceMunicipality: '0155' },
      subcontractors: [{ name: 'Underleverandør ApS', cvr: '12345678' }],
    })
    const activities = (await jobcenter().get(`/v1/orders/${id}/activities`)).body.items
    expect(activities[0].startDate).toBe('2026-03-09')
    expect(await eventsOf(portal, id)).toEqual([])
    expect((await jobcenter().get(`/v1/orders/${id}/amendments`)).body.items).toEqual([])
    expect(refusal(await amend(id, { endDate: '2036-01-01' }))).toEqual([422, 'agreement-not-valid'])
    expect(refusal(await amend(id, { endDate: '2026-03-08' }))).toEqual([422, 'order-incoherent'])
    expect(refusal(await amend(id, { targetGroup: 'lottery' }))).toEqual([422, 'unknown-target-group'])
    expect(refusal(await amend(id, { deliveryAddressId: organisations.supplierSyd.deliveryAddresses[0].id }))).toEqual([
      422,
      'unknown-delivery-address',
    ])
    expect((await amend(id, { reports: null })).body.reports).toBeUndefined()
  })

  test('§ 1: who edited it is not its second person, and needs an e-mail address', async () => {
    const { id } = await draft(as)
    must(await amend(id, { orderedMinutes: 6000, registeredBy: gorm }))
    expect(refusal(await jobcenter().post(`/v1/orders/${id}/approval`, approval()))).toEqual([
      409,
      'approval-needs-second-person',
    ])
    must(await jobcenter().post(`/v1/orders/${id}/approval`, approval({ email: 'tredje@jobcenter.example' })))
    const other = await draft(as)
    expect(refusal(await amend(other.id, { orderedMinutes: 6000, registeredBy: { name: 'Uden' } }))).toEqual([
      400,
      'invalid-request',
    ])
  })

  test('it goes to another supplier with its activity; one that is another’s agreement or does not exist is refused', async () => {
    const { id } = await draft(as)
    const toSyd = {
      supplierId: organisations.supplierSyd.id.toUpperCase(),
      frameworkAgreementId: agreements.supplierSyd.id,
      offer: 'job-search',
      deliveryAddressId: organisations.supplierSyd.deliveryAddresses[0].id,
    }
    expect(refusal(await amend(id, { ...toSyd, frameworkAgreementId: id }))).toEqual([404, 'not-found'])
    expect(refusal(await amend(id, { ...toSyd, supplierId: organisations.supplierNord.id }))).toEqual([
      422,
      'agreement-not-valid',
    ])
    expect(must(await amend(id, toSyd)).body.supplierId).toBe(organisations.supplierSyd.id)
    must(await jobcenter().post(`/v1/orders/${id}/approval`, approval()))
    const [activity] = (await as('supplier-syd').get(`/v1/orders/${id}/activities`)).body.items
    expect(activity).toMatchObject({ title: 'job-search', place: { addressId: toSyd.deliveryAddressId } })
    const days = [{ date: '2026-03-02', activityId: activity.id, plannedMinutes: 60 }]
    must(await as('supplier-syd').put(`/v1/orders/${id}/plan`, { complete: false, days }))
    expect((await as('supplier-nord').get(`/v1/orders/${id}`)).status).toBe(404)
  })

  test('the CPR number stays', async () => {
    const { id } = await draft(as)
    expect(refusal(await amend(id, { citizen: { cpr: '6101901234' } }))).toEqual([400, 'invalid-request'])
  })
})

describe('an approved order is amended', () => {
  test('with a reason: old values are kept, the supplier is told, money and version move', async () => {
    const before = await committed(portal, agreements.supplierNord.id)
    const { id } = await approved(as)
    const answer = await amended(id, {
      orderedMinutes: 9000,
      endDate: '2026-06-12',
      citizen: { name: 'Gift Navn' },
      registeredBy: undefined,
      amendedBy: { name: 'Dorte Udkast' },
    })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ orderedMinutes: 9000, remainingMinutes: 9000, planConflict: false })
    expect(answer.headers['etag']).toBe('"3"')
    expect(await committed(portal, agreements.supplierNord.id)).toBe(before + 150 * 45_000)
    const told = (await eventsOf(portal, id)).at(-1)
    expect(told).toMatchObject({ type: 'order.amended', recipients: [organisations.supplierNord.id] })
    expect(JSON.stringify(told)).not.toMatch(/Gift|behov/)
    for (const client of ['jobcenter-musvaagevej', 'supplier-nord']) {
      const { items } = (await as(client).get(`/v1/orders/${id}/amendments`)).body
      expect(items).toEqual([
        {
          id: told?.data['amendmentId'],
          orderId: id,
          amendedAt: '2026-03-13T10:00:00.000Z',
          reason: 'Ændret behov',
          amendedBy: { name: 'Dorte Udkast' },
          before: { orderedMinutes: 7200, endDate: '2026-05-22', citizenName: 'Prøve Person' },
          after: { orderedMinutes: 9000, endDate: '2026-06-12', citizenName: 'Gift Navn' },
        },
      ])
    }
    const audit = await as('auditor-koebenhavn').get(`/v1/orders/${id}/amendments`, {
      headers: { 'x-purpose': 'Tilsyn' },
    })
    expect(audit.body.items).toHaveLength(1)
    const [log] = await portal.sql(`select changes from change_log where entity_id = $1 and action = 'amended'`, [id])
    expect(JSON.stringify(log)).not.toMatch(/Gift|behov/)
    must(await jobcenter().post(`/v1/orders/${id}/cancellation`, { cause: 'other', registeredBy: dorte }))
    expect(await committed(portal, agreements.supplierNord.id)).toBe(before)
  })

  test('amendments page', async () => {
    const { id } = await approved(as)
    for (const orderedMinutes of [7300, 7400, 7500]) must(await amended(id, { orderedMinutes }))
    const first = (await jobcenter().get(`/v1/orders/${id}/amendments`, { query: { limit: 2 } })).body
    expect(first.items.map((item: { after: unknown }) => item.after)).toEqual([
      { orderedMinutes: 7300 },
      { orderedMinutes: 7400 },
    ])
    const rest = (await jobcenter().get(`/v1/orders/${id}/amendments`, { query: { limit: 2, cursor: first.next } }))
      .body
    expect([rest.items.length, rest.next]).toEqual([1, null])
  })

  test('needs a reason, a person and the version that is meant', async () => {
    const { id } = await approved(as)
    expect(refusal(await amend(id, { orderedMinutes: 60 }))).toEqual([400, 'invalid-request'])
    expect(refusal(await amended(id, { orderedMinutes: 60, registeredBy: undefined }))).toEqual([
      400,
      'invalid-request',
    ])
    expect(refusal(await amended(id, { orderedMinutes: 60 }, '"1"'))).toEqual([412, 'precondition-failed'])
    const without = await jobcenter().patch(`/v1/orders/${id}`, {
      registeredBy: dorte,
      reason: 'x',
      orderedMinutes: 60,
    })
    expect(refusal(without)).toEqual([428, 'if-match-required'])
    must(await amended(id, { orderedMinutes: 60 }, '"2"'))
  })

  test('supplier, agreement and target group stay; the same again is no change', async () => {
    const { id } = await approved(as)
    const answer = await amended(id, { targetGroup: 'education-benefit' })
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({ orderStatus: 'approved', allowedIn: ['draft'], fixedMembers: ['targetGroup'] })
    must(await amended(id, { supplierId: organisations.supplierNord.id.toUpperCase(), orderedMinutes: 7100 }))
    const same = must(await amended(id, { orderedMinutes: 7100, caseworker: orderBody()['caseworker'] }))
    expect(same.headers['etag']).toBe('"3"')
    expect((await jobcenter().get(`/v1/orders/${id}/amendments`)).body.items).toHaveLength(1)
  })

  test('§ 4 hours-changed-by-supplier: not by the supplier, and others do not see it', async () => {
    const { id } = await approved(as)
    expect(refusal(await amend(id, { orderedMinutes: 60 }, '*', 'supplier-nord'))).toEqual([
      403,
      'hours-changed-by-supplier',
    ])
    const [kept] = await portal.sql(`select rule from refusals where order_id = $1`, [id])
    expect(kept).toEqual({ rule: 'hours-changed-by-supplier' })
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade']) {
      expect(refusal(await amend(id, { orderedMinutes: 60 }, '*', client))).toEqual([404, 'not-found'])
    }
    expect(refusal(await amend(demoOrders.draft.id, { orderedMinutes: 60 }, '*', 'supplier-nord'))).toEqual([
      404,
      'not-found',
    ])
    expect(refusal(await amend(id, { orderedMinutes: 60 }, '*', 'k-kassen'))).toEqual([403, 'forbidden'])
  })

  test('order-state: what is over stays as it was', async () => {
    const { id } = await approved(as)
    must(await jobcenter().post(`/v1/orders/${id}/cancellation`, { cause: 'other', registeredBy: dorte }))
    const answer = await amended(id, { orderedMinutes: 60 })
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({ orderStatus: 'cancelled', allowedIn: ['draft', 'approved'] })
  })

  test('below what is planned and registered it is taken and flagged, until a plan fits again', async () => {
    const order = await approved(as)
    const nord = as('supplier-nord')
    must(await plan(nord, order, { '2026-03-02': 120, '2026-03-12': 120, '2026-04-07': 120 }))
    must(await attend(nord, order.id, '2026-03-02'))
    const fewer = must(await amended(order.id, { orderedMinutes: 300 })).body
    expect(fewer).toMatchObject({ planConflict: true, plannedMinutes: 360, remainingMinutes: -60 })
    expect(must(await amended(order.id, { orderedMinutes: 400 })).body.planConflict).toBe(false)
    expect(must(await amended(order.id, { endDate: '2026-04-06' })).body.planConflict).toBe(true)
    must(await plan(nord, order, { '2026-03-02': 120, '2026-03-12': 120 }, { ifMatch: '*' }))
    expect((await jobcenter().get(`/v1/orders/${order.id}`)).body.planConflict).toBe(false)
    const absent = { orderId: order.id, activityId: order.activities[0].id, date: '2026-03-12', wholeDay: true }
    must(await nord.post('/v1/absences', { ...absent, reason: 'no-notice', registeredBy: liv }))
    expect(must(await amended(order.id, { endDate: '2026-03-11' })).body.planConflict).toBe(true)
    // A plan can be put all the same; what is registered outside stays flagged.
    must(await plan(nord, order, { '2026-03-02': 120 }, { ifMatch: '*' }))
    expect((await jobcenter().get(`/v1/orders/${order.id}`)).body.planConflict).toBe(true)
  })

  test('§ 4: a complete plan that no longer adds up is not complete, and has another version', async () => {
    const order = await approved(as, { orderedMinutes: 120 })
    const nord = as('supplier-nord')
    const put = must(await plan(nord, order, { '2026-03-02': 120 }, { complete: true }))
    must(await amended(order.id, { orderedMinutes: 180 }))
    const read = await nord.get(`/v1/orders/${order.id}/plan`)
    expect(read.body).toMatchObject({ complete: false, orderedMinutes: 180, remainingMinutes: 60 })
    expect(read.headers['etag']).not.toBe(put.headers['etag'])
  })

  test('003: more hours are held against the ceiling, fewer never; amendment and approval cannot pass it together', async () => {
    const ceiling = agreements.supplierAkasse.budgetOere
    const price = agreements.supplierAkasse.unitPriceOere
    const free = Math.floor(((ceiling - (await committed(portal, agreements.supplierAkasse.id))) / price) * 60)
    const one = await approved(as, { ...atTheFund, orderedMinutes: 600 })
    const two = await draft(as, { ...atTheFund, orderedMinutes: free - 600 - 600 })
    expect(refusal(await amended(one.id, { orderedMinutes: free + 60 }))).toEqual([409, 'budget-exceeded'])
    const [more, second] = await Promise.all([
      amended(one.id, { orderedMinutes: 1800 }),
      jobcenter().post(`/v1/orders/${two.id}/approval`, approval()),
    ])
    expect([more.status, second.status].sort()).toEqual([200, 409])
    expect(await committed(portal, agreements.supplierAkasse.id)).toBeLessThanOrEqual(ceiling)
    must(await amended(one.id, { orderedMinutes: 300 }))
  })

  test('two with the same ETag: one is taken', async () => {
    const { id } = await approved(as)
    const answers = await Promise.all(
      [7300, 7400, 7500].map((orderedMinutes) => amended(id, { orderedMinutes }, '"2"')),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412])
  })

  test('its open duties move: the first meeting, the interim reports', async () => {
    const { id } = await approved(as, { reports: { interimEveryWeeks: 4 } })
    expect(await dutyTexts(portal, id)).toEqual([
      'first-meeting-outcome 2026-03-02 2026-03-02 open',
      'interim-report 2026-03-30 2026-04-09 open',
      'interim-report 2026-04-27 2026-05-04 open',
    ])
    must(
      await amended(id, {
        firstMeetingAt: '2026-03-16T08:00:00Z',
        endDate: '2026-04-24',
        reports: { interimEveryWeeks: 4, interimDueWorkingDays: 1 },
      }),
    )
    expect(await dutyTexts(portal, id)).toEqual([
      'first-meeting-outcome 2026-03-02 2026-03-02 waived',
      'first-meeting-outcome 2026-03-16 2026-03-16 open',
      'interim-report 2026-03-30 2026-03-31 open',
      'interim-report 2026-04-27 2026-05-04 waived',
    ])
  })
})

describe('ours: nobody is late with what an amendment asks for', () => {
  test('a meeting that is moved into the past is due on its day, and says that it was asked for afterwards', async () => {
    const { id } = await approved(as, { firstMeetingAt: '2026-03-20T08:00:00Z' })
    must(await amended(id, { firstMeetingAt: '2026-03-05T08:00:00Z' }))
    expect(await dutyTexts(portal, id)).toEqual([
      'first-meeting-outcome 2026-03-05 2026-03-05 open',
      'first-meeting-outcome 2026-03-20 2026-03-20 waived',
    ])
    const { items } = (await as('supplier-nord').get(`/v1/obligations?orderId=${id}&status=overdue`)).body
    expect(items.map((duty: { openedAfterDue: boolean }) => duty.openedAfterDue)).toEqual([true])
  })
})

describe('an amendment takes nothing away that was agreed or owed', () => {
  const interimDuty = async (id: string) => {
    const rows = await portal.sql<{ id: string; due_on: string; original: string }>(
      `select id, due_on::text, original_due_on::text as original from obligations
        where order_id = $1 and kind = 'interim-report' and subject = '2026-03-30'`,
      [id],
    )
    return rows[0]
  }

  test('an extension stays, and so do both its dates', async () => {
    const { id } = await approved(as, { reports: { interimEveryWeeks: 4 } })
    const duty = await interimDuty(id)
    must(
      await jobcenter().post(`/v1/obligations/${duty?.id}/extension`, {
        dueOn: '2026-05-08',
        reason: 'Aftalt',
        agreedBy: { name: 'Sally' },
      }),
    )
    must(await amended(id, { reports: { interimEveryWeeks: 4, interimDueWorkingDays: 6 } }))
    expect(await interimDuty(id)).toMatchObject({ due_on: '2026-05-08', original: '2026-04-09' })
  })

  test('a report that could only be late is not asked for', async () => {
    const { id } = await approved(as)
    portal.clock.set('2026-05-01T10:00:00.000Z')
    must(await amended(id, { reports: { interimEveryWeeks: 4 } }))
    const texts = await dutyTexts(portal, id)
    expect(texts.filter((text) => text.startsWith('interim-report'))).toEqual([
      'interim-report 2026-04-27 2026-05-04 open',
    ])
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test("duties that lie ahead follow the citizen's municipality, and with it who audits them", async () => {
    const { id } = await approved(as, { reports: { interimEveryWeeks: 4 } })
    const seen = async () => {
      const purpose = { headers: { 'x-purpose': 'Stikprøve' } }
      const { items } = (await as('auditor-dragoer').get(`/v1/obligations?orderId=${id}`, purpose)).body
      return items.map(({ kind }: { kind: string }) => kind)
    }
    expect(await seen()).toEqual([])
    must(await amended(id, { citizen: { residenceMunicipality: '0155' } }))
    expect(await seen()).toEqual(['interim-report', 'interim-report'])
  })
})

describe('§ 5: an overdue protocol', () => {
  test('does not go away with the plan of its month', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-04-07T08:00:00Z' })
    must(await plan(as('supplier-nord'), order, { '2026-03-05': 60, '2026-04-10': 60 }))
    portal.clock.set('2026-04-03T10:00:00.000Z')
    const fewer = await plan(as('supplier-nord'), order, { '2026-04-10': 60 }, { ifMatch: '*' })
    expect(fewer.status).toBe(200)
    expect((await dutyTexts(portal, order.id)).find((text) => text.includes('protocol 2026-03'))).toBe(
      'attendance-protocol 2026-03 2026-04-01 open',
    )
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })
})

describe('§ 18: subcontractors', () => {
  test('are named on the order and shown to both sides', async () => {
    const subcontractors = [{ name: 'Underleverandør ApS' }]
    const { id } = await approved(as, { subcontractors })
    for (const client of ['jobcenter-musvaagevej', 'supplier-nord']) {
      expect((await as(client).get(`/v1/orders/${id}`)).body.subcontractors).toEqual(subcontractors)
    }
    const bad = await jobcenter().post('/v1/orders', orderBody({ subcontractors: [{ name: 'X', cvr: '1' }] }))
    expect(refusal(bad)).toEqual([400, 'invalid-request'])
  })
})
