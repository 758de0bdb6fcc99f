import { describe, expect, test } from 'vitest'
import {
  absenceRegistrationDue,
  registrationOwed,
  type WholeDay,
  whatTheDayLacks,
} from '#rules/protocol/what-the-day-lacks.ts'
import { d } from '#test/rules/absence/course-of.ts'

const day = (changes: Partial<WholeDay> = {}): WholeDay => ({
  unauthorisedMinutes: 0,
  leaveMinutesUnshown: 0,
  unrecordedMinutes: 0,
  registration: null,
  ...changes,
})
const registered = (absentMinutes: number, reason = 'no-notice', attendedMinutes = 0) => ({
  registration: {
    absentMinutes,
    reason,
    attendedMinutes,
    leaveMinutes: 0,
    notStartedMinutes: 0,
    endedMinutes: 0,
    ownIdleMinutes: 0,
    runningMinutes: 120,
  },
})
const fine = { outdated: false, documentationMissing: false }

describe('§ 5, § 6: what a recorded day still lacks', () => {
  test.each<[string, WholeDay, unknown[]]>([
    ['present', day(), []],
    ['away and not registered', day({ unauthorisedMinutes: 120 }), [{ code: 'absence-registration', minutes: 120 }]],
    ['away and registered', day({ unauthorisedMinutes: 120, ...registered(120) }), []],
    [
      'registered in part',
      day({ unauthorisedMinutes: 120, ...registered(90) }),
      [{ code: 'absence-registration', minutes: 30 }],
    ],
    ['registered and present', day(registered(60)), [{ code: 'registration-not-in-protocol', minutes: 60 }]],
    ['present and would not take part', day(registered(60, 'non-participation', 120)), []],
    [
      'would not take part, and was not there',
      day(registered(60, 'non-participation')),
      [{ code: 'registration-not-in-protocol', minutes: 60 }],
    ],
    [
      'with another order that is not recorded',
      day({ ...registered(60), unrecordedMinutes: 45 }),
      [
        { code: 'registration-not-in-protocol', minutes: 15 },
        { code: 'attendance', minutes: 45 },
      ],
    ],
    [
      'leave over part of it',
      day({ unauthorisedMinutes: 120, leaveMinutesUnshown: 45 }),
      [
        { code: 'absence-registration', minutes: 75 },
        { code: 'leave-not-in-protocol', minutes: 45 },
      ],
    ],
    [
      'leave that the attendance shows already',
      day({ unauthorisedMinutes: 60 }),
      [{ code: 'absence-registration', minutes: 60 }],
    ],
  ])('%s', (_, given, lacking) => {
    expect(whatTheDayLacks(given, fine)).toEqual(lacking)
    const owed = lacking.find((one) => (one as { code: string }).code === 'absence-registration')
    expect(registrationOwed(given)).toBe((owed as { minutes: number } | undefined)?.minutes ?? 0)
  })

  test('a plan that changed since, and documentation', () => {
    expect(whatTheDayLacks(day(), { outdated: true, documentationMissing: true })).toEqual([
      { code: 'attendance-outdated' },
      { code: 'documentation' },
    ])
  })
})

describe('§ 6, § 8: until when the absence is to be registered', () => {
  const absence = {
    date: d('2026-03-10'),
    firstAttendedOn: d('2026-03-02'),
    wasSickness: false,
    hindrances: [],
    today: d('2026-03-13'),
  }
  test.each([
    ['the day itself, however late it is recorded', {}, '2026-03-10'],
    ['where it was sickness so far, today', { wasSickness: true }, '2026-03-13'],
    ['before the citizen first came, the day they came', { firstAttendedOn: d('2026-03-12') }, '2026-03-12'],
    [
      'what the authority made impossible, the day on which it ended',
      { hindrances: [{ from: d('2026-03-09'), to: d('2026-03-11') }] },
      '2026-03-11',
    ],
    ['where there is no first-meeting procedure, the day itself', { firstAttendedOn: null }, '2026-03-10'],
  ])('%s', (_, changes, dueOn) => {
    expect(absenceRegistrationDue({ ...absence, ...changes })).toBe(dueOn)
  })
})
