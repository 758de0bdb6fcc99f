import { describe, expect, test } from 'vitest'
import { figureSources } from '#rules/compliance/figure.ts'
import { type Figures, figureNames, figures, figuresOf, noFigures } from '#rules/compliance/figures.ts'
import { damping, riskPartNames, riskParts, riskScore, weighsMost } from '#rules/compliance/risk-score.ts'
import { shareOf, sharesOf } from '#rules/compliance/shares.ts'

const of = (some: Partial<Figures>): Figures => ({ ...noFigures(), ...some })

describe('the score of a supplier', () => {
  test('has weights that add up to 100, and 100 is where everything went wrong', () => {
    expect(riskPartNames.reduce((sum, name) => sum + riskParts[name].weight, 0)).toBe(100)
    const bad = Object.fromEntries(
      riskPartNames.flatMap((name) => [...riskParts[name].wrong, ...riskParts[name].of]).map((name) => [name, 0]),
    )
    for (const name of riskPartNames) for (const wrong of riskParts[name].wrong) bad[wrong] = 1000
    for (const total of [
      'absencesRegistered',
      'daysRecorded',
      'protocolsSubmitted',
      'reSummonsOwed',
      'contactRequestsAsked',
    ])
      bad[total] = 1000
    const { score } = riskScore(of(bad), of(bad))
    expect(score).toBeGreaterThan(70)
    expect(score).toBeLessThanOrEqual(100)
    expect(riskScore(of({}), of({})).score).toBe(0)
  })

  test('is the sum of what its parts contribute, each with what it was made of', () => {
    const all = of({
      dutiesMet: 800,
      dutiesMetLate: 150,
      dutiesOverdue: 50,
      absencesRegistered: 1000,
      absencesLate: 100,
    })
    const own = of({ dutiesMet: 60, dutiesMetLate: 20, dutiesOverdue: 0, absencesRegistered: 10, absencesLate: 10 })
    const { score, parts } = riskScore(own, all)
    expect(score).toBeCloseTo(
      parts.reduce((sum, part) => sum + part.contribution, 0),
      6,
    )
    // 20 of 80, damped by 20 cases of 20 %: 24 of 100.
    expect(parts.find(({ name }) => name === 'dutiesNotOnTime')).toEqual({
      name: 'dutiesNotOnTime',
      wrong: 20,
      of: 80,
      share: 0.25,
      averageShare: 0.2,
      dampedShare: 0.24,
      weight: 25,
      contribution: 6,
    })
    // 10 of 10, damped by 20 of 10 %: 12 of 30.
    expect(parts.find(({ name }) => name === 'absencesLate')).toMatchObject({
      share: 1,
      dampedShare: 0.4,
      contribution: 6,
    })
  })

  test('says little of few cases and much of many', () => {
    const all = of({ absencesRegistered: 1000, absencesLate: 100 })
    const scoreOf = (cases: number) => riskScore(of({ absencesRegistered: cases, absencesLate: cases }), all).score
    expect(scoreOf(1)).toBeLessThan(scoreOf(damping))
    expect(scoreOf(damping)).toBeLessThan(scoreOf(1000))
    expect(scoreOf(0)).toBe(riskScore(of({}), all).score)
  })
})

test('what weighs most is said of own cases', () => {
  const all = of({ dutiesMet: 90, dutiesMetLate: 10, absencesRegistered: 10, absencesLate: 10 })
  const own = riskScore(of({ dutiesMet: 99, dutiesMetLate: 1 }), all).parts
  expect([...own].sort((one, other) => other.contribution - one.contribution)[0]?.name).toBe('absencesLate')
  expect(weighsMost(own)?.name).toBe('dutiesNotOnTime')
  expect(weighsMost(riskScore(of({}), all).parts)).toBeNull()
})

describe('the registry of figures', () => {
  test('has names that are what members of the API are called, and each figure a definition in both languages', () => {
    for (const name of figureNames) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]+$/)
      const { definition, basis, measure } = figures[name]
      expect([definition.da.endsWith('.'), definition.en.endsWith('.'), basis.da !== '', basis.en !== '']).toEqual([
        true,
        true,
        true,
        true,
      ])
      expect(measure).toMatch(/^[a-z][a-z0-9_]*$/)
    }
    expect(figureSources.flatMap(figuresOf)).toHaveLength(figureNames.length)
  })

  test('gives shares with what they were made of', () => {
    expect(shareOf(1, 3)).toEqual({ numerator: 1, denominator: 3, share: 0.3333 })
    expect(shareOf(0, 0)).toEqual({ numerator: 0, denominator: 0, share: null })
    const shares = sharesOf(
      of({ dutiesMet: 6, dutiesMetLate: 2, dutiesOverdue: 2, dutiesNotYetDue: 90, dutiesWaived: 5 }),
    )
    expect(shares.dutiesOnTime).toEqual({ numerator: 6, denominator: 10, share: 0.6 })
  })
})
