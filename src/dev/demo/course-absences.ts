import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Absence, absenceOn, expectRegistered, registerAbsence } from './absence-calls.ts'
import { toldAndRead } from './absent-days.ts'
import { bothHear, dutyOf } from './course-duties.ts'
import { type CourseStage, dates, moments } from './course-stage.ts'
import { expectMembers } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'
import { turnTo } from './story-clock.ts'

const clerk = { name: 'Kaja Kasse', email: 'kaja@k-kassen.example' } as const

/** One absence, registered on its day; when the citizen is expected back, the supplier has to refer them to K-kassen. */
const absentOn = async (
  stage: CourseStage,
  course: Course,
  day: { readonly now: Instant; readonly date: LocalDate; readonly backOn: LocalDate; readonly repeated?: true },
): Promise<Absence> => {
  const { cast, narrator, ledger, otherJobcenter } = stage
  const { supplier, otherSupplier, jobcenter, kKassen } = cast
  const { orderId } = course
  await turnTo(stage, day.now)
  return narrator.step(`${course.citizen} stays away; ${supplier.name} registers it the same day.`, async () => {
    const body = absenceOn(course, day.date, { wholeDay: true, reason: 'no-notice' })
    const answer = await registerAbsence(supplier, body)
    expectAnswer(answer, 201, { late: false, daysLate: 0 })
    const absence = answer.body as Absence
    expectRegistered(absence, kKassen, { wholeDay: true, absentMinutes: 180, date: day.date })
    narrator.note('in time (§ 8)')
    await toldAndRead(stage, course, absence, {
      recipient: kKassen,
      readers: [jobcenter, supplier],
      strangers: [otherSupplier, otherJobcenter],
    })
    if (day.repeated) {
      const event = await ledger.hears(jobcenter, { type: 'absence.repeated', orderId })
      expectMembers('absence.repeated', event.data, { count: 3, from: dates.firstAbsence, to: day.date })
      narrator.note('the third within thirty days (§ 8)')
    }
    const wanted = { kind: 'refer-citizen', subject: absence.id }
    const duty = await dutyOf(supplier, orderId, wanted, { status: 'open', dueOn: day.backOn })
    narrator.note(`refer-citizen is due on ${duty.dueOn}, when the citizen is expected back (§ 8)`)
    await bothHear(stage, 'obligation.due-soon', orderId, duty)
    return absence
  })
}

/** § 8: back again, the citizen is asked to call K-kassen. */
const referred = async (
  stage: CourseStage,
  course: Course,
  absence: Absence,
  day: { readonly now: Instant; readonly date: LocalDate },
): Promise<void> => {
  const { supplier } = stage.cast
  await turnTo(stage, day.now)
  await stage.narrator.step(`${course.citizen} is back and is asked to call K-kassen.`, async () => {
    const path = `/v1/absences/${absence.id}/citizen-referral`
    const answer = await supplier.call({ method: 'POST', path, body: { on: day.date, registeredBy: registrar } })
    expectAnswer(answer, 201, { absenceId: absence.id, on: day.date })
    const wanted = { kind: 'refer-citizen', subject: absence.id }
    await dutyOf(supplier, course.orderId, wanted, { status: 'met', daysLate: 0 })
    stage.narrator.note('refer-citizen is met')
  })
}

