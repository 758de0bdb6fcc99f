import { describe, expect, test } from 'vitest'
import { type DayInBothRegisters, reconcileDay } from '#rules/protocol/reconcile.ts'

const nothing: DayInBothRegisters = {
  unauthorisedMinutes: 0,
  sickMinutes: 0,
  leaveMinutesRecorded: 0,
  registration: null,
  notStartedMinutes: 0,
  endedMinutes: 0,
}
const registered = (absentMinutes: number, leaveMinutes = 0, reason = 'no-notice') => ({
  registration: { absentMinutes, leaveMinutes, reason },
})
const day = (facts: Partial<DayInBothRegisters>) => reconcileDay({ ...nothing, ...facts })
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
  })

  test('§ 6: leave asks for no registration, and takes its minutes from one that came before it', () => {
    expect(day({ leaveMinutesRecorded: 120 })).toEqual(explained('approved-leave'))
    expect(day({ leaveMinutesRecorded: 120, ...registered(120, 120) })).toEqual(explained('approved-leave'))
    expect(day({ leaveMinutesRecorded: 60, unauthorisedMinutes: 60, ...registered(120, 60) })).toEqual(
      explained('approved-leave'),
    )
    // Whole-day leave after part of a day was registered.
    expect(day({ leaveMinutesRecorded: 240, ...registered(60, 240) })).toEqual(explained('approved-leave'))
  })

  test('ours: leave given afterwards explains what the protocol says is leave, and no more', () => {
    expect(day(registered(120, 120))).toEqual(notInProtocol(120))
    expect(day({ leaveMinutesRecorded: 30, ...registered(120, 120) })).toEqual(notInProtocol(90))
    expect(day({ leaveMinutesRecorded: 120, ...registered(120, 50) })).toEqual(notInProtocol(70))
    // The protocol may go on saying unauthorised what was registered as that.
    expect(day({ unauthorisedMinutes: 120, ...registered(120, 120) })).toEqual({ kind: 'agrees' })
  })

  test('§ 10: who came and would not take part is present in the protocol, for all of the time or some', () => {
    expect(day(registered(120, 0, 'non-participation'))).toEqual(explained('non-participation'))
    expect(day({ unauthorisedMinutes: 30, ...registered(120, 0, 'non-participation') })).toEqual(
      explained('non-participation'),
    )
    expect(day({ unauthorisedMinutes: 121, ...registered(120, 0, 'non-participation') })).toEqual(notRegistered(1))
  })

  test('§ 7: what needs no attendance explains as much as was planned of it, beside another course of the day', () => {
    expect(day({ notStartedMinutes: 120, ...registered(120) })).toEqual(explained('before-first-attendance'))
    expect(day({ notStartedMinutes: 60, ...registered(120) })).toEqual(notInProtocol(60))
    expect(day({ notStartedMinutes: 60, unauthorisedMinutes: 60, ...registered(120) })).toEqual(
      explained('before-first-attendance'),
    )
    expect(day({ notStartedMinutes: 60, unauthorisedMinutes: 61 })).toEqual(notRegistered(61))
  })

  test('ours: what was registered of a course that ended before it stays', () => {
    expect(day({ endedMinutes: 60, unauthorisedMinutes: 60, ...registered(120) })).toEqual(
      explained('after-the-course'),
    )
    expect(day({ endedMinutes: 60, ...registered(120) })).toEqual(notInProtocol(60))
    expect(day({ endedMinutes: 60, notStartedMinutes: 30, leaveMinutesRecorded: 30, ...registered(120, 30) })).toEqual(
      explained('approved-leave', 'before-first-attendance', 'after-the-course'),
    )
  })
})
