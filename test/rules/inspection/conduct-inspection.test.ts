import { describe, expect, test } from 'vitest'
import {
  findingIsWithdrawn,
  inspectionIsConducted,
  inspectionIsDiscarded,
} from '#rules/inspection/conduct-inspection.ts'

const open = { closed: false, discarded: false, drawn: 30, seen: 30 }

test('who sees the whole sample conducts it until it is closed or discarded', () => {
  expect(inspectionIsConducted(open)).toEqual({ allowed: true })
  expect(inspectionIsConducted({ ...open, drawn: 0, seen: 0 })).toEqual({ allowed: true })
  expect(inspectionIsConducted({ ...open, closed: true })).toMatchObject({ slug: 'inspection-closed' })
  expect(inspectionIsConducted({ ...open, discarded: true })).toMatchObject({ slug: 'inspection-discarded' })
  expect(inspectionIsConducted({ ...open, seen: 29 })).toMatchObject({ slug: 'inspection-of-others' })
  expect(inspectionIsConducted({ ...open, closed: true, seen: 29 })).toMatchObject({ slug: 'inspection-of-others' })
})

describe('a draw is discarded', () => {
  const asked = (changes: Partial<Parameters<typeof inspectionIsDiscarded>[0]>) => {
    const verdict = inspectionIsDiscarded({ ...open, own: false, byAuditor: true, ...changes })
    return verdict.allowed ? 'allowed' : verdict.slug
  }

  test('by the auditor who conducts it, and by whoever drew it', () => {
    expect(asked({})).toBe('allowed')
    expect(asked({ seen: 29 })).toBe('inspection-of-others')
    expect(asked({ seen: 29, own: true })).toBe('allowed')
    expect(asked({ byAuditor: false, own: true })).toBe('allowed')
    expect(asked({ byAuditor: false })).toBe('inspection-of-others')
  })

  test('while it is open', () => {
    expect(asked({ closed: true })).toBe('inspection-closed')
    expect(asked({ discarded: true })).toBe('inspection-discarded')
    expect(asked({ discarded: true, byAuditor: false })).toBe('inspection-of-others')
  })
})

test('a finding is withdrawn once', () => {
  expect(findingIsWithdrawn({ outcome: 'irregularity' })).toEqual({ allowed: true })
  expect(findingIsWithdrawn({ outcome: 'withdrawn' })).toMatchObject({ slug: 'finding-already-withdrawn' })
})
