import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import {
  answeredBy as answeredByOn,
  type OpenDuty,
  reportHasItsTime,
  reportIsAwaited,
  type StandingReport,
  submitReportRules,
  templateIsThePrescribed,
} from '#rules/report/submit-report.ts'

const running: OrderState = { status: 'approved', courseStatus: 'attending' }
const ended: OrderState = { status: 'ended', courseStatus: 'ended' }
const neverStarted: OrderState = { status: 'ended', courseStatus: 'never-started' }
const cancelled: OrderState = { status: 'cancelled', courseStatus: 'awaiting-first-meeting' }
const first = { templateId: 'template', templateVersion: 1 }
const second = { templateId: 'template', templateVersion: 2 }
const standing = (changes: Partial<StandingReport> = {}): StandingReport => ({
  id: 'r1',
  subject: 'final',
  status: 'submitted',
  version: 1,
  ...first,
  ...changes,
})
const duty = (kind: OpenDuty['kind'], subject: string, dueOn: string): OpenDuty => ({
  kind,
  subject,
  dueOn: localDate(dueOn),
})
const none = { reports: [], duties: [] }
const answeredBy = (
  kind: Parameters<typeof answeredByOn>[0],
  named: string | undefined,
  given: Parameters<typeof answeredByOn>[2],
  today = '2026-04-13',
) => answeredByOn(kind, named, given, localDate(today))

describe('course-not-ended: the final report follows the end (§ 3)', () => {
  test('after the end it is taken, and other kinds while the course runs and after it', () => {
    expect(reportHasItsTime('final', ended).allowed).toBe(true)
    for (const kind of ['interim', 'social-action-plan', 'handover'] as const) {
      expect([reportHasItsTime(kind, running).allowed, reportHasItsTime(kind, ended).allowed]).toEqual([true, true])
    }
  })

  test('before the end it is refused', () => {
    expect(reportHasItsTime('final', running)).toMatchObject({
      slug: 'course-not-ended',
      facts: { courseStatus: 'attending' },
    })
  })

  test('a course that never started has none (order-state), and a cancelled order no report at all', () => {
    expect(reportHasItsTime('final', neverStarted)).toMatchObject({
      slug: 'order-state',
      facts: { allowedIn: ['ended'] },
    })
    expect(reportHasItsTime('interim', cancelled)).toMatchObject({ slug: 'order-state' })
  })
})

describe('report-already-submitted: once, unless it was returned (§ 3)', () => {
  test('the first one, and the next version of a returned one', () => {
    expect(reportIsAwaited(null).allowed).toBe(true)
    expect(reportIsAwaited(standing({ status: 'returned' })).allowed).toBe(true)
  })

  test('a second one', () => {
    expect(reportIsAwaited(standing())).toEqual({
      allowed: false,
      slug: 'report-already-submitted',
      facts: { reportId: 'r1', version: 1 },
    })
  })
})

describe('wrong-template: the jobcenter decides the template and its version (§ 3)', () => {
  test('the prescribed version; of a returned report also the one that it was written in', () => {
    expect(templateIsThePrescribed(second, second, null).allowed).toBe(true)
    expect(templateIsThePrescribed(first, second, standing({ status: 'returned' })).allowed).toBe(true)
    expect(templateIsThePrescribed(second, second, standing({ status: 'returned' })).allowed).toBe(true)
  })

  test('another one is refused, and the right one named', () => {
    for (const other of [first, { ...second, templateId: 'other' }]) {
      expect(templateIsThePrescribed(other, second, null)).toEqual({
        allowed: false,
        slug: 'wrong-template',
        facts: second,
      })
    }
    expect(templateIsThePrescribed(first, null, null)).toMatchObject({
      facts: { templateId: null, templateVersion: null },
    })
  })

  test('is asked after the report has its time and is awaited', () => {
    const given = { kind: 'final', order: running, standing: standing(), written: first, prescribed: second } as const
    const slugs = [given, { ...given, order: ended }, { ...given, order: ended, standing: null }].map((one) => {
      const verdict = submitReportRules(one)
      return verdict.allowed || verdict.slug
    })
    expect(slugs).toEqual(['course-not-ended', 'report-already-submitted', 'wrong-template'])
    expect(submitReportRules({ ...given, order: ended, standing: null, written: second }).allowed).toBe(true)
  })
})

