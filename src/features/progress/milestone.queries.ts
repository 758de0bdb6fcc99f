import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** A milestone that stands on an order: not withdrawn. */
export type StandingMilestone = {
  readonly id: string
  readonly milestone: string
  readonly reachedOn: LocalDate
  readonly observedBy: string | null
  /** The report that it came with. */
  readonly reportId: string | null
}

/** The milestones that stand on an order. */
export const standingMilestones = (trx: Trx, orderId: string): Promise<StandingMilestone[]> =>
  trx
    .selectFrom('milestones')
    .select(['id', 'milestone', 'reachedOn', 'observedBy', 'reportId'])
    .where('orderId', '=', orderId)
    .where('withdrawnAt', 'is', null)
    .orderBy('id')
    .execute()

/** Whether the code set `milestones` has a code on a date. */
export const knownMilestones = async (trx: Trx): Promise<(code: string, on: LocalDate) => boolean> => {
  const codes = await trx
    .selectFrom('codeValues')
    .select(['code', 'validFrom', 'validTo'])
    .where('setName', '=', 'milestones')
    .execute()
  return (code, on) =>
    codes.some((row) => row.code === code && row.validFrom <= on && (row.validTo === null || row.validTo >= on))
}
