import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { workingDays } from '#rules/calendar/working-days.ts'
import { contactRequestDueOn, notYetAnswered } from '#rules/referral/contact-request.ts'
import { answerOf } from '#test/rules/answer-of.ts'

const isWorkingDay = workingDays({ yearly: [], single: new Set([localDate('2026-03-16')]) })

describe('§ 8: a contact request', () => {
  test('is due on the day that it came', () => {
    expect(contactRequestDueOn(localDate('2026-03-13'), isWorkingDay)).toBe('2026-03-13')
  })

  test('or the next working day, weekends, holidays and closing days left out', () => {
    expect(contactRequestDueOn(localDate('2026-03-14'), isWorkingDay)).toBe('2026-03-17')
    expect(contactRequestDueOn(localDate('2026-04-02'), isWorkingDay)).toBe('2026-04-07')
  })

  test('is answered once: contact-request-already-answered', () => {
    expect(answerOf(notYetAnswered({ answered: false }))).toBe('allowed')
    expect(answerOf(notYetAnswered({ answered: true }))).toBe('contact-request-already-answered')
  })
})
