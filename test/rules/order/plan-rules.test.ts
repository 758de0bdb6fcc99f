import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, localDate as d } from '#kernel/local-date.ts'
import {
  completePlanAddsUp,
  keptAsSubmitted,
  type PlannedActivity,
  type PlannedDay,
  planFitsTheDay,
  planHoldsWhatIsRegistered,
  plannedActivitiesAreApproved,
  planRules,
  planWithinTheHours,
  planWithinTheOrder,
  totalMinutes,
  withTheFirstMeeting,
} from '#rules/order/plan-rules.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const day = (date: string, plannedMinutes = 120, activityId = 'course'): PlannedDay => ({
  date: d(date),
  activityId,
  plannedMinutes,
})
const order = { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), orderedMinutes: 240 }
const course: PlannedActivity = { id: 'course', status: 'approved', startDate: order.startDate, endDate: order.lastDay }

describe('§ 4: plan-outside-order', () => {
  test('the first and the last day are within', () => {
    expect(answerOf(planWithinTheOrder([day('2026-03-02'), day('2026-05-22')], order))).toBe('allowed')
  })

  test('the days outside are listed once, in order', () => {
    const days = [day('2026-05-23'), day('2026-03-01'), day('2026-03-02'), day('2026-03-01', 60, 'other')]
    expect(refusalOf(planWithinTheOrder(days, order))).toEqual({
      slug: 'plan-outside-order',
      facts: { dates: ['2026-03-01', '2026-05-23'], from: '2026-03-02', to: '2026-05-22' },
    })
  })
})

describe('§ 4: plan-exceeds-order, plan-total-differs', () => {
  test.each([
    [239, 'allowed', 'plan-total-differs'],
    [240, 'allowed', 'allowed'],
    [241, 'plan-exceeds-order', 'plan-total-differs'],
  ])('%i of 240 ordered minutes: %s, and declared complete %s', (planned, within, complete) => {
    expect(answerOf(planWithinTheHours(planned, 240))).toBe(within)
    expect(answerOf(completePlanAddsUp(true, planned, 240))).toBe(complete)
    expect(answerOf(completePlanAddsUp(false, planned, 240))).toBe('allowed')
  })

  test('the difference is told', () => {
    expect(refusalOf(completePlanAddsUp(true, 180, 240)).facts).toMatchObject({ differenceMinutes: -60 })
  })

  test('the total is the sum over days and activities, whatever their order; weeks may differ', () => {
    const minutes = fc.array(fc.integer({ min: 1, max: 1440 }), { maxLength: 50 })
    fc.assert(
      fc.property(minutes, (list) => {
        const days = list.map((plannedMinutes, index) => ({
          ...day('2026-03-02', plannedMinutes),
          date: addDays(order.startDate, index),
        }))
        const sum = list.reduce((a, b) => a + b, 0)
        expect(totalMinutes(days)).toBe(sum)
        expect(totalMinutes([...days].reverse())).toBe(sum)
      }),
    )
  })
})

describe('§ 4, § 14, § 16: activity-not-approved', () => {
  test('planned activities are approved ones of the order', () => {
    expect(answerOf(plannedActivitiesAreApproved([day('2026-03-02')], [course]))).toBe('allowed')
    for (const status of ['proposed', 'rejected'] as const) {
      expect(refusalOf(plannedActivitiesAreApproved([day('2026-03-02')], [{ ...course, status }]))).toEqual({
        slug: 'activity-not-approved',
        facts: { activityStatus: status, activityId: 'course' },
      })
    }
  })

  test("not-found: another order's activity, with the place in the plan", () => {
    const refusal = refusalOf(
      plannedActivitiesAreApproved([day('2026-03-02'), day('2026-03-03', 60, 'strange')], [course]),
    )
    expect(refusal.slug).toBe('not-found')
    expect(refusal.facts).toMatchObject({ faults: [{ pointer: '/days/1/activityId', code: 'not-found' }] })
  })

  test('plan-outside-order: an activity is planned within its own dates', () => {
    const short = { ...course, startDate: d('2026-03-09'), endDate: d('2026-03-10') }
    expect(answerOf(plannedActivitiesAreApproved([day('2026-03-09'), day('2026-03-10')], [short]))).toBe('allowed')
    for (const date of ['2026-03-06', '2026-03-11']) {
      expect(refusalOf(plannedActivitiesAreApproved([day(date)], [short]))).toMatchObject({
        slug: 'plan-outside-order',
        facts: { dates: [date], from: '2026-03-09', to: '2026-03-10', activityId: 'course' },
      })
    }
  })
})

describe('ours: plan-conflicts-with-record', () => {
  const registered = [
    { date: d('2026-03-04'), registeredMinutes: 120, plannedElsewhere: 0, plannedBefore: 120 },
    { date: d('2026-03-03'), registeredMinutes: 90, plannedElsewhere: 60, plannedBefore: 60 },
  ]

  test('a day may shrink to what is registered on it, other orders counted in', () => {
    expect(answerOf(planHoldsWhatIsRegistered([day('2026-03-04'), day('2026-03-03', 30)], registered))).toBe('allowed')
  })

  test('two activities of a day count together', () => {
    const days = [day('2026-03-04', 60), day('2026-03-04', 60, 'other'), day('2026-03-03', 30)]
    expect(answerOf(planHoldsWhatIsRegistered(days, registered))).toBe('allowed')
  })

  test('a day that is below its record already may stay or grow, not shrink further', () => {
    const below = [{ date: d('2026-03-04'), registeredMinutes: 180, plannedElsewhere: 0, plannedBefore: 60 }]
    expect(answerOf(planHoldsWhatIsRegistered([day('2026-03-04', 60)], below))).toBe('allowed')
    expect(answerOf(planHoldsWhatIsRegistered([day('2026-03-04', 90)], below))).toBe('allowed')
    expect(answerOf(planHoldsWhatIsRegistered([day('2026-03-04', 59)], below))).toBe('plan-conflicts-with-record')
  })

  test('below it, the dates are listed in order', () => {
    expect(
      refusalOf(planHoldsWhatIsRegistered([day('2026-03-04', 119), day('2026-03-03', 29)], registered)).facts,
    ).toEqual({
      dates: ['2026-03-03', '2026-03-04'],
    })
    expect(refusalOf(planHoldsWhatIsRegistered([], registered)).facts).toEqual({ dates: ['2026-03-03', '2026-03-04'] })
  })
})

