import { describe, expect, test } from 'vitest'
import { type OwnEntries, type Registration, reconcileDay, reconcileWholeDay } from '#rules/protocol/reconcile.ts'

type Facts = { unauthorisedMinutes?: number; registration?: Registration } & Partial<OwnEntries>

/** On an order that runs, with two hours planned, unless told. */
const registered = (absentMinutes: number, changes: Partial<Registration> = {}) => ({
  registration: {
    absentMinutes,
    reason: 'no-notice',
    attendedMinutes: 0,
    leaveMinutes: 0,
    notStartedMinutes: 0,
    endedMinutes: 0,
    ownIdleMinutes: 0,
    runningMinutes: 120,
    ...changes,
  },
})
const refusesToTakePart = (attendedMinutes: number) => ({ reason: 'non-participation', attendedMinutes })
const day = ({ unauthorisedMinutes = 0, registration, sickMinutes = 0, leaveMinutes = 0 }: Facts) =>
  reconcileDay({ unauthorisedMinutes, registration: registration ?? null }, { sickMinutes, leaveMinutes })
const explained = (...because: string[]) => ({ kind: 'explained', because })
const notInProtocol = (minutes: number) => ({ kind: 'differs', because: 'registration-not-in-protocol', minutes })
const notRegistered = (minutes: number) => ({ kind: 'differs', because: 'absence-not-registered', minutes })

describe('§ 5, § 6: protocol and registrations agree on a day', () => {
  test('when each says the same unauthorised minutes, none included', () => {
    expect(day({})).toEqual({ kind: 'agrees' })
    expect(day({ unauthorisedMinutes: 120, ...registered(120) })).toEqual({ kind: 'agrees' })
  })

  test('not when one says more: by how many minutes', () => {
    expect(day({ unauthorisedMinutes: 120 })).toEqual(notRegistered(120))
    expect(day({ unauthorisedMinutes: 120, ...registered(90) })).toEqual(notRegistered(30))
    expect(day({ unauthorisedMinutes: 90, ...registered(120) })).toEqual(notInProtocol(30))
    expect(day(registered(120))).toEqual(notInProtocol(120))
  })

  test('§ 9: sickness stands in the protocol alone; a registration of it does not agree', () => {
    expect(day({ sickMinutes: 120 })).toEqual(explained('sickness'))
    expect(day({ sickMinutes: 60, unauthorisedMinutes: 60, ...registered(60) })).toEqual(explained('sickness'))
    expect(day({ sickMinutes: 120, ...registered(120) })).toEqual(notInProtocol(120))
    expect(day({ sickMinutes: 120, ...registered(120, refusesToTakePart(0)) })).toEqual(notInProtocol(120))
  })

  test('§ 6: leave asks for no registration, and takes its minutes from one that came before it', () => {
    expect(day({ leaveMinutes: 120 })).toEqual(explained('approved-leave'))
    expect(day({ leaveMinutes: 120, ...registered(120, { leaveMinutes: 120 }) })).toEqual(explained('approved-leave'))
    expect(day({ leaveMinutes: 60, unauthorisedMinutes: 60, ...registered(120, { leaveMinutes: 60 }) })).toEqual(
      explained('approved-leave'),
    )
    expect(day({ leaveMinutes: 30, ...registered(120, { leaveMinutes: 30 }) })).toEqual(notInProtocol(90))
    // The protocol may go on saying unauthorised what was registered as that.
    expect(day({ unauthorisedMinutes: 120, ...registered(120) })).toEqual({ kind: 'agrees' })
  })

  test("another order's sickness and leave are not told in this one's protocol", () => {
    expect(day(registered(60, { leaveMinutes: 60 }))).toEqual({ kind: 'agrees' })
    const { registration } = registered(60, { leaveMinutes: 60 })
    expect(reconcileWholeDay({ unauthorisedMinutes: 0, registration })).toEqual({ kind: 'agrees' })
  })

  test('§ 10: who came and would not take part is present in the protocol, for as long as it says', () => {
    expect(day(registered(120, refusesToTakePart(120)))).toEqual(explained('non-participation'))
    expect(day(registered(120, refusesToTakePart(90)))).toEqual(notInProtocol(30))
    expect(day({ unauthorisedMinutes: 30, ...registered(120, refusesToTakePart(90)) })).toEqual(
      explained('non-participation'),
    )
    expect(day({ unauthorisedMinutes: 121, ...registered(120, refusesToTakePart(120)) })).toEqual(notRegistered(1))
    // Being there explains no other registration.
    expect(day(registered(120, { attendedMinutes: 120 }))).toEqual(notInProtocol(120))
  })
})

describe('ours: courses of the day that did not run', () => {
  test('§ 7: what was registered on one that the citizen had not come to, as much as was planned of it', () => {
    const waiting = (absent: number, planned: number) =>
      registered(absent, { notStartedMinutes: planned, ownIdleMinutes: planned })
    expect(day(waiting(120, 120))).toEqual(explained('before-first-attendance'))
    expect(day(waiting(120, 60))).toEqual(notInProtocol(60))
    expect(day({ unauthorisedMinutes: 60, ...waiting(120, 60) })).toEqual(explained('before-first-attendance'))
    expect(day({ unauthorisedMinutes: 61 })).toEqual(notRegistered(61))
  })

  test('what was registered on one that turned out to be over stays', () => {
    expect(day(registered(60, { endedMinutes: 60, ownIdleMinutes: 60 }))).toEqual(explained('after-the-course'))
  })

  test('a registration on a course that runs is not on another, unless it has more minutes than run', () => {
    expect(day(registered(60, { endedMinutes: 60, runningMinutes: 60 }))).toEqual(notInProtocol(60))
    expect(day(registered(60, { notStartedMinutes: 60, runningMinutes: 60 }))).toEqual(notInProtocol(60))
    expect(day({ unauthorisedMinutes: 60, ...registered(120, { endedMinutes: 60, runningMinutes: 60 }) })).toEqual(
      explained('after-the-course'),
    )
    expect(day(registered(120, { endedMinutes: 60, runningMinutes: 60 }))).toEqual(notInProtocol(60))
    // Both kinds, beside one that runs and leave on it.
    const all = { endedMinutes: 60, notStartedMinutes: 30, leaveMinutes: 30, runningMinutes: 30 }
    expect(day({ leaveMinutes: 30, ...registered(120, all) })).toEqual(
      explained('approved-leave', 'before-first-attendance', 'after-the-course'),
    )
  })
})
