import { createHash } from 'node:crypto'
import { dutyOf } from './course-duties.ts'
import { type CourseStage, dates } from './course-stage.ts'
import { expectMembers } from './expectations.ts'
import { expectAnswer } from './portal-client.ts'
import { type Course, registrar } from './stage.ts'

const march = '2026-03'

/** A day of the month as the API shows it, as far as the story looks. Minutes. */
type Day = {
  readonly date: string
  readonly status: string
  readonly planned: readonly { readonly activityId: string; readonly kind: string; readonly plannedMinutes: number }[]
  readonly absence: { readonly absentMinutes: number; readonly coveredByLeave: string | null } | null
  readonly leaveMinutes: number
}

/** Who came, from what was registered and approved day by day. */
const attendanceOf = ({ planned: [planned], absence, leaveMinutes }: Day) => {
  const unauthorised = absence && absence.coveredByLeave === null ? absence.absentMinutes : 0
  const away = [
    { code: 'unauthorised', minutes: unauthorised },
    { code: 'approved-leave', minutes: leaveMinutes },
  ].filter((part) => part.minutes > 0)
  return {
    activityId: planned?.activityId,
    attendedMinutes: (planned?.plannedMinutes ?? 0) - unauthorised - leaveMinutes,
    absent: away,
    ...(planned?.kind === 'off-site'
      ? { offSite: { place: 'Opfundet Handel ApS', content: 'Rundvisning og samtale' } }
      : {}),
  }
}

/** § 5: attendance is told all at once, late, and the protocol submitted on the 1st, in time. */
export const protocolIsSubmitted = async (stage: CourseStage, course: Course): Promise<void> => {
  const { cast, narrator, ledger } = stage
  const { supplier, jobcenter } = cast
  const { orderId } = course
  const path = `/v1/orders/${orderId}/protocols/${march}`
  const submission = { method: 'POST', path: `${path}/submission`, body: { registeredBy: registrar } } as const
  const days = await narrator.step(`${supplier.name} submits March without having kept attendance.`, async () => {
    expectAnswer(await supplier.call(submission), 422, { code: 'protocol-incomplete' })
    const answer = await supplier.call({ method: 'GET', path })
    expectAnswer(answer, 200, { status: 'open', version: null, dueOn: '2026-04-01' })
    const found = (answer.body as { days: Day[] }).days.filter((day) => day.status === 'missing')
    narrator.note(`refused: protocol-incomplete, ${found.length} days have no attendance (§ 5)`)
    return found
  })
  await narrator.step('It records all of them, and is shown to have done so late.', async () => {
    const items = days.map((day) => ({
      orderId,
      date: day.date,
      entries: [attendanceOf(day)],
      registeredBy: registrar,
    }))
    const answer = await supplier.call({ method: 'POST', path: '/v1/attendance/batch', body: { items } })
    expectAnswer(answer, 200)
    const { results } = answer.body as { results: { status: number }[] }
    expectMembers('the recorded days', new Set(results.map(({ status }) => status)).size, 1)
    const month = await jobcenter.call({ method: 'GET', path })
    expectAnswer(month, 200, { daysWithoutEntry: [], differences: [], daysRecordedLate: days.map(({ date }) => date) })
    const { documentationMissing } = month.body as { documentationMissing: { date: string }[] }
    expectMembers(
      'the days without document',
      documentationMissing.map(({ date }) => date),
      [dates.visit],
    )
    narrator.note('both registers agree; the day at the company lacks its document')
  })
  await narrator.step('On the 1st the protocol is in time.', async () => {
    const answer = await supplier.call(submission)
    expectAnswer(answer, 201, { month: march, version: 1, incomplete: false })
    await ledger.hears(jobcenter, { type: 'attendance-protocol.submitted', orderId })
    await dutyOf(jobcenter, orderId, { kind: 'attendance-protocol', subject: march }, { status: 'met', daysLate: 0 })
    const frozen = await jobcenter.call({ method: 'GET', path: `${path}/versions/1` })
    expectAnswer(frozen, 200)
    const { sha256 } = answer.body as { sha256: string }
    expectMembers('the hash of the version', createHash('sha256').update(frozen.text).digest('hex'), sha256)
    narrator.note('frozen, and its SHA-256 fits what the jobcenter fetches')
  })
}
