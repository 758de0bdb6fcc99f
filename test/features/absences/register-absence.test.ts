import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence, runningOrder } from './support.ts'

let portal: TestPortal
const nord = () => portal.as('supplier-nord')
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 6, § 8: an absence is registered', () => {
  test('whole day: unauthorised, late, routed to K-kassen, told to it and read by the jobcenter', async () => {
    const answer = await nord().post('/v1/absences', absence())
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      classification: 'unauthorised',
      wholeDay: true,
      absentMinutes: 120,
      plannedMinutes: 120,
      late: true,
      daysLate: 1,
      status: 'registered',
      residenceMunicipality: '0101',
      routedTo: [{ organisationId: demo.organisations.kKassen.id, because: '§ 7' }],
    })
    expect(answer.headers['location']).toBe(`/v1/absences/${answer.body.id}`)
    for (const client of ['supplier-nord', 'k-kassen', 'jobcenter-musvaagevej']) {
      const seen = await portal.as(client).get(`/v1/absences/${answer.body.id}`)
      expect(seen.status, client).toBe(200)
      expect(seen.body).toEqual(answer.body)
    }
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade', 'ydelse-dragoer']) {
      const hidden = await portal.as(client).get(`/v1/absences/${answer.body.id}`)
      expect([client, hidden.status, hidden.body.code]).toEqual([client, 404, 'not-found'])
    }
    const events = await portal.sql<{ type: string; recipients: string[] }>(
      `select type, recipients from events where data->>'absenceId' = $1`,
      [answer.body.id],
    )
    expect(events).toEqual([{ type: 'absence.registered', recipients: [demo.organisations.kKassen.id] }])
    const history = await portal.sql(`select action, client_id, registered_by from change_log where entity_id = $1`, [
      answer.body.id,
    ])
    expect(history).toEqual([
      { action: 'registered', client_id: 'supplier-nord', registered_by: { name: 'Liv Leverandør' } },
    ])
  })

  test('minutes of a late arrival; all planned minutes are a whole day', async () => {
    const part = await nord().post(
      '/v1/absences',
      absence({ date: '2026-03-11', absentMinutes: 45, reason: 'late-arrival' }),
    )
    expect(part.body).toMatchObject({ wholeDay: false, absentMinutes: 45 })
    const all = await nord().post(
      '/v1/absences',
      absence({ date: '2026-03-10', absentMinutes: 120, reason: 'transport' }),
    )
    expect(all.body).toMatchObject({ wholeDay: true, absentMinutes: 120 })
  })

  test('on the day itself until midnight in Copenhagen it is in time, a minute later it is late', async () => {
    portal.clock.set('2026-03-09T22:59:59.000Z')
    const inTime = await nord().post('/v1/absences', absence({ date: '2026-03-09' }))
    expect(inTime.body).toMatchObject({ late: false, daysLate: 0 })
    portal.clock.set('2026-03-06T23:00:00.000Z')
    const late = await nord().post('/v1/absences', absence({ date: '2026-03-06' }))
    expect(late.body).toMatchObject({ late: true, daysLate: 1 })
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('sickness that was not accepted is due on the day the supplier was told', async () => {
    const answer = await nord().post(
      '/v1/absences',
      absence({
        date: '2026-03-05',
        reason: 'sickness-not-accepted',
        reasonText: 'Meldt syg, ikke accepteret',
        decisionReceivedOn: '2026-03-13',
      }),
    )
    expect(answer.body).toMatchObject({ late: false, daysLate: 0, decisionReceivedOn: '2026-03-13' })
  })

  test("a jobcenter's group goes to the ordering jobcenter, a Dragør citizen's to K-kassen with a copy to Dragør", async () => {
    const { sicknessBenefit, dragoer } = demo.orders
    const own = await nord().post(
      '/v1/absences',
      absence({ orderId: sicknessBenefit.id, activityId: sicknessBenefit.activityId }),
    )
    expect(own.body.routedTo).toEqual([
      {
        organisationId: demo.organisations.jobcenterMusvaagevej.id,
        name: demo.organisations.jobcenterMusvaagevej.name,
        because: '§ 7',
      },
    ])
    const copied = await nord().post('/v1/absences', absence({ orderId: dragoer.id, activityId: dragoer.activityId }))
    expect(copied.body.residenceMunicipality).toBe('0155')
    expect(
      copied.body.routedTo.map((to: { organisationId: string; because: string }) => [to.organisationId, to.because]),
    ).toEqual([
      [demo.organisations.kKassen.id, '§ 7'],
      [demo.organisations.ydelseDragoer.id, 'residence-municipality-copy'],
    ])
    expect((await portal.as('ydelse-dragoer').get(`/v1/absences/${copied.body.id}`)).status).toBe(200)
    expect((await portal.as('ydelse-dragoer').get(`/v1/orders/${dragoer.id}`)).status).toBe(404)
  })
})

