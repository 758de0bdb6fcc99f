import { randomUUID } from 'node:crypto'
import { type Absence, absenceOn, expectHidden, expectRegistered } from './absence-calls.ts'
import { expectMembers } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar, type Stage } from './stage.ts'

type BatchResult = { index: number; status: number; absence?: Absence; problem?: { code: string } }

/** Friday: a batch in which each item stands or falls alone. @returns the two that were taken */
export const friday = async (
  stage: Stage,
  atKKassen: Course,
  atJobcenter: Course,
): Promise<{ atKKassen: Absence; atJobcenter: Absence }> => {
  const { narrator, ledger, week } = stage
  const { supplier, jobcenter, kKassen } = stage.cast
  const wholeDay = { wholeDay: true, reason: 'no-notice' }
  const items = [
    absenceOn(atKKassen, week.thursday, { wholeDay: true, reason: 'child-sick' }),
    absenceOn(atJobcenter, week.friday, { absentMinutes: 60, reason: 'left-early' }),
    absenceOn(atKKassen, week.thursday, wholeDay),
    absenceOn(atKKassen, week.tuesday, wholeDay),
    absenceOn(atJobcenter, week.thursday, { absentMinutes: 241, reason: 'left-early' }),
    absenceOn(atJobcenter, week.thursday, { wholeDay: true, reason: 'own-sickness' }),
    absenceOn({ ...atKKassen, orderId: randomUUID() }, week.friday, wholeDay),
    absenceOn(atKKassen, week.friday, { wholeDay: true }),
  ]
  const outcomes = [
    { status: 201 },
    { status: 201 },
    { status: 409, problem: { code: 'absence-already-registered' } },
    { status: 409, problem: { code: 'absence-already-registered' } },
    { status: 422, problem: { code: 'absent-minutes-exceed-plan' } },
    { status: 422, problem: { code: 'sick-leave-not-in-portal' } },
    { status: 404, problem: { code: 'not-found' } },
    { status: 400, problem: { code: 'invalid-request', errors: [{ pointer: '/items/7/reason', code: 'missing' }] } },
  ]
  return narrator.step(`Friday: ${supplier.name} catches up with a batch of ${items.length}.`, async () => {
    const answer = await supplier.call({ method: 'POST', path: '/v1/absences/batch', body: { items } })
    expectAnswer(answer, 200, { results: outcomes.map((outcome, index) => ({ index, ...outcome })) })
    const { results } = answer.body as { results: BatchResult[] }
    for (const { index, status, problem } of results)
      narrator.note(`item ${index}: ${status} ${problem?.code ?? 'taken'}`)
    const [one, two] = results.map((result) => result.absence)
    expectRegistered(one as Absence, kKassen, { wholeDay: true, date: week.thursday, reason: 'child-sick' })
    expectRegistered(two as Absence, jobcenter, { wholeDay: false, absentMinutes: 60, date: week.friday })
    const taken = { atKKassen: one as Absence, atJobcenter: two as Absence }
    const type = 'absence.registered'
    await ledger.hears(kKassen, { type, orderId: atKKassen.orderId, absenceId: taken.atKKassen.id })
    await ledger.hears(jobcenter, { type, orderId: atJobcenter.orderId, absenceId: taken.atJobcenter.id })
    return taken
  })
}

/** A registration made in error is withdrawn, once. */
export const withdraw = async (stage: Stage, course: Course, absence: Absence): Promise<void> => {
  const { narrator, ledger } = stage
  const { supplier, kKassen } = stage.cast
  await narrator.step(`${supplier.name} took the wrong citizen on Thursday and withdraws it.`, async () => {
    const path = `/v1/absences/${absence.id}/withdrawal`
    const body = { reason: 'Forkert borger', registeredBy: registrar }
    const answer = await supplier.call({ method: 'POST', path, body })
    expectAnswer(answer, 200, { id: absence.id, status: 'withdrawn', withdrawal: { reason: body.reason } })
    await ledger.hears(kKassen, { type: 'absence.withdrawn', orderId: course.orderId, absenceId: absence.id })
    expectAnswer(await supplier.call({ method: 'POST', path, body }), 409, { code: 'absence-already-withdrawn' })
    narrator.note('a second withdrawal is refused: absence-already-withdrawn')
  })
}

/** Another supplier sees none of it. */
export const strangerSeesNothing = async (
  stage: Stage,
  courses: readonly Course[],
  absences: readonly Absence[],
): Promise<void> => {
  const { narrator } = stage
  const { otherSupplier } = stage.cast
  await narrator.step(`${otherSupplier.name} tries to look at all this.`, async () => {
    for (const { orderId, activityId } of courses) {
      for (const path of ['', '/plan', '/activities']) await expectHidden(otherSupplier, `/v1/orders/${orderId}${path}`)
      const list = await otherSupplier.call({ method: 'GET', path: `/v1/absences?orderId=${orderId}` })
      expectAnswer(list, 200, { items: [], next: null })
      const body = absenceOn({ citizen: '', orderId, activityId }, stage.week.friday, {
        wholeDay: true,
        reason: 'no-notice',
      })
      expectAnswer(await otherSupplier.call({ method: 'POST', path: '/v1/absences', body }), 404, { code: 'not-found' })
    }
    for (const { id } of absences) await expectHidden(otherSupplier, `/v1/absences/${id}`)
    narrator.note('404 everywhere, also where it writes; its lists are empty')
  })
}

/** Every refusal of a rule left a record: which rule, which order, no words. */
export const refusalsAreOnRecord = async (stage: Stage, atKKassen: Course, atJobcenter: Course): Promise<void> => {
  const { narrator } = stage
  const { supplier } = stage.cast
  await narrator.step(`${supplier.name} looks up what was refused.`, async () => {
    let count = 0
    for (const [course, rules] of [
      [atKKassen, refusedAtKKassen],
      [atJobcenter, refusedAtJobcenter],
    ] as const) {
      const answer = await supplier.call({ method: 'GET', path: `/v1/refusals?orderId=${course.orderId}&limit=500` })
      expectAnswer(answer, 200, { next: null })
      const recorded = (answer.body as { items: { rule: string }[] }).items
        .map(({ rule }) => rule)
        .filter((rule) => rule !== 'absence-already-withdrawn')
      expectMembers(`the refusals on the order of ${course.citizen}`, recorded.sort(), [...rules].sort())
      count += recorded.length
    }
    narrator.note(`${count} refusals are on record, with rule, order and arrival`)
  })
}

// A refused withdrawal names no order, so it may stand apart from these.
const beforeTheWeek = ['plan-exceeds-order', 'course-not-started'] as const
const refusedAtKKassen = [
  ...beforeTheWeek,
  'absence-already-registered',
  'sick-leave-not-in-portal',
  'sick-leave-not-in-portal',
  'nothing-planned-that-day',
  'supplier-cannot-authorise-absence',
  'absence-already-registered',
  'absence-already-registered',
]
const refusedAtJobcenter = [
  ...beforeTheWeek,
  'sick-leave-not-in-portal',
  'absent-minutes-exceed-plan',
  'sick-leave-not-in-portal',
]
