import { expect, test } from 'vitest'
import { inspectionIsConducted } from '#rules/inspection/conduct-inspection.ts'

test('who sees the whole sample conducts it until it is closed', () => {
  expect(inspectionIsConducted({ closed: false, drawn: 30, seen: 30 })).toEqual({ allowed: true })
  expect(inspectionIsConducted({ closed: false, drawn: 0, seen: 0 })).toEqual({ allowed: true })
  expect(inspectionIsConducted({ closed: true, drawn: 30, seen: 30 })).toMatchObject({ slug: 'inspection-closed' })
  expect(inspectionIsConducted({ closed: false, drawn: 30, seen: 29 })).toMatchObject({ slug: 'inspection-of-others' })
  expect(inspectionIsConducted({ closed: true, drawn: 30, seen: 29 })).toMatchObject({ slug: 'inspection-of-others' })
})
