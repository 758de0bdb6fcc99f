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

/** What the registers propose for a control point; the inspector decides. */
export type Proposal = { readonly outcome: Outcome; readonly because: readonly Because[] }

const on = (fact: ProposedFact, dates: readonly LocalDate[]): Because[] =>
  dates.length === 0 ? [] : [{ fact, count: dates.length, dates: [...dates].sort() }]
const times = (fact: ProposedFact, count: number): Because[] => (count === 0 ? [] : [{ fact, count }])

/** Irregular when anything speaks against it; in order when something was asked and stands; else there is nothing to judge. */
const judged = (against: readonly Because[], inOrder: readonly Because[]): Proposal => {
  if (against.length > 0) return { outcome: 'irregularity', because: [...against, ...inOrder] }
  if (inOrder.length > 0) return { outcome: 'in-order', because: inOrder }
  return { outcome: 'not-applicable', because: [{ fact: 'nothing-to-judge', count: 0 }] }
}

/** Ours: a duty that the authority opened when it was over already is held against nobody; one that is still open says nothing. */
const dutiesKept = (facts: CourseFacts, kinds: readonly ObligationKind[]) => {
  const asked = facts.duties.filter(({ kind, openedLateByAuthority }) => kinds.includes(kind) && !openedLateByAuthority)
  const datesOf = (status: ObligationStatus) => asked.filter((duty) => duty.status === status).map(({ dueOn }) => dueOn)
  return {
    against: [...on('overdue', datesOf('overdue')), ...on('met-late', datesOf('met-late'))],
    inOrder: times('met-in-time', datesOf('met').length),
  }
}

const duties = (facts: CourseFacts, ...kinds: readonly ObligationKind[]): Proposal => {
  const { against, inOrder } = dutiesKept(facts, kinds)
  return judged(against, inOrder)
}

const allOf = (facts: CourseFacts, of: (month: MonthFacts) => readonly LocalDate[]): LocalDate[] =>
  facts.months.flatMap((month) => of(month))
const sum = (facts: CourseFacts, of: (month: MonthFacts) => number): number =>
  facts.months.reduce((total, month) => total + of(month), 0)

const planComplete = ({ plan, started }: CourseFacts): Proposal => {
  if (plan.conflicts) return judged(times('plan-conflicts', 1), [])
  if (plan.complete) return judged([], times('plan-complete', 1))
  // Ours: before the citizen came the plan may still be open.
  if (!started) return judged([], [])
  return judged(times(plan.minutes === 0 ? 'plan-missing' : 'plan-not-complete', 1), [])
}

const attendance = (facts: CourseFacts): Proposal => {
  const late = allOf(facts, (month) => month.daysRecordedLate)
  return judged(
    [
      ...on(
        'without-entry',
        allOf(facts, (month) => month.daysWithoutEntry),
      ),
      ...on('recorded-late', late),
    ],
    times('recorded-the-same-day', sum(facts, (month) => month.daysRecorded) - late.length),
  )
}

const protocols = (facts: CourseFacts): Proposal => {
  const { against, inOrder } = dutiesKept(facts, ['attendance-protocol', 'attendance-protocol-correction'])
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
  )
}

const absences = (facts: CourseFacts): Proposal => {
  const { against } = dutiesKept(facts, ['absence-registration'])
  const late = facts.absences.filter(({ daysLate }) => daysLate > 0).map(({ date }) => date)
  return judged(
    [...against.filter(({ fact }) => fact === 'overdue'), ...on('registered-late', late)],
    times('registered-in-time', facts.absences.length - late.length),
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
  const { against, inOrder } = dutiesKept(facts, [
    'first-meeting-outcome',
    're-summons-letter',
    'second-no-show-notice',
  ])
  const late = facts.reSummonses.filter(({ newMeetingLate }) => newMeetingLate).map(({ missedOn }) => missedOn)
  return judged([...against, ...on('new-meeting-late', late)], inOrder)
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

const startAssessment = ({ started, focusAreas }: CourseFacts): Proposal => {
  if (focusAreas > 0) return judged([], times('focus-areas-recorded', focusAreas))
  return judged(started ? times('focus-areas-missing', 1) : [], [])
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
