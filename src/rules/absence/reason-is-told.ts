import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

type Told = {
  readonly reason: string
  readonly reasonText: string | undefined
  readonly elaboration: string | undefined
  readonly priorWarning: boolean | undefined
}

const missing = (member: string) => ({
  pointer: `/${member}`,
  code: 'missing',
  detail: { da: 'Skal være der ved denne årsag.', en: 'Has to be there with this reason.' },
})

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === ''

/** § 10: passivity or apathy alone is not reported. */
export const passivityIsNotAbsence = (reason: string): Verdict<'passivity-is-not-absence'> =>
  reason === 'passivity' ? refused('passivity-is-not-absence') : allowed

/** § 10: came but would not take part – say why it is reported, and whether the citizen was talked to first. */
export const elaborationRequired = (told: Told): Verdict<'elaboration-required'> => {
  if (told.reason !== 'non-participation') return allowed
  const faults = [
    ...(blank(told.elaboration) ? [missing('elaboration')] : []),
    ...(told.priorWarning === undefined ? [missing('priorWarning')] : []),
  ]
  return faults.length > 0 ? refused('elaboration-required', { faults }) : allowed
}

/** § 6: the reason is told as a contribution to the authority's judgement; "other" needs words. */
export const reasonTextRequired = (told: Told): Verdict<'reason-text-required'> =>
  told.reason === 'other' && blank(told.reasonText)
    ? refused('reason-text-required', { faults: [missing('reasonText')] })
    : allowed

/** § 6: reasons come from the code set valid on the day of absence. */
export const reasonIsKnown = (reason: string, validReasons: ReadonlySet<string>): Verdict<'unknown-absence-reason'> =>
  validReasons.has(reason) ? allowed : refused('unknown-absence-reason')

/** Reasons that say that the citizen was there for a part of the day. */
const reasonsOfPresence: readonly string[] = ['late-arrival', 'left-early', 'non-participation']

/**
 * § 7, ours: on a day before the one on which they first came, nobody arrived late, left early or came without taking part.
 * @param firstAttendedOn for groups with the first-meeting procedure; else null
 */
export const reasonFitsTheDay = (
  reason: string,
  date: LocalDate,
  firstAttendedOn: LocalDate | null,
): Verdict<'reason-says-present'> =>
  firstAttendedOn !== null && date < firstAttendedOn && reasonsOfPresence.includes(reason)
    ? refused('reason-says-present', { date, firstAttendedOn })
    : allowed
