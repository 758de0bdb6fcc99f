/** The portal did something else than the rules say. Its message is for people. */
export class Differs extends Error {
  override readonly name = 'Differs'
}

/** Text, numbers and the like as they are; of a list or an object what matters, in one line. */
const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 1500 ? `${text.slice(0, 1500)} …` : text
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first place where `actual` does not have what `expected` has; members that are not named may be anything. */
const difference = (actual: unknown, expected: unknown, path: string): string | undefined => {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path} should be a list and is ${shown(actual)}`
    if (actual.length !== expected.length)
      return `${path} should have ${expected.length} items and has ${actual.length}: ${shown(actual)}`
    return firstDifference(expected.keys(), actual, expected, path)
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return `${path} should be an object and is ${shown(actual)}`
    return firstDifference(Object.keys(expected), actual, expected, path)
  }
  return Object.is(actual, expected) ? undefined : `${path} should be ${shown(expected)} and is ${shown(actual)}`
}

const firstDifference = (
  keys: Iterable<string | number>,
  actual: object,
  expected: object,
  path: string,
): string | undefined => {
  for (const key of keys) {
    const [is, should] = [actual, expected].map((side) => (side as Record<string | number, unknown>)[key])
    const found = difference(is, should, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Demands that `actual` has all that `expected` has: members by name, lists item by item.
 * @throws Differs that says where it does not
 */
export const expectMembers = (what: string, actual: unknown, expected: unknown): void => {
  const found = difference(actual, expected, what)
  if (found !== undefined) throw new Differs(found)
}

/** Demands that something holds. @throws Differs with `otherwise` */
export const expectThat = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Differs(otherwise)
}
