import type { OrderRow } from '#features/orders/lookups.ts'
import type { Caller, Person } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { present } from '#platform/http/present.ts'
import { firstMeetingIsOpen } from '#rules/first-meeting/first-meeting-attended.ts'
import { excusedDaysOf, type OutcomeRow } from './first-meeting.queries.ts'
import { caseOf } from './open-case.ts'
import { listedReSummons } from './re-summons-document.ts'
import { remindersOf } from './reminder.queries.ts'

/** § 9: why somebody was excused is read by the order's two parties and auditors, and by no benefits office. */
const readsWhyExcused = (caller: Caller, order: OrderRow): boolean =>
  [order.supplierId, order.jobcenterId].includes(caller.organisation.id) ||
  caller.organisation.kinds.includes('auditor')

/** An outcome; a withdrawn one is marked, and its excused day with the code is no more. */
const outcomeDocument = (row: OutcomeRow, codeOn: ReadonlyMap<string, string>, whyToo: boolean) => {
  const { outcome, metOn, newMeetingAt, withdrawnAt } = row
  const withdrawal = row.withdrawal as { reason: string; by: Person } | null
  const excused = outcome === 'excused' && withdrawnAt === null
  return {
    id: row.id,
    outcome,
    on: metOn,
    ...present({ code: excused ? (codeOn.get(metOn) ?? null) : null, newMeetingAt }),
    registeredBy: row.registeredBy as Person,
    registeredAt: row.registeredAt,
    ...present({ withdrawnAt }),
    // What is written there is for those who act on it (§ 9).
    ...(whyToo && withdrawal !== null
      ? { withdrawal: { reason: withdrawal.reason, registeredBy: withdrawal.by } }
      : {}),
  }
}

/** The case around an order's first meeting, as the caller reads it (§ 7). */
export const caseDocument = async (trx: Trx, caller: Caller, order: OrderRow) => {
  const { state, theCase, outcomes, withdrawn, letters } = await caseOf(trx, order)
  const reminders = await remindersOf(
    trx,
    letters.map((letter) => letter.id),
  )
  const whyToo = readsWhyExcused(caller, order)
  const excused = whyToo ? await excusedDaysOf(trx, order.id) : []
  const codeOn = new Map(excused.map(({ date, code }) => [date, code]))
  return {
    orderId: order.id,
    courseStatus: order.courseStatus,
    pendingMeetingAt: firstMeetingIsOpen(state).allowed || order.status === 'draft' ? theCase.pendingMeetingAt : null,
    timesMissed: theCase.timesMissed,
    outcomes: [...outcomes, ...withdrawn]
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .map((row) => outcomeDocument(row, codeOn, whyToo)),
    reSummonses: letters.map((letter) => listedReSummons(letter, reminders.get(letter.id) ?? [])),
    ...(whyToo ? { excusedDays: excused } : {}),
  }
}
