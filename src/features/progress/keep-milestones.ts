import type { Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import { newId } from '#platform/ids.ts'
import { type MilestoneFacts, reportCanCarryMilestone } from '#rules/progress/milestone-reached.ts'
import { knownMilestones, type StandingMilestone, standingMilestones } from './milestone.queries.ts'

/** A milestone as a report carries it. */
export type ReportedMilestone = {
  readonly milestone: string
  readonly reachedOn: LocalDate
  readonly observedBy?: string
}

/** The order that a milestone is reached on, as far as milestones have to know it. */
export type MilestoneOrder = {
  readonly id: string
  readonly supplierId: string
  readonly citizenId: string
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  readonly endedOn: LocalDate | null
}

/** What a milestone of that date is held against on the order. */
export const milestoneFacts = (
  order: MilestoneOrder,
  today: LocalDate,
  known: boolean,
  standing: StandingMilestone | undefined,
): MilestoneFacts => ({
  known,
  today,
  startDate: order.startDate,
  lastDay: order.endedOn ?? order.endDate,
  standing: standing ?? null,
})

type Given = {
  readonly order: MilestoneOrder
  readonly reportId: string
  readonly milestones: readonly ReportedMilestone[]
}

/**
 * Whether a report can carry these milestones (004): what `keepMilestones` asks before it writes, for a `dryRun`.
 * @returns those that are new, each with the one of an earlier version of the report that it replaces
 * @throws HttpProblem `unknown-milestone`, `milestone-date`, `milestone-already-reached`, `invalid-request` for one given twice
 */
export const checkMilestones = async (
  trx: Trx,
  actor: Actor,
  { order, reportId, milestones }: Given,
): Promise<{ readonly milestone: ReportedMilestone; readonly replaces: StandingMilestone | undefined }[]> => {
  if (milestones.length === 0) return []
  const known = await knownMilestones(trx)
  const standing = new Map((await standingMilestones(trx, order.id)).map((row) => [row.milestone, row]))
  const today = localDateAt(actor.arrivedAt)
  const seen = new Set<string>()
  return milestones.flatMap((given, index) => {
    const pointer = `/milestones/${index}`
    if (seen.has(given.milestone)) {
      throw invalid(`${pointer}/milestone`, 'duplicate', {
        da: 'Milepælen står allerede i rapporten.',
        en: 'The milestone stands in the report already.',
      })
    }
    seen.add(given.milestone)
    const before = standing.get(given.milestone)
    const facts = milestoneFacts(order, today, known(given.milestone, given.reachedOn), before)
    demand(
      reportCanCarryMilestone({ ...given, pointer }, facts, { reportId, broughtBy: before?.reportId ?? null }),
      order.id,
    )
    const corrected = before?.reportId === reportId && before.observedBy !== (given.observedBy ?? null)
    return before?.reachedOn === given.reachedOn && !corrected ? [] : [{ milestone: given, replaces: before }]
  })
}

const replaceEarlier = async (
  trx: Trx,
  actor: Actor,
  order: MilestoneOrder,
  standing: StandingMilestone,
  registeredBy: Person,
): Promise<void> => {
  await trx
    .updateTable('milestones')
    .set({
      withdrawnAt: actor.arrivedAt,
      withdrawal: JSON.stringify({ reason: 'replaced-by-report-version', by: registeredBy }),
    })
    .where('id', '=', standing.id)
    .execute()
  await recordChange(trx, actor, {
    action: 'withdrawn',
    entity: 'milestone',
    entityId: standing.id,
    orderId: order.id,
    registeredBy,
    changes: { milestone: standing.milestone, because: 'replaced-by-report-version' },
  })
}

/**
 * Registers the milestones that a report carries (004), in the report's transaction, with their history. What stands with
 * the same date is repeated and not registered again; what an earlier version of the same report brought with another date
 * or another observer is withdrawn and replaced; one that a later version no longer names stays (Ours: it is withdrawn by itself). The order is
 * locked `for update`.
 * @throws HttpProblem as `checkMilestones`
 */
export const keepMilestones = async (
  trx: Trx,
  actor: Actor,
  given: Given & { readonly registeredBy: Person },
): Promise<void> => {
  const { order, reportId, registeredBy } = given
  for (const { milestone, replaces } of await checkMilestones(trx, actor, given)) {
    if (replaces) await replaceEarlier(trx, actor, order, replaces, registeredBy)
    const id = newId()
    await trx
      .insertInto('milestones')
      .values({
        id,
        orderId: order.id,
        supplierId: order.supplierId,
        citizenId: order.citizenId,
        milestone: milestone.milestone,
        reachedOn: milestone.reachedOn,
        observedBy: milestone.observedBy ?? null,
        reportId,
        registeredBy: JSON.stringify(registeredBy),
        registeredAt: actor.arrivedAt,
      })
      .execute()
    await recordChange(trx, actor, {
      action: 'reached',
      entity: 'milestone',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: { milestone: milestone.milestone, reachedOn: milestone.reachedOn, reportId },
    })
  }
}
