import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence } from '#test/features/absences/support.ts'
import { refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { day, dutyTexts, liv, put, unauthorised } from './support.ts'

const { activityReady, awaitingWithPlan, supplierSyd } = demo.orders

describe('§ 5: attendance day by day', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')

  test('a day is recorded, and says what was planned, attended and missed', async () => {
    const answer = await put(supplier, '2026-03-13', day())
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      orderId: activityReady.id,
      date: '2026-03-13',
      version: 1,
      recordedAt: '2026-03-13T10:00:00.000Z',
      recordedLate: false,
      plannedMinutes: 120,
      attendedMinutes: 120,
      absentMinutes: 0,
      entries: [
        {
          activityId: activityReady.activityId,
          plannedMinutes: 120,
          attendedMinutes: 120,
          absent: [],
          documentationMissing: false,
        },
      ],
      documentationMissing: false,
      registeredBy: liv,
      leaveMinutes: 0,
      absence: null,
      missing: [],
    })
    const again = await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-13`)
    expect(again.headers['etag']).toBe(answer.headers['etag'])
    expect(again.body).toMatchObject(answer.body)
  })

  test('the same content again changes nothing; other content makes the next version, and both are kept', async () => {
    const sent = day(unauthorised(30))
    expect((await put(supplier, '2026-03-12', sent)).status).toBe(201)
    const same = await put(supplier, '2026-03-12', {
      ...sent,
      entries: (sent['entries'] as { activityId: string }[]).map((entry) => ({
        ...entry,
        activityId: entry.activityId.toUpperCase(),
      })),
    })
    expect([same.status, same.body.version]).toEqual([200, 1])
    const other = await put(supplier, '2026-03-12', day(unauthorised(60), { registeredBy: { name: 'Nora Nordstrup' } }))
    expect([other.status, other.body.version]).toEqual([200, 2])
    const { body } = await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-12`)
    expect(
      body.history.map((one: { version: number; registeredBy: unknown; entries: { attendedMinutes: number }[] }) => [
        one.version,
        one.registeredBy,
        one.entries[0]?.attendedMinutes,
      ]),
    ).toEqual([
      [1, liv, 90],
      [2, { name: 'Nora Nordstrup' }, 60],
    ])
    const changes = await portal.sql<{ action: string }>(
      `select action from change_log where entity = 'attendance-day' and changes ->> 'date' = '2026-03-12' order by position`,
    )
    expect(changes.map(({ action }) => action)).toEqual(['recorded', 'corrected'])
  })

  test('If-Match is honoured when it is sent, and not required', async () => {
    const first = await put(supplier, '2026-03-09', day(), { ifMatch: '"any"' })
    expect(refusal(first)).toEqual([412, 'precondition-failed'])
    const made = await put(supplier, '2026-03-09', day())
    const etag = made.headers['etag'] ?? ''
    expect(
      (await put(supplier, '2026-03-09', day([{ code: 'sick-reported', minutes: 120 }]), { ifMatch: etag })).status,
    ).toBe(200)
    expect(refusal(await put(supplier, '2026-03-09', day(), { ifMatch: etag }))).toEqual([412, 'precondition-failed'])
    expect((await put(supplier, '2026-03-09', day())).body.version).toBe(3)
    const seen = await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-09`)
    const unchanged = await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-09`, {
      headers: { 'if-none-match': seen.headers['etag'] ?? '' },
    })
    expect(unchanged.status).toBe(304)
  })

  test('what was not recorded is not there; lists go by date', async () => {
    expect(refusal(await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-03`))).toEqual([
      404,
      'not-found',
    ])
    const path = `/v1/orders/${activityReady.id}/attendance`
    const first = await supplier.get(`${path}?dateFrom=2026-03-09&dateTo=2026-03-12&limit=1`)
    expect(first.body.items.map((one: { date: string }) => one.date)).toEqual(['2026-03-09'])
    const link = new URL(/<([^>]+)>/.exec(first.headers['link'] ?? '')?.[1] ?? '')
    const second = await supplier.get(link.pathname + link.search)
    expect([second.body.items.map((one: { date: string }) => one.date), second.body.next]).toEqual([
      ['2026-03-12'],
      null,
    ])
    expect(refusal(await supplier.get(`${path}?cursor=MTpub3QtYS1kYXRl`))).toEqual([400, 'invalid-cursor'])
  })

  test('what the absence register shows stands beside it', async () => {
    await put(supplier, '2026-03-05', day(unauthorised(120)))
    const registered = await supplier.post('/v1/absences', absence({ date: '2026-03-05' }))
    const { body } = await supplier.get(`/v1/orders/${activityReady.id}/attendance/2026-03-05`)
    expect(body.absence).toEqual({
      id: registered.body.id,
      url: `/v1/absences/${registered.body.id}`,
      absentMinutes: 120,
      reason: 'no-notice',
      coveredByLeave: false,
    })
    expect(body.missing).toEqual([])
  })
})

describe('what is refused', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  const onActivity = (changes: Record<string, unknown>) =>
    day([], { entries: [{ activityId: activityReady.activityId, attendedMinutes: 120, ...changes }] })

  test.each([
    ['minutes-do-not-add-up', 422, '2026-03-12', onActivity({ attendedMinutes: 119 })],
    ['unknown-attendance-code', 422, '2026-03-12', day([{ code: 'holiday', minutes: 30 }])],
    ['attendance-date-in-future', 422, '2026-03-16', day()],
    ['attendance-outside-course', 422, '2026-02-27', day()],
    ['nothing-planned-that-day', 422, '2026-03-08', onActivity({ attendedMinutes: 0 })],
    ['leave-not-approved', 422, '2026-03-12', day([{ code: 'approved-leave', minutes: 30 }])],
    ['sickness-message-required', 422, '2026-03-12', day([{ code: 'sick-accepted', minutes: 120 }])],
    ['not-found', 404, '2026-03-12', onActivity({ activityId: supplierSyd.activityId })],
    ['not-found', 404, '2026-03-12', onActivity({ offSite: { place: 'x', content: 'y', documentId: supplierSyd.id } })],
    [
      'invalid-request',
      400,
      '2026-03-12',
      onActivity({ absent: [{ code: 'sick-reported', minutes: 1, periodTo: '2026-03-12' }] }),
    ],
    ['invalid-request', 400, '2026-03-12', { ...day(), unknown: true }],
    ['invalid-request', 400, '2026-02-30', day()],
  ] as const)('%s (%i)', async (code, status, date, body) => {
    expect(refusal(await put(supplier, date, body))).toEqual([status, code])
    expect(await portal.sql('select 1 from attendance_days')).toEqual([])
  })

  test('an activity that stands twice, at its pointer', async () => {
    const { activityId } = activityReady
    const answer = await put(
      supplier,
      '2026-03-12',
      day([], {
        entries: [
          { activityId, attendedMinutes: 60 },
          { activityId: activityId.toUpperCase(), attendedMinutes: 60 },
        ],
      }),
    )
    expect(refusal(answer)).toEqual([400, 'invalid-request'])
    expect(answer.body.errors).toMatchObject([{ pointer: '/entries/1/activityId', code: 'duplicate' }])
  })

  test('a citizen who has not come yet, an activity that waits for the jobcenter', async () => {
    const entries = [{ activityId: awaitingWithPlan.activityId, attendedMinutes: 120 }]
    const early = await put(supplier, '2026-03-12', day([], { entries }), {}, awaitingWithPlan.id)
    expect(refusal(early)).toEqual([409, 'course-not-started'])
    const proposed = await supplier.post(`/v1/orders/${activityReady.id}/activities`, {
      kind: 'coordination',
      title: 'Samtaler',
      place: { kind: 'authority' },
      startDate: '2026-03-02',
      endDate: '2026-04-30',
      registeredBy: liv,
    })
    const answer = await put(supplier, '2026-03-12', onActivity({ activityId: proposed.body.id }))
    expect(refusal(answer)).toEqual([409, 'activity-not-approved'])
  })

  test("another supplier's order is not there, and a jobcenter records nothing", async () => {
    expect(refusal(await put(portal.as('supplier-syd'), '2026-03-12', day()))).toEqual([404, 'not-found'])
    expect(refusal(await put(portal.as('jobcenter-musvaagevej'), '2026-03-12', day()))).toEqual([403, 'forbidden'])
  })

  test('a refusal of a rule leaves its record, without what was sent', async () => {
    const rows = await portal.sql<{ rule: string; order_id: string }>(
      `select rule, order_id from refusals where operation = 'putAttendance' and rule = 'minutes-do-not-add-up'`,
    )
    expect(rows).toEqual([{ rule: 'minutes-do-not-add-up', order_id: activityReady.id }])
    const strange = await put(supplier, '2026-03-12', day([{ code: '6101901234', minutes: 30 }]))
    expect(strange.text).not.toContain('6101901234')
    expect(portal.logLines.join()).not.toContain('6101901234')
  })
})

describe('the same day, in Copenhagen', () => {
  test.each([
    ['winter: 23:59', '2026-03-12T22:59:59.999Z', '2026-03-12', false],
    ['winter: midnight', '2026-03-12T23:00:00.000Z', '2026-03-12', true],
    ['summer: 23:59', '2026-03-30T21:59:59.999Z', '2026-03-30', false],
    ['summer: midnight', '2026-03-30T22:00:00.000Z', '2026-03-30', true],
  ])('%s', async (_name, now, date, late) => {
    const portal = await testPortal({ now })
    const answer = await put(portal.as('supplier-nord'), date, day(unauthorised(120)))
    expect([answer.status, answer.body.recordedLate]).toEqual([201, late])
    expect(answer.body.missing).toEqual([{ code: 'absence-registration', minutes: 120, dueOn: date }])
    expect(await dutyTexts(portal)).toEqual([`${date} due ${date} open`])
    portal.clock.set('2026-04-02T10:00:00.000Z')
    const later = await put(portal.as('supplier-nord'), date, day())
    // Late is what the first version was.
    expect([later.body.version, later.body.recordedLate]).toEqual([2, late])
  })
})

test('of twenty simultaneous puts each makes its version, without gaps; of equal ones one does', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  const different = await Promise.all(
    Array.from({ length: 20 }, (_, index) => put(supplier, '2026-03-12', day(unauthorised(index + 1)))),
  )
  expect(different.map((answer) => answer.status).sort()).toEqual([...Array(19).fill(200), 201])
  expect(different.map((answer) => answer.body.version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  )
  const equal = await Promise.all(Array.from({ length: 20 }, () => put(supplier, '2026-03-11', day())))
  expect(new Set(equal.map((answer) => answer.body.version))).toEqual(new Set([1]))
  expect(equal.filter((answer) => answer.status === 201)).toHaveLength(1)
})
