import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { present } from '#platform/http/present.ts'
import { classification } from '#rules/absence/every-absence-is-unauthorised.ts'
import type { Recipient } from '#rules/routing/absence-recipients.ts'

/** An absence as the register holds it. */
export type AbsenceRow = {
  readonly id: string
  readonly orderId: string
  readonly activityId: string
  readonly citizenId: string
  readonly date: LocalDate
  readonly wholeDay: boolean
  readonly absentMinutes: number
  readonly plannedMinutes: number
  readonly reason: string
  readonly reasonText: string | null
  readonly elaboration: string | null
  readonly priorWarning: boolean | null
  readonly confirmations: readonly string[]
  readonly decisionReceivedOn: LocalDate | null
  readonly documentIds: readonly string[]
  readonly residenceMunicipality: string
  readonly registeredAt: Instant
  readonly registeredBy: unknown
  readonly daysLate: number
  readonly routedTo: unknown
  readonly replaces: string | null
  readonly coveredByLeave: string | null
  readonly supersededBy: string | null
  readonly withdrawnAt: Instant | null
  readonly withdrawal: unknown
}

/** The absence as callers see it (§ 6: always unauthorised). */
export const absenceDocument = (absence: AbsenceRow) => {
  const withdrawal = absence.withdrawal as { reason: string; by: Person } | null
  return {
    id: absence.id,
    orderId: absence.orderId,
    activityId: absence.activityId,
    citizenId: absence.citizenId,
    date: absence.date,
    wholeDay: absence.wholeDay,
    absentMinutes: absence.absentMinutes,
    plannedMinutes: absence.plannedMinutes,
    reason: absence.reason,
    ...present({
      reasonText: absence.reasonText,
      elaboration: absence.elaboration,
      priorWarning: absence.priorWarning,
    }),
    confirmations: absence.confirmations,
    ...present({ decisionReceivedOn: absence.decisionReceivedOn }),
    ...(absence.documentIds.length === 0 ? {} : { documentIds: absence.documentIds }),
    classification,
    residenceMunicipality: absence.residenceMunicipality,
    registeredAt: absence.registeredAt,
    registeredBy: absence.registeredBy as Person,
    late: absence.daysLate > 0,
    daysLate: absence.daysLate,
    status: absence.supersededBy !== null ? 'superseded' : absence.withdrawnAt !== null ? 'withdrawn' : 'registered',
    ...present({
      replaces: absence.replaces,
      supersededBy: absence.supersededBy,
      coveredByLeave: absence.coveredByLeave,
    }),
    ...(withdrawal && absence.withdrawnAt !== null
      ? { withdrawal: { reason: withdrawal.reason, at: absence.withdrawnAt, registeredBy: withdrawal.by } }
      : {}),
    routedTo: absence.routedTo as readonly Recipient[],
  }
}
