import { describe, expect, test } from 'vitest'
import { notYetWithdrawn, onePerCitizenAndDay, replacesTheSameDay } from '#rules/absence/one-per-citizen-and-day.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'
import { d } from './course-of.ts'

describe('§ 6: absence-already-registered', () => {
  test('the first of the day is taken, the second is told of the first', () => {
    expect(answerOf(onePerCitizenAndDay(undefined, undefined))).toBe('allowed')
    expect(refusalOf(onePerCitizenAndDay({ id: 'one' }, undefined))).toEqual({
      slug: 'absence-already-registered',
      facts: { existing: { id: 'one', url: '/v1/absences/one' } },
    })
  })

  test('the one that it corrects does not stand against it, another does', () => {
    expect(answerOf(onePerCitizenAndDay({ id: 'one' }, 'one'))).toBe('allowed')
    expect(answerOf(onePerCitizenAndDay({ id: 'two' }, 'one'))).toBe('absence-already-registered')
  })
})

describe('ours: what is replaced is a live registration of the same citizen and day', () => {
  const target = { citizenId: 'a', date: d('2026-03-12') }
  const replaced = { id: 'one', ...target, withdrawn: false }

  test('it is', () => {
    expect(answerOf(replacesTheSameDay(replaced, target))).toBe('allowed')
  })

  test('replaced-absence-differs: another citizen, another day', () => {
    expect(answerOf(replacesTheSameDay({ ...replaced, citizenId: 'b' }, target))).toBe('replaced-absence-differs')
    expect(answerOf(replacesTheSameDay({ ...replaced, date: d('2026-03-11') }, target))).toBe(
      'replaced-absence-differs',
    )
  })

  test('absence-already-withdrawn', () => {
    expect(answerOf(replacesTheSameDay({ ...replaced, withdrawn: true }, target))).toBe('absence-already-withdrawn')
    expect(answerOf(notYetWithdrawn({ withdrawn: true }))).toBe('absence-already-withdrawn')
    expect(answerOf(notYetWithdrawn({ withdrawn: false }))).toBe('allowed')
  })

  test('not-found: none of the supplier has that id, and the answer points at the member', () => {
    const refusal = refusalOf(replacesTheSameDay(undefined, target))
    expect([refusal.slug, refusal.facts['faults']]).toMatchObject(['not-found', [{ pointer: '/replaces' }]])
  })
})