describe('ours: plan-conflicts-with-record, the day of the first meeting', () => {
  const before = [day('2026-03-02', 60), day('2026-03-02', 60, 'other'), day('2026-03-03')]
  const holds = (days: PlannedDay[], attendedOn: string | null, plan = before) =>
    planHoldsWhatIsRegistered(days, withTheFirstMeeting([], attendedOn === null ? null : d(attendedOn), plan))

  test('a plan that held it goes on holding something, on whatever activity', () => {
    expect(answerOf(holds([day('2026-03-02', 1, 'other')], '2026-03-02'))).toBe('allowed')
    expect(refusalOf(holds([day('2026-03-03')], '2026-03-02'))).toEqual({
      slug: 'plan-conflicts-with-record',
      facts: { dates: ['2026-03-02'] },
    })
  })

  test('one that never held it need not begin to, nor one of a course to which nobody came', () => {
    expect(answerOf(holds([day('2026-03-02')], '2026-03-04'))).toBe('allowed')
    expect(answerOf(holds([], '2026-03-02', []))).toBe('allowed')
    expect(answerOf(holds([], null))).toBe('allowed')
  })

  test('absence registered on the same day is asked for beside it, and the date is told once', () => {
    const registered = [{ date: d('2026-03-02'), registeredMinutes: 90, plannedElsewhere: 0, plannedBefore: 120 }]
    const asked = withTheFirstMeeting(registered, d('2026-03-02'), before)
    expect(answerOf(planHoldsWhatIsRegistered([day('2026-03-02', 90)], asked))).toBe('allowed')
    expect(refusalOf(planHoldsWhatIsRegistered([], asked)).facts).toEqual({ dates: ['2026-03-02'] })
  })
})

describe('ours: plan-day-too-long', () => {
  test('the activities of a day last 1,440 minutes together at most', () => {
    expect(answerOf(planFitsTheDay([day('2026-03-02', 1439), day('2026-03-02', 1, 'other')]))).toBe('allowed')
    const days = [
      day('2026-03-05', 1440),
      day('2026-03-05', 1, 'other'),
      day('2026-03-03', 1440),
      day('2026-03-02', 1441),
    ]
    expect(refusalOf(planFitsTheDay(days))).toEqual({
      slug: 'plan-day-too-long',
      facts: { dates: ['2026-03-02', '2026-03-05'] },
    })
  })
})

describe('ours: the days of submitted months that an amendment left outside the order', () => {
  const before = [day('2026-02-27'), day('2026-03-02')]
  const plan = (days: PlannedDay[], submitted: string[]) =>
    answerOf(
      planRules({
        days,
        complete: false,
        order,
        activities: [course],
        registered: [],
        kept: keptAsSubmitted(days, before, new Set(submitted)),
      }),
    )

  test('are kept as they stand, outside the order and their activity', () => {
    expect(plan([day('2026-02-27'), day('2026-03-03')], ['2026-02'])).toBe('allowed')
  })

  test('not otherwise, not on another activity, and not of other months', () => {
    expect(plan([day('2026-02-27', 119)], ['2026-02'])).toBe('plan-outside-order')
    expect(plan([day('2026-02-27', 120, 'other')], ['2026-02'])).toBe('plan-outside-order')
    expect(plan([day('2026-02-27')], [])).toBe('plan-outside-order')
    expect(plan([day('2026-02-26')], ['2026-02'])).toBe('plan-outside-order')
  })

  test('they count among the ordered minutes', () => {
    expect(plan([day('2026-02-27'), day('2026-03-03', 121)], ['2026-02'])).toBe('plan-exceeds-order')
  })
})

test('§ 4: dates are asked before activities, these before totals, the record last', () => {
  const plan = (days: PlannedDay[], changes: Partial<Parameters<typeof planRules>[0]> = {}) =>
    answerOf(planRules({ days, complete: true, order, activities: [course], registered: [], ...changes }))
  const registered = [{ date: d('2026-03-04'), registeredMinutes: 60, plannedElsewhere: 0, plannedBefore: 240 }]
  expect([
    plan([day('2026-03-01', 999, 'strange')], { registered }),
    plan([day('2026-03-02', 999, 'strange')], { registered }),
    plan([day('2026-03-02', 999)], { registered }),
    plan([day('2026-03-02', 239)], { registered }),
    plan([day('2026-03-02', 240)], { registered }),
    plan([day('2026-03-02', 240)]),
    plan([], { complete: false }),
  ]).toEqual([
    'plan-outside-order',
    'not-found',
    'plan-exceeds-order',
    'plan-total-differs',
    'plan-conflicts-with-record',
    'allowed',
    'allowed',
  ])
})
