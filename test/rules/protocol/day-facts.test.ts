import { expect, test } from 'vitest'
import { codeOf, minutesUnder } from '#rules/protocol/day-facts.ts'

test('the minutes of a day under codes, over all its activities', () => {
  const day = [
    {
      absent: [
        { code: 'unauthorised', minutes: 10 },
        { code: 'sick-reported', minutes: 20 },
      ],
    },
    {
      absent: [
        { code: 'unauthorised', minutes: 5 },
        { code: 'sick-accepted', minutes: 40 },
      ],
    },
  ]
  expect(minutesUnder(day, codeOf.unauthorised)).toBe(15)
  expect(minutesUnder(day, codeOf.sickReported, codeOf.sickAccepted)).toBe(60)
  expect(minutesUnder(day, codeOf.approvedLeave)).toBe(0)
})
