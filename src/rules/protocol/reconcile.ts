/**
 * A citizen's day at one supplier in both registers, over all the supplier's orders of the citizen (§ 6). Minutes. Neither
 * register is derived from the other. Days of an order after its course are no part of it, but for `endedMinutes`.
 */
export type DayInBothRegisters = {
  /** What the protocol says under `unauthorised`. */
  readonly unauthorisedMinutes: number
  /** The live registration, if there is one, with what may say why the protocol does not show it. */
  readonly registration: Registration | null
}

/** A live registration. Minutes, of the orders that it is held against and of no others. */
export type Registration = {
  readonly absentMinutes: number
  readonly reason: string
  /** What the protocols show as attended. */
  readonly attendedMinutes: number
  /** Of each order: leave given after the registration, as far as that order's protocol says leave. */
  readonly leaveMinutes: number
  /** Planned, unrecorded, and before the citizen first came to that course: needs no attendance (§ 7). */
  readonly notStartedMinutes: number
  /** Planned on a course that had ended by then, so no longer a planned day; what was registered before stays. */
  readonly endedMinutes: number
  /** Of the two, what is planned on the order that the registration names. */
  readonly ownIdleMinutes: number
  /** Planned on all other courses of the day. */
  readonly runningMinutes: number
}

/** What an order's own protocol says of the day, under either code of sickness and under `approved-leave`. Minutes. */
export type OwnEntries = { readonly sickMinutes: number; readonly leaveMinutes: number }

/** Why the registers may differ on a day without either being wrong (§ 7, § 9, § 10). */
export const explanations = [
  'sickness',
  'approved-leave',
  'non-participation',
  'before-first-attendance',
  'after-the-course',
] as const
type Explanation = (typeof explanations)[number]

/** Which register says more than the other. */
export const differenceKinds = ['absence-not-registered', 'registration-not-in-protocol'] as const
type DifferenceKind = (typeof differenceKinds)[number]

/** How a day stands: both agree, they differ for reasons, or one has to be corrected. */
export type Reconciliation =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'explained'; readonly because: readonly Explanation[] }
  /** By how many minutes, those that have a reason left out. */
  | { readonly kind: 'differs'; readonly because: DifferenceKind; readonly minutes: number }

/** Of minutes that were registered and are not in the protocol as unauthorised: which have a reason, and how many have none. */
const explainedMinutes = (beyond: number, given: Registration): { because: Explanation[]; unexplained: number } => {
  // A course that does not run explains what was registered of it: of the order named, or what no running one has room for.
  const idle = Math.max(
    Math.min(given.absentMinutes, given.ownIdleMinutes),
    given.absentMinutes - given.runningMinutes,
    0,
  )
  const notStarted = Math.min(idle, given.notStartedMinutes)
  const reasons: [Explanation, number][] = [
    ['non-participation', given.reason === 'non-participation' ? given.attendedMinutes : 0],
    ['approved-leave', given.leaveMinutes],
    ['before-first-attendance', notStarted],
    ['after-the-course', Math.min(idle - notStarted, given.endedMinutes)],
  ]
  const because: Explanation[] = []
  let unexplained = beyond
  for (const [reason, minutes] of reasons) {
    if (unexplained === 0 || minutes === 0) continue
    because.push(reason)
    unexplained = Math.max(0, unexplained - minutes)
  }
  return { because, unexplained }
}

/**
 * § 5, § 6, § 9, § 10: whether protocol and registration agree on a day. Each unauthorised absence has a registration of the
 * same minutes and the other way round. Sickness and leave stand in the protocol and ask for no registration. Ours: a
 * registration may exceed the protocol by what leave given afterwards takes from it, as far as the same order's protocol says
 * leave; with non-participation, by what the protocol shows as attended; by what needs no attendance, before the
 * citizen first came and after the course, as far as it lies there. Another order's sickness and leave are told to nobody.
 */
export const reconcileDay = (day: DayInBothRegisters, own: OwnEntries): Reconciliation => {
  const { registration } = day
  const beyond = (registration?.absentMinutes ?? 0) - day.unauthorisedMinutes
  if (beyond < 0) return { kind: 'differs', because: 'absence-not-registered', minutes: -beyond }
  const { because, unexplained } = registration
    ? explainedMinutes(beyond, registration)
    : { because: [], unexplained: 0 }
  if (unexplained > 0) return { kind: 'differs', because: 'registration-not-in-protocol', minutes: unexplained }
  const all: Explanation[] = [
    ...(own.sickMinutes > 0 ? (['sickness'] as const) : []),
    ...(own.leaveMinutes > 0 ? (['approved-leave'] as const) : []),
    ...because.filter((reason) => reason !== 'approved-leave'),
  ]
  return all.length === 0 ? { kind: 'agrees' } : { kind: 'explained', because: all }
}

/** No entries: what is to be said of the citizen's day, and of no order's own. */
const noEntries: OwnEntries = { sickMinutes: 0, leaveMinutes: 0 }

/** As `reconcileDay`, of the day over all orders, with nothing that stands in one order's protocol alone. */
export const reconcileWholeDay = (day: DayInBothRegisters): Reconciliation => reconcileDay(day, noEntries)
