import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence, runningOrder } from '#test/features/absences/support.ts'
import { freshCpr, must, refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { day, dutyTexts, liv, put, staleness, submitted, unauthorised } from './support.ts'

const { activityReady } = demo.orders
const date = '2026-03-13'
const at = `/v1/orders/${activityReady.id}/attendance/${date}`
const leave = (changes: Record<string, unknown> = {}) => ({
  from: date,
  to: date,
  reason: 'Flytning',
  approvedBy: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
  ...changes,
})
const leaveApprovals = `/v1/orders/${activityReady.id}/leave-approvals`

describe('§ 5, § 6: an absence in the attendance asks for its registration the same day', () => {
  test('the duty opens with the record, and the registration meets it', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const recorded = await put(supplier, date, day(unauthorised(120)))
    expect(recorded.body.missing).toEqual([{ code: 'absence-registration', minutes: 120, dueOn: date }])
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} open`])
    must(await supplier.post('/v1/absences', absence({ date })))
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} met`])
    expect((await supplier.get(at)).body.missing).toEqual([])
  })

  test('a registration of fewer minutes leaves the rest, the one that replaces it meets the duty, late', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await put(supplier, date, day(unauthorised(120)))
    const short = must(
      await supplier.post('/v1/absences', absence({ date, absentMinutes: 30, reason: 'late-arrival' })),
    )
    expect((await supplier.get(at)).body.missing).toEqual([{ code: 'absence-registration', minutes: 90, dueOn: date }])
    portal.clock.set('2026-03-16T10:00:00.000Z')
    must(await supplier.post('/v1/absences', absence({ date, replaces: short.body.id })))
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} met late`])
  })

  test('what was registered before opens no duty; more than the attendance shows is named', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    must(await supplier.post('/v1/absences', absence({ date })))
    const recorded = await put(supplier, date, day(unauthorised(30)))
    expect(recorded.body.missing).toEqual([{ code: 'registration-not-in-protocol', minutes: 90 }])
    expect(await dutyTexts(portal)).toEqual([])
  })

  test('a withdrawal opens it again, due the day of the withdrawal; a corrected record waives it', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await put(supplier, date, day(unauthorised(120)))
    const registered = must(await supplier.post('/v1/absences', absence({ date })))
    portal.clock.set('2026-03-17T10:00:00.000Z')
    must(await supplier.post(`/v1/absences/${registered.body.id}/withdrawal`, { reason: 'x', registeredBy: liv }))
    expect(await dutyTexts(portal)).toEqual([`${date} due 2026-03-17 open`])
    await put(supplier, date, day())
    expect(await dutyTexts(portal)).toEqual([`${date} due 2026-03-17 waived nothing-to-register`])
    await put(supplier, date, day(unauthorised(10)))
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} open`])
  })

  test('sickness asks for none and makes no event; no longer sickness, it is due the day that is known', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const events = async () => (await portal.sql<{ n: string }>('select count(*) as n from events'))[0]?.n
    const before = await events()
    const sick = await put(supplier, '2026-03-09', day([{ code: 'sick-reported', minutes: 120 }]))
    expect(sick.body.missing).toEqual([])
    const accepted = await put(
      supplier,
      '2026-03-10',
      day([{ code: 'sick-accepted', minutes: 120, messageOn: '2026-03-11', periodTo: '2026-03-12' }]),
    )
    expect([accepted.status, accepted.body.missing]).toEqual([201, []])
    expect(await dutyTexts(portal)).toEqual([])
    await put(supplier, '2026-03-09', day(unauthorised(120)))
    expect(await dutyTexts(portal)).toEqual([`2026-03-09 due ${date} open`])
    expect(await events()).toBe(before)
    expect(await portal.sql('select 1 from absences')).toEqual([])
    const logged = await portal.sql<{ changes: unknown }>(
      `select changes from change_log where entity = 'attendance-day'`,
    )
    expect(JSON.stringify(logged)).not.toContain('sick')
    // A message that has not come, or that does not reach the day, accepts nothing.
    for (const wrong of [
      { messageOn: '2026-03-14', periodTo: '2026-03-12' },
      { messageOn: '2026-03-11', periodTo: '2026-03-11' },
    ]) {
      const answer = await put(supplier, '2026-03-12', day([{ code: 'sick-accepted', minutes: 120, ...wrong }]))
      expect(refusal(answer)).toEqual([422, 'sickness-message-required'])
    }
  })

  test('came and would not take part: present in the attendance and registered all the same', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await put(supplier, date, day())
    must(
      await supplier.post(
        '/v1/absences',
        absence({ date, reason: 'non-participation', elaboration: 'Forstyrrede de andre.', priorWarning: true }),
      ),
    )
    const { body } = await supplier.get(at)
    expect([body.attendedMinutes, body.absence.absentMinutes, body.missing]).toEqual([120, 120, []])
    expect(await dutyTexts(portal)).toEqual([])
  })
})

