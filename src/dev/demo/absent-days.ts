import { randomUUID } from 'node:crypto'
import {
  type Absence,
  absenceOn,
  expectHidden,
  expectReadable,
  expectRegistered,
  registerAbsence,
} from './absence-calls.ts'
import { expectThat } from './expectations.ts'
import { type Answer, expectAnswer, type Party } from './portal-client.ts'
import type { Course, Stage } from './stage.ts'

const lateness = ({ daysLate }: Absence): string => `late by ${daysLate} ${daysLate === 1 ? 'day' : 'days'}`

/** Where the event says that its resource is, as a path of the portal. */
const pathOf = ({ portal }: Pick<Stage, 'portal'>, url: string): string => {
  expectThat(url.startsWith(`${portal.url}/v1/`), `the event's url should begin with ${portal.url}/v1/ and is ${url}`)
  return url.slice(portal.url.length)
}

/** The recipient hears of the absence, fetches it by the event's url, and those beside it see nothing. */
export const toldAndRead = async (
  stage: Pick<Stage, 'portal' | 'ledger' | 'narrator'>,
  course: Course,
  absence: Absence,
  parties: { readonly recipient: Party; readonly readers: readonly Party[]; readonly strangers: readonly Party[] },
): Promise<void> => {
  const { recipient, readers, strangers } = parties
  const told = { type: 'absence.registered', orderId: course.orderId, absenceId: absence.id }
  const event = await stage.ledger.hears(recipient, told)
  const path = pathOf(stage, event.data.url)
  for (const party of [recipient, ...readers]) await expectReadable(party, path, absence.id)
  for (const party of strangers) await expectHidden(party, path)
  const names = (list: readonly Party[]): string => list.map((party) => party.name).join(', ')
  stage.narrator.note(`${names([recipient, ...readers])} can read it; ${names(strangers)} cannot (404)`)
}

/** Tuesday: a whole day of a citizen of K-kassen; sent twice, and tried again. */
export const tuesday = async (stage: Stage, course: Course): Promise<Absence> => {
  const { narrator, week } = stage
  const { supplier, otherSupplier, jobcenter, kKassen } = stage.cast
  const body = absenceOn(course, week.tuesday, { wholeDay: true, reason: 'no-notice' })
  const key = `demo-${randomUUID()}`

  const first = await narrator.step(`Tuesday: ${course.citizen} stays away without a word.`, async () => {
    const answer = await registerAbsence(supplier, body, { 'idempotency-key': key })
    expectAnswer(answer, 201)
    const absence = answer.body as Absence
    expectRegistered(absence, kKassen, { wholeDay: true, absentMinutes: 240, date: week.tuesday })
    narrator.note(`taken, unauthorised as always, ${lateness(absence)}; goes to ${kKassen.name}`)
    await toldAndRead(stage, course, absence, {
      recipient: kKassen,
      readers: [jobcenter, supplier],
      strangers: [otherSupplier],
    })
    return { answer, absence }
  })
  await narrator.step("The supplier's line broke; its system sends the same once more.", async () => {
    const again = await registerAbsence(supplier, body, { 'idempotency-key': key })
    expectReplay(again, first.answer)
    const other = await registerAbsence(supplier, { ...body, reason: 'transport' }, { 'idempotency-key': key })
    expectAnswer(other, 422, { code: 'idempotency-key-reused' })
    narrator.note('the first answer again, byte for byte; nobody hears it twice')
    narrator.note('another body under that key is refused: idempotency-key-reused')
  })
  await narrator.step('A colleague registers the same Tuesday.', async () => {
    const { id } = first.absence
    const existing = { id, url: `/v1/absences/${id}` }
    expectAnswer(await registerAbsence(supplier, body), 409, { code: 'absence-already-registered', existing })
    narrator.note('refused: absence-already-registered (§ 6), with a link to the one that stands')
  })
  return first.absence
}

