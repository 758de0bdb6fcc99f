import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { openedLateBy, openers } from '#rules/compliance/opened-late.ts'
import { obligationKinds } from '#rules/obligation/obligation-state.ts'

const dueAt = '2026-03-03T23:00:00.000Z' as Instant
const duty = {
  because: 'first-meeting-missed',
  dueAt,
  endedBy: null,
  possibleFrom: '2026-02-01T10:00:00.000Z' as Instant,
}

describe('whose doing it is that a duty was opened late', () => {
  test('is said of every kind of duty', () => {
    expect(Object.keys(openers).sort()).toEqual([...obligationKinds].sort())
    const asked = obligationKinds.filter((kind) => openedLateBy({ ...duty, kind }) === 'authority')
    expect(asked.sort()).toEqual([
      'attendance-protocol-correction',
      'contact-request',
      // Nobody of the supplier's side ended this course.
      'final-report',
      'final-report-revision',
      'handover-report',
      'interim-report',
      'social-action-plan',
    ])
  })

  test.each([
    ['first-meeting-outcome', 'order-approved', 'authority'],
    ['first-meeting-outcome', 'order-amended', 'authority'],
    ['first-meeting-outcome', 're-summoned', 'supplier'],
    ['re-summons-letter', 'first-meeting-missed', 'supplier'],
    ['second-no-show-notice', 'first-meeting-missed', 'supplier'],
    ['absence-registration', 'attendance-recorded', 'supplier'],
    ['absence-registration', 'leave-withdrawn', 'authority'],
    ['refer-citizen', 'absence.registered', 'supplier'],
    ['attendance-protocol', 'planned', 'supplier'],
  ] as const)('%s, opened because of %s: %s', (kind, because, by) => {
    expect(openedLateBy({ ...duty, kind, because })).toBe(by)
  })

  test('follows who ended the course', () => {
    const report = { ...duty, kind: 'final-report', because: 'course-ended' } as const
    expect(openedLateBy({ ...report, endedBy: 'supplier' })).toBe('supplier')
    for (const endedBy of ['jobcenter', 'benefits-office', 'portal'] as const) {
      expect(openedLateBy({ ...report, endedBy })).toBe('authority')
    }
  })

  test("is never the supplier's where the authority left it no time: up to the last instant of the day there was some", () => {
    const protocol = { ...duty, kind: 'attendance-protocol', because: 'planned' } as const
    expect(openedLateBy({ ...protocol, possibleFrom: dueAt })).toBe('authority')
    expect(openedLateBy({ ...protocol, possibleFrom: '2026-03-03T22:59:59.999Z' as Instant })).toBe('supplier')
    expect(openedLateBy({ ...protocol, possibleFrom: null })).toBe('supplier')
  })
})
