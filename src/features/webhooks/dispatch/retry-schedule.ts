/**
 * Ours: seconds from a failed attempt to the next. Close together at first, so that a receiver that restarts misses nothing
 * by much; then over three to four days, so that one that breaks on a Friday evening has all of Monday.
 */
export const retryDelays = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 64_800, 86_400, 86_400] as const

/** Ours: no delivery is given up before so many hours have passed since its first attempt. */
export const leastHours = 72

/** Ours: how far a receiver can put off the next attempt by `Retry-After`, in seconds. */
export const longestRetryAfter = 86_400

/** Attempts before a delivery can be given up. */
export const leastAttempts = retryDelays.length + 1

/**
 * Seconds until the next attempt; null when the delivery is given up. A delivery that was tried ahead of its schedule,
 * because its endpoint came back meanwhile, still gets its hours.
 * @param given.attempts failed attempts, the last one included (from 1)
 * @param given.secondsSinceFirst from the first attempt to the last
 * @param given.retryAfter what the receiver asked for, in seconds; null when it did not
 * @param given.chance from 0 to 1: spreads those that failed together by up to a fifth either way
 */
export const secondsToNextAttempt = (given: {
  attempts: number
  secondsSinceFirst: number
  retryAfter: number | null
  chance: number
}): number | null => {
  const planned = retryDelays[given.attempts - 1]
  if (planned === undefined && given.secondsSinceFirst >= leastHours * 3600) return null
  const delay = (planned ?? retryDelays[retryDelays.length - 1] ?? 0) * (0.8 + 0.4 * given.chance)
  return Math.max(delay, Math.min(given.retryAfter ?? 0, longestRetryAfter))
}
