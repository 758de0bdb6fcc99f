import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { targetOn } from '#rules/progress/milestone-targets.ts'
import { resultGroups } from '#rules/results/result-groups.ts'
import {
  horizonOn,
  resultDefinitions,
  resultFigures,
  resultGroupings,
  resultHorizons,
  shareOf,
} from '#rules/results/result-measures.ts'

const keys = (given: Partial<Record<(typeof resultGroupings)[number], string>>) =>
  resultGroupings.map((name) => given[name] ?? null)
const measures = {
  milestones: ['cv', 'job'],
  horizons: [13, 52],
  targets: [
    { code: 'a', milestone: 'cv', weeks: 13, effortGroup: 'company-course' },
    { code: 'b', milestone: 'job', weeks: 52, targetGroup: 'unemployment-allowance' },
  ],
  only: {},
}
const rows = [
  { keys: keys({ effortGroup: 'company-course' }), milestone: null, weeks: 13, courses: 5, past: 4 },
  { keys: keys({ effortGroup: 'company-course' }), milestone: null, weeks: 52, courses: 5, past: 0 },
  { keys: keys({ effortGroup: 'company-course' }), milestone: 'cv', weeks: 13, courses: 4, past: 3 },
  { keys: keys({ effortGroup: 'company-course' }), milestone: 'cv', weeks: 52, courses: 4, past: 0 },
  { keys: keys({ effortGroup: 'none' }), milestone: null, weeks: 13, courses: 2, past: 2 },
  { keys: keys({ effortGroup: 'none' }), milestone: null, weeks: 52, courses: 2, past: 2 },
]

describe('004: the groups of results', () => {
  test('past and under way make the courses that began, reached and not reached those that are past', () => {
    const { groups, totals } = resultGroups(rows, measures)
    for (const { begun, milestones } of [...groups, totals]) {
      expect(milestones).toHaveLength(4)
      for (const one of milestones) {
        expect([one.past + one.underWay, one.reached + one.notReached]).toEqual([begun, one.past])
      }
    }
    expect(groups.map((group) => [group.keys.effortGroup, group.begun])).toEqual([
      ['company-course', 5],
      ['none', 2],
    ])
    expect(groups[0]?.milestones[0]).toEqual({
      milestone: 'cv',
      weeks: 13,
      past: 4,
      reached: 3,
      notReached: 1,
      share: 0.75,
      underWay: 1,
      reachedUnderWay: 1,
      target: true,
    })
    expect(groups[0]?.milestones[1]).toMatchObject({ weeks: 52, past: 0, share: null, underWay: 5, reachedUnderWay: 4 })
    expect(totals).toMatchObject({ begun: 7, keys: {} })
    expect(totals.milestones[0]).toMatchObject({ past: 6, reached: 3, share: 0.5, target: false })
  })

  test('a target holds for the sum where all courses are of its group', () => {
    const { totals } = resultGroups(rows, { ...measures, only: { targetGroup: 'unemployment-allowance' } })
    expect(totals.milestones.filter(({ target }) => target).map(({ milestone, weeks }) => [milestone, weeks])).toEqual([
      ['job', 52],
    ])
  })

  test('nothing began', () => {
    const { groups, totals } = resultGroups([], measures)
    expect([groups, totals.begun, totals.milestones[0]?.share]).toEqual([[], 0, null])
  })
})

test('the weeks are counted as a single course’s progress counts them', () => {
  const startDate = localDate('2026-03-02')
  for (const weeks of resultHorizons) {
    expect(horizonOn(startDate, weeks)).toBe(targetOn(weeks, { firstAttendedOn: null, startDate }))
  }
})

test('every figure has a definition in both languages; a share has four decimals, or is none', () => {
  expect(resultDefinitions.map(({ figure }) => figure)).toEqual([...resultFigures, 'share'])
  for (const { text } of resultDefinitions) expect(text.da.length * text.en.length).toBeGreaterThan(0)
  expect([shareOf(1, 3), shareOf(0, 5), shareOf(5, 5), shareOf(0, 0)]).toEqual([0.3333, 0, 1, null])
})
