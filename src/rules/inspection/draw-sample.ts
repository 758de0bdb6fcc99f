import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** A stratum of the courses that an inspection draws from: those under one framework agreement of one target group. */
export type Stratum = {
  readonly frameworkAgreementId: string
  readonly targetGroup: string
  /** How many courses it has. */
  readonly population: number
  /** Its courses in the order of the drawing, as many as can be drawn of it at most. */
  readonly inDrawingOrder: readonly string[]
}

type Place = { readonly key: string; readonly population: number; readonly quota: number; places: number }

/** Larger strata first, by their names where they are as large. */
const bySize = (one: Place, other: Place): number => other.population - one.population || (one.key < other.key ? -1 : 1)

/**
 * How many of `places` each stratum gets: in proportion to its size, whole places first and the rest by the largest
 * remainders (Hamilton). Ours: no stratum is left out while places last, since a small agreement or group would hardly ever
 * be looked at; its place comes from the stratum that has most above its share. With fewer places than strata the largest
 * strata have one each. Fewer courses than places: all of them.
 * @param sizes courses by the name of a stratum, each at least 1
 * @returns places by the same names; they add up to `places`, or to all courses
 */
export const allocatePlaces = (sizes: ReadonlyMap<string, number>, places: number): Map<string, number> => {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (places >= total) return new Map(sizes)
  const strata: Place[] = [...sizes].map(([key, population]) => {
    const quota = (places * population) / total
    return { key, population, quota, places: Math.floor(quota) }
  })
  const left = places - strata.reduce((sum, stratum) => sum + stratum.places, 0)
  // In whole numbers: the remainder of `places * population` by `total` is exact where a fraction is not.
  const remainder = ({ population }: Place): number => (places * population) % total
  const byRemainder = [...strata].sort((one, other) => remainder(other) - remainder(one) || bySize(one, other))
  for (const stratum of byRemainder.slice(0, left)) stratum.places += 1
  for (const stratum of [...strata].sort(bySize).filter((one) => one.places === 0)) {
    const [giver] = strata
      .filter((one) => one.places > 1)
      .sort((one, other) => other.places - other.quota - (one.places - one.quota) || bySize(one, other))
    if (!giver) break
    giver.places -= 1
    stratum.places += 1
  }
  return new Map(strata.map((stratum) => [stratum.key, stratum.places]))
}

/** The name of a stratum. */
const nameOf = ({ frameworkAgreementId, targetGroup }: Stratum): string => `${frameworkAgreementId} ${targetGroup}`

/**
 * Draws a stratified random sample: of each stratum the first of its courses in the order of the drawing. That order is of
 * SHA-256 over `seed`, a blank and the order's id, so the same seed and the same courses give the same sample, and whoever
 * knows both can check it with any tool.
 * @returns the strata with the courses that were drawn of each
 */
export const drawSample = <S extends Stratum>(
  strata: readonly S[],
  places: number,
): (S & { readonly drawn: readonly string[] })[] => {
  const allocated = allocatePlaces(new Map(strata.map((stratum) => [nameOf(stratum), stratum.population])), places)
  return strata.map((stratum) => ({
    ...stratum,
    drawn: stratum.inDrawingOrder.slice(0, allocated.get(nameOf(stratum)) ?? 0),
  }))
}

/**
 * Ours: a sample of nothing is no inspection. It would stand for good, as one that took all there was of whatever was mistyped.
 * @param courses how many were drawn
 */
export const sampleHasCourses = (courses: number): Verdict<'nothing-to-draw'> =>
  courses === 0 ? refused('nothing-to-draw') : allowed