describe('§ 6: leave', () => {
  test('shows as far as it was given, in part or whole', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    must(await portal.as('jobcenter-musvaagevej').post(leaveApprovals, leave({ minutes: 60 })))
    const parts = [
      { code: 'approved-leave', minutes: 60 },
      { code: 'unauthorised', minutes: 30 },
    ]
    const recorded = await put(supplier, date, day(parts))
    expect([recorded.status, recorded.body.leaveMinutes]).toEqual([201, 60])
    expect(recorded.body.missing).toEqual([{ code: 'absence-registration', minutes: 30, dueOn: date }])
    const more = await put(supplier, date, day([{ code: 'approved-leave', minutes: 61 }]))
    expect(refusal(more)).toEqual([422, 'leave-not-approved'])
  })

  test('given after the record, it waives the duty and asks for the attendance to be corrected', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await put(supplier, date, day(unauthorised(120)))
    must(await portal.as('jobcenter-musvaagevej').post(leaveApprovals, leave()))
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} waived leave-approved`])
    const { body } = await supplier.get(at)
    expect(body.missing).toEqual([{ code: 'leave-not-in-protocol', minutes: 120 }])
    const corrected = await put(supplier, date, day([{ code: 'approved-leave', minutes: 120 }]))
    expect([corrected.status, corrected.body.missing]).toEqual([200, []])
  })
})

describe('a month that was submitted', () => {
  test('changes with a reason alone, is stale from then on, and is to be corrected within five working days', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await put(supplier, date, day())
    await submitted(portal, '2026-03')
    const refused = await put(supplier, date, day(unauthorised(30)))
    expect(refusal(refused)).toEqual([409, 'month-already-submitted'])
    expect(refused.body).toMatchObject({ month: '2026-03', submittedVersion: 1 })
    expect((await put(supplier, date, day())).status).toBe(200)
    expect(await staleness(portal, '2026-03')).toEqual({ dates: [], because: [], duty: null })
    const corrected = await put(supplier, date, day(unauthorised(30), { correctionReason: 'Gik før tid' }))
    expect([corrected.status, corrected.body.correctionReason]).toEqual([200, 'Gik før tid'])
    expect(await staleness(portal, '2026-03')).toEqual({
      dates: [date],
      because: ['attendance-recorded'],
      duty: '2026-03 v2 due 2026-03-20',
    })
  })

  test('registrations, withdrawals and leave are always taken, and make it stale', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    await submitted(portal, '2026-03')
    const registered = must(await supplier.post('/v1/absences', absence({ date: '2026-03-12' })))
    expect((await staleness(portal, '2026-03'))?.because).toEqual(['absence-registered'])
    must(await supplier.post(`/v1/absences/${registered.body.id}/withdrawal`, { reason: 'x', registeredBy: liv }))
    must(await portal.as('jobcenter-musvaagevej').post(leaveApprovals, leave()))
    expect(await staleness(portal, '2026-03')).toEqual({
      dates: ['2026-03-12', date],
      because: ['absence-registered', 'absence-withdrawn', 'leave-approved'],
      duty: '2026-03 v2 due 2026-03-20',
    })
  })

  test("leave by one jobcenter leaves another's order alone while its day stands as it did", async () => {
    const portal = await testPortal()
    const cpr = freshCpr()
    const group = { cpr, targetGroup: 'cash-benefit-activity-ready' }
    const mine = await runningOrder(portal.as, { ...group, plan: { '2026-03-02': 60, [date]: 60 } })
    const other = await runningOrder(portal.as, {
      ...group,
      jobcenter: 'jobcenter-skelbaekgade',
      plan: { '2026-03-02': 60, [date]: 30 },
    })
    await submitted(portal, '2026-03', other.id)
    must(await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${mine.id}/leave-approvals`, leave()))
    expect(await staleness(portal, '2026-03', other.id)).toMatchObject({ dates: [], because: [] })
    expect(await staleness(portal, '2026-03', mine.id)).toBeUndefined()
  })
})

