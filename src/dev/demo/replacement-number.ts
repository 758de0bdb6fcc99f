import { randomInt } from 'node:crypto'

const digits = (number: number, length: number): string => String(number).padStart(length, '0')

/**
 * A random CPR number that nobody can have: a replacement number, with 60 added to the day. Its seventh digit puts the
 * birth into the twentieth century.
 */
export const randomReplacementNumber = (): string =>
  [
    digits(randomInt(61, 89), 2),
    digits(randomInt(1, 13), 2),
    digits(randomInt(50, 100), 2),
    digits(randomInt(0, 4000), 4),
  ].join('')
