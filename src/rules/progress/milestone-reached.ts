import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'

/** A milestone that is said to be reached; `pointer` leads to it in the body. */
export type ReachedMilestone = { readonly milestone: string; readonly reachedOn: LocalDate; readonly pointer: string }

/** What stands against it: the codes of its day, the course, and the milestone as it is registered already. */
export type MilestoneFacts = {
  readonly known: boolean
  readonly today: LocalDate
  readonly startDate: LocalDate
  /** The day of the end, or the order's last date. */
  readonly lastDay: LocalDate
  readonly standing: { readonly id: string; readonly reachedOn: LocalDate } | null
}

/** 004: which milestones there are is reference data, as of the day on which one was reached. */
export const milestoneIsKnown = (given: ReachedMilestone, facts: MilestoneFacts): Verdict<'unknown-milestone'> =>
  facts.known
    ? allowed
    : refused('unknown-milestone', {
        faults: [
          {
            pointer: `${given.pointer}/milestone`,
            code: 'unknown-milestone',
            detail: { da: 'Kendes ikke den dag.', en: 'Is not known on that day.' },
          },
        ],
      })

/** Ours: a milestone is reached on a day of the course that has come. */
export const milestoneDateHolds = (given: ReachedMilestone, facts: MilestoneFacts): Verdict<'milestone-date'> => {
  const to = facts.today < facts.lastDay ? facts.today : facts.lastDay
  if (given.reachedOn >= facts.startDate && given.reachedOn <= to) return allowed
  return refused('milestone-date', {
    from: facts.startDate,
    to,
    faults: [
      {
        pointer: `${given.pointer}/reachedOn`,
        code: 'milestone-date',
        detail: {
          da: 'Ligger ikke i forløbet, eller er ikke kommet.',
          en: 'Does not lie in the course, or has not come.',
        },
      },
    ],
  })
}

/** Ours: a milestone is reached once on an order; another date first withdraws the one that stands. */
export const milestoneIsNew = (
  given: Pick<ReachedMilestone, 'milestone'>,
  { standing }: Pick<MilestoneFacts, 'standing'>,
): Verdict<'milestone-already-reached'> =>
  standing === null
    ? allowed
    : refused('milestone-already-reached', {
        milestone: given.milestone,
        milestoneId: standing.id,
        reachedOn: standing.reachedOn,
      })

/** Whether a reached milestone can be registered by itself. */
export const milestoneCanBeRegistered = (given: ReachedMilestone, facts: MilestoneFacts): Verdict =>
  firstRefusal(
    () => milestoneIsKnown(given, facts),
    () => milestoneDateHolds(given, facts),
    () => milestoneIsNew(given, facts),
  )

/**
 * Whether a report can carry it: as `milestoneCanBeRegistered`, save that one which stands with the same date is what the
 * report repeats, and that a later version of a report replaces what an earlier one of it had brought.
 * @param broughtBy the report that the standing one came with; null when it was registered by itself
 */
export const reportCanCarryMilestone = (
  given: ReachedMilestone,
  facts: MilestoneFacts,
  report: { readonly reportId: string; readonly broughtBy: string | null },
): Verdict =>
  firstRefusal(
    () => milestoneIsKnown(given, facts),
    () => milestoneDateHolds(given, facts),
    () =>
      facts.standing?.reachedOn === given.reachedOn || report.broughtBy === report.reportId
        ? allowed
        : milestoneIsNew(given, facts),
  )

/** Ours: what was registered in error is withdrawn once. */
export const milestoneNotYetWithdrawn = (milestone: {
  readonly withdrawn: boolean
}): Verdict<'milestone-already-withdrawn'> => (milestone.withdrawn ? refused('milestone-already-withdrawn') : allowed)
