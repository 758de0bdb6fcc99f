import { expect, test } from 'vitest'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const asked = (text: string) => answerOf(noCitizenNumber([{ pointer: '/x', text }]))

test.each(['0107701234', 'Borgeren 010770-1234 var syg', '610190 1234.', '(290200-4001)', '010770–1234'])(
  'ours: %s holds a CPR number',
  (text) => {
    expect(asked(text)).toBe('citizen-number-in-text')
  },
)

test.each([
  'Ringede til 82 56 56 82',
  '320770-1234',
  '011370-1234',
  '01077012345',
  '9901077012 34',
  '2026-03-13 kl. 10.15',
  'bestilling B-010770 og 1234',
])('ours: %s holds none', (text) => {
  expect(asked(text)).toBe('allowed')
})

test('each place is pointed at, and nothing is repeated', () => {
  const { facts } = refusalOf(
    noCitizenNumber([
      { pointer: '/a', text: 'Godt' },
      { pointer: '/b', text: '0107701234' },
    ]),
  )
  expect(JSON.stringify(facts)).toContain('/b')
  expect(JSON.stringify(facts)).not.toMatch(/\/a|0107701234/)
})
