import type { Instant } from '#kernel/instant.ts'

/** Business time. Deadlines and lateness follow it; the life of tokens does not. */
export type Clock = { now(): Instant }

export const systemClock: Clock = { now: () => new Date().toISOString() as Instant }
