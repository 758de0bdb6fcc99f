import { expectHidden } from './absence-calls.ts'
import { bothHear, type Duty, dutyOf, expectDuties } from './course-duties.ts'
import { type CourseStage, dates, moments } from './course-stage.ts'
import { expectMembers } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'
import { turnTo } from './story-clock.ts'

const finalReport = { kind: 'final-report', subject: 'final' } as const
const protocol = 'attendance-protocol 2026-03 2026-04-01'
const finalReportOpen = `final-report final ${dates.finalReportDue}`

/** § 3: a Monday's end gives a final report that is due on the Tuesday of the week after. */
export const courseEnds = async (stage: CourseStage, course: Course): Promise<Duty> => {
  const { narrator, ledger } = stage
  const { supplier, jobcenter, kKassen } = stage.cast
  const { orderId } = course
  await turnTo(stage, moments.end)
  await narrator.step(`${course.citizen} has found work; ${supplier.name} ends the course.`, async () => {
    const answer = await supplier.call({
      method: 'POST',
      path: `/v1/orders/${orderId}/termination`,
      body: { endedOn: dates.end, cause: 'employment', registeredBy: registrar },
    })
    const termination = { endedOn: dates.end, cause: 'employment', endedBy: 'supplier' }
    expectAnswer(answer, 200, { status: 'ended', course: { status: 'ended', endedOn: dates.end }, termination })
    for (const party of [supplier, jobcenter, kKassen]) await ledger.hears(party, { type: 'course.ended', orderId })
  })
  return narrator.step('What is left to do?', async () => {
    const path = `/v1/deadlines/final-report-due?from=${dates.end}`
    const counted = await supplier.call({ method: 'GET', path })
    expectAnswer(counted, 200, { from: dates.end, dueOn: dates.finalReportDue })
    for (const party of [supplier, jobcenter, kKassen]) {
      await expectDuties(party, orderId, [finalReportOpen, protocol], 'status=open')
    }
    const waived = ['2026-03-16 2026-03-30', '2026-03-30 2026-04-16', '2026-04-13 2026-04-27']
    const later = [...waived.map((report) => `interim-report ${report}`), 'attendance-protocol 2026-04 2026-05-01']
    await expectDuties(supplier, orderId, later, 'status=waived')
    narrator.note(
      `the final report, due on Tuesday ${dates.finalReportDue}, and March's attendance protocol (§ 3, § 5)`,
    )
    narrator.note("what would come later is waived: three interim reports, April's protocol")
    return dutyOf(supplier, orderId, finalReport, { status: 'open', originalDueOn: dates.finalReportDue })
  })
}

/** The report's date comes near and passes. */
export const reportIsForgotten = async (stage: CourseStage, course: Course, report: Duty): Promise<void> => {
  const { narrator } = stage
  const { supplier, jobcenter, kKassen } = stage.cast
  const { orderId } = course
  await turnTo(stage, moments.dueSoon)
  await narrator.step('Two working days are left.', () => bothHear(stage, 'obligation.due-soon', orderId, report))
  await turnTo(stage, moments.lastHour)
  await narrator.step('Half an hour before midnight the report is still in time.', async () => {
    const march = await dutyOf(supplier, orderId, { kind: 'attendance-protocol', subject: '2026-03' }, {})
    await bothHear(stage, 'obligation.due-soon', orderId, march)
    await expectDuties(supplier, orderId, [finalReportOpen, protocol], 'status=open')
  })
  await turnTo(stage, moments.overdue)
  await narrator.step('Past midnight it is overdue.', async () => {
    await bothHear(stage, 'obligation.overdue', orderId, report)
    for (const party of [supplier, jobcenter, kKassen]) {
      await expectDuties(party, orderId, [finalReportOpen], 'status=overdue')
    }
  })
}

/** § 3: the jobcenter alone agrees to a later date. */
export const reportIsExtended = async (stage: CourseStage, course: Course, report: Duty): Promise<void> => {
  const { narrator } = stage
  const { supplier, jobcenter } = stage.cast
  const { orderId } = course
  const path = `/v1/obligations/${report.id}/extension`
  const body = { dueOn: dates.extendedTo, reason: 'Speciallægen svarer senere.' }
  await turnTo(stage, moments.dayAfter)
  await narrator.step(`${supplier.name} gives itself more time.`, async () => {
    const answer = await supplier.call({ method: 'POST', path, body: { ...body, agreedBy: registrar } })
    expectAnswer(answer, 403, { code: 'extension-needs-jobcenter' })
    narrator.note('refused: extension-needs-jobcenter (§ 3)')
  })
  await narrator.step(`${jobcenter.name} agrees to ${dates.extendedTo}.`, async () => {
    const agreedBy = { name: 'Sanne Sagsbehandler', email: 'sanne@jobcenter-musvaagevej.example' }
    const answer = await jobcenter.call({ method: 'POST', path, body: { ...body, agreedBy } })
    expectAnswer(answer, 200, { status: 'open', dueOn: dates.extendedTo })
    const seen = await dutyOf(supplier, orderId, finalReport, {
      status: 'open',
      dueOn: dates.extendedTo,
      originalDueOn: dates.finalReportDue,
      extensions: [{ fromDueOn: dates.finalReportDue, toDueOn: dates.extendedTo, reason: body.reason }],
    })
    expectMembers('the duty', seen.id, report.id)
    await expectDuties(supplier, orderId, [], 'status=overdue')
    narrator.note('open again, with both dates kept')
  })
}

/** To those beside it there is no such course. */
export const strangersSeeNoCourse = async (stage: CourseStage, course: Course, report: Duty): Promise<void> => {
  const { cast, narrator, otherJobcenter } = stage
  const strangers = [cast.otherSupplier, otherJobcenter]
  await narrator.step(`${strangers.map((party) => party.name).join(' and ')} look for the course.`, async () => {
    for (const party of strangers) {
      const order = `/v1/orders/${course.orderId}`
      const paths = [order, `${order}/plan`, `${order}/leave-approvals`, `${order}/protocols/2026-03`]
      for (const path of [...paths, `/v1/obligations/${report.id}`]) {
        await expectHidden(party, path)
      }
      await expectDuties(party, course.orderId, [])
    }
    narrator.note('not found (404), and no duties in their lists')
  })
}
