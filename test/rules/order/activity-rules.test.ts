import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  activityDatesAfter,
  activityIsUndecided,
  activityKinds,
  activityLiesOutside,
  activityWithinTheOrder,
  newActivityRules,
  noHomework,
  placeIsRegistered,
  placementNamesItsCompany,
  statusOfNewActivity,
} from '#rules/order/activity-rules.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const registered = ['address']
const order = { startDate: d('2026-03-02'), lastDay: d('2026-05-22') }

describe('§ 4: homework-not-allowed', () => {
  test.each([
    ['supplier-address', 'allowed'],
    ['company', 'allowed'],
    ['authority', 'allowed'],
    ['other', 'allowed'],
    ['citizen-home', 'homework-not-allowed'],
  ] as const)('%s: %s', (kind, answer) => {
    expect(answerOf(noHomework({ kind }))).toBe(answer)
  })
})

describe('§ 4: unknown-delivery-address', () => {
  test('on site is at a registered address', () => {
    const at = (place: Parameters<typeof noHomework>[0]) => answerOf(placeIsRegistered('on-site', place, registered))
    expect(at({ kind: 'supplier-address', addressId: 'address' })).toBe('allowed')
    expect(at({ kind: 'supplier-address', addressId: 'another' })).toBe('unknown-delivery-address')
    expect(at({ kind: 'supplier-address' })).toBe('unknown-delivery-address')
    expect(at({ kind: 'company', addressId: 'address' })).toBe('unknown-delivery-address')
  })

  test('off site is anywhere, unless it names an address', () => {
    expect(answerOf(placeIsRegistered('off-site', { kind: 'company' }, registered))).toBe('allowed')
    const named = { kind: 'supplier-address', addressId: 'another' } as const
    expect(answerOf(placeIsRegistered('off-site', named, registered))).toBe('unknown-delivery-address')
  })
})

describe('§ 4: plan-outside-order', () => {
  test('an activity lies within its order', () => {
    const whole = { startDate: order.startDate, endDate: order.lastDay }
    expect(answerOf(activityWithinTheOrder(whole, order))).toBe('allowed')
    expect(refusalOf(activityWithinTheOrder({ ...whole, endDate: d('2026-05-23') }, order))).toEqual({
      slug: 'plan-outside-order',
      facts: { dates: ['2026-05-23'], from: '2026-03-02', to: '2026-05-22' },
    })
  })
})

describe('§ 4, § 14, § 16: what needs the jobcenter', () => {
  test('everything but on site, when the supplier comes with it', () => {
    const proposed = activityKinds.filter((kind) => statusOfNewActivity(kind, 'supplier') === 'proposed')
    expect(proposed).toEqual(activityKinds.filter((kind) => kind !== 'on-site'))
    expect(activityKinds.every((kind) => statusOfNewActivity(kind, 'jobcenter') === 'approved')).toBe(true)
  })
})

describe('activity-already-decided', () => {
  test('a proposal is decided once', () => {
    expect(answerOf(activityIsUndecided('proposed'))).toBe('allowed')
    for (const status of ['approved', 'rejected'] as const) {
      expect(refusalOf(activityIsUndecided(status))).toEqual({
        slug: 'activity-already-decided',
        facts: { activityStatus: status },
      })
    }
  })
})

describe('ours: placement-needs-company', () => {
  test.each([
    ['work-placement', { kind: 'company', name: 'Bageriet' }, 'allowed'],
    ['wage-subsidy', { kind: 'company', name: 'Bageriet' }, 'allowed'],
    ['work-placement', { kind: 'company' }, 'placement-needs-company'],
    ['work-placement', { kind: 'company', name: '  ' }, 'placement-needs-company'],
    ['wage-subsidy', { kind: 'authority', name: 'Kommunen' }, 'placement-needs-company'],
    ['off-site', { kind: 'other' }, 'allowed'],
  ] as const)('%s at %o: %s', (kind, place, answer) => {
    expect(answerOf(placementNamesItsCompany(kind, place))).toBe(answer)
  })
})

describe('an activity whose order has other dates', () => {
  const dates = (from: string, to: string) => ({ startDate: d(from), endDate: d(to) })
  const moved = (activity: [string, string], amended: [string, string], spansOrder = false) => {
    const { startDate, endDate } = activityDatesAfter({ ...dates(...activity), spansOrder }, dates(...amended))
    return [startDate, endDate]
  }

  test('that was made to last as long goes on doing so', () => {
    expect(moved(['2026-03-02', '2026-05-22'], ['2026-03-09', '2026-09-25'], true)).toEqual([
      '2026-03-09',
      '2026-09-25',
    ])
  })

  test('is cut to the order, never prolonged', () => {
    expect(moved(['2026-03-02', '2026-03-10'], ['2026-03-09', '2026-05-22'])).toEqual(['2026-03-09', '2026-03-10'])
    expect(moved(['2026-04-27', '2026-05-22'], ['2026-03-02', '2026-05-01'])).toEqual(['2026-04-27', '2026-05-01'])
    expect(moved(['2026-04-27', '2026-05-22'], ['2026-03-02', '2026-09-25'])).toEqual(['2026-04-27', '2026-05-22'])
  })

  test('keeps its dates where all of it lies outside, and is known by that', () => {
    expect(moved(['2026-03-02', '2026-03-10'], ['2026-03-16', '2026-05-01'])).toEqual(['2026-03-02', '2026-03-10'])
    const amended = dates('2026-03-16', '2026-05-01')
    expect(activityLiesOutside(dates('2026-03-02', '2026-03-15'), amended)).toBe(true)
    expect(activityLiesOutside(dates('2026-05-02', '2026-05-02'), amended)).toBe(true)
    expect(activityLiesOutside(dates('2026-03-02', '2026-03-16'), amended)).toBe(false)
    expect(activityLiesOutside(dates('2026-05-01', '2026-05-22'), amended)).toBe(false)
  })
})

describe('an activity is taken', () => {
  test('when place and dates fit; the home is said first', () => {
    const given = {
      kind: 'on-site',
      place: { kind: 'supplier-address', addressId: 'address' },
      registeredAddresses: registered,
      dates: { startDate: d('2026-03-02'), endDate: d('2026-03-02') },
      order,
    } as const
    expect(answerOf(newActivityRules(given))).toBe('allowed')
    const dates = { ...given.dates, endDate: d('2026-06-01') }
    expect(answerOf(newActivityRules({ ...given, dates, place: { kind: 'citizen-home' } }))).toBe(
      'homework-not-allowed',
    )
    expect(answerOf(newActivityRules({ ...given, dates, place: { kind: 'other' } }))).toBe('unknown-delivery-address')
    expect(answerOf(newActivityRules({ ...given, dates }))).toBe('plan-outside-order')
  })
})
