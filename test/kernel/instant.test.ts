import { execFileSync } from 'node:child_process'
import process from 'node:process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOfLocalDay, epochMilliseconds, type Instant, instantOfEpoch, localDateAt } from '#kernel/instant.ts'
import { addDays, dateOfDay, localDate } from '#kernel/local-date.ts'

const instant = (text: string): Instant => text as Instant
const between = { min: Date.UTC(1900, 0, 1), max: Date.UTC(2199, 11, 31) }

describe('an instant', () => {
  test('is as many milliseconds as Date says', () => {
    fc.assert(
      fc.property(fc.integer(between), (ms) => {
        expect(epochMilliseconds(instant(new Date(ms).toISOString()))).toBe(ms)
      }),
    )
  })

  test.each([
    '2026-03-02T08:12:45Z',
    '2026-03-02T08:12:45.000+01:00',
    '2026-03-02 08:12:45.000Z',
    '2026-02-30T08:12:45.000Z',
    '2026-03-02T24:00:00.000Z',
    '2026-03-02T23:60:00.000Z',
    '2026-03-02T23:59:60.000Z',
    'now',
    '',
  ])('is refused in any other form: %j', (text) => {
    expect(() => epochMilliseconds(instant(text))).toThrow(RangeError)
  })
})

/** Around midnight in Copenhagen: winter is an hour ahead of UTC, summer two. */
const midnights: readonly (readonly [string, string])[] = [
  ['2026-01-15T22:59:59.999Z', '2026-01-15'],
  ['2026-01-15T23:00:00.000Z', '2026-01-16'],
  ['2026-07-15T21:59:59.999Z', '2026-07-15'],
  ['2026-07-15T22:00:00.000Z', '2026-07-16'],
  // the night to summer time, 29 March 2026, begins an hour ahead and ends two ahead
  ['2026-03-28T22:59:59.999Z', '2026-03-28'],
  ['2026-03-28T23:00:00.000Z', '2026-03-29'],
  ['2026-03-29T00:59:59.999Z', '2026-03-29'],
  ['2026-03-29T01:00:00.000Z', '2026-03-29'],
  ['2026-03-29T21:59:59.999Z', '2026-03-29'],
  ['2026-03-29T22:00:00.000Z', '2026-03-30'],
  // the night to winter time, 25 October 2026
  ['2026-10-24T21:59:59.999Z', '2026-10-24'],
  ['2026-10-24T22:00:00.000Z', '2026-10-25'],
  ['2026-10-25T00:30:00.000Z', '2026-10-25'],
  ['2026-10-25T01:30:00.000Z', '2026-10-25'],
  ['2026-10-25T22:59:59.999Z', '2026-10-25'],
  ['2026-10-25T23:00:00.000Z', '2026-10-26'],
  // the turn of the year, and a leap day
  ['2025-12-31T22:59:59.999Z', '2025-12-31'],
  ['2025-12-31T23:00:00.000Z', '2026-01-01'],
  ['2024-02-28T23:00:00.000Z', '2024-02-29'],
  ['2024-02-29T23:00:00.000Z', '2024-03-01'],
]

describe('the local date of an instant is the one in Copenhagen', () => {
  test.each(midnights)('%s is on %s', (text, date) => {
    expect(localDateAt(instant(text))).toBe(date)
  })

  test('an hour of the European Union: summer time from the last Sunday of March to that of October, 01:00 UTC', () => {
    const lastSunday = (year: number, month: number): number => {
      const end = Date.UTC(year, month + 1, 0, 1)
      return end - new Date(end).getUTCDay() * 86_400_000
    }
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1997, 0, 1), max: Date.UTC(2037, 11, 31) }), (ms) => {
        const year = new Date(ms).getUTCFullYear()
        const summer = ms >= lastSunday(year, 2) && ms < lastSunday(year, 9)
        const local = new Date(ms + (summer ? 2 : 1) * 3_600_000).toISOString().slice(0, 10)
        expect(localDateAt(instant(new Date(ms).toISOString()))).toBe(local)
      }),
      { numRuns: 2000 },
    )
  })

  test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu', 'UTC'])(
    'also where the process runs in %s',
    (zone) => {
      const script = `import { localDateAt } from '#kernel/instant.ts'
      console.log(JSON.stringify({ hours: new Date(0).getTimezoneOffset() / 60, dates: ${JSON.stringify(midnights)}.map(([at]) => localDateAt(at)) }))`
      const text = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
        env: { PATH: process.env['PATH'], TZ: zone },
        encoding: 'utf8',
      })
      const { hours, dates } = JSON.parse(text) as { hours: number; dates: string[] }
      expect(dates).toEqual(midnights.map(([, date]) => date))
      expect(hours === 0).toBe(zone === 'UTC')
    },
  )
})

describe('an instant of the epoch', () => {
  test('is what Date says', () => {
    fc.assert(
      fc.property(fc.integer(between), (ms) => {
        expect(instantOfEpoch(ms)).toBe(new Date(ms).toISOString())
      }),
    )
  })
})

describe('the end of a local day', () => {
  test.each([
    ['2026-01-15', '2026-01-15T23:00:00.000Z'],
    ['2026-07-15', '2026-07-15T22:00:00.000Z'],
    // summer time begins on 29 March 2026: the day has 23 hours
    ['2026-03-28', '2026-03-28T23:00:00.000Z'],
    ['2026-03-29', '2026-03-29T22:00:00.000Z'],
    // and ends on 25 October: 25 hours
    ['2026-10-24', '2026-10-24T22:00:00.000Z'],
    ['2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['2024-02-28', '2024-02-28T23:00:00.000Z'],
    ['2024-02-29', '2024-02-29T23:00:00.000Z'],
    ['2025-12-31', '2025-12-31T23:00:00.000Z'],
  ])('%s ends at %s', (date, end) => {
    expect(endOfLocalDay(localDate(date))).toBe(end)
  })

  test('is the first instant of the next day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3652, max: 47_000 }).map(dateOfDay), (date) => {
        const end = endOfLocalDay(date)
        expect(localDateAt(end)).toBe(addDays(date, 1))
        expect(localDateAt(instantOfEpoch(epochMilliseconds(end) - 1))).toBe(date)
      }),
    )
  })

  test.each(['Pacific/Kiritimati', 'America/Los_Angeles'])('also where the process runs in %s', (zone) => {
    const script = `import { endOfLocalDay } from '#kernel/instant.ts'
      console.log(['2026-03-29', '2026-10-25', '2025-12-31'].map(endOfLocalDay).join(' '))`
    const text = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { PATH: process.env['PATH'], TZ: zone },
      encoding: 'utf8',
    })
    expect(text.trim()).toBe('2026-03-29T22:00:00.000Z 2026-10-25T23:00:00.000Z 2025-12-31T23:00:00.000Z')
  })
})