describe('which duty a report answers', () => {
  const weeks = [duty('interim-report', '2026-04-13', '2026-04-20'), duty('interim-report', '2026-03-30', '2026-04-09')]
  const returned = standing({ id: 'r7', subject: '2026-03-16', status: 'returned' })

  test('a final one the end, asked for or not', () => {
    const final = duty('final-report', 'final', '2026-03-31')
    expect(answeredBy('final', undefined, { ...none, duties: [final] })).toEqual({
      subject: 'final',
      standing: null,
      duty: final,
    })
    expect(answeredBy('final', undefined, none)).toEqual({ subject: 'final', standing: null, duty: null })
    expect(answeredBy('final', undefined, { ...none, reports: [standing()] })?.standing?.id).toBe('r1')
    expect(answeredBy('final', '2026-03-30', none)).toBeUndefined()
  })

  test('a returned one the duty to mend it', () => {
    const revision = duty('final-report-revision', 'r1 v2', '2026-04-10')
    const found = answeredBy('final', undefined, { reports: [standing({ status: 'returned' })], duties: [revision] })
    expect(found).toMatchObject({ subject: 'final', standing: { id: 'r1' }, duty: revision })
  })

  test('another kind a returned one first, whatever its date, then a request, then the interval due first', () => {
    expect(answeredBy('interim', undefined, { ...none, duties: weeks })?.subject).toBe('2026-03-30')
    const request = duty('interim-report', '0189-request', '2026-05-01')
    expect(answeredBy('interim', undefined, { ...none, duties: [...weeks, request] })?.duty).toEqual(request)
    const duties = [...weeks, request, duty('final-report-revision', 'r7 v2', '2026-06-10')]
    expect(answeredBy('interim', undefined, { reports: [returned], duties })).toMatchObject({
      subject: '2026-03-16',
      standing: { id: 'r7' },
      duty: { subject: 'r7 v2' },
    })
  })

  test('an interval counts from its date on; one that lies ahead is answered by its name alone', () => {
    const on = (today: string, reports: readonly StandingReport[] = [], duties = weeks) =>
      answeredBy('interim', undefined, { reports, duties }, today)
    expect(on('2026-03-30')?.subject).toBe('2026-03-30')
    expect(on('2026-03-29')).toEqual({ subject: null, standing: null, duty: null })
    const [ahead] = weeks
    const done = standing({ id: 'r8', subject: '2026-03-30' })
    const again = on('2026-04-12', [standing({ subject: '2026-03-16' }), done], weeks.slice(0, 1))
    expect(again).toEqual({ subject: '2026-03-30', standing: done, duty: null, nextSubject: '2026-04-13' })
    expect(reportIsAwaited(done, again?.nextSubject)).toMatchObject({
      slug: 'report-already-submitted',
      facts: { reportId: 'r8', version: 1, nextSubject: '2026-04-13' },
    })
    expect(on('2026-04-13', [done], weeks.slice(0, 1))?.duty).toEqual(ahead)
    expect(on('2026-04-12', [standing({ id: 'r9', subject: 'r9' })], weeks.slice(0, 1))?.subject).toBeNull()
    expect(on('2026-04-14', [done], [])?.subject).toBeNull()
    const early = { reports: [done], duties: weeks.slice(0, 1) }
    expect(answeredBy('interim', '2026-04-13', early, '2026-04-01')?.duty).toEqual(ahead)
  })

  test('the one that it names, one that stands too; what is not there is not found', () => {
    expect(answeredBy('interim', '2026-04-13', { ...none, duties: weeks })?.duty).toEqual(weeks[0])
    const done = standing({ id: 'r8', subject: '2026-03-02' })
    expect(answeredBy('interim', '2026-03-02', { reports: [done], duties: weeks })?.standing).toEqual(done)
    expect(answeredBy('interim', '2026-05-01', { ...none, duties: weeks })).toBeUndefined()
  })

  test('one that nobody asked for stands by itself', () => {
    expect(answeredBy('handover', undefined, none)).toEqual({ subject: null, standing: null, duty: null })
  })
})