const expectReplay = (again: Answer, first: Answer): void => {
  expectThat(again.status === first.status && again.text === first.text, 'the repeated answer should be the first one')
  expectThat(again.header('idempotency-replayed') === 'true', 'it should have the header Idempotency-Replayed: true')
}

/** Wednesday: half an hour of a citizen whose absences go to the ordering jobcenter. */
export const wednesday = async (stage: Stage, course: Course): Promise<Absence> => {
  const { narrator, week } = stage
  const { supplier, otherSupplier, jobcenter, kKassen } = stage.cast
  return narrator.step(`Wednesday: ${course.citizen} comes half an hour late.`, async () => {
    const answer = await registerAbsence(
      supplier,
      absenceOn(course, week.wednesday, {
        absentMinutes: 30,
        reason: 'late-arrival',
        reasonText: 'S-toget holdt stille',
      }),
    )
    expectAnswer(answer, 201)
    const absence = answer.body as Absence
    expectRegistered(absence, jobcenter, { wholeDay: false, absentMinutes: 30, plannedMinutes: 240 })
    narrator.note(`taken, ${lateness(absence)}; goes to ${jobcenter.name}, not to ${kKassen.name}`)
    await toldAndRead(stage, course, absence, {
      recipient: jobcenter,
      readers: [supplier],
      strangers: [kKassen, otherSupplier],
    })
    return absence
  })
}

const kontaktcenter = '82 56 56 82'

/** What must not enter the register. */
export const refusals = async (stage: Stage, atKKassen: Course, atJobcenter: Course): Promise<void> => {
  const { narrator, week } = stage
  const { supplier } = stage.cast
  const sick = { wholeDay: true, reason: 'own-sickness' }

  await narrator.step(`${atKKassen.citizen} calls in sick, and the supplier wants to register it.`, async () => {
    const body = absenceOn(atKKassen, week.thursday, sick)
    const english = await registerAbsence(supplier, body)
    expectAnswer(english, 422, { code: 'sick-leave-not-in-portal', rule: { section: '§ 9' } })
    const danish = await registerAbsence(supplier, body, { 'accept-language': 'da' })
    expectAnswer(danish, 422, { code: 'sick-leave-not-in-portal', title: 'Sygdom meldes til Kontaktcentret' })
    for (const answer of [english, danish]) {
      const { detail } = answer.body as { detail: string }
      expectThat(
        detail.includes(kontaktcenter),
        `the answer should name Kontaktcentret's number, ${kontaktcenter}: ${detail}`,
      )
      narrator.note(`refused: ${detail}`)
    }
  })
  await narrator.step(`${atJobcenter.citizen}, on sickness benefit, calls in sick as well.`, async () => {
    const answer = await registerAbsence(supplier, absenceOn(atJobcenter, week.thursday, sick))
    expectAnswer(answer, 422, { code: 'sick-leave-not-in-portal' })
    const { detail } = answer.body as { detail: string }
    expectThat(
      !detail.includes(kontaktcenter) && detail.includes('caseworker'),
      `the caseworker should be named: ${detail}`,
    )
    narrator.note(`refused: ${detail}`)
  })
  await narrator.step('The supplier registers the Sunday.', async () => {
    const body = absenceOn(atKKassen, week.sunday, { wholeDay: true, reason: 'no-notice' })
    expectAnswer(await registerAbsence(supplier, body), 422, { code: 'nothing-planned-that-day' })
    narrator.note('refused: nothing-planned-that-day (§ 5, § 6)')
  })
  await narrator.step('The supplier finds an absence lawful and says so.', async () => {
    const body = absenceOn(atKKassen, week.friday, { wholeDay: true, reason: 'family', classification: 'authorised' })
    expectAnswer(await registerAbsence(supplier, body), 422, { code: 'supplier-cannot-authorise-absence' })
    narrator.note('refused: supplier-cannot-authorise-absence (§ 6); the authority judges')
  })
}
