import { expect, test } from 'vitest'
import type { LocalDate } from '#kernel/local-date.ts'
import { endedFrom } from '#rules/inspection/ended-within.ts'

test.each([
  ['2026-03-13', '2025-03-13'],
  ['2025-02-28', '2024-02-28'],
  ['2024-02-29', '2023-03-01'],
  ['2026-01-01', '2025-01-01'],
])('the twelve months up to %s begin on %s', (on, from) => expect(endedFrom(on as LocalDate)).toBe(from))
