import process from 'node:process'

/** Milliseconds on the machine's own clock, which all processes share and nobody sets. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