describe('what would make the register wrong is refused, under the name of its rule', () => {
  const free = '2026-03-04'
  test.each([
    ['sick-leave-not-in-portal', 422, { reason: 'own-sickness' }],
    ['sick-leave-not-in-portal', 422, { reason: 'Borgeren er syg' }],
    ['sick-leave-suspected', 422, { reason: 'family', reasonText: 'Ringede og sagde at han har feber' }],
    ['supplier-cannot-authorise-absence', 422, { classification: 'authorised' }],
    ['supplier-cannot-authorise-absence', 422, { classification: 'unauthorised' }],
    ['passivity-is-not-absence', 422, { reason: 'passivity' }],
    ['elaboration-required', 422, { reason: 'non-participation' }],
    ['reason-text-required', 422, { reason: 'other' }],
    ['unknown-absence-reason', 422, { reason: 'alien-abduction' }],
    ['absence-date-in-future', 422, { date: '2026-03-16' }],
    ['absence-outside-course', 422, { date: '2026-02-27' }],
    ['nothing-planned-that-day', 422, { date: '2026-03-08' }],
    ['absent-minutes-exceed-plan', 422, { absentMinutes: 121 }],
    ['decision-date-invalid', 422, { decisionReceivedOn: '2026-03-05' }],
    ['decision-date-invalid', 422, { reason: 'sickness-not-accepted', decisionReceivedOn: '2026-03-14' }],
    ['not-found', 404, { orderId: demo.orders.supplierSyd.id }],
    ['not-found', 404, { orderId: demo.orders.draft.id }],
    ['not-found', 404, { activityId: demo.orders.dragoer.activityId }],
    ['not-found', 404, { replaces: demo.orders.dragoer.id }],
    [
      'course-not-started',
      409,
      { orderId: demo.orders.awaitingWithPlan.id, activityId: demo.orders.awaitingWithPlan.activityId },
    ],
    ['invalid-request', 400, { wholeDay: true, absentMinutes: undefined, reason: 7 }],
    ['invalid-request', 400, { wholeDay: undefined }],
    ['invalid-request', 400, { date: '2026-02-30' }],
    ['invalid-request', 400, { absentMinutes: 0 }],
  ])('%s (%i)', async (code, status, changes) => {
    const answer = await nord().post('/v1/absences', absence({ date: free, ...changes }))
    expect([answer.body.code, answer.status]).toEqual([code, status])
  })

  test('§ 9: sickness in words of the caller is counted as sickness, in a batch too', async () => {
    const items = ['syg', 'sygemeldt', 'sick', 'weather'].map((reason) => absence({ date: free, reason }))
    const { body, headers } = await nord().post('/v1/absences/batch', { items })
    const codes = body.results.map(({ problem }: { problem: { code: string } }) => problem.code)
    const sickness = 'sick-leave-not-in-portal'
    expect(codes).toEqual([sickness, sickness, sickness, 'unknown-absence-reason'])
    const kept = await portal.sql('select rule from refusals where request_id = $1 and rule = $2', [
      headers['x-request-id'],
      sickness,
    ])
    expect(kept).toHaveLength(3)
  })

  test('whole day and minutes exclude each other', async () => {
    const answer = await nord().post('/v1/absences', { ...absence({ date: free, absentMinutes: 30 }), wholeDay: true })
    expect(answer.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '', code: 'exactly-one' }] })
  })

  test('§ 9: the answer to a sick call tells the supplier what to do, for sickness benefit to whom', async () => {
    const call = await nord().post('/v1/absences', absence({ date: free, reason: 'own-sickness' }), {
      headers: { 'accept-language': 'da' },
    })
    expect(call.body.detail).toContain('82 56 56 82')
    expect(call.body.rule).toEqual({ source: 'Samarbejde og dokumentation', section: '§ 9' })
    const { sicknessBenefit } = demo.orders
    const benefit = await nord().post(
      '/v1/absences',
      absence({
        date: free,
        reason: 'own-sickness',
        orderId: sicknessBenefit.id,
        activityId: sicknessBenefit.activityId,
      }),
    )
    expect(benefit.body.detail).toContain('caseworker')
  })

  test('§ 9: a suspicion passes with its confirmation, which is kept', async () => {
    const answer = await nord().post(
      '/v1/absences',
      absence({
        date: free,
        reason: 'family',
        reasonText: 'Var hos lægen med feber',
        confirmations: ['not-own-sickness'],
      }),
    )
    expect([answer.status, answer.body.confirmations]).toEqual([201, ['not-own-sickness']])
  })

  test('§ 10: non-participation passes with its elaboration and whether the citizen was talked to first', async () => {
    const answer = await nord().post(
      '/v1/absences',
      absence({
        date: '2026-03-03',
        reason: 'non-participation',
        elaboration: 'Forstyrrede undervisningen',
        priorWarning: true,
      }),
    )
    expect(answer.status).toBe(201)
  })

  test('§ 7: groups without the first-meeting procedure begin on their first date', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6111852222',
      targetGroup: 'insured-unemployed',
      plan: { '2026-03-02': 60 },
      firstMeeting: null,
    })
    const answer = await nord().post(
      '/v1/absences',
      absence({ orderId: order.id, activityId: order.activityId, date: '2026-03-02' }),
    )
    expect([answer.status, answer.body.routedTo?.[0]?.because]).toEqual([201, 'ordering-jobcenter'])
  })

  test('a refusal is on record though its transaction is gone; the supplier and the auditor see it', async () => {
    const refused = await nord().post(
      '/v1/absences',
      absence({ date: '2026-03-15', orderId: demo.orders.dragoer.id, activityId: demo.orders.dragoer.activityId }),
    )
    expect(refused.body.code).toBe('absence-date-in-future')
    const purpose = { headers: { 'x-purpose': 'Stikprøve' } }
    for (const client of ['supplier-nord', 'auditor-koebenhavn', 'auditor-dragoer']) {
      const records = await portal
        .as(client)
        .get(`/v1/refusals?orderId=${demo.orders.dragoer.id}&rule=absence-date-in-future`, purpose)
      expect(records.body.items, client).toMatchObject([
        { rule: 'absence-date-in-future', orderId: demo.orders.dragoer.id, clientId: 'supplier-nord' },
      ])
    }
  })
})

