import { dutyOf } from './course-duties.ts'
import { type CourseStage, dates } from './course-stage.ts'
import { expectMembers, expectThat } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'

const finalReport = { kind: 'final-report', subject: 'final' } as const
const returnedBy = { name: 'Sanne Sagsbehandler', email: 'sanne@jobcenter-musvaagevej.example' }

/** What the report says, by the sections of the first final template (§ 3, § 4). */
const sections = {
  'focus-areas': 'Der er arbejdet med mødestabilitet og jobsøgning i et CV-værksted.',
  development: 'Borgeren møder stabilt, når hverdagen er planlagt, og er selv glad for forløbet.',
  goal: 'Målet om job i butik er realistisk og er nået. Mødestabilitet er det vigtigste fokusområde.',
}
const visit = 'Rundvisning og samtale i en butik, tre timer på én dag.'

type Answered = { readonly id: string; readonly errors: readonly { readonly pointer: string }[] }

/** § 3: the report is tried, corrected and handed in by the date that was agreed; returned, and handed in again. */
export const reportIsSubmitted = async (stage: CourseStage, course: Course): Promise<void> => {
  const { cast, narrator, ledger } = stage
  const { supplier, jobcenter, kKassen } = cast
  const { orderId } = course
  const path = `/v1/orders/${orderId}/reports`
  const template = await narrator.step(`${supplier.name} fetches the template of final reports.`, async () => {
    const list = await supplier.call({ method: 'GET', path: '/v1/report-templates?kind=final' })
    expectAnswer(list, 200)
    const [first] = (list.body as { items: { id: string; version: number; title: string }[] }).items
    expectThat(first !== undefined, 'There should be a template of final reports.')
    const { id = '', version = 0, title = '' } = first ?? {}
    const one = await supplier.call({ method: 'GET', path: `/v1/report-templates/${id}?version=${version}` })
    expectAnswer(one, 200, { jsonSchema: { properties: { templateVersion: { const: version } } } })
    narrator.note(`"${title}", version ${version}, with a JSON Schema to check against`)
    return { templateId: id, templateVersion: version }
  })
  const report = { kind: 'final', ...template, registeredBy: registrar }
  const send = (more: Readonly<Record<string, unknown>>) =>
    supplier.call({ method: 'POST', path, body: { ...report, ...more } })
  await narrator.step('It tries the report while it is written.', async () => {
    const short = await send({ sections, dryRun: true })
    expectAnswer(short, 422, { code: 'report-incomplete', errors: [{ pointer: '/sections/off-site' }] })
    narrator.note('report-incomplete: nothing is said of the day at the company (§ 4)')
    const goal = `${sections.goal} Borgeren har søgt førtidspension.`
    const outside = await send({ sections: { ...sections, goal, 'off-site': visit }, dryRun: true })
    expectAnswer(outside, 422, { code: 'content-outside-the-course', passages: [{ section: 'goal' }] })
    narrator.note('content-outside-the-course: a pension is no matter of the course (§ 3); it takes the sentence out')
    const whole = await send({ sections: { ...sections, 'off-site': visit }, dryRun: true })
    expectAnswer(whole, 200, { dryRun: true, version: 1, dueOn: dates.extendedTo, late: false })
    await dutyOf(supplier, orderId, finalReport, { status: 'open' })
    narrator.note('whole; a trial keeps nothing')
  })
  const id = await narrator.step('It hands the report in, by the date that was agreed.', async () => {
    const answer = await send({
      sections: { ...sections, 'off-site': visit },
      milestones: [{ milestone: 'job', reachedOn: dates.end }],
    })
    expectAnswer(answer, 201, { kind: 'final', version: 1, late: false })
    const made = (answer.body as Answered).id
    await ledger.hears(jobcenter, { type: 'report.submitted', orderId })
    await dutyOf(jobcenter, orderId, finalReport, { status: 'met', daysLate: 0 })
    const read = await jobcenter.call({ method: 'GET', path: `/v1/reports/${made}` })
    expectAnswer(read, 200, { sections, milestones: [{ milestone: 'job' }] })
    const hidden = await kKassen.call({ method: 'GET', path: `/v1/reports/${made}` })
    expectMembers('what K-kassen is answered with', hidden.status, 403)
    narrator.note(`${jobcenter.name} reads it, ${kKassen.name} never does`)
    return made
  })
  await narrator.step(`${jobcenter.name} returns it, and gets another version.`, async () => {
    const body = { reason: 'Borgerens egne kommentarer mangler.', dueOn: dates.extendedTo, returnedBy }
    const returned = await jobcenter.call({ method: 'POST', path: `/v1/reports/${id}/return`, body })
    expectThat(returned.status < 300, `the return should be taken: ${returned.text.slice(0, 500)}`)
    await ledger.hears(supplier, { type: 'report.returned', orderId })
    const development = `${sections.development} "Jeg vil gerne arbejde i en butik", siger borgeren.`
    const again = await send({ sections: { ...sections, development, 'off-site': visit } })
    expectAnswer(again, 201, { id, version: 2, late: false })
    await ledger.hears(jobcenter, { type: 'report.submitted', orderId })
    const revision = { kind: 'final-report-revision', subject: `${id} v2` }
    await dutyOf(supplier, orderId, revision, { status: 'met', dueOn: dates.extendedTo })
    narrator.note('both versions are kept')
  })
}
