import { describe, expect, test } from 'vitest'
import { endAssessmentsFit } from '#rules/progress/end-assessments.ts'

const recorded = [
  { area: 'health', start: 4 },
  { area: 'network', start: 6 },
]

describe('§ 2, § 3: end assessments in the final report', () => {
  test('every recorded area has its end, with the start that was recorded', () => {
    const given = [
      { area: 'network', start: 6, end: 6 },
      { area: 'Health ', start: 4, end: 9 },
    ]
    expect(endAssessmentsFit(recorded, given)).toEqual([])
  })

  test('an area that nobody recorded is taken, and where none were recorded nothing lacks', () => {
    const more = { area: 'new', start: 1, end: 2 }
    expect(endAssessmentsFit([], [more])).toEqual([])
    expect(endAssessmentsFit([], [])).toEqual([])
  })

  test('what lacks, differs or stands twice is told by its place, without its name', () => {
    const faults = endAssessmentsFit(recorded, [
      { area: 'health', start: 5, end: 9 },
      { area: 'health', start: 4, end: 9 },
    ])
    expect(faults).toEqual([
      { fault: 'start-differs', index: 0 },
      { fault: 'duplicate', index: 1 },
      { fault: 'end-missing', recorded: 1 },
    ])
    expect(JSON.stringify(faults)).not.toMatch(/health|network/)
  })
})
