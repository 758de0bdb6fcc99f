/**
 * A citizen's day at one supplier in both registers, over all the supplier's orders of the citizen (§ 6). Minutes. Neither
 * register is derived from the other.
 */
export type DayInBothRegisters = {
  /** What the protocol says under `unauthorised`. */
  readonly unauthorisedMinutes: number
  /** What the protocol says under either code of sickness. */
  readonly sickMinutes: number
  /** What the protocol says under `approved-leave`. */
  readonly leaveMinutesRecorded: number
  /** The live registration, if there is one. */
  readonly registration: {
    readonly absentMinutes: number
    /** What leave given afterwards takes from it. */
    readonly leaveMinutes: number
    readonly reason: string
  } | null
  /** Planned, unrecorded, and before the citizen first came to that course: needs no attendance (§ 7). */
  readonly notStartedMinutes: number
  /** Planned on a course that had ended by then, so no longer a planned day; what was registered before stays. */
  readonly endedMinutes: number
}

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
const explainedMinutes = (beyond: number, day: DayInBothRegisters): { because: Explanation[]; unexplained: number } => {
  if (beyond > 0 && day.registration?.reason === 'non-participation') {
    return { because: ['non-participation'], unexplained: 0 }
  }
  const reasons: [Explanation, number][] = [
    ['approved-leave', Math.min(day.registration?.leaveMinutes ?? 0, day.leaveMinutesRecorded)],
    ['before-first-attendance', day.notStartedMinutes],
    ['after-the-course', day.endedMinutes],
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
 * registration may exceed the protocol by what leave given afterwards takes from it, as far as the protocol says leave;
 * by any minutes with non-participation, where the citizen was there for all or part of it; by what needs no attendance,
 * before the citizen first came and after the course.
 */
export const reconcileDay = (day: DayInBothRegisters): Reconciliation => {
  const beyond = (day.registration?.absentMinutes ?? 0) - day.unauthorisedMinutes
  if (beyond < 0) return { kind: 'differs', because: 'absence-not-registered', minutes: -beyond }
  const { because, unexplained } = explainedMinutes(beyond, day)
  if (unexplained > 0) return { kind: 'differs', because: 'registration-not-in-protocol', minutes: unexplained }
  const all = new Set<Explanation>([
    ...(day.sickMinutes > 0 ? (['sickness'] as const) : []),
    ...(day.leaveMinutesRecorded > 0 ? (['approved-leave'] as const) : []),
    ...because,
  ])
  return all.size === 0 ? { kind: 'agrees' } : { kind: 'explained', because: [...all] }
}
