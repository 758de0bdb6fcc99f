import { expect, test } from 'vitest'
import type { LocalDate } from '#kernel/local-date.ts'
import { visitDateFits } from '#rules/inspection/visit-date.ts'

const [drawnOn, today] = ['2026-03-13', '2026-03-20'] as LocalDate[] as [LocalDate, LocalDate]

test.each([
  ['1900-01-01', false],
  ['2026-03-12', false],
  ['2026-03-13', true],
  ['2026-03-20', true],
  ['2026-03-21', false],
  [undefined, true],
] as const)('a visit on %s of courses drawn on 13 March, told on 20 March: %s', (visitedOn, fits) => {
  expect(visitDateFits({ visitedOn: visitedOn as LocalDate | undefined, drawnOn, today })).toEqual(
    fits ? { allowed: true } : { allowed: false, slug: 'visit-date-invalid', facts: { from: drawnOn, to: today } },
  )
})
