import type { ReferenceData } from '#features/absences/commands.ts'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { meetObligations, openObligations } from '#features/obligations/lookups.ts'
import { courseReSummoned } from '#features/orders/commands.ts'
import { municipalityOn, type OrderRow } from '#features/orders/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { reSummonsLetterDue } from '#rules/calendar/deadlines.ts'
import { letterIsOwed } from '#rules/first-meeting/re-summons.ts'
import { absenceRecipients } from '#rules/routing/absence-recipients.ts'
import { insertOutcome, tellReaders } from './first-meeting.queries.ts'
import type { OrderCase } from './open-case.ts'
import { contactCounts } from './re-summons-document.ts'
import { remindersOf } from './reminder.queries.ts'

/** § 7: who hears that the citizen stayed away again: the target group's recipient that day, and the copy of that day (000). */
export const recipientsOfMissed = async (
  trx: Trx,
  order: OrderRow,
  reference: ReferenceData,
  on: LocalDate,
): Promise<string[]> =>
  absenceRecipients(
    [{ jobcenter: { id: order.jobcenterId, name: '' }, targetGroup: order.targetGroup }],
    reference.policiesOn(on),
    reference.copyTo(await municipalityOn(trx, order.id, on)),
  ).map((recipient) => recipient.organisationId)

/** Tells the recipient of the group what it needs to fetch the case: the letter, and how often contact was tried. */
const tellMissedAgain = async (
  trx: Trx,
  actor: Actor,
  { order, outcomes, letters: all }: OrderCase,
  given: { readonly missedOn: LocalDate; readonly timesMissed: number; readonly reference: ReferenceData },
): Promise<void> => {
  // A letter stays when the missed meeting that it is about turns out to be none; it is not part of the case then.
  const letters = all.filter((one) => outcomes.some((row) => row.outcome === 'missed' && row.metOn === one.missedOn))
  const letter = letters.at(-1)
  if (!letter) throw new Error('a meeting is missed again only where a letter set it')
  const recipients = await recipientsOfMissed(trx, order, given.reference, given.missedOn)
  await tellReaders(trx, letter.id, recipients)
  // How often contact was tried since the first missed meeting.
  const reminders = [
    ...(
      await remindersOf(
        trx,
        letters.map((one) => one.id),
      )
    ).values(),
  ].flat()
  await appendEvent(trx, {
    type: 'first-meeting.missed-again',
    occurredAt: actor.arrivedAt,
    producerId: order.supplierId,
    recipients,
    orderId: order.id,
    data: {
      orderId: order.id,
      reSummonsId: letter.id,
      missedOn: given.missedOn,
      timesMissed: given.timesMissed,
      letterSentOn: letter.letterSentOn,
      ...contactCounts(reminders),
    },
    path: `/v1/re-summons/${letter.id}`,
  })
}

/** § 7: the duties of a missed meeting: its letter, where one can still help, and from the second time on the notice. */
const settleDutiesOfMissed = async (
  trx: Trx,
  order: OrderRow,
  given: {
    readonly missedOn: LocalDate
    readonly again: boolean
    readonly at: Actor['arrivedAt']
    /** Where the letter is registered already, since the outcome is told anew. */
    readonly newMeetingAt: Instant | undefined
  },
): Promise<void> => {
  const { missedOn, at, newMeetingAt } = given
  const newMeetingOn = newMeetingAt === undefined ? undefined : localDateAt(newMeetingAt)
  const because = 'first-meeting-missed'
  const isWorkingDay = await workingDaysOf(trx)
  const letterDueOn = reSummonsLetterDue(missedOn, isWorkingDay).dueOn
  await meetObligations(trx, order.id, { kind: 'first-meeting-outcome', subject: missedOn }, at, 'first-meeting')
  await openObligations(
    trx,
    order,
    [
      ...(newMeetingOn === undefined
        ? []
        : [{ kind: 'first-meeting-outcome' as const, subject: newMeetingOn, dueOn: newMeetingOn, because }]),
      ...(newMeetingOn === undefined && letterIsOwed(missedOn, order.endDate, isWorkingDay)
        ? [{ kind: 're-summons-letter' as const, subject: missedOn, dueOn: letterDueOn, because }]
        : []),
      ...(given.again ? [{ kind: 'second-no-show-notice' as const, subject: missedOn, dueOn: missedOn, because }] : []),
    ],
    at,
  )
  // The telling is what is owed.
  if (given.again) {
    await meetObligations(trx, order.id, { kind: 'second-no-show-notice', subject: missedOn }, at, because)
  }
}

/**
 * § 7: the citizen did not come. Records it, opens its duties, and tells the jobcenter; from the second time on the
 * recipient of the target group. Asks no rule; the case is locked.
 */
export const missMeeting = async (
  trx: Trx,
  actor: Actor,
  orderCase: OrderCase,
  given: { readonly missedOn: LocalDate; readonly registeredBy: Person; readonly reference: ReferenceData },
): Promise<void> => {
  const { order, theCase, letters } = orderCase
  const { missedOn, registeredBy, reference } = given
  const at = actor.arrivedAt
  const timesMissed = theCase.timesMissed + 1
  const again = timesMissed > 1
  const told = { registeredBy, at }
  await insertOutcome(trx, order, { outcome: 'missed', metOn: missedOn, newMeetingAt: null, timesMissed }, told)
  await courseReSummoned(trx, order.id)
  const answered = letters.find((one) => one.missedOn === missedOn)
  await settleDutiesOfMissed(trx, order, { missedOn, again, at, newMeetingAt: answered?.newMeetingAt })
  await recordChange(trx, actor, {
    action: 'first-meeting-missed',
    entity: 'order',
    entityId: order.id,
    orderId: order.id,
    registeredBy,
    changes: { courseStatus: { from: order.courseStatus, to: 're-summoned' }, on: missedOn, timesMissed },
  })
  if (again) {
    await tellMissedAgain(trx, actor, orderCase, { missedOn, timesMissed, reference })
    return
  }
  await appendEvent(trx, {
    type: 'first-meeting.missed',
    occurredAt: at,
    producerId: order.supplierId,
    recipients: [order.jobcenterId],
    orderId: order.id,
    data: { orderId: order.id, missedOn },
    path: `/v1/orders/${order.id}/first-meeting`,
  })
}
