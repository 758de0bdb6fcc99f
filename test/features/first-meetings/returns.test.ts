import { beforeAll, describe, expect, test } from 'vitest'
import {
  approved,
  dutyTexts,
  eventsOf,
  freshCpr,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from '#test/features/orders/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { away, faults, outcome, reSummon } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const attended = (id: string, on: string, told: Record<string, unknown> = {}) =>
  outcome(nord(), id, { outcome: 'attended', on, ...told })
/** An order with two hours planned on each of the dates. */
const planned = async (dates: readonly string[], changes: Record<string, unknown> = {}) => {
  const order = await approved(as, changes)
  must(await plan(nord(), order, Object.fromEntries(dates.map((date) => [date, 120]))))
  return order
}
const registered = (id: string) =>
  portal.sql<{ date: string; minutes: number }>(
    `select date::text as date, absent_minutes as minutes from absences where order_id = $1 and withdrawn_at is null order by date`,
    [id],
  )
/** Days and codes that are kept as excused. */
const excusedDays = (id: string) =>
  portal.sql(`select date::text as date, code from excused_days where order_id = $1 order by date`, [id])
const firstDays = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-13']

beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 7: the citizen comes after all', () => {
  test('the days since the first date are registered and told like any absence, on the day of return in time', async () => {
    const order = await planned(firstDays)
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-02' }))
    must(await reSummon(nord(), order.id))
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-09' }))
    const answer = await attended(order.id, '2026-03-13', {
      absences: [
        away('2026-03-02'),
        {
          date: '2026-03-03',
          absentMinutes: 120,
          reason: 'transport',
          activityId: order.activities[0].id.toUpperCase(),
        },
        away('2026-03-05', { reason: 'other', reasonText: 'Flytning' }),
      ],
      excused: [{ date: '2026-03-04', code: 'sick' }],
    })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body.course).toMatchObject({ status: 'attending', firstAttendedOn: '2026-03-13' })
    expect(answer.body.absences).toMatchObject([
      { date: '2026-03-02', late: false, daysLate: 0 },
      { date: '2026-03-03', late: false, daysLate: 0 },
      { date: '2026-03-05', late: false, daysLate: 0 },
    ])
    const { id } = answer.body.absences[0]
    const absence = must(await as('k-kassen').get(`/v1/absences/${id}`)).body
    expect(absence).toMatchObject({ activityId: order.activities[0].id, wholeDay: true, registeredBy: liv })
    expect(await registered(order.id)).toEqual([
      { date: '2026-03-02', minutes: 120 },
      { date: '2026-03-03', minutes: 120 },
      { date: '2026-03-05', minutes: 120 },
    ])
    expect(await excusedDays(order.id)).toEqual([{ date: '2026-03-04', code: 'sick' }])
    const told = (await eventsOf(portal, order.id)).slice(4)
    expect(told.map(({ type, recipients }) => [type, recipients])).toEqual([
      ['first-meeting.attended', [organisations.jobcenterMusvaagevej.id]],
      ['absence.registered', [organisations.kKassen.id]],
      ['absence.registered', [organisations.kKassen.id]],
      ['absence.registered', [organisations.kKassen.id]],
      ['absence.repeated', [organisations.jobcenterMusvaagevej.id]],
    ])
    expect(JSON.stringify(told)).not.toContain('sick')
    const duties = await dutyTexts(portal, order.id)
    expect(duties.filter((duty) => duty.startsWith('re-summons-letter'))).toEqual([
      're-summons-letter 2026-03-02 2026-03-03 met',
      // not sent and overdue: it stays so
      're-summons-letter 2026-03-09 2026-03-10 open',
    ])
    expect(duties.filter((duty) => duty.startsWith('refer-citizen'))).toHaveLength(3)
    const history = await portal.sql(`select action from change_log where order_id = $1 and action = 'registered'`, [
      order.id,
    ])
    expect(history).toHaveLength(3)
  })

  test('told a day later the registrations are a day late', async () => {
    const order = await planned(['2026-03-02', '2026-03-12'])
    const answer = await attended(order.id, '2026-03-12', { absences: [away('2026-03-02')] })
    expect(answer.body.absences).toMatchObject([{ late: true, daysLate: 1 }])
  })

  test('a letter that was not due yet is not needed any more', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-12T08:00:00Z' })
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-12' }))
    must(await attended(order.id, '2026-03-13'))
    expect(await dutyTexts(portal, order.id)).toEqual([
      'first-meeting-outcome 2026-03-12 2026-03-12 met',
      're-summons-letter 2026-03-12 2026-03-13 waived',
    ])
  })

  test('the meeting that a letter set is told with it, also when the citizen came before', async () => {
    const { id } = await approved(as)
    must(await reSummon(nord(), id, { newMeetingAt: '2026-03-16T08:00:00Z' }))
    must(await attended(id, '2026-03-13'))
    expect(await dutyTexts(portal, id)).toContain('first-meeting-outcome 2026-03-16 2026-03-16 met')
    expect(must(await nord().get(`/v1/orders/${id}/first-meeting`)).body.pendingMeetingAt).toBeNull()
  })

  test('back-registration-incomplete: what is not told is listed, and nothing is written', async () => {
    const order = await planned(firstDays)
    const answer = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-03')],
      excused: [{ date: '2026-03-05', code: 'sick' }],
    })
    expect(refusal(answer)).toEqual([422, 'back-registration-incomplete'])
    expect(answer.body.missingDates).toEqual(['2026-03-02', '2026-03-04'])
    expect([await registered(order.id), await excusedDays(order.id)]).toEqual([[], []])
  })

  test('all or nothing: one refused absence refuses all, under its own slug and place', async () => {
    const order = await planned(firstDays.slice(0, 2))
    const refusals: [number, string, Record<string, unknown>, string][] = [
      [422, 'sick-leave-not-in-portal', away('2026-03-03', { reason: 'own-sickness' }), '/absences/1'],
      [422, 'unknown-absence-reason', away('2026-03-03', { reason: 'weather' }), '/absences/1'],
      [422, 'sick-leave-not-in-portal', away('2026-03-03', { reason: 'sygemeldt' }), '/absences/1'],
      [422, 'elaboration-required', away('2026-03-03', { reason: 'non-participation' }), '/absences/1'],
      [422, 'supplier-cannot-authorise-absence', away('2026-03-03', { classification: 'lawful' }), '/absences/1'],
      [
        422,
        'absent-minutes-exceed-plan',
        { date: '2026-03-03', absentMinutes: 121, reason: 'transport' },
        '/absences/1',
      ],
      [422, 'sick-leave-suspected', away('2026-03-03', { reason: 'other', reasonText: 'Jeg er syg' }), '/absences/1'],
      [404, 'not-found', away('2026-03-03', { activityId: order.id }), '/absences/1'],
    ]
    for (const [status, slug, second, place] of refusals) {
      const answer = await attended(order.id, '2026-03-13', { absences: [away('2026-03-02'), second] })
      expect(refusal(answer), answer.text).toEqual([status, slug])
      for (const [pointer] of faults(answer)) expect(pointer.startsWith(place), pointer).toBe(true)
      expect(faults(answer).length).toBeGreaterThan(0)
    }
    const twice = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-02'), away('2026-03-03'), away('2026-03-03')],
    })
    expect([refusal(twice), faults(twice)[0]?.[0]]).toEqual([[400, 'invalid-request'], '/absences/2/date'])
    const nothing = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-02'), away('2026-03-03'), away('2026-03-04')],
    })
    expect([refusal(nothing), faults(nothing)[0]?.[0]]).toEqual([[422, 'nothing-planned-that-day'], '/absences/2'])
    expect(await registered(order.id)).toEqual([])
    expect((await eventsOf(portal, order.id)).map((event) => event.type)).toEqual(['order.placed'])
    const [kept] = await portal.sql<{ count: string }>(
      `select count(*) from refusals where order_id = $1 and rule = 'sick-leave-not-in-portal'`,
      [order.id],
    )
    expect(Number(kept?.count)).toBe(2)
  })

  test('an absence is as closed as POST /v1/absences has it, and names neither order nor person', async () => {
    const order = await planned(['2026-03-02'])
    for (const [absence, pointer] of [
      [{ ...away('2026-03-02'), orderId: order.id }, '/absences/0/orderId'],
      [{ ...away('2026-03-02'), registeredBy: liv }, '/absences/0/registeredBy'],
    ] as const) {
      const answer = await attended(order.id, '2026-03-13', { absences: [absence] })
      expect([answer.status, faults(answer)[0]?.[0]]).toEqual([400, pointer])
    }
  })

  test('a document that an absence names is bound to the order with it, one of somebody else is not there', async () => {
    const upload = async (client: string): Promise<string> => {
      const { body, options } = documentForm({ fields: { kind: 'absence-declaration', registeredBy: liv } })
      return must(await as(client).post('/v1/documents', body, options)).body.id
    }
    const [own, foreign] = [await upload('supplier-nord'), await upload('supplier-syd')]
    const order = await planned(['2026-03-02', '2026-03-13'])
    const naming = (id: string) => ({ absences: [away('2026-03-02', { documentIds: [id] })] })
    const refused = await attended(order.id, '2026-03-13', naming(foreign))
    expect([refusal(refused), faults(refused)]).toEqual([
      [404, 'not-found'],
      [['/absences/0/documentIds/0', 'not-found']],
    ])
    const [registration] = must(await attended(order.id, '2026-03-13', naming(own.toUpperCase()))).body.absences
    expect(must(await nord().get(`/v1/absences/${registration.id}`)).body.documentIds).toEqual([own])
    const [document] = await portal.sql('select order_id from documents where id = $1', [own])
    expect(document).toEqual({ order_id: order.id })
  })

  test('excused-day-invalid: it is planned, before the return, named once, and not registered too', async () => {
    const order = await planned(firstDays)
    const sick = (date: string) => ({ date, code: 'sick' })
    const answer = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-02')],
      excused: ['2026-03-02', '2026-03-03', '2026-03-03', '2026-03-06', '2026-03-13'].map(sick),
    })
    expect([refusal(answer), faults(answer)]).toEqual([
      [422, 'excused-day-invalid'],
      [
        ['/excused/0/date', 'registered-too'],
        ['/excused/2/date', 'duplicate'],
        ['/excused/3/date', 'not-planned'],
        ['/excused/4/date', 'not-planned'],
      ],
    ])
  })

  test('leave-not-approved: leave is the jobcenter’s, and what it leaves open is registered', async () => {
    const order = await planned(['2026-03-02', '2026-03-03', '2026-03-13'])
    const told = {
      absences: [away('2026-03-03')],
      excused: [{ date: '2026-03-02', code: 'approved-leave' }],
    }
    const answer = await attended(order.id, '2026-03-13', told)
    expect([refusal(answer), faults(answer)]).toEqual([[422, 'leave-not-approved'], [['/excused/0/code', 'no-leave']]])
    const leave = (from: string, minutes?: number) =>
      as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/leave-approvals`, {
        from,
        to: from,
        ...(minutes === undefined ? {} : { minutes }),
        reason: 'Begravelse',
        approvedBy: { name: 'Sally' },
      })
    must(await leave('2026-03-02', 60))
    expect(refusal(await attended(order.id, '2026-03-13', told))).toEqual([422, 'leave-not-approved'])
    must(await leave('2026-03-02', 61))
    must(await leave('2026-03-03', 30))
    expect((await attended(order.id, '2026-03-13', told)).status).toBe(200)
    expect(await registered(order.id)).toEqual([{ date: '2026-03-03', minutes: 90 }])
  })

  test.each([
    ['after', false],
    ['before', true],
  ])(
    'a day that another order registered, %s it was planned here, is accounted for once it is held against both',
    async (_, planLater) => {
      const citizen = { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: '0101' }
      const first = await planned(['2026-03-03'], { citizen })
      must(await attended(first.id, '2026-03-02'))
      const dates = ['2026-03-03', '2026-03-13']
      const second = planLater ? await approved(as, { citizen }) : await planned(dates, { citizen })
      const register = async (changes: Record<string, unknown> = {}) => {
        const [{ id: activityId }] = first.activities
        const body = { ...away('2026-03-03'), orderId: first.id, activityId, registeredBy: liv, ...changes }
        return must(await nord().post('/v1/absences', body)).body.id
      }
      const id = await register()
      if (planLater) must(await plan(nord(), second, Object.fromEntries(dates.map((date) => [date, 120]))))
      const named = await attended(second.id, '2026-03-13', { excused: [{ date: '2026-03-03', code: 'sick' }] })
      expect(refusal(named)).toEqual([422, 'excused-day-invalid'])
      const again = await attended(second.id, '2026-03-13', { absences: [away('2026-03-03')] })
      expect([refusal(again), faults(again)[0]?.[0]]).toEqual([[409, 'absence-already-registered'], '/absences/0'])
      if (planLater) {
        const answer = await attended(second.id, '2026-03-13')
        expect([refusal(answer), answer.body.missingDates]).toEqual([
          [422, 'back-registration-incomplete'],
          ['2026-03-03'],
        ])
        await register({ replaces: id })
      }
      expect((await attended(second.id, '2026-03-13')).status).toBe(200)
    },
  )
})

describe('§ 5: a month that was submitted before the citizen came', () => {
  const submitted = (order: { id: string }) =>
    portal.sql(
      `insert into protocol_months (order_id, month, supplier_id, citizen_id, jobcenter_id, version, incomplete, submitted_at)
       select id, '2026-03', supplier_id, citizen_id, jobcenter_id, 1, false, '2026-04-01T08:00:00Z' from orders where id = $1`,
      [order.id],
    )
  const staleDates = async (order: { id: string }) => {
    const [month] = await portal.sql<{ dates: string[] }>(
      'select stale_dates::text[] as dates from protocol_months where order_id = $1',
      [order.id],
    )
    return month?.dates
  }

  test('goes stale with the return, from the first date on, and its correction is due', async () => {
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const order = await planned(['2026-03-02', '2026-03-03', '2026-03-30', '2026-04-10'])
    await submitted(order)
    must(
      await attended(order.id, '2026-03-30', {
        absences: [away('2026-03-02')],
        excused: [{ date: '2026-03-03', code: 'sick' }],
      }),
    )
    expect(await staleDates(order)).toEqual(['2026-03-02', '2026-03-03', '2026-03-30'])
    // The fifth working day after, Easter not counted.
    expect(await dutyTexts(portal, order.id)).toContain('attendance-protocol-correction 2026-03 v2 2026-04-13 open')
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('and with an excused meeting on a planned day', async () => {
    const order = await planned(['2026-03-02', '2026-03-03'])
    await submitted(order)
    must(await outcome(nord(), order.id, { outcome: 'excused', on: '2026-03-02', code: 'sick' }))
    expect(await staleDates(order)).toEqual(['2026-03-02'])
  })
})

describe('§ 6, § 7: at the same moment', () => {
  test('a return and the end of the course: whichever is first, the other is held against it', async () => {
    for (const _ of [1, 2, 3]) {
      const { id } = await approved(as)
      const [returned, ended] = await Promise.all([
        attended(id, '2026-03-13'),
        nord().post(`/v1/orders/${id}/termination`, {
          endedOn: '2026-03-12',
          cause: 'never-started',
          registeredBy: liv,
        }),
      ])
      const { course } = must(await nord().get(`/v1/orders/${id}`)).body
      if (ended.status === 200) {
        expect([refusal(returned), course.status]).toEqual([[409, 'first-meeting-already-settled'], 'never-started'])
      } else {
        // Ours: before the return its end waits for the outcome; after it the course has started.
        expect([returned.status, course.status]).toEqual([200, 'attending'])
        expect([409, 422]).toContain(ended.status)
      }
    }
  })

  test('a return and an amendment that moves the meeting: the days are those of one of the two', async () => {
    const order = await planned(['2026-03-02', '2026-03-13'])
    const { headers } = await as('jobcenter-musvaagevej').get(`/v1/orders/${order.id}`)
    const [returned, amended] = await Promise.all([
      attended(order.id, '2026-03-13'),
      as('jobcenter-musvaagevej').patch(
        `/v1/orders/${order.id}`,
        { firstMeetingAt: '2026-03-13T08:00:00Z', reason: 'Flyttet', registeredBy: { name: 'Dorte' } },
        { ifMatch: headers['etag'] ?? '' },
      ),
    ])
    expect(amended.status).toBe(200)
    if (returned.status !== 200) expect(refusal(returned)).toEqual([422, 'back-registration-incomplete'])
    if (returned.status !== 200) expect((await attended(order.id, '2026-03-13')).status).toBe(200)
  })

  test('of ten returns with absences one is taken, and each day is registered once', async () => {
    const order = await planned(firstDays)
    const absences = firstDays.slice(0, 4).map((date) => away(date))
    const answers = await Promise.all(Array.from({ length: 10 }, () => attended(order.id, '2026-03-13', { absences })))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    for (const answer of answers)
      if (answer.status !== 200) expect(refusal(answer)).toEqual([409, 'first-meeting-already-settled'])
    expect((await registered(order.id)).map(({ date }) => date)).toEqual(firstDays.slice(0, 4))
    const types = (await eventsOf(portal, order.id)).map((event) => event.type)
    expect(types.filter((type) => type === 'absence.registered')).toHaveLength(4)
  })

  test('a return and single registrations of the same days: whoever is first, each day stands once', async () => {
    const order = await planned(['2026-03-02', '2026-03-03', '2026-03-13'])
    const single = (date: string) =>
      nord().post('/v1/absences', {
        ...away(date),
        orderId: order.id,
        activityId: order.activities[0].id,
        registeredBy: liv,
      })
    const absences = [away('2026-03-02'), away('2026-03-03')]
    const [returned, ...singles] = await Promise.all([
      attended(order.id, '2026-03-13', { absences }),
      ...['2026-03-02', '2026-03-03', '2026-03-02', '2026-03-03'].map(single),
    ])
    expect(returned.status, returned.text).toBe(200)
    for (const answer of singles)
      expect(['course-not-started', 'absence-already-registered']).toContain(refusal(answer)[1])
    expect((await registered(order.id)).map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03'])
  })

  test('a return and a letter: the letter comes before it or not at all', async () => {
    const { id } = await approved(as)
    const [returned, summoned] = await Promise.all([attended(id, '2026-03-13'), reSummon(nord(), id)])
    expect(returned.status).toBe(200)
    expect([201, 409]).toContain(summoned.status)
    expect(must(await nord().get(`/v1/orders/${id}`)).body.course.status).toBe('attending')
  })
})

describe('ours: what the days before the return do not say', () => {
  test('a minute accounts for no day, and nobody was there before they came', async () => {
    const order = await planned(['2026-03-02', '2026-03-03', '2026-03-13'])
    const short = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-02', { wholeDay: undefined, absentMinutes: 1 }), away('2026-03-03')],
    })
    expect(refusal(short)).toEqual([422, 'back-registration-incomplete'])
    expect(short.body.missingDates).toEqual(['2026-03-02'])
    const there = await attended(order.id, '2026-03-13', {
      absences: [away('2026-03-02', { reason: 'left-early' }), away('2026-03-03')],
    })
    expect([refusal(there), there.body.errors?.[0]?.pointer]).toEqual([[422, 'reason-says-present'], '/absences/0'])
    const twice = await attended(order.id, '2026-03-13', { absences: [away('2026-03-02'), away('2026-03-02')] })
    expect([refusal(twice), faults(twice)]).toEqual([[400, 'invalid-request'], [['/absences/1/date', 'duplicate']]])
    expect(await registered(order.id)).toEqual([])
  })

  test('they came on the day of the last missed meeting or later', async () => {
    const order = await planned(['2026-03-02', '2026-03-09'])
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-02' }))
    must(await reSummon(nord(), order.id))
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-09' }))
    const before = await attended(order.id, '2026-03-02')
    expect([refusal(before), before.body.from]).toEqual([[422, 'first-meeting-date'], '2026-03-09'])
    must(await attended(order.id, '2026-03-09', { absences: [away('2026-03-02')] }))
  })

  test('a letter that was sent in time is told after the return; it sets no meeting any more', async () => {
    const order = await planned(['2026-03-02', '2026-03-04'])
    must(await outcome(nord(), order.id, { outcome: 'missed', on: '2026-03-02' }))
    must(await attended(order.id, '2026-03-04', { absences: [away('2026-03-02')] }))
    must(await reSummon(nord(), order.id))
    expect((await dutyTexts(portal, order.id)).filter((text) => !text.startsWith('attendance'))).toEqual([
      expect.stringContaining('first-meeting-outcome 2026-03-02 2026-03-02 met'),
      're-summons-letter 2026-03-02 2026-03-03 met',
      expect.stringContaining('refer-citizen'),
    ])
    expect(refusal(await reSummon(nord(), order.id))).toEqual([409, 'first-meeting-already-settled'])
  })

  test('why days are excused stands in no history', async () => {
    const order = await planned(['2026-03-02', '2026-03-03', '2026-03-13'])
    must(await outcome(nord(), order.id, { outcome: 'excused', on: '2026-03-02', code: 'sick' }))
    must(await attended(order.id, '2026-03-13', { excused: [{ date: '2026-03-03', code: 'sick' }] }))
    const history = await portal.sql('select changes from change_log where order_id = $1', [order.id])
    expect(JSON.stringify(history)).not.toContain('sick')
  })
})
