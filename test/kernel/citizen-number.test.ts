import { expect, test } from 'vitest'
import { holdsPartedCprNumber } from '#kernel/citizen-number.ts'

test.each([
  '6101901234',
  '610190-1234',
  '610190/1234',
  '6 1 0 1 9 0 1 2 3 4',
  'CPR610190.1234',
  '61-01-90-1234',
  '61.01.90 - 1234',
  '61_01_90_12_34',
  'Sag 2026-14, 610190 1234',
  '61019\u200b01234',
  '６１０１９０１２３４',
  '01.01.2012-34',
])('a CPR number in %s', (text) => {
  expect(holdsPartedCprNumber(text)).toBe(true)
})

test.each([
  'Sag 2026-14',
  'Tilsyn 2026, j.nr. 2026-14-00123',
  'Besøg 2026-03-13 10:00',
  'Besøg 12.03.2026 14:30',
  'Perioden 01.03.2026-31.03.2026',
  'Ring 33 66 33 66',
  '610190 og 1234',
  '991390-1234',
  '12345678901234',
])('none in %s', (text) => {
  expect(holdsPartedCprNumber(text)).toBe(false)
})