describe('two orders of a citizen on one day', () => {
  test('are counted together; a jobcenter learns what its own lacks, and of the other nothing but that', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const cpr = freshCpr()
    const group = { cpr, targetGroup: 'cash-benefit-activity-ready' }
    const plan = { '2026-03-02': 60, [date]: 60 }
    const one = await runningOrder(portal.as, { ...group, plan })
    const two = await runningOrder(portal.as, { ...group, jobcenter: 'jobcenter-skelbaekgade', plan })
    const away = (activityId: string, minutes: number) => ({
      entries: [{ activityId, attendedMinutes: 60 - minutes, absent: minutes > 0 ? unauthorised(minutes) : [] }],
      registeredBy: liv,
    })
    must(await supplier.post('/v1/absences', absence({ date, orderId: one.id, activityId: one.activityId })))
    const first = await put(supplier, date, away(one.activityId, 60), {}, one.id)
    // The other half of the registration may still be found on the order that is not recorded yet.
    expect(first.body.missing).toEqual([{ code: 'attendance', minutes: 60 }])
    const second = await put(supplier, date, away(two.activityId, 0), {}, two.id)
    expect(second.body.missing).toEqual([{ code: 'registration-not-in-protocol', minutes: 60 }])
    const seen = await portal.as('jobcenter-musvaagevej').get(`/v1/orders/${one.id}/attendance/${date}`)
    expect(seen.body.missing).toEqual([{ code: 'registration-not-in-protocol', minutes: 60 }])
    expect(seen.text).not.toContain(two.id)
    expect((await put(supplier, date, away(two.activityId, 60), {}, two.id)).body.missing).toEqual([])
    expect([await dutyTexts(portal, one.id), await dutyTexts(portal, two.id)]).toEqual([[], []])
  })

  test("leave on one of them excuses nothing of the other's", async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const plan = { '2026-03-02': 60, [date]: 60 }
    const group = { cpr: freshCpr(), targetGroup: 'cash-benefit-activity-ready', plan }
    const one = await runningOrder(portal.as, group)
    const two = await runningOrder(portal.as, group)
    must(await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${one.id}/leave-approvals`, leave()))
    const entries = (activityId: string, minutes: number) => ({
      entries: [{ activityId, attendedMinutes: 60 - minutes, absent: minutes > 0 ? unauthorised(minutes) : [] }],
      registeredBy: liv,
    })
    // Came although they had leave.
    must(await put(supplier, date, entries(one.activityId, 0), {}, one.id))
    const away = await put(supplier, date, entries(two.activityId, 60), {}, two.id)
    expect(away.body.missing).toEqual([{ code: 'absence-registration', minutes: 60, dueOn: date }])
    must(
      await supplier.post(
        '/v1/absences',
        absence({ date, orderId: two.id, activityId: two.activityId, absentMinutes: 60 }),
      ),
    )
    expect(await dutyTexts(portal, two.id)).toEqual([`${date} due ${date} met`])
  })

  test('owe one registration for the day, on each that shows the absence', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const group = {
      cpr: freshCpr(),
      targetGroup: 'cash-benefit-activity-ready',
      plan: { '2026-03-02': 60, [date]: 60 },
    }
    const one = await runningOrder(portal.as, group)
    const two = await runningOrder(portal.as, group)
    for (const { id, activityId } of [two, one]) {
      must(
        await put(
          supplier,
          date,
          { entries: [{ activityId, attendedMinutes: 0, absent: unauthorised(60) }], registeredBy: liv },
          {},
          id,
        ),
      )
    }
    expect([await dutyTexts(portal, one.id), await dutyTexts(portal, two.id)]).toEqual([
      [`${date} due ${date} open`],
      [`${date} due ${date} open`],
    ])
    must(await supplier.post('/v1/absences', absence({ date, orderId: one.id, activityId: one.activityId })))
    expect([await dutyTexts(portal, one.id), await dutyTexts(portal, two.id)]).toEqual([
      [`${date} due ${date} met`],
      [`${date} due ${date} met`],
    ])
  })
})

test('attendance and its registration at the same moment leave no duty open, whoever is first', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  const dates = [
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-05',
    '2026-03-06',
    '2026-03-09',
    '2026-03-10',
    '2026-03-11',
  ]
  await Promise.all(
    dates.flatMap((on, index) => {
      const calls = [
        () => put(supplier, on, day(unauthorised(120))),
        () => supplier.post('/v1/absences', absence({ date: on })),
      ]
      return (index % 2 === 0 ? calls : calls.reverse()).map(async (call) => must(await call()))
    }),
  )
  expect((await dutyTexts(portal)).filter((text) => text.endsWith('open'))).toEqual([])
  const { body } = await supplier.get(`/v1/orders/${activityReady.id}/attendance`)
  expect(body.items.map((one: { missing: unknown[] }) => one.missing)).toEqual(dates.map(() => []))
})
