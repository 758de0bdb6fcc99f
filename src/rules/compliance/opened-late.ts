import type { Instant } from '#kernel/instant.ts'
import type { ObligationKind } from '#rules/obligation/obligation-state.ts'
import type { EndedBy } from '#rules/order/termination.ts'

/** Whose act opens a duty. */
export type Opener = 'supplier' | 'authority'

/**
 * Who opens the duties of each kind: as a rule, and otherwise for the reasons (`openedBecause`) named. Ours: the sources say
 * what is owed when, and nothing of who made it late.
 */
export const openers: Readonly<Record<ObligationKind, { readonly by: Opener; readonly otherwise: readonly string[] }>> =
  {
    // Letters, excuses and misses that the supplier tells of set meetings; approval and amendment set the order's own.
    'first-meeting-outcome': { by: 'supplier', otherwise: ['order-approved', 'order-amended'] },
    // The supplier tells of the miss.
    're-summons-letter': { by: 'supplier', otherwise: [] },
    'second-no-show-notice': { by: 'supplier', otherwise: [] },
    // The supplier's attendance shows what is not registered, or it withdraws a registration; the jobcenter withdraws leave.
    'absence-registration': { by: 'supplier', otherwise: ['leave-withdrawn'] },
    // The supplier registers the absence, or plans or changes what comes after it.
    'refer-citizen': { by: 'supplier', otherwise: ['leave-approved', 'leave-withdrawn', 'order-amended'] },
    // The supplier plans the month.
    'attendance-protocol': { by: 'supplier', otherwise: [] },
    // Its date is counted from what changed the month, so that it is never opened late.
    'attendance-protocol-correction': { by: 'authority', otherwise: [] },
    // Whoever ends the course: see below.
    'final-report': { by: 'supplier', otherwise: [] },
    // The jobcenter and the benefits office ask.
    'final-report-revision': { by: 'authority', otherwise: [] },
    'interim-report': { by: 'authority', otherwise: [] },
    'social-action-plan': { by: 'authority', otherwise: [] },
    'handover-report': { by: 'authority', otherwise: [] },
    'contact-request': { by: 'authority', otherwise: [] },
  }

/** The kind that the end of a course opens: by the supplier if it ended the course itself, else by the authority or nobody. */
export const openedByTheEnd: ObligationKind = 'final-report'

/**
 * Whose doing it is that a duty was opened when its date was over already. Ours: it is the supplier's where the supplier's own
 * act opened it late (a plan put in late, an absence registered late), unless the authority left it no time: then nobody could have
 * kept it and it is no part of what was due.
 * @param duty.endedBy who ended the course, if it ended
 * @param duty.possibleFrom since when the supplier could have opened it: what it took of the authority (the order's approval, an
 *   amendment, a decision) was there
 */
export const openedLateBy = (duty: {
  readonly kind: ObligationKind
  readonly because: string
  readonly dueAt: Instant
  readonly endedBy: EndedBy | null
  readonly possibleFrom: Instant | null
}): Opener => {
  const { kind, because, endedBy, possibleFrom } = duty
  const { by, otherwise } = openers[kind]
  if (by === 'authority' || otherwise.includes(because)) return 'authority'
  if (kind === openedByTheEnd && endedBy !== 'supplier') return 'authority'
  return possibleFrom !== null && possibleFrom >= duty.dueAt ? 'authority' : 'supplier'
}
