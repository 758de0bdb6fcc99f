import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

export const meetingOutcomes = ['attended', 'missed', 'excused'] as const
export type MeetingOutcome = (typeof meetingOutcomes)[number]

/** Why nobody has to come to a meeting; a letter follows none of them. */
export const excuseCodes = ['sick', 'approved-leave'] as const
export type ExcuseCode = (typeof excuseCodes)[number]

/** What was recorded of a meeting. `newMeetingAt`: of an excused one, when the next is, if that was said. */
export type RecordedOutcome = {
  readonly outcome: MeetingOutcome
  readonly metOn: LocalDate
  readonly newMeetingAt: Instant | null
}

/** The letter that answered a missed meeting. */
export type RecordedReSummons = { readonly missedOn: LocalDate; readonly newMeetingAt: Instant }

/** Where the case around the first meeting stands (§ 7). */
export type FirstMeetingCase = {
  /** When the case began: the day of the first meeting that anything was recorded of, else the order's. */
  readonly firstMeetingOn: LocalDate
  /** The last meeting that the citizen missed. */
  readonly lastMissedOn: LocalDate | null
  /** The meeting whose outcome is not told yet; null when none is arranged. */
  readonly pendingMeetingAt: Instant | null
  /** How often the citizen stayed away; not counted where leave was given for the whole day afterwards. */
  readonly timesMissed: number
  /** The missed meeting that no letter is registered for; it is always the last one, and the citizen may have come since. */
  readonly unansweredMissedOn: LocalDate | null
  /** The meeting that the citizen was excused from, while no outcome was recorded after it. */
  readonly lastExcusedOn: LocalDate | null
  /** The missed meetings that a letter is registered for. */
  readonly answered: ReadonlySet<LocalDate>
}

/**
 * § 7: follows the case from outcome to outcome. Until one is recorded the order's meeting is pending; after a missed one
 * none is, until the letter sets it; after an excused one the new date, if there is one. Ours: so a jobcenter that moves
 * the order's meeting moves the pending one only while nothing is recorded.
 * @param outcomes in the order in which they were recorded; none that was withdrawn
 * @param excusedByLeave missed meetings' days for the whole of which leave was given since; they do not count as missed (§ 6)
 */
export const firstMeetingCase = (
  firstMeetingAt: Instant,
  outcomes: readonly RecordedOutcome[],
  letters: readonly RecordedReSummons[],
  excusedByLeave: ReadonlySet<LocalDate> = new Set(),
): FirstMeetingCase => {
  const letterFor = new Map(letters.map((letter) => [letter.missedOn, letter]))
  const [first, last] = [outcomes[0], outcomes.at(-1)]
  const lastMissedOn = outcomes.findLast((recorded) => recorded.outcome === 'missed')?.metOn ?? null
  const newMeetingAfter = (recorded: RecordedOutcome): Instant | null =>
    recorded.outcome === 'missed' ? (letterFor.get(recorded.metOn)?.newMeetingAt ?? null) : recorded.newMeetingAt
  return {
    firstMeetingOn: first === undefined || first.outcome === 'attended' ? localDateAt(firstMeetingAt) : first.metOn,
    lastMissedOn,
    pendingMeetingAt: last === undefined ? firstMeetingAt : last.outcome === 'attended' ? null : newMeetingAfter(last),
    timesMissed: outcomes.filter(({ outcome, metOn }) => outcome === 'missed' && !excusedByLeave.has(metOn)).length,
    unansweredMissedOn: lastMissedOn === null || letterFor.has(lastMissedOn) ? null : lastMissedOn,
    lastExcusedOn: last?.outcome === 'excused' ? last.metOn : null,
    answered: new Set(letterFor.keys()),
  }
}

/** The local date of the pending meeting, if one is pending. */
export const pendingMeetingOn = ({ pendingMeetingAt }: Pick<FirstMeetingCase, 'pendingMeetingAt'>): LocalDate | null =>
  pendingMeetingAt === null ? null : localDateAt(pendingMeetingAt)

/** Ours: an outcome is that of the pending meeting, on its day or later. */
export const pendingMeetingHasCome = (
  on: LocalDate,
  theCase: FirstMeetingCase,
  today: LocalDate,
): Verdict<'first-meeting-not-pending' | 'first-meeting-date'> => {
  const pendingOn = pendingMeetingOn(theCase)
  if (pendingOn === null) {
    const { unansweredMissedOn, lastExcusedOn } = theCase
    return refused('first-meeting-not-pending', {
      ...(unansweredMissedOn === null ? {} : { unansweredMissedOn }),
      ...(lastExcusedOn === null ? {} : { lastExcusedOn }),
    })
  }
  return on === pendingOn && on <= today ? allowed : refused('first-meeting-date', { on, pendingOn, today })
}
