import { type SqlBool, sql } from 'kysely'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { newId } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import { endsByItself, lateEntryDays } from '#rules/order/ends-by-itself.ts'
import { endCourse } from './end-course.ts'

const batchSize = 200

/** When the end date of an order was set last: with its approval, or by an amendment. */
const endSetOn = async (trx: Trx, orderId: string, approvedOn: LocalDate): Promise<LocalDate> => {
  const last = await trx
    .selectFrom('orderAmendments')
    .select((eb) => eb.fn.max('amendedAt').as('at'))
    .where('orderId', '=', orderId)
    .where(sql<SqlBool>`jsonb_exists(after, 'endDate')`)
    .executeTakeFirst()
  return last?.at ? localDateAt(last.at) : approvedOn
}

/** Ends one due course, unless another worker or a caller has it in hand. @returns whether it was ended here */
const endOne = (
  given: { database: Database; now: Instant } & Pick<Deps, 'finalReportReading'>,
  order: { id: string; jobcenterId: string },
): Promise<boolean> =>
  inTransaction(given.database, order.jobcenterId, async (trx) => {
    const due = await trx
      .selectFrom('orders')
      .selectAll()
      .where('id', '=', order.id)
      .where('status', '=', 'approved')
      .where('endDate', '<', localDateAt(given.now))
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (!due?.approvedAt) return false
    const approvedOn = localDateAt(due.approvedAt)
    if (!endsByItself({ endDate: due.endDate, approvedOn }, localDateAt(given.now))) return false
    const actor = {
      id: `sweep ${newId()}`,
      arrivedAt: given.now,
      caller: { clientId: 'portal', organisation: { id: due.jobcenterId } },
    }
    await endCourse(trx, given, actor, due, {
      endedOn: due.endDate,
      cause: 'completed',
      by: 'portal',
      registeredBy: null,
      // Groups that begin with a first meeting never started without one; for the others the cause would have to say so.
      attended: false,
      // An amendment that moved the end before something flagged it.
      registeredAfter: false,
      endSetOn: await endSetOn(trx, due.id, approvedOn),
    })
    return true
  })

/**
 * § 3, ours: a course that nobody ended ends on its end date, cause `completed`, so that silence does not put off the final
 * report. An order approved after its end date is left for `lateEntryDays`. Ours: the report's time is not counted from before the
 * approval or amendment that set the date. For the worker: each in a transaction of its own, once also with several workers; one that fails is logged and
 * found again by the next sweep.
 * @param given.database as the worker's role
 * @returns how many courses were ended
 */
export const endDueCourses = async (
  given: {
    readonly database: Database
    readonly now: Instant
    readonly log: Log
    /** Stops between two courses. */
    readonly signal?: AbortSignal
  } & Pick<Deps, 'finalReportReading'>,
): Promise<number> => {
  const { database, now, log, signal } = given
  let ended = 0
  let after: string | null = null
  for (;;) {
    let due = database.kysely
      .selectFrom('orders')
      .select(['id', 'jobcenterId'])
      .where('status', '=', 'approved')
      .where('endDate', '<', localDateAt(now))
      // As the rule says it, so that what is being entered late is not locked in each round.
      .where(
        sql<SqlBool>`((approved_at at time zone 'Europe/Copenhagen')::date <= end_date
          or (approved_at at time zone 'Europe/Copenhagen')::date < ${addDays(localDateAt(now), -lateEntryDays)}::date)`,
      )
    if (after !== null) due = due.where('id', '>', after)
    const batch: { id: string; jobcenterId: string }[] = await due.orderBy('id').limit(batchSize).execute()
    for (const order of batch) {
      if (signal?.aborted) return ended
      try {
        if (await endOne(given, order)) ended++
      } catch (error) {
        log.warn({ err: error, orderId: order.id }, 'a course could not be ended')
      }
    }
    after = batch.at(-1)?.id ?? null
    if (after === null || batch.length < batchSize) return ended
  }
}
