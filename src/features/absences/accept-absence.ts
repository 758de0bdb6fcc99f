import type { Static } from 'typebox'
import type { NameableDocuments } from '#features/documents/lookups.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { newId } from '#platform/ids.ts'
import type { AbsenceClaim, CourseFacts } from '#rules/absence/absence-facts.ts'
import { minutesWithoutLeave } from '#rules/absence/leave-already-approved.ts'
import { absentMinutes } from '#rules/absence/minutes-within-the-plan.ts'
import { registerAbsenceRules } from '#rules/absence/register-absence-rules.ts'
import { daysLate, registrationDueOn } from '#rules/absence/registered-in-time.ts'
import { wentToBenefitsOffice } from '#rules/referral/citizen-referral.ts'
import { absenceRecipients } from '#rules/routing/absence-recipients.ts'
import type { LoadedClaim } from './absence.queries.ts'
import type { RegisterAbsenceBody } from './absence.schema.ts'
import type { AbsenceRow } from './absence-document.ts'
import type { ReferenceData } from './reference-data.ts'

export type AbsenceCommand = Static<typeof RegisterAbsenceBody>

/** An absence that the rules let through, with all that is written for it. */
export type AcceptedAbsence = {
  readonly row: AbsenceRow
  readonly heldAgainst: readonly string[]
  readonly dueOn: LocalDate
  readonly firstArrivedAt: string
  readonly readers: readonly string[]
  readonly recipients: readonly string[]
  /** Whether it went to a benefits office, so that the citizen is to be referred when they come back (§ 8). */
  readonly referralOwed: boolean
  readonly loaded: LoadedClaim
  /** The registration that this one replaces, and who has to hear that it is gone. */
  readonly superseded: {
    readonly id: string
    readonly date: LocalDate
    readonly orderId: string
    readonly recipients: readonly string[]
  } | null
}

const claimOf = (command: AbsenceCommand): AbsenceClaim => ({
  date: command.date,
  extent:
    command.absentMinutes === undefined ? { kind: 'whole-day' } : { kind: 'minutes', minutes: command.absentMinutes },
  reason: command.reason,
  reasonText: command.reasonText,
  elaboration: command.elaboration,
  priorWarning: command.priorWarning,
  confirmations: command.confirmations ?? [],
  decisionReceivedOn: command.decisionReceivedOn,
  classified: command.classification !== undefined,
})

const missing = (pointer: string): Verdict =>
  refused('not-found', {
    faults: [{ pointer, code: 'not-found', detail: { da: 'Findes ikke.', en: 'Does not exist.' } }],
  })

/**
 * Holds one claim against the rules and, when they allow, makes what is to be written.
 * @param documents what the claims may name, by its order; null: none yet
 * @param live the live registration of the citizen and day, which may be an earlier item of the same batch
 */
export const acceptAbsence = (given: {
  command: AbsenceCommand
  loaded: LoadedClaim
  live: { readonly id: string } | undefined
  replacedWithdrawn: boolean
  reference: ReferenceData
  arrivedAt: Instant
  documents: NameableDocuments
}): { readonly verdict: Verdict } | { readonly verdict: typeof allowed; readonly accepted: AcceptedAbsence } => {
  const { command, loaded, reference } = given
  if (loaded.citizen_id === null) return { verdict: missing('/orderId') }
  if (loaded.activity_status === null) return { verdict: missing('/activityId') }
  const strange = (command.documentIds ?? []).findIndex((id) => {
    const boundTo = given.documents.get(id)
    return boundTo === undefined || (boundTo !== null && boundTo !== command.orderId)
  })
  if (strange >= 0) return { verdict: missing(`/documentIds/${strange}`) }
  const today = localDateAt(given.arrivedAt)
  const claim = claimOf(command)
  const course: CourseFacts = {
    targetGroup: loaded.target_group,
    orderStatus: loaded.status,
    courseStatus: loaded.course_status,
    firstMeetingProcedure: reference.firstMeetingProcedure(loaded.target_group, loaded.start_date),
    startDate: loaded.start_date,
    endDate: loaded.end_date,
    firstMeetingOn: localDateAt(loaded.first_meeting_at),
    firstAttendedOn: loaded.first_attended_on,
    endedOn: loaded.ended_on,
  }
  const held = loaded.held ?? []
  const plannedMinutes = held.reduce((sum, order) => sum + order.plannedMinutes, 0)
  const leaveMinutes = held.reduce((sum, order) => sum + order.leaveMinutes, 0)
  const { replaced } = loaded
  const found = replaced ? { ...replaced, withdrawn: replaced.withdrawn || given.replacedWithdrawn } : undefined
  const verdict = registerAbsenceRules({
    claim,
    course,
    citizenId: loaded.citizen_id,
    today,
    activityStatus: loaded.activity_status,
    validReasons: reference.reasonsOn(claim.date),
    plannedMinutes,
    leaveMinutes,
    live: given.live,
    replacing: command.replaces === undefined ? undefined : { id: command.replaces, found },
  })
  if (!verdict.allowed) return { verdict }

  const routedTo = absenceRecipients(
    held.map((order) => ({
      jobcenter: { id: order.jobcenterId, name: order.jobcenterName },
      targetGroup: order.targetGroup,
    })),
    reference.policiesOn(claim.date),
    reference.copyTo(loaded.residence_municipality),
  )
  const recipients = routedTo.map((recipient) => recipient.organisationId)
  const returnedOn = course.firstMeetingProcedure ? course.firstAttendedOn : null
  const dueOn = registrationDueOn({ ...claim, returnedOn, hindrances: loaded.hindrances ?? [] })
  // § 8: a correction is as late as the registration that it corrects was.
  const firstArrivedAt = (replaced?.firstArrivedAt ?? given.arrivedAt) as Instant
  const row: AbsenceRow = {
    id: newId(),
    orderId: command.orderId,
    activityId: command.activityId,
    citizenId: loaded.citizen_id,
    date: claim.date,
    // § 6: beside leave, a whole day is the rest of it.
    ...absentMinutes(claim.extent, minutesWithoutLeave(plannedMinutes, leaveMinutes)),
    plannedMinutes,
    reason: claim.reason,
    reasonText: claim.reasonText ?? null,
    elaboration: claim.elaboration ?? null,
    priorWarning: claim.priorWarning ?? null,
    confirmations: claim.confirmations,
    decisionReceivedOn: claim.decisionReceivedOn ?? null,
    documentIds: command.documentIds ?? [],
    residenceMunicipality: loaded.residence_municipality,
    registeredAt: given.arrivedAt,
    registeredBy: command.registeredBy,
    daysLate: daysLate(dueOn, localDateAt(firstArrivedAt)),
    routedTo,
    replaces: command.replaces ?? null,
    coveredByLeave: null,
    supersededBy: null,
    withdrawnAt: null,
    withdrawal: null,
  }
  const superseded = replaced && {
    id: replaced.id,
    date: replaced.date,
    orderId: replaced.orderId,
    recipients: replaced.routedTo.map((recipient) => recipient.organisationId),
  }
  const heldAgainst = [...new Set([command.orderId, ...held.map((order) => order.orderId)])]
  const readers = [...new Set([...recipients, ...held.map((order) => order.jobcenterId), loaded.jobcenter_id])]
  const referralOwed = wentToBenefitsOffice(routedTo, reference.benefitsOffices).allowed
  return {
    verdict: allowed,
    accepted: { row, heldAgainst, dueOn, firstArrivedAt, readers, recipients, referralOwed, loaded, superseded },
  }
}
