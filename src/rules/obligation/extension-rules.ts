import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { ObligationStatus } from './obligation-state.ts'

/** § 3: another deadline can be agreed, and it is the ordering jobcenter that agrees to it. */
export const extensionNeedsJobcenter = ({
  byOrderingJobcenter,
}: {
  readonly byOrderingJobcenter: boolean
}): Verdict<'extension-needs-jobcenter'> => (byOrderingJobcenter ? allowed : refused('extension-needs-jobcenter'))

/** Ours: what was met or waived has no deadline any more; an overdue duty can still be given another date. */
export const obligationIsUnsettled = ({
  status,
}: {
  readonly status: ObligationStatus
}): Verdict<'obligation-settled'> =>
  status === 'open' || status === 'overdue' ? allowed : refused('obligation-settled', { obligationStatus: status })

/** Ours: an extension gives a later date than the one that stands, and one that can still be kept. */
export const extensionIsLater = ({
  toDueOn,
  currentDueOn,
  today,
}: {
  readonly toDueOn: LocalDate
  readonly currentDueOn: LocalDate
  readonly today: LocalDate
}): Verdict<'extension-not-later'> =>
  toDueOn > currentDueOn && toDueOn >= today ? allowed : refused('extension-not-later', { currentDueOn, today })
