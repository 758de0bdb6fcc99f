import { describe, expect, test } from 'vitest'
import { planKeepsTheProtocol } from '#rules/protocol/plan-keeps-the-protocol.ts'
import { d } from '#test/rules/absence/course-of.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const planned = (date: string, plannedMinutes: number, activityId = 'a') => ({
  date: d(date),
  activityId,
  plannedMinutes,
})
const record = (minutes: number, activityId = 'a') => ({ date: d('2026-03-10'), activityId, minutes })
const before = [planned('2026-03-10', 120), planned('2026-03-11', 120)]
const given = (changes: Partial<Parameters<typeof planKeepsTheProtocol>[0]>) => ({
  before,
  after: before,
  recorded: [record(120)],
  submittedMonths: new Set<string>(),
  today: d('2026-03-31'),
  ...changes,
})

describe('ours: plan-conflicts-with-record, for what the protocol holds', () => {
  test.each([
    ['the same plan', {}, 'allowed'],
    ['a day without a record', { after: [planned('2026-03-10', 120)] }, 'allowed'],
    ['more on a recorded day', { after: [planned('2026-03-10', 121)] }, 'allowed'],
    ['less on a recorded day', { after: [planned('2026-03-10', 119)] }, 'plan-conflicts-with-record'],
    ['the recorded day gone', { after: [] }, 'plan-conflicts-with-record'],
    ['its minutes on another activity', { after: [planned('2026-03-10', 120, 'b')] }, 'plan-conflicts-with-record'],
    ['below its record already, and left so', { recorded: [record(200)] }, 'allowed'],
    ['a submitted month left alone', { submittedMonths: new Set(['2026-03']) }, 'allowed'],
    [
      'a day more in it',
      { submittedMonths: new Set(['2026-03']), after: [...before, planned('2026-03-12', 60)] },
      'plan-conflicts-with-record',
    ],
    [
      'a day more in it, from today on',
      { submittedMonths: new Set(['2026-03']), today: d('2026-03-12'), after: [...before, planned('2026-03-12', 60)] },
      'allowed',
    ],
    [
      'one that is over',
      { submittedMonths: new Set(['2026-03']), today: d('2026-03-13'), after: [...before, planned('2026-03-12', 60)] },
      'plan-conflicts-with-record',
    ],
    [
      'a day more in the month after',
      { submittedMonths: new Set(['2026-03']), after: [...before, planned('2026-04-13', 60)] },
      'allowed',
    ],
  ])('%s: %s', (_, changes, answer) => {
    expect(answerOf(planKeepsTheProtocol(given(changes)))).toBe(answer)
  })

  test('the dates are listed once each', () => {
    const verdict = planKeepsTheProtocol(given({ after: [], submittedMonths: new Set(['2026-03']) }))
    expect(refusalOf(verdict).facts).toEqual({ dates: ['2026-03-10', '2026-03-11'] })
  })
})
