import { sql } from 'kysely'
import { touchDaysAfter } from '#features/attendance/commands.ts'
import { minutesRecordedAfter } from '#features/attendance/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { commitmentOfEnded } from '#rules/order/ended-commitment.ts'
import { courseNeverStarted, type EndedBy, finalReportCountsFrom } from '#rules/order/termination.ts'
import { absenceRecipients } from '#rules/routing/absence-recipients.ts'
import { hasFirstMeetingProcedure, type OrderRow } from './order.queries.ts'
import { settleDutiesOfEnded } from './order-duties.ts'

/** Who hears of a course's end: supplier, ordering jobcenter, and the target group's recipient as of that day (§ 7). */
const recipientsOf = async (trx: Trx, order: OrderRow, on: LocalDate): Promise<string[]> => {
  const policies = await trx
    .selectFrom('routingPolicies as p')
    .leftJoin('organisations as o', 'o.id', 'p.recipientId')
    .select(['p.targetGroup', 'p.because', 'o.id', 'o.name'])
    .where('p.targetGroup', '=', order.targetGroup)
    .where('p.validFrom', '<=', on)
    .where((eb) => eb.or([eb('p.validTo', 'is', null), eb('p.validTo', '>=', on)]))
    .orderBy('p.validFrom', 'desc')
    .execute()
  const jobcenter = { id: order.jobcenterId, name: '' }
  const routed = absenceRecipients(
    [{ jobcenter, targetGroup: order.targetGroup }],
    policies.map(({ targetGroup, because, id, name }) => ({
      targetGroup,
      because,
      recipient: id !== null && name !== null ? { id, name } : null,
    })),
    undefined,
  )
  return [order.supplierId, order.jobcenterId, ...routed.map((recipient) => recipient.organisationId)]
}

/**
 * 003: gives back to the framework agreement what the course can no longer cost. The agreement's row is not the caller's
 * to write; the database's function takes it from an order that this transaction ended. Order before agreement, as in approval.
 * @returns what the order still commits. Øre
 */
const releaseCommitment = async (
  trx: Trx,
  order: OrderRow,
  course: { readonly endedOn: LocalDate; readonly neverStarted: boolean; readonly recordedAfterMinutes: number },
): Promise<number> => {
  const planned = await trx
    .selectFrom('plannedDays')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('plannedMinutes'), sql<number>`0`).as('minutes'))
    .where('orderId', '=', order.id)
    .where('date', '<=', course.endedOn)
    .executeTakeFirstOrThrow()
  const committedOere = commitmentOfEnded(order, { ...course, plannedMinutes: planned.minutes })
  if (committedOere < order.committedOere) {
    await sql`select portal_release_commitment(${order.id}::uuid, ${committedOere}::bigint)`.execute(trx)
  }
  return committedOere
}

/**
 * Ends the course of an approved order, which the transaction holds locked: status, commitment, duties, history and
 * event. Asks no rule; the termination's route and the sweep did.
 * @param given.attended whether the citizen's attendance is recorded on any day
 * @param given.registeredAfter whether something beside attendance stands on record after the end; both flag the plan
 * @param given.endSetOn of an end that came by itself, when its date was set last
 */
export const endCourse = async (
  trx: Trx,
  deps: Pick<Deps, 'finalReportReading'>,
  actor: Actor,
  order: OrderRow,
  given: {
    readonly endedOn: LocalDate
    readonly cause: string
    readonly text?: string
    readonly by: EndedBy
    readonly registeredBy: Person | null
    readonly attended: boolean
    readonly registeredAfter: boolean
    readonly endSetOn?: LocalDate
  },
): Promise<void> => {
  const { endedOn, cause, text, by, registeredBy } = given
  const firstMeetingProcedure = await hasFirstMeetingProcedure(trx, order.targetGroup, order.startDate)
  const { firstAttendedOn } = order
  const neverStarted = courseNeverStarted({ firstAttendedOn, attended: given.attended, firstMeetingProcedure, cause })
  const recordedAfterMinutes = await minutesRecordedAfter(trx, order.id, endedOn)
  const courseStatus = neverStarted ? 'never-started' : 'ended'
  await trx
    .updateTable('orders')
    .set((eb) => ({
      status: 'ended',
      courseStatus,
      endedOn,
      endedAt: actor.arrivedAt,
      termination: JSON.stringify({
        cause,
        ...(text === undefined ? {} : { text }),
        endedBy: by,
        organisationId: actor.caller.organisation.id,
        by: registeredBy,
      }),
      planConflict: order.planConflict || given.registeredAfter || recordedAfterMinutes > 0,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', order.id)
    .execute()
  const committedOere = await releaseCommitment(trx, order, { endedOn, neverStarted, recordedAfterMinutes })
  const toldOn = localDateAt(actor.arrivedAt)
  const reportFrom = finalReportCountsFrom({ endedOn, by, toldOn, endSetOn: given.endSetOn ?? null })
  await settleDutiesOfEnded(trx, deps, order, { endedOn, neverStarted, by, at: actor.arrivedAt, reportFrom })
  await touchDaysAfter(trx, order.id, endedOn, actor.arrivedAt, 'course-ended')
  await recordChange(trx, actor, {
    action: 'ended',
    entity: 'order',
    entityId: order.id,
    orderId: order.id,
    registeredBy,
    changes: {
      status: { from: order.status, to: 'ended' },
      courseStatus: { from: order.courseStatus, to: courseStatus },
      endedOn,
      cause,
      endedBy: by,
      committedOere: { from: order.committedOere, to: committedOere },
    },
  })
  await appendEvent(trx, {
    type: 'course.ended',
    occurredAt: actor.arrivedAt,
    producerId: actor.caller.organisation.id,
    recipients: await recipientsOf(trx, order, endedOn),
    orderId: order.id,
    data: { orderId: order.id, endedOn, courseStatus },
    path: `/v1/orders/${order.id}`,
  })
}