describe('§ 6: withdrawal and replacement', () => {
  test('a withdrawn registration stays on record, frees the day, and is withdrawn once', async () => {
    const { body: first } = await nord().post('/v1/absences', absence({ date: '2026-03-02' }))
    const gone = await nord().post(`/v1/absences/${first.id}/withdrawal`, {
      reason: 'Forkert borger',
      registeredBy: { name: 'Liv' },
    })
    expect(gone.body).toMatchObject({ status: 'withdrawn', withdrawal: { reason: 'Forkert borger' } })
    const again = await nord().post(`/v1/absences/${first.id}/withdrawal`, {
      reason: 'Igen',
      registeredBy: { name: 'Liv' },
    })
    expect([again.status, again.body.code]).toEqual([409, 'absence-already-withdrawn'])
    const records = await nord().get(`/v1/refusals?orderId=${first.orderId}&rule=absence-already-withdrawn`)
    expect(records.body.items).toHaveLength(1)
    expect((await nord().post('/v1/absences', absence({ date: '2026-03-02' }))).status).toBe(201)
    expect((await portal.as('k-kassen').post(`/v1/absences/${first.id}/withdrawal`, {})).status).toBe(403)
  })

  test('replaces supersedes the live one in the same transaction; lateness follows the first arrival', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6212852223',
      targetGroup: 'education-benefit',
      plan: { '2026-03-02': 60, '2026-03-12': 240, '2026-03-13': 60 },
    })
    const mine = (changes: Record<string, unknown>) =>
      absence({ orderId: order.id, activityId: order.activityId, ...changes })
    portal.clock.set('2026-03-12T12:00:00.000Z')
    const { body: first } = await nord().post('/v1/absences', mine({ absentMinutes: 30, reason: 'late-arrival' }))
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const second = await nord().post(
      '/v1/absences',
      mine({ absentMinutes: 90, reason: 'left-early', replaces: first.id }),
    )
    expect(second.body).toMatchObject({ replaces: first.id, late: false, absentMinutes: 90 })
    const old = await nord().get(`/v1/absences/${first.id}`)
    expect(old.body).toMatchObject({ status: 'superseded', supersededBy: second.body.id })
    const other = await nord().post('/v1/absences', mine({ date: '2026-03-13', replaces: second.body.id }))
    expect(other.body.code).toBe('replaced-absence-differs')
    const again = await nord().post('/v1/absences', mine({ replaces: first.id }))
    expect(again.body.code).toBe('absence-already-withdrawn')
    const events = await portal.sql<{ type: string; id: string }>(
      `select type, data->>'absenceId' as id from events where order_id = $1 and type like 'absence.%' order by position`,
      [order.id],
    )
    expect(events).toEqual([
      { type: 'absence.registered', id: first.id },
      { type: 'absence.withdrawn', id: first.id },
      { type: 'absence.registered', id: second.body.id },
    ])
  })
})

