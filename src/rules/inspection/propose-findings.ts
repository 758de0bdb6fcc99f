import type { LocalDate } from '#kernel/local-date.ts'
import type { ObligationKind, ObligationStatus } from '#rules/obligation/obligation-state.ts'
import type { ControlPointCode, Outcome } from './control-points.ts'

/** A duty of a course as it stands. */
export type DutyFacts = {
  readonly kind: ObligationKind
  readonly dueOn: LocalDate
  readonly status: ObligationStatus
  /** Opened by the authority's act when its date was over already; nobody could meet it in time. */
  readonly openedLateByAuthority: boolean
}

/** A month of a course's protocol as it stands. */
export type MonthFacts = {
  readonly month: string
  readonly incomplete: boolean
  readonly stale: boolean
  /** Days that have come, are planned and have no attendance; those that were planned otherwise since; those recorded later. */
  readonly daysWithoutEntry: readonly LocalDate[]
  readonly daysOutdated: readonly LocalDate[]
  readonly daysRecordedLate: readonly LocalDate[]
  /** How many days have attendance. */
  readonly daysRecorded: number
  readonly offSiteDays: number
  readonly documentationMissing: readonly LocalDate[]
  readonly differences: readonly LocalDate[]
  /** Days with sickness that was reported, and those of them on which it is not accepted. */
  readonly sickDays: number
  readonly sickNotAccepted: readonly LocalDate[]
}

/** What the registers say of a course, as far as control points ask. */
export type CourseFacts = {
  readonly duties: readonly DutyFacts[]
  readonly months: readonly MonthFacts[]
  /** Registrations that stand. */
  readonly absences: readonly { readonly date: LocalDate; readonly daysLate: number }[]
  readonly plan: { readonly complete: boolean; readonly conflicts: boolean; readonly minutes: number }
  readonly started: boolean
  /** The day on which the authority approved the order, and the course's last day; null where there is none. */
  readonly approvedOn: LocalDate | null
  readonly lastDay: LocalDate | null
  readonly focusAreas: number
  readonly reSummonses: readonly {
    readonly missedOn: LocalDate
    readonly contactAttempts: number
    readonly newMeetingLate: boolean
  }[]
}

/** Why an outcome is proposed: a fact by its name, how many times it holds, and on which dates. */
export type Because = {
  readonly fact: ProposedFact
  readonly count: number
  readonly dates?: readonly LocalDate[]
}

export const proposedFacts = [
  'nothing-to-judge',
  'entered-late-by-authority',
  'met-in-time',
  'met-late',
  'overdue',
  'recorded-the-same-day',
  'recorded-late',
  'without-entry',
  'planned-otherwise',
  'submitted-incomplete',
  'changed-since-submission',
  'registered-in-time',
  'registered-late',
  'registers-differ',
  'registers-agree',
  'documented',
  'documentation-missing',
  'plan-complete',
  'plan-not-complete',
  'plan-missing',
  'plan-conflicts',
  'focus-areas-recorded',
  'focus-areas-missing',
  'contact-tried',
  'contact-not-tried',
  'new-meeting-late',
  'sickness-accepted',
  'sickness-not-accepted',
] as const
export type ProposedFact = (typeof proposedFacts)[number]

/**
 * What the registers propose for a control point; the inspector decides. Without an outcome nothing is proposed: all that was
 * asked, the authority entered when it was too late to keep.
 */
export type Proposal = { readonly outcome: Outcome | null; readonly because: readonly Because[] }

const on = (fact: ProposedFact, dates: readonly LocalDate[]): Because[] =>
  dates.length === 0 ? [] : [{ fact, count: dates.length, dates: [...dates].sort() }]
const times = (fact: ProposedFact, count: number): Because[] => (count === 0 ? [] : [{ fact, count }])

/**
 * Irregular when anything speaks against it; in order when something was asked and stands; left open when the authority
 * entered late all that was asked; else there is nothing to judge.
 * @param late days of what the authority entered too late, told beside whatever is proposed
 */
