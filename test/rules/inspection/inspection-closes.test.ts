import { describe, expect, test } from 'vitest'
import { controlPointCodes, controlPoints, pointsOfPhase } from '#rules/inspection/control-points.ts'
import { inspectionCloses, type NotJudged, notJudgedFits, unjudgedPoints } from '#rules/inspection/inspection-closes.ts'

const none = new Set<string>()
const missing = [
  { orderId: 'a', controlPoint: 'plan-complete' },
  { orderId: 'a', controlPoint: 'no-homework' },
  { orderId: 'b', controlPoint: 'no-homework' },
]

describe('what is not judged', () => {
  test('each point of its phase of each course; what is seen on site alone is not asked of ended courses', () => {
    const running = unjudgedPoints([{ orderId: 'a', phase: 'running', judged: none }])
    expect(running.map(({ controlPoint }) => controlPoint)).toEqual(controlPointCodes)
    const ended = unjudgedPoints([{ orderId: 'a', phase: 'ended', judged: new Set(['plan-complete', 'no-homework']) }])
    expect(ended.map(({ controlPoint }) => controlPoint)).toEqual(
      pointsOfPhase('ended')
        .map(({ code }) => code)
        .filter((code) => code !== 'plan-complete'),
    )
    expect(ended.map(({ controlPoint }) => controlPoint)).not.toContain('presence-as-recorded')
  })

  test('control points have codes of their own, words in both languages and a section', () => {
    expect(new Set(controlPointCodes).size).toBe(controlPoints.length)
    for (const { da, en, section } of controlPoints) {
      expect(section).toMatch(/^§ \d+(, § \d+)*$/)
      expect(da).not.toBe(en)
    }
  })
})

describe('inspection-incomplete', () => {
  test('everything is judged, or a reason covers what is not', () => {
    expect(inspectionCloses([], [])).toEqual({ allowed: true })
    expect(inspectionCloses(missing, [{ reason: 'r' }])).toEqual({ allowed: true })
    expect(
      inspectionCloses(missing, [
        { orderId: 'a', reason: 'r' },
        { controlPoint: 'no-homework', reason: 'r' },
      ]),
    ).toEqual({ allowed: true })
  })

  test('what no reason covers is listed', () => {
    expect(inspectionCloses(missing, [{ orderId: 'a', controlPoint: 'no-homework', reason: 'r' }])).toEqual({
      allowed: false,
      slug: 'inspection-incomplete',
      facts: { missingCount: 2, missing: [missing[0], missing[2]] },
    })
    const many = Array.from({ length: 500 }, (_, index) => ({ orderId: `o${index}`, controlPoint: 'no-homework' }))
    const refused = inspectionCloses(many, [])
    expect(refused).toMatchObject({ facts: { missingCount: 500 } })
    expect(refused.allowed ? [] : refused.facts['missing']).toHaveLength(200)
  })
})

describe('not-judged-invalid', () => {
  const faultsOf = (...notJudged: readonly Partial<NotJudged>[]) => {
    const given = notJudged.map((one) => ({ reason: 'Borgeren var syg den dag', ...one }))
    const verdict = notJudgedFits(new Set(['a', 'b', 'c']), missing, given)
    if (verdict.allowed) return []
    return (verdict.facts['faults'] as { pointer: string; code: string }[]).map(({ pointer, code }) => [pointer, code])
  }

  test('a reason names courses of the sample that miss a judgement, a control point, both or all', () => {
    expect(faultsOf({}, { orderId: 'a' }, { controlPoint: 'no-homework' })).toEqual([])
    expect(faultsOf({ orderId: 'a' }, { orderId: 'a', controlPoint: 'no-homework' }, { orderId: 'b' })).toEqual([])
  })

  test('what is not in the sample, was named before, or has its judgement is refused', () => {
    expect(faultsOf({ orderId: 'b' }, { orderId: 'x' })).toEqual([['/notJudged/1/orderId', 'not-in-sample']])
    expect(faultsOf({ orderId: 'b' }, { orderId: 'a' }, { orderId: 'b' }, {}, {})).toEqual([
      ['/notJudged/2', 'duplicate'],
      ['/notJudged/4', 'duplicate'],
    ])
    expect(
      faultsOf({ orderId: 'c' }, { orderId: 'b', controlPoint: 'plan-complete' }, { controlPoint: 'place-as-agreed' }),
    ).toEqual([
      ['/notJudged/0', 'nothing-unjudged'],
      ['/notJudged/1', 'nothing-unjudged'],
      ['/notJudged/2', 'nothing-unjudged'],
    ])
  })

  test('a reason has words: three letters for what it names, ten for all that is left', () => {
    for (const reason of [
      '.',
      '…',
      '1234567890',
      '------------',
      'Afbrudt',
      'a b c d e f g h i',
      '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧',
    ]) {
      expect([reason, faultsOf({ reason })]).toEqual([reason, [['/notJudged/0/reason', 'no-words']]])
    }
    for (const reason of ['ikke nået i år', 'æøåæøåæøåæ']) expect([reason, faultsOf({ reason })]).toEqual([reason, []])
    for (const of of [{ orderId: 'a' }, { controlPoint: 'no-homework' }]) {
      expect(faultsOf({ ...of, reason: 'ok' })).toEqual([['/notJudged/0/reason', 'no-words']])
      expect(faultsOf({ ...of, reason: 'syg' })).toEqual([])
    }
  })
})