test('identifiers in capitals are the same identifiers', async () => {
  const order = await runningOrder((client) => portal.as(client), {
    cpr: '6402852226',
    targetGroup: 'education-benefit',
    plan: { '2026-03-02': 60, '2026-03-12': 60 },
  })
  const mine = (changes: Record<string, unknown> = {}) =>
    absence({ orderId: order.id.toUpperCase(), activityId: order.activityId.toUpperCase(), ...changes })
  const first = await nord().post('/v1/absences', mine())
  expect(first.body).toMatchObject({ orderId: order.id, activityId: order.activityId })
  const second = await nord().post(
    '/v1/absences',
    mine({ absentMinutes: 20, reason: 'transport', replaces: first.body.id.toUpperCase() }),
  )
  expect([second.status, second.body.replaces]).toEqual([201, first.body.id])
})

describe('§ 6: two orders of one citizen with one supplier on one day', () => {
  test('are held against both plans and told to both recipients, once', async () => {
    const cpr = '6301852224'
    const as = (client: string) => portal.as(client)
    const one = await runningOrder(as, { cpr, targetGroup: 'cash-benefit-activity-ready', plan: { '2026-03-12': 120 } })
    const two = await runningOrder(as, {
      cpr,
      targetGroup: 'rehabilitation',
      jobcenter: 'jobcenter-skelbaekgade',
      plan: { '2026-03-12': 90 },
    })
    expect(two.citizenId).toBe(one.citizenId)
    const answer = await nord().post('/v1/absences', absence({ orderId: one.id, activityId: one.activityId }))
    expect(answer.body).toMatchObject({ plannedMinutes: 210, absentMinutes: 210 })
    expect(answer.body.routedTo.map((to: { organisationId: string }) => to.organisationId).sort()).toEqual(
      [demo.organisations.kKassen.id, demo.organisations.jobcenterSkelbaekgade.id].sort(),
    )
    for (const client of ['jobcenter-musvaagevej', 'jobcenter-skelbaekgade', 'k-kassen']) {
      expect((await portal.as(client).get(`/v1/absences/${answer.body.id}`)).status, client).toBe(200)
    }
    const other = await nord().post('/v1/absences', absence({ orderId: two.id, activityId: two.activityId }))
    expect([other.status, other.body.code, other.body.existing.id]).toEqual([
      409,
      'absence-already-registered',
      answer.body.id,
    ])
    const smaller = await nord().put(`/v1/orders/${two.id}/plan`, { complete: false, days: [] }, { ifMatch: '"1"' })
    expect([smaller.status, smaller.body.code, smaller.body.dates]).toEqual([
      409,
      'plan-conflicts-with-record',
      ['2026-03-12'],
    ])
  })
})
