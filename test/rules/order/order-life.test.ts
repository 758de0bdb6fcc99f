import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  canBeApproved,
  canBeCancelled,
  canBeChanged,
  canBeEnded,
  canBePlanned,
  canHaveActivities,
  canHaveLeave,
  canHaveProgress,
  canPutFocusAreas,
  courseHasBegun,
  membersCanBeChanged,
} from '#rules/order/order-life.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const awaiting = 'awaiting-first-meeting'
const states = {
  draft: { status: 'draft', courseStatus: awaiting },
  approved: { status: 'approved', courseStatus: awaiting },
  attending: { status: 'approved', courseStatus: 'attending' },
  ended: { status: 'ended', courseStatus: 'ended' },
  cancelled: { status: 'cancelled', courseStatus: awaiting },
} as const
type State = keyof typeof states
const possible = (when: (state: State) => boolean) => (Object.keys(states) as State[]).filter(when)

describe('order-state', () => {
  test('§ 1: a draft is approved, once', () => {
    expect(possible((state) => canBeApproved(states[state]).allowed)).toEqual(['draft'])
  })

  test('§ 4: an approved order is planned, before and while the citizen attends', () => {
    expect(possible((state) => canBePlanned(states[state]).allowed)).toEqual(['approved', 'attending'])
  })

  test('ours: a draft can be cancelled, an approved order until its course has begun', () => {
    expect(possible((state) => canBeCancelled(states[state], false).allowed)).toEqual([
      'draft',
      'approved',
      'attending',
    ])
    expect(possible((state) => canBeCancelled(states[state], true).allowed)).toEqual(['draft'])
  })

  test('a draft and an approved order are changed; supplier, agreement and target group of a draft alone', () => {
    expect(possible((state) => canBeChanged(states[state]).allowed)).toEqual(['draft', 'approved', 'attending'])
    expect(possible((state) => membersCanBeChanged(states[state], ['supplierId']).allowed)).toEqual(['draft'])
    expect(answerOf(membersCanBeChanged(states.attending, ['endDate', 'orderedMinutes']))).toBe('allowed')
    expect(refusalOf(membersCanBeChanged(states.attending, ['endDate', 'targetGroup'])).facts).toMatchObject({
      allowedIn: ['draft'],
      fixedMembers: ['targetGroup'],
    })
    expect(answerOf(membersCanBeChanged(states.approved, ['firstMeetingAt']))).toBe('allowed')
    expect(answerOf(membersCanBeChanged(states.approved, ['firstMeetingAt'], true))).toBe('order-state')
  })

  test('an approved order is ended, once', () => {
    expect(possible((state) => canBeEnded(states[state]).allowed)).toEqual(['approved', 'attending'])
  })

  test('§ 4: activities are added while the order runs, by the jobcenter before too', () => {
    const by = (who: 'supplier' | 'jobcenter') => possible((state) => canHaveActivities(states[state], who).allowed)
    expect(by('supplier')).toEqual(['approved', 'attending'])
    expect(by('jobcenter')).toEqual(['draft', 'approved', 'attending'])
  })

  test('§ 6: leave concerns an approved order, also one that ended', () => {
    expect(possible((state) => canHaveLeave(states[state]).allowed)).toEqual(['approved', 'attending', 'ended'])
  })

  test('§ 2, 004: progress is that of an approved course, also one that ended, and not one that never started', () => {
    expect(possible((state) => canHaveProgress(states[state]).allowed)).toEqual(['approved', 'attending', 'ended'])
    expect(answerOf(canHaveProgress({ status: 'ended', courseStatus: 'never-started' }))).toBe('order-state')
  })

  test('start assessments are put as long as no final report stands that was submitted against them', () => {
    expect(possible((state) => canPutFocusAreas(states[state], false).allowed)).toEqual([
      'approved',
      'attending',
      'ended',
    ])
    expect(refusalOf(canPutFocusAreas(states.ended, true))).toEqual({
      slug: 'order-state',
      facts: { orderStatus: 'ended', courseStatus: 'ended', allowedIn: [], finalReport: 'submitted' },
    })
    expect(answerOf(canPutFocusAreas(states.draft, true))).toBe('order-state')
  })

  test('the refusal says where the order is and when it would be possible', () => {
    expect(refusalOf(canBeCancelled(states.attending, true))).toEqual({
      slug: 'order-state',
      facts: {
        orderStatus: 'approved',
        courseStatus: 'attending',
        allowedIn: ['draft', 'approved before its course began'],
      },
    })
    expect(answerOf(canBePlanned(states.cancelled))).toBe('order-state')
  })
})

describe('§ 7: a course has begun', () => {
  const course = {
    courseStatus: awaiting,
    startDate: d('2026-03-02'),
    firstMeetingProcedure: true,
    today: d('2026-03-13'),
  } as const

  test('when the citizen came, not before', () => {
    expect(courseHasBegun(course)).toBe(false)
    expect(courseHasBegun({ ...course, courseStatus: 're-summoned' })).toBe(false)
    expect(courseHasBegun({ ...course, courseStatus: 'attending' })).toBe(true)
    expect(courseHasBegun({ ...course, courseStatus: 'ended' })).toBe(true)
  })

  test('on its first date for groups without the procedure', () => {
    const without = { ...course, firstMeetingProcedure: false }
    expect(courseHasBegun({ ...without, today: d('2026-03-01') })).toBe(false)
    expect(courseHasBegun({ ...without, today: d('2026-03-02') })).toBe(true)
  })
})
