import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  causeFitsTheCaller,
  courseNeverStarted,
  daysAfter,
  finalReportCountsFrom,
  neverStartedFits,
  overdueStays,
  terminationCauseIsKnown,
  terminationDateFits,
  terminationRules,
} from '#rules/order/termination.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const course = { startDate: d('2026-03-02'), endDate: d('2026-05-22'), today: d('2026-03-13') }
const given = {
  state: { status: 'approved', courseStatus: 'attending' },
  by: 'supplier',
  endedOn: d('2026-03-12'),
  cause: 'employment',
  validCauses: new Set(['employment', 'benefit-stopped', 'never-started']),
  course,
  recorded: [],
  begun: [],
} as const

describe('unknown-termination-cause', () => {
  test('causes come from the code set', () => {
    expect(answerOf(terminationCauseIsKnown('employment', given.validCauses))).toBe('allowed')
    expect(answerOf(terminationCauseIsKnown('weather', given.validCauses))).toBe('unknown-termination-cause')
  })
})

describe('§ 8: termination-cause-not-allowed', () => {
  test('a benefits office ends a course because the benefit stopped, and for nothing else', () => {
    expect(answerOf(causeFitsTheCaller('benefit-stopped', 'benefits-office'))).toBe('allowed')
    expect(answerOf(causeFitsTheCaller('moved', 'benefits-office'))).toBe('termination-cause-not-allowed')
    for (const by of ['supplier', 'jobcenter', 'portal'] as const) {
      expect(answerOf(causeFitsTheCaller('moved', by))).toBe('allowed')
    }
  })
})

describe('termination-date', () => {
  test.each([
    ['2026-03-01', 'termination-date'],
    ['2026-03-02', 'allowed'],
    ['2026-03-13', 'allowed'],
    ['2026-03-14', 'termination-date'],
  ])('on %s, today being 2026-03-13: %s', (endedOn, answer) => {
    expect(answerOf(terminationDateFits({ ...given, endedOn: d(endedOn) }))).toBe(answer)
  })

  test('not after the ordered end, also when that has passed', () => {
    const over = { ...course, today: d('2026-06-01') }
    expect(answerOf(terminationDateFits({ ...given, endedOn: d('2026-05-22'), course: over }))).toBe('allowed')
    expect(refusalOf(terminationDateFits({ ...given, endedOn: d('2026-05-23'), course: over })).facts).toEqual({
      endedOn: '2026-05-23',
      from: '2026-03-02',
      to: '2026-05-22',
    })
  })

  test('not before what is recorded, unless the benefit stopped', () => {
    const recorded = [d('2026-03-13'), d('2026-03-12'), d('2026-03-13')]
    expect(refusalOf(terminationDateFits({ ...given, recorded }))).toMatchObject({
      slug: 'termination-date',
      facts: { recordedAfter: ['2026-03-13'] },
    })
    for (const by of ['benefits-office', 'jobcenter'] as const) {
      expect(answerOf(terminationDateFits({ ...given, by, recorded, cause: 'benefit-stopped' }))).toBe('allowed')
    }
    // A supplier does not know it, so it is a cause like any other.
    expect(answerOf(terminationDateFits({ ...given, recorded, cause: 'benefit-stopped' }))).toBe('termination-date')
    expect(daysAfter(recorded, d('2026-03-11'))).toEqual(['2026-03-12', '2026-03-13'])
  })
})

describe('a benefit that stopped before the course', () => {
  test.each([
    ['benefits-office', '2026-03-01', 'allowed'],
    ['jobcenter', '2026-03-01', 'allowed'],
    ['benefits-office', '2026-02-28', 'termination-date'],
    ['supplier', '2026-03-01', 'termination-date'],
  ] as const)('told by %s as of %s: %s', (by, endedOn, answer) => {
    const stopped = { ...given, by, cause: 'benefit-stopped', recorded: [d('2026-03-10')] }
    expect(answerOf(terminationDateFits({ ...stopped, endedOn: d(endedOn) }))).toBe(answer)
  })

  test('only the benefit does: another cause lies within the course', () => {
    const verdict = terminationDateFits({ ...given, by: 'jobcenter', endedOn: d('2026-03-01') })
    expect(refusalOf(verdict).facts).toMatchObject({ from: '2026-03-02' })
  })
})

