import type { Instant } from '#kernel/instant.ts'
import { localDateAt } from '#kernel/instant.ts'
import { daysBetween, type LocalDate } from '#kernel/local-date.ts'
import { expectMembers } from './expectations.ts'
import { type Answer, expectAnswer, type Party } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'

/** An absence as the API answers with it, as far as the story looks. */
export type Absence = {
  readonly id: string
  readonly date: LocalDate
  readonly registeredAt: Instant
  readonly late: boolean
  readonly daysLate: number
  readonly routedTo: readonly { readonly organisationId: string; readonly name: string }[]
}

/** What a supplier sends for one day of a course. */
export const absenceOn = (course: Course, date: LocalDate, members: Readonly<Record<string, unknown>>) => ({
  orderId: course.orderId,
  activityId: course.activityId,
  date,
  registeredBy: registrar,
  ...members,
})

/** `POST /v1/absences`. */
export const registerAbsence = (
  party: Party,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => party.call({ method: 'POST', path: '/v1/absences', body, headers })

/** Demands that the absence is unauthorised, goes to `recipient` alone and is as late as its arrival says (§ 6, § 8). */
export const expectRegistered = (
  absence: Absence,
  recipient: Party,
  members: Readonly<Record<string, unknown>>,
): void => {
  const daysLate = daysBetween(absence.date, localDateAt(absence.registeredAt))
  expectMembers('the absence', absence, {
    classification: 'unauthorised',
    status: 'registered',
    late: daysLate > 0,
    daysLate,
    routedTo: [{ organisationId: recipient.id, name: recipient.name }],
    ...members,
  })
}

/** Demands that the party can read the absence at the path. */
export const expectReadable = async (party: Party, path: string, id: string): Promise<void> =>
  expectAnswer(await party.call({ method: 'GET', path }), 200, { id })

/** Demands that for the party the path leads nowhere. */
export const expectHidden = async (party: Party, path: string): Promise<void> =>
  expectAnswer(await party.call({ method: 'GET', path }), 404, { code: 'not-found' })
