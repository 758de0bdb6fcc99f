/**
 * Ours: seconds from a failed attempt to the next, about a day and a half in all. An endpoint that restarts misses
 * nothing by much, one that is away over night catches up in the morning, and none is called forever.
 */
const delays = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 28_800, 43_200] as const

/** Attempts before a delivery has failed. */
export const mostAttempts = delays.length + 1

/**
 * Seconds until the next attempt; null when there is none.
 * @param attempts attempts made, the failed one included (from 1)
 * @param chance from 0 to 1: spreads those that failed together by up to a tenth
 */
export const secondsToNextAttempt = (attempts: number, chance: number): number | null => {
  const delay = delays[attempts - 1]
  return delay === undefined ? null : Math.ceil(delay * (1 + chance / 10))
}
