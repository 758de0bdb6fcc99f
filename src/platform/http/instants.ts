import type { Instant } from '#kernel/instant.ts'

/** A valid RFC 3339 text, in any offset and precision, as an Instant. */
export const instantOf = (text: string): Instant => new Date(text).toISOString() as Instant
