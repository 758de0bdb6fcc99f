import { bothHear, dutyOf, expectDuties } from './course-duties.ts'
import { type CourseStage, dates, moments, ordered, term, wholePlan } from './course-stage.ts'
import { lookUpTerms, meetFirst, placeOrder } from './ordering.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'
import { turnTo } from './story-clock.ts'

const citizen = { name: 'Solvej Sommerdal', targetGroup: 'cash-benefit-activity-ready' } as const
const caseworker = { name: 'Sanne Sagsbehandler', email: 'sanne@jobcenter-musvaagevej.example' } as const

const ofOrder = [
  'first-meeting-outcome 2026-03-02 2026-03-02',
  'interim-report 2026-03-16 2026-03-30',
  'interim-report 2026-03-30 2026-04-16',
  'interim-report 2026-04-13 2026-04-27',
]
const ofPlan = ['attendance-protocol 2026-03 2026-04-01', 'attendance-protocol 2026-04 2026-05-01']

/** § 1, § 3: the order, with an interim report every two weeks, and the duties that its approval opens. */
export const courseIsOrdered = async (stage: CourseStage): Promise<Course> => {
  const { cast, narrator } = stage
  await turnTo(stage, moments.order)
  const terms = await narrator.step(`${cast.jobcenter.name} looks for a course at ${cast.supplier.name}.`, () =>
    lookUpTerms(stage, [citizen.targetGroup]),
  )
  const course = await placeOrder(stage, terms, citizen, ordered)
  await narrator.step(`${cast.supplier.name} and ${cast.jobcenter.name} list the duties.`, async () => {
    for (const party of [cast.supplier, cast.jobcenter, cast.kKassen]) {
      await expectDuties(party, course.orderId, ofOrder, 'status=open')
    }
    narrator.note('first-meeting-outcome on the day of the meeting; three interim reports, Easter left out (§ 3, § 7)')
  })
  return course
}

/** § 4, § 5: a plan that does not add up is not complete; a protocol is due for each of its months. */
export const courseIsPlanned = async ({ cast, narrator }: CourseStage, course: Course): Promise<void> => {
  const path = `/v1/orders/${course.orderId}/plan`
  const { orderedMinutes } = ordered
  const days = wholePlan(course)
  await narrator.step(`${cast.supplier.name} forgets a day and declares the plan complete.`, async () => {
    const answer = await cast.supplier.call({ method: 'PUT', path, body: { complete: true, days: days.slice(1) } })
    expectAnswer(answer, 422, { code: 'plan-total-differs', orderedMinutes })
    narrator.note('refused: plan-total-differs (§ 4)')
  })
  await narrator.step(`With all ${days.length} days it adds up.`, async () => {
    const answer = await cast.supplier.call({ method: 'PUT', path, body: { complete: true, days } })
    expectAnswer(answer, 201, { complete: true, plannedMinutes: orderedMinutes, remainingMinutes: 0 })
    await expectDuties(cast.supplier, course.orderId, [...ofOrder, ...ofPlan], 'status=open')
    narrator.note('an attendance protocol is due for March and one for April, on the 1st of the month after (§ 5)')
  })
}

/** § 7: on the day of the meeting its outcome is due, and told in time. */
export const courseStarts = async (stage: CourseStage, course: Course): Promise<void> => {
  const { cast, narrator } = stage
  const { orderId } = course
  const outcome = { kind: 'first-meeting-outcome', subject: term.monday }
  await turnTo(stage, moments.firstMeeting)
  await narrator.step('What became of the first meeting is due today.', async () => {
    const duty = await dutyOf(cast.supplier, orderId, outcome, { status: 'open', dueOn: term.monday })
    await bothHear(stage, 'obligation.due-soon', orderId, duty)
  })
  await meetFirst(stage, course)
  await narrator.step('With that the duty is met.', async () => {
    await dutyOf(cast.jobcenter, orderId, outcome, { status: 'met', metBy: 'first-meeting', daysLate: 0 })
  })
}

/** § 4, § 14: what is not on site waits for the jobcenter. */
export const companyIsVisited = async (stage: CourseStage, course: Course): Promise<void> => {
  const { cast, narrator, ledger } = stage
  const { supplier, jobcenter } = cast
  const { orderId } = course
  const visit = await narrator.step(`${supplier.name} proposes a visit to a company.`, async () => {
    const answer = await supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/activities`,
      body: {
        kind: 'off-site',
        title: 'Virksomhedsbesøg',
        place: { kind: 'company', name: 'Opfundet Handel ApS' },
        startDate: dates.visit,
        endDate: dates.visit,
        registeredBy: registrar,
      },
    })
    expectAnswer(answer, 201, { kind: 'off-site', status: 'proposed' })
    await ledger.hears(jobcenter, { type: 'activity.proposed', orderId })
    return answer.body as { id: string }
  })
  const path = `/v1/orders/${orderId}/plan`
  const plan = await supplier.call({ method: 'GET', path })
  expectAnswer(plan, 200)
  const replan = () =>
    supplier.call({
      method: 'PUT',
      path,
      headers: { 'if-match': plan.header('etag') ?? '' },
      body: { complete: true, days: wholePlan(course, visit.id) },
    })
  await narrator.step('It plans the visit before anybody decided.', async () => {
    expectAnswer(await replan(), 409, { code: 'activity-not-approved' })
    narrator.note('refused: activity-not-approved (§ 4, § 14)')
  })
  await narrator.step(`${jobcenter.name} approves the visit, and it is planned.`, async () => {
    const decision = { decision: 'approved', decidedBy: caseworker }
    const decisionPath = `/v1/activities/${visit.id}/decision`
    const answer = await jobcenter.call({ method: 'POST', path: decisionPath, body: decision })
    expectAnswer(answer, 200, { id: visit.id, status: 'approved' })
    await ledger.hears(supplier, { type: 'activity.approved', orderId })
    expectAnswer(await replan(), 200, { complete: true, remainingMinutes: 0 })
  })
}