const judged = (
  against: readonly Because[],
  inOrder: readonly Because[],
  late: readonly LocalDate[] = [],
): Proposal => {
  const told = on('entered-late-by-authority', [...new Set(late)])
  if (against.length > 0) return { outcome: 'irregularity', because: [...against, ...told, ...inOrder] }
  if (inOrder.length > 0) return { outcome: 'in-order', because: [...inOrder, ...told] }
  if (told.length > 0) return { outcome: null, because: told }
  return { outcome: 'not-applicable', because: [{ fact: 'nothing-to-judge', count: 0 }] }
}

/**
 * Ours, one rule for all points: what the authority's lateness made impossible is held against nobody. A day before the order's
 * approval could not be kept on that day, whatever was recorded later; nor could what concerns the whole course, where the
 * approval came after its last day. Of duties the register knows (`openedLateByAuthority`).
 */
const wasImpossible =
  ({ approvedOn }: CourseFacts) =>
  (day: LocalDate): boolean =>
    approvedOn !== null && day < approvedOn
const wholeCourseLate = (facts: CourseFacts): LocalDate[] =>
  facts.lastDay !== null && facts.approvedOn !== null && wasImpossible(facts)(facts.lastDay) ? [facts.approvedOn] : []

/** Days that speak against the supplier, apart from those on which it could do nothing. */
const blamed = (facts: CourseFacts, days: readonly LocalDate[]) => {
  const late = wasImpossible(facts)
  return { own: days.filter((day) => !late(day)), late: days.filter(late) }
}

/** A duty that is still open says nothing. */
const dutiesKept = (facts: CourseFacts, kinds: readonly ObligationKind[]) => {
  const asked = facts.duties.filter(({ kind }) => kinds.includes(kind))
  const kept = asked.filter(({ openedLateByAuthority }) => !openedLateByAuthority)
  const datesOf = (status: ObligationStatus) => kept.filter((duty) => duty.status === status).map(({ dueOn }) => dueOn)
  return {
    against: [...on('overdue', datesOf('overdue')), ...on('met-late', datesOf('met-late'))],
    inOrder: times('met-in-time', datesOf('met').length),
    late: asked
      .filter(({ openedLateByAuthority, status }) => openedLateByAuthority && status !== 'waived')
      .map(({ dueOn }) => dueOn),
  }
}

const duties = (facts: CourseFacts, ...kinds: readonly ObligationKind[]): Proposal => {
  const { against, inOrder, late } = dutiesKept(facts, kinds)
  return judged(against, inOrder, late)
}

const allOf = (facts: CourseFacts, of: (month: MonthFacts) => readonly LocalDate[]): LocalDate[] =>
  facts.months.flatMap((month) => of(month))
const sum = (facts: CourseFacts, of: (month: MonthFacts) => number): number =>
  facts.months.reduce((total, month) => total + of(month), 0)

const planComplete = (facts: CourseFacts): Proposal => {
  const { plan, started } = facts
  if (plan.conflicts) return judged(times('plan-conflicts', 1), [])
  if (plan.complete) return judged([], times('plan-complete', 1))
  // Ours: before the citizen came the plan may still be open.
  if (!started) return judged([], [])
  const late = wholeCourseLate(facts)
  const lacks = times(plan.minutes === 0 ? 'plan-missing' : 'plan-not-complete', 1)
  return judged(late.length > 0 ? [] : lacks, [], late)
}

const attendance = (facts: CourseFacts): Proposal => {
  const recordedLate = allOf(facts, (month) => month.daysRecordedLate)
  const missing = blamed(
    facts,
    allOf(facts, (month) => month.daysWithoutEntry),
  )
  const later = blamed(facts, recordedLate)
  return judged(
    [...on('without-entry', missing.own), ...on('recorded-late', later.own)],
    times('recorded-the-same-day', sum(facts, (month) => month.daysRecorded) - recordedLate.length),
    [...missing.late, ...later.late],
  )
}

