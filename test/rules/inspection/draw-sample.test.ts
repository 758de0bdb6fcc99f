import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocatePlaces, drawSample, sampleHasCourses } from '#rules/inspection/draw-sample.ts'

const placesOf = (sizes: Record<string, number>, places: number) =>
  Object.fromEntries(allocatePlaces(new Map(Object.entries(sizes)), places))

describe('places by size with the largest remainders', () => {
  test.each([
    [{ a: 90, b: 10 }, 10, { a: 9, b: 1 }],
    [{ a: 50, b: 30, c: 20 }, 15, { a: 8, b: 4, c: 3 }],
    // As large and as much left: the names decide.
    [{ b: 5, a: 5 }, 3, { a: 2, b: 1 }],
  ])('%j in %i places', (sizes, places, expected) => expect(placesOf(sizes, places)).toEqual(expected))

  test('no stratum is left out while places last', () => {
    expect(placesOf({ a: 97, b: 1, c: 1, d: 1 }, 10)).toEqual({ a: 7, b: 1, c: 1, d: 1 })
  })

  test('with fewer places than strata the largest have one each', () => {
    expect(placesOf({ a: 1, b: 8, c: 9, d: 2 }, 2)).toEqual({ a: 0, b: 1, c: 1, d: 0 })
  })

  test('fewer courses than places: all of them', () => {
    expect(placesOf({ a: 3, b: 1 }, 15)).toEqual({ a: 3, b: 1 })
    expect(placesOf({}, 15)).toEqual({})
  })

  test('whatever the strata: all places, none beyond what there is, none left out while places last, the larger never fewer', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 40 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 200 }), (given, places) => {
        const strata = new Map(given.map((size, index) => [`s${index}`, size]))
        const allocated = allocatePlaces(strata, places)
        const total = given.reduce((sum, size) => sum + size, 0)
        const counts = [...allocated.values()]
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Math.min(places, total))
        for (const [name, size] of strata) {
          const count = allocated.get(name) ?? -1
          expect(count).toBeGreaterThanOrEqual(places >= strata.size ? 1 : 0)
          expect(count).toBeLessThanOrEqual(size)
          for (const [other, smaller] of strata) {
            if (size > smaller) expect(count).toBeGreaterThanOrEqual(allocated.get(other) ?? 0)
          }
        }
        // In whatever order the strata come.
        expect(new Map([...allocatePlaces(new Map([...strata].reverse()), places)].sort())).toEqual(
          new Map([...allocated].sort()),
        )
      }),
    )
  })
})

test('of each stratum the first in the order of the drawing', () => {
  const stratum = (targetGroup: string, ids: string[]) => ({
    frameworkAgreementId: 'f',
    targetGroup,
    population: ids.length,
    inDrawingOrder: ids,
  })
  const drawn = drawSample([stratum('a', ['a3', 'a1', 'a2', 'a4']), stratum('b', ['b2', 'b1'])], 3)
  expect(drawn.map((one) => one.drawn)).toEqual([['a3', 'a1'], ['b2']])
})

test('nothing-to-draw: a sample has a course at least', () => {
  expect(sampleHasCourses(0)).toEqual({ allowed: false, slug: 'nothing-to-draw', facts: {} })
  expect(sampleHasCourses(1)).toEqual({ allowed: true })
})
