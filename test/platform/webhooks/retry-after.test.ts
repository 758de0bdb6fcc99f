import { expect, test } from 'vitest'
import { retryAfterSeconds } from '#platform/webhooks/retry-after.ts'

const now = Date.parse('2026-03-13T10:00:00Z')

test.each([
  [null, null],
  ['', null],
  ['0', 0],
  [' 120 ', 120],
  ['999999999', 999_999_999],
  ['1234567890', null],
  ['-1', null],
  ['1.5', null],
  ['1e3', null],
  ['0x10', null],
  ['soon', null],
  ['Fri, 13 Mar 2026 10:02:00 GMT', 120],
  ['Fri, 13 Mar 2026 09:00:00 GMT', 0],
  ['Fri, 99 Mar 2026 10:02:00 GMT', null],
  ['2026-03-13T10:02:00Z', null],
  ['Fri, 13 Mar 2026 10:02:00 +0100', null],
])('Retry-After: %j is %j seconds', (header, seconds) => expect(retryAfterSeconds(header, now)).toBe(seconds))
