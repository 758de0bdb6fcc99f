import type { IdempotencyKey } from '#platform/http/idempotency.ts'
import { keptAnswer } from '#platform/http/idempotency.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import type { AcceptedAbsence } from './accept-absence.ts'

type EventRow = {
  id: string
  type: string
  recipients: readonly string[]
  orderId: string
  data: unknown
  path: string
  because: string
}
type HistoryRow = {
  id: string
  action: string
  entityId: string
  orderId: string
  registeredBy: unknown
  changes: unknown
  because: string
}

const eventsOf = ({ row, recipients, superseded }: AcceptedAbsence): EventRow[] => {
  const told = (
    type: string,
    absence: { id: string; date: string; orderId: string },
    to: readonly string[],
  ): EventRow => ({
    id: newId(),
    type,
    recipients: to,
    orderId: absence.orderId,
    data: { orderId: absence.orderId, absenceId: absence.id, date: absence.date },
    path: `/v1/absences/${absence.id}`,
    because: row.id,
  })
  return [
    ...(superseded ? [told('absence.withdrawn', superseded, superseded.recipients)] : []),
    told('absence.registered', row, recipients),
  ]
}

const historyOf = ({ row, superseded }: AcceptedAbsence): HistoryRow[] => {
  const noted = (action: string, entityId: string, orderId: string, changes: unknown): HistoryRow => ({
    id: newId(),
    action,
    entityId,
    orderId,
    registeredBy: row.registeredBy,
    changes,
    because: row.id,
  })
  const { date, absentMinutes, plannedMinutes, reason, daysLate, documentIds } = row
  const facts = { date, absentMinutes, plannedMinutes, reason, daysLate }
  return [
    ...(superseded ? [noted('superseded', superseded.id, superseded.orderId, { supersededBy: row.id })] : []),
    noted('registered', row.id, row.orderId, documentIds.length === 0 ? facts : { ...facts, documentIds }),
  ]
}

/** The values of `writeAbsences`, in its order, for what was accepted and the answer that all of it together gives. */
export const writeParameters = (
  request: PortalRequest,
  accepted: readonly AcceptedAbsence[],
  key: IdempotencyKey | null,
  answer: Answer,
): unknown[] => {
  const items = accepted.map(({ row, heldAgainst, dueOn, firstArrivedAt, readers, recipients }) => ({
    ...row,
    heldAgainst,
    dueOn,
    firstArrivedAt,
    readers,
    recipients,
  }))
  const kept = key && keptAnswer(answer)
  return [
    JSON.stringify(items),
    request.caller.organisation.id,
    request.arrivedAt,
    request.caller.clientId,
    request.id,
    JSON.stringify(accepted.flatMap(eventsOf)),
    key?.digest ?? null,
    key?.fingerprint ?? null,
    kept?.status ?? null,
    kept?.headers ?? null,
    kept?.body ?? null,
  ]
}

/** The values of `noteAbsences`, in its order. */
export const noteParameters = (request: PortalRequest, accepted: readonly AcceptedAbsence[]): unknown[] => [
  JSON.stringify(accepted.flatMap(historyOf)),
  request.caller.organisation.id,
  request.arrivedAt,
  request.caller.clientId,
  request.id,
]

/** The values of `supersede`, or null when nothing is replaced. */
export const supersedeParameters = (request: PortalRequest, accepted: readonly AcceptedAbsence[]): unknown[] | null => {
  const replaced = accepted.flatMap(({ row, superseded }) =>
    superseded ? [{ id: superseded.id, by: row.id, registeredBy: row.registeredBy }] : [],
  )
  return replaced.length === 0 ? null : [JSON.stringify(replaced), request.arrivedAt]
}