/** § 8: K-kassen asks the supplier to reach the citizen, which is due the same working day. */
const contactAsked = async (stage: CourseStage, course: Course): Promise<void> => {
  const { narrator, ledger } = stage
  const { supplier, kKassen } = stage.cast
  const { orderId } = course
  const asked = await narrator.step(`${kKassen.name} asks ${supplier.name} to get hold of the citizen.`, async () => {
    const answer = await kKassen.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/contact-requests`,
      body: { text: 'Vi kan ikke få fat i borgeren.', registeredBy: clerk },
    })
    expectAnswer(answer, 201, { orderId, dueOn: dates.firstAbsence })
    const { id } = answer.body as { id: string }
    await ledger.hears(supplier, { type: 'contact-request.created', orderId })
    const wanted = { kind: 'contact-request', subject: id }
    const duty = await dutyOf(supplier, orderId, wanted, { status: 'open', dueOn: dates.firstAbsence })
    narrator.note('due the same working day (§ 8)')
    await bothHear(stage, 'obligation.due-soon', orderId, duty)
    return wanted
  })
  await narrator.step(`${supplier.name} reaches ${course.citizen} and says so.`, async () => {
    const body = { reached: true, text: 'Borgeren kommer i morgen.', registeredBy: registrar }
    const path = `/v1/contact-requests/${asked.subject}/response`
    expectAnswer(await supplier.call({ method: 'POST', path, body }), 200, { response: { reached: true } })
    await ledger.hears(kKassen, { type: 'contact-request.answered', orderId })
    await dutyOf(supplier, orderId, asked, { status: 'met', metBy: asked.subject, daysLate: 0 })
    const read = await kKassen.call({ method: 'GET', path: `/v1/contact-requests/${asked.subject}` })
    expectAnswer(read, 200, { response: { reached: true, text: body.text } })
  })
}

/** § 8: what K-kassen and the jobcenter have to know. */
const noticeGiven = async (stage: CourseStage, course: Course): Promise<void> => {
  const { narrator, ledger } = stage
  const { supplier, kKassen, jobcenter } = stage.cast
  await turnTo(stage, moments.hospital)
  await narrator.step(`${supplier.name} tells that ${course.citizen} is to be in hospital for a day.`, async () => {
    const path = `/v1/orders/${course.orderId}/notices`
    const text = 'Borgeren er indlagt onsdag.'
    const body = { kind: 'hospitalised', text, registeredBy: registrar }
    expectAnswer(await supplier.call({ method: 'POST', path, body }), 201, { kind: 'hospitalised' })
    for (const party of [kKassen, jobcenter]) {
      await ledger.hears(party, { type: 'notice.created', orderId: course.orderId })
      expectAnswer(await party.call({ method: 'GET', path }), 200, { items: [{ kind: 'hospitalised', text }] })
    }
  })
}

/** § 6: the jobcenter gives leave, and nothing is registered on that day. */
const leaveGiven = async (stage: CourseStage, course: Course): Promise<void> => {
  const { narrator, ledger } = stage
  const { supplier, jobcenter } = stage.cast
  const { orderId } = course
  await narrator.step(`${jobcenter.name} approves leave for ${dates.leave}.`, async () => {
    const answer = await jobcenter.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/leave-approvals`,
      body: { from: dates.leave, to: dates.leave, reason: 'Hospital', approvedBy: { name: 'Sanne Sagsbehandler' } },
    })
    expectAnswer(answer, 201, { from: dates.leave, to: dates.leave })
    await ledger.hears(supplier, { type: 'leave.approved', orderId })
  })
  await turnTo(stage, moments.leaveDay)
  await narrator.step(`${supplier.name} registers that day all the same.`, async () => {
    const body = absenceOn(course, dates.leave, { wholeDay: true, reason: 'no-notice' })
    expectAnswer(await registerAbsence(supplier, body), 409, { code: 'leave-already-approved' })
    narrator.note('refused: leave-already-approved (§ 6)')
  })
}

/** § 4: the hours are the jobcenter's to change. */
const hoursChanged = async (stage: CourseStage, course: Course): Promise<void> => {
  const { narrator, ledger } = stage
  const { supplier, jobcenter } = stage.cast
  const path = `/v1/orders/${course.orderId}`
  const before = await jobcenter.call({ method: 'GET', path })
  expectAnswer(before, 200)
  const { orderedMinutes } = before.body as { orderedMinutes: number }
  const headers = { 'if-match': before.header('etag') ?? '' }
  const changed = { orderedMinutes: orderedMinutes + 600, reason: 'Ti timer mere', registeredBy: registrar }
  await narrator.step(`${supplier.name} gives itself ten hours more.`, async () => {
    const answer = await supplier.call({ method: 'PATCH', path, headers, body: changed })
    expectAnswer(answer, 403, { code: 'hours-changed-by-supplier' })
    narrator.note('refused: hours-changed-by-supplier (§ 4)')
  })
  await narrator.step(`${jobcenter.name} orders them.`, async () => {
    const body = { ...changed, registeredBy: { name: 'Sanne Sagsbehandler' } }
    const answer = await jobcenter.call({ method: 'PATCH', path, headers, body })
    const { orderedMinutes: minutes } = body
    expectAnswer(answer, 200, { orderedMinutes: minutes, remainingMinutes: 600, planComplete: false })
    await ledger.hears(supplier, { type: 'order.amended', orderId: course.orderId })
    const kept = [{ before: { orderedMinutes }, after: { orderedMinutes: minutes }, reason: body.reason }]
    expectAnswer(await supplier.call({ method: 'GET', path: `${path}/amendments` }), 200, { items: kept })
    narrator.note('the plan is no longer complete; what was ordered before is kept')
  })
}

/** Three weeks with three absences, and everything between supplier, K-kassen and jobcenter. */
export const courseRuns = async (stage: CourseStage, course: Course): Promise<void> => {
  const first = { now: moments.firstAbsence, date: dates.firstAbsence, backOn: dates.backAgain }
  const firstAbsence = await absentOn(stage, course, first)
  await contactAsked(stage, course)
  await referred(stage, course, firstAbsence, { now: moments.backAgain, date: dates.backAgain })
  await noticeGiven(stage, course)
  await leaveGiven(stage, course)
  await hoursChanged(stage, course)
  const second = { now: moments.secondAbsence, date: dates.secondAbsence, backOn: dates.backAgainAfterSecond }
  const secondAbsence = await absentOn(stage, course, second)
  const back = { now: moments.backAgainAfterSecond, date: dates.backAgainAfterSecond }
  await referred(stage, course, secondAbsence, back)
  const third = { now: moments.thirdAbsence, date: dates.thirdAbsence, backOn: dates.backAgainAfterThird }
  const thirdAbsence = await absentOn(stage, course, { ...third, repeated: true })
  const again = { now: moments.backAgainAfterThird, date: dates.backAgainAfterThird }
  await referred(stage, course, thirdAbsence, again)
}
