import { describe, expect, test } from 'vitest'
import type { LocalDate } from '#kernel/local-date.ts'
import { type FindingContent, fateOfTyped, nothingFound } from '#rules/inspection/typed-finding.ts'

const fine: FindingContent = { ...nothingFound, outcome: 'in-order' }
const bad: FindingContent = { outcome: 'irregularity', severity: 2, note: 'n', visitedOn: null }
const fate = (typed: FindingContent, seen: FindingContent, standing: FindingContent, current = seen === standing) =>
  fateOfTyped({ typed, seen, standing, current })

describe('a point of a form', () => {
  test('that was left as it was is not written again, whatever stands there now', () => {
    expect(fate(nothingFound, nothingFound, nothingFound)).toBe('unchanged')
    expect(fate({ ...bad }, bad, bad)).toBe('unchanged')
    expect(fate(nothingFound, nothingFound, fine)).toBe('unchanged')
    expect(fate({ ...bad }, bad, nothingFound)).toBe('unchanged')
  })

  test('that was changed is recorded where nobody wrote meanwhile', () => {
    expect(fate(fine, nothingFound, nothingFound)).toBe('recorded')
    for (const changed of [
      { ...bad, severity: 3 },
      { ...bad, severity: null },
      { ...bad, note: '' },
      { ...bad, visitedOn: '2026-03-13' as LocalDate },
      fine,
    ]) {
      expect(fate(changed, bad, bad)).toBe('recorded')
    }
  })

  test('that somebody else wrote meanwhile is in conflict, unless both say the same', () => {
    expect(fate(fine, nothingFound, bad)).toBe('conflict')
    expect(fate(fine, bad, nothingFound)).toBe('conflict')
    // Withdrawn and found again the same: another version all the same.
    expect(fate(fine, bad, bad, false)).toBe('conflict')
    expect(fate({ ...fine }, nothingFound, fine)).toBe('unchanged')
  })
})
