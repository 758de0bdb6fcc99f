import type { Static } from 'typebox'
import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import type { Caller, Person } from '#kernel/caller.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag, etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { present } from '#platform/http/present.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { firstMeetingIsOpen } from '#rules/first-meeting/first-meeting-attended.ts'
import { excusedDaysOf, findReSummons, type OutcomeRow, reSummonsPage } from './first-meeting.queries.ts'
import type { ReSummonsQuery } from './first-meeting.schema.ts'
import { caseOf } from './open-case.ts'
import { listedReSummons, reSummonsDocument } from './re-summons-document.ts'
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

const caseDocument = async (trx: Trx, caller: Caller, order: OrderRow) => {
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

/** The case around an order's first meeting: where it stands, and all that led there. */
export const getFirstMeeting = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(trx, request.caller, request.params.id)
    const { id: orderId, citizenId } = order
    if (purpose !== null)
      await recordLookup(trx, request, { operation: 'getFirstMeeting', citizenId, orderId, purpose })
    const body = await caseDocument(trx, request.caller, order)
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
}

/** The re-summonses of an order, with their contact logs. */
export const listReSummonses = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ReSummonsQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrder(trx, request.caller, request.params.id)
    if (purpose !== null)
      await recordLookup(trx, request, { operation: 'listReSummonses', citizenId, orderId, purpose })
    const rows = await reSummonsPage(trx, orderId, { after, limit })
    const reminders = await remindersOf(
      trx,
      rows.map((row) => row.id),
    )
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => reSummonsDocument(row, reminders.get(row.id) ?? []),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/**
 * One re-summons, to whoever sees its order and to whoever was told of it: the office of the citizen's own municipality
 * sees nothing else of the order (000).
 */
export const getReSummons = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const row = await findReSummons(trx, request.params.id)
    if (!row) throw new HttpProblem('not-found')
    if (!row.readerIds.includes(request.caller.organisation.id)) {
      const { id: orderId, citizenId } = await findOrder(trx, request.caller, row.orderId)
      if (purpose !== null) await recordLookup(trx, request, { operation: 'getReSummons', citizenId, orderId, purpose })
    }
    const reminders = await remindersOf(trx, [row.id])
    return {
      status: 200,
      headers: { etag: etagOf(row.version) },
      body: reSummonsDocument(row, reminders.get(row.id) ?? []),
    }
  })
}
