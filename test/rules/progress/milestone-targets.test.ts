import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { targetOn, targetStatus, targetsThatApply } from '#rules/progress/milestone-targets.ts'

const targets = [
  { code: 'a', milestone: 'cv', weeks: 13, effortGroup: 'company-course' },
  { code: 'b', milestone: 'flex-job', weeks: 26, targetGroup: 'unemployment-allowance' },
  { code: 'c', milestone: 'job', weeks: 52, effortGroup: 'company-course', targetGroup: 'unemployment-allowance' },
  { code: 'd', milestone: 'job', weeks: 52 },
]

describe('004: which targets apply', () => {
  test.each([
    ['company-course', 'other', ['a']],
    ['preparation', 'unemployment-allowance', ['b']],
    ['company-course', 'unemployment-allowance', ['a', 'b', 'c']],
    [null, 'other', []],
  ])('effort group %s, target group %s: %j', (effortGroup, targetGroup, codes) => {
    expect(targetsThatApply(targets, { effortGroup, targetGroup }).map(({ code }) => code)).toEqual(codes)
  })
})

test('weeks count from the first attended day, or from the start date before it', () => {
  const startDate = d('2026-03-02')
  expect(targetOn(13, { startDate, firstAttendedOn: null })).toBe('2026-06-01')
  expect(targetOn(23, { startDate, firstAttendedOn: d('2026-03-09') })).toBe('2026-08-17')
})

describe('where a course stands against a target', () => {
  const target = d('2026-06-01')
  test.each([
    ['2026-06-01', '2026-06-30', '2026-12-31', 'reached'],
    ['2026-06-02', '2026-06-30', '2026-12-31', 'reached-late'],
    [null, '2026-06-01', '2026-12-31', 'open'],
    [null, '2026-06-02', '2026-12-31', 'missed'],
    [null, '2026-06-02', '2026-06-01', 'missed'],
    // The course was over before the target's day.
    [null, '2026-06-02', '2026-05-22', 'open'],
  ] as const)('reached %s, today %s, last day %s: %s', (reachedOn, today, lastDay, status) => {
    expect(
      targetStatus(
        { targetOn: target, reachedOn: reachedOn === null ? null : d(reachedOn) },
        { today: d(today), lastDay: d(lastDay) },
      ),
    ).toBe(status)
  })
})
