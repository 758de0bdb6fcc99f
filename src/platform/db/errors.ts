type DriverError = Error & { code?: string }

const isDriverError = (error: unknown): error is DriverError => error instanceof Error

/** Serialization failure and deadlock: nothing was written, the same work can simply be done again. */
const retryable = new Set(['40001', '40P01'])

/**
 * The database is away, restarting, full or too busy. Class 08: connection; 53: out of connections, memory, disk;
 * 57P0x: shut down or starting; 57014: the statement time-out; 55P03: a lock not given in time; 25006: a read-only standby.
 */
const unavailable = /^(08...|53...|57P0.|57014|55P03|25006|25P03)$/
const unavailableSystem = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])
const unavailableMessage =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|connection is not queryable|Cannot use a pool after/i

export const isRetryable = (error: unknown): boolean => isDriverError(error) && retryable.has(error.code ?? '')

/** Whether the error means that the database cannot answer at the moment (503), not that the request is wrong. */
export const isUnavailable = (error: unknown): boolean =>
  isDriverError(error) &&
  (retryable.has(error.code ?? '') ||
    unavailable.test(error.code ?? '') ||
    unavailableSystem.has(error.code ?? '') ||
    unavailableMessage.test(error.message))

/** Whether the work only met somebody who held what it needed: a lock not given in time, or a deadlock. */
export const isLockedOut = (error: unknown): boolean =>
  isDriverError(error) && (error.code === '55P03' || error.code === '40P01')

/** Unique, foreign-key and exclusion constraints: another record stands against the write. */
const conflicting = new Set(['23505', '23503', '23P01'])

/** Whether another record, written meanwhile, stands against it (409). Which one is not told: it may be another's. */
export const isConflict = (error: unknown): boolean => isDriverError(error) && conflicting.has(error.code ?? '')