const protocols = (facts: CourseFacts): Proposal => {
  const { against, inOrder, late } = dutiesKept(facts, ['attendance-protocol', 'attendance-protocol-correction'])
  return judged(
    [
      ...against,
      ...on(
        'planned-otherwise',
        allOf(facts, (month) => month.daysOutdated),
      ),
      ...times('submitted-incomplete', facts.months.filter(({ incomplete }) => incomplete).length),
      ...times('changed-since-submission', facts.months.filter(({ stale }) => stale).length),
    ],
    inOrder,
    late,
  )
}

const absences = (facts: CourseFacts): Proposal => {
  const { against, late } = dutiesKept(facts, ['absence-registration'])
  const registeredLate = facts.absences.filter(({ daysLate }) => daysLate > 0).map(({ date }) => date)
  const registered = blamed(facts, registeredLate)
  return judged(
    [...against.filter(({ fact }) => fact === 'overdue'), ...on('registered-late', registered.own)],
    times('registered-in-time', facts.absences.length - registeredLate.length),
    [...late, ...registered.late],
  )
}

const offSite = (facts: CourseFacts): Proposal => {
  const missing = allOf(facts, (month) => month.documentationMissing)
  const days = sum(facts, (month) => month.offSiteDays)
  return judged(on('documentation-missing', missing), times('documented', Math.max(0, days - missing.length)))
}

const registers = (facts: CourseFacts): Proposal => {
  const differing = allOf(facts, (month) => month.differences)
  const recorded = sum(facts, (month) => month.daysRecorded)
  return judged(
    on('registers-differ', [...new Set(differing)]),
    differing.length === 0 ? times('registers-agree', recorded) : [],
  )
}

const firstMeeting = (facts: CourseFacts): Proposal => {
  const { against, inOrder, late } = dutiesKept(facts, [
    'first-meeting-outcome',
    're-summons-letter',
    'second-no-show-notice',
  ])
  const newMeetings = blamed(
    facts,
    facts.reSummonses.filter(({ newMeetingLate }) => newMeetingLate).map(({ missedOn }) => missedOn),
  )
  return judged([...against, ...on('new-meeting-late', newMeetings.own)], inOrder, [...late, ...newMeetings.late])
}

const contacts = ({ reSummonses }: CourseFacts): Proposal => {
  const untried = reSummonses.filter(({ contactAttempts }) => contactAttempts === 0).map(({ missedOn }) => missedOn)
  return judged(on('contact-not-tried', untried), times('contact-tried', reSummonses.length - untried.length))
}

const sickness = (facts: CourseFacts): Proposal => {
  const open = allOf(facts, (month) => month.sickNotAccepted)
  const days = sum(facts, (month) => month.sickDays)
  return judged(on('sickness-not-accepted', open), times('sickness-accepted', days - open.length))
}

const startAssessment = (facts: CourseFacts): Proposal => {
  const { started, focusAreas } = facts
  if (focusAreas > 0) return judged([], times('focus-areas-recorded', focusAreas))
  if (!started) return judged([], [])
  const late = wholeCourseLate(facts)
  return judged(late.length > 0 ? [] : times('focus-areas-missing', 1), [], late)
}

/**
 * What the registers propose for the control points that are judged by data. Facts that speak against the supplier come
 * first. Points that are judged on site have no proposal.
 */
export const proposeFindings = (facts: CourseFacts): ReadonlyMap<ControlPointCode, Proposal> =>
  new Map<ControlPointCode, Proposal>([
    ['start-assessment', startAssessment(facts)],
    [
      'reports-in-time',
      duties(facts, 'final-report', 'final-report-revision', 'interim-report', 'social-action-plan', 'handover-report'),
    ],
    ['plan-complete', planComplete(facts)],
    ['attendance-day-by-day', attendance(facts)],
    ['protocol-in-time', protocols(facts)],
    ['off-site-documented', offSite(facts)],
    ['absence-same-day', absences(facts)],
    ['registers-agree', registers(facts)],
    ['first-meeting-handled', firstMeeting(facts)],
    ['re-summons-contacts', contacts(facts)],
    ['citizen-referred', duties(facts, 'refer-citizen', 'contact-request')],
    ['sickness-accepted', sickness(facts)],
  ])