describe('§ 7: course-has-started', () => {
  test('the cause never-started is given of no course that was attended or that somebody was registered absent from', () => {
    expect(answerOf(neverStartedFits('never-started', []))).toBe('allowed')
    expect(answerOf(neverStartedFits('employment', [d('2026-03-03')]))).toBe('allowed')
    expect(refusalOf(neverStartedFits('never-started', [d('2026-03-03'), d('2026-03-02'), d('2026-03-03')]))).toEqual({
      slug: 'course-has-started',
      facts: { recordedOn: ['2026-03-02', '2026-03-03'] },
    })
  })
})

describe('§ 3: from when the final report is counted', () => {
  const end = { endedOn: d('2026-03-02'), toldOn: d('2026-03-13'), endSetOn: null }
  test('from the end; where a benefits office told of it later, from that day', () => {
    for (const by of ['supplier', 'jobcenter', 'portal'] as const) {
      expect(finalReportCountsFrom({ ...end, by })).toBe('2026-03-02')
    }
    expect(finalReportCountsFrom({ ...end, by: 'benefits-office' })).toBe('2026-03-13')
  })

  test('where the end came by itself, not from before its date was set', () => {
    const swept = { ...end, by: 'portal' } as const
    expect(finalReportCountsFrom({ ...swept, endSetOn: d('2026-02-18') })).toBe('2026-03-02')
    expect(finalReportCountsFrom({ ...swept, endSetOn: d('2026-03-12') })).toBe('2026-03-12')
  })
})

test('ours: an end takes nothing overdue away where the supplier says it, or nobody does', () => {
  const ends = ['supplier', 'portal', 'jobcenter', 'benefits-office'] as const
  expect(ends.filter(overdueStays)).toEqual(['supplier', 'portal'])
})

describe('§ 7: never started', () => {
  const never = { firstAttendedOn: null, attended: false, firstMeetingProcedure: true, cause: 'completed' }
  test('without an attended meeting, whatever the cause', () => {
    expect(courseNeverStarted(never)).toBe(true)
    expect(courseNeverStarted({ ...never, firstAttendedOn: d('2026-03-02'), cause: 'never-started' })).toBe(false)
  })

  test('for groups without the procedure the cause says it', () => {
    const without = { ...never, firstMeetingProcedure: false }
    expect(courseNeverStarted(without)).toBe(false)
    expect(courseNeverStarted({ ...without, cause: 'never-started' })).toBe(true)
    expect(courseNeverStarted({ ...without, cause: 'never-started', attended: true })).toBe(false)
  })
})

describe('whether a course is ended', () => {
  test('the state is asked first, then cause, caller and date', () => {
    expect(answerOf(terminationRules(given))).toBe('allowed')
    const wrong = { ...given, by: 'benefits-office', endedOn: d('2026-03-14') } as const
    const ended = { status: 'ended', courseStatus: 'ended' } as const
    expect(answerOf(terminationRules({ ...wrong, state: ended, cause: 'weather' }))).toBe('order-state')
    expect(answerOf(terminationRules({ ...wrong, cause: 'weather' }))).toBe('unknown-termination-cause')
    const never = { cause: 'never-started', begun: [d('2026-03-02')], endedOn: d('2026-03-14') }
    expect(answerOf(terminationRules({ ...given, ...never }))).toBe('course-has-started')
    expect(answerOf(terminationRules(wrong))).toBe('termination-cause-not-allowed')
    expect(answerOf(terminationRules({ ...wrong, cause: 'benefit-stopped' }))).toBe('termination-date')
  })
})
