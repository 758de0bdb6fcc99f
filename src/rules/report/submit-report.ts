import { isLocalDate, type LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { ObligationKind } from '#rules/obligation/obligation-state.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { revisionSubject } from './return-report.ts'
import type { ReportKind } from './template.ts'

/** The duty that a report of each kind answers. */
export const dutyOfReport: Readonly<Record<ReportKind, ObligationKind>> = {
  final: 'final-report',
  interim: 'interim-report',
  'social-action-plan': 'social-action-plan',
  handover: 'handover-report',
}

/** A report that the order has already. */
export type StandingReport = {
  readonly id: string
  readonly subject: string
  readonly status: 'submitted' | 'returned'
  readonly version: number
  readonly templateId: string
  readonly templateVersion: number
}

/** A duty that a report meets. */
export type OpenDuty = { readonly kind: ObligationKind; readonly subject: string; readonly dueOn: LocalDate }

/**
 * What a submission answers: the subject of the report, null when nobody asked; the report that stands; the duty met.
 * `nextSubject`: the interval that lies ahead, where the last one that has come was reported on.
 */
export type Answered = {
  readonly subject: string | null
  readonly standing: StandingReport | null
  readonly duty: OpenDuty | null
  readonly nextSubject?: string
}

const byDate = (one: Answered, other: Answered): number => {
  const [a, b] = [one, other].map(({ duty, subject }) => `${duty?.dueOn ?? '9999-12-31'} ${subject}`)
  return (a ?? '') < (b ?? '') ? -1 : 1
}

/** An interval of the order's schedule, whose subject is its date; a request has an id. */
const isInterval = (kind: ReportKind, subject: string): boolean => kind === 'interim' && isLocalDate(subject)

/** With every interval that has come reported on: the last report on one, which a report that names nothing repeats. */
const alreadyAnswered = (
  ahead: readonly Answered[],
  reports: readonly StandingReport[],
  today: LocalDate,
): Answered | undefined => {
  const [next] = ahead
  const [standing] = reports
    .filter(({ subject }) => isInterval('interim', subject) && subject <= today)
    .sort((one, other) => (one.subject < other.subject ? 1 : -1))
  if (!standing || !next?.subject) return undefined
  return { subject: standing.subject, standing, duty: null, nextSubject: next.subject }
}

/**
 * § 3: a final report answers the course's end. Ours: another one answers the duty that it names, however early; else a
 * returned report of its kind, then what the jobcenter asked for by itself, then the schedule's intervals that have come,
 * each by what is due first. An interval that lies ahead is answered by its name alone. One that nobody asked for is a report
 * by itself.
 * @param named the subject that the caller names
 * @param given.duties the open duties of the kind, and those to mend returned reports
 * @returns undefined when there is nothing of the subject that is named
 */
export const answeredBy = (
  kind: ReportKind,
  named: string | undefined,
  given: { readonly reports: readonly StandingReport[]; readonly duties: readonly OpenDuty[] },
  today: LocalDate,
): Answered | undefined => {
  const { reports, duties } = given
  const returned = reports
    .filter((report) => report.status === 'returned')
    .map((standing): Answered => {
      const wanted = revisionSubject(standing.id, standing.version + 1)
      const duty = duties.find((one) => one.kind === 'final-report-revision' && one.subject === wanted) ?? null
      return { subject: standing.subject, standing, duty }
    })
  const asked = duties
    .filter((duty) => duty.kind === dutyOfReport[kind])
    .map((duty): Answered => ({ subject: duty.subject, standing: null, duty }))
  const open = [...returned, ...asked]
  const subject = kind === 'final' ? (named ?? 'final') : named
  if (subject !== undefined) {
    const found = open.find((one) => one.subject === subject)
    if (found) return found
    const standing = reports.find((report) => report.subject === subject)
    if (standing) return { subject, standing, duty: null }
    return subject === 'final' && kind === 'final' ? { subject, standing: null, duty: null } : undefined
  }
  const isScheduled = (one: Answered): boolean => isInterval(kind, one.subject ?? '')
  const intervals = asked.filter(isScheduled).sort(byDate)
  const hasCome = (one: Answered): boolean => (one.subject ?? '') <= today
  const ahead = intervals.filter((one) => !hasCome(one))
  return (
    returned.sort(byDate)[0] ??
    asked.filter((one) => !isScheduled(one)).sort(byDate)[0] ??
    intervals.find(hasCome) ??
    (kind === 'interim' ? alreadyAnswered(ahead, reports, today) : undefined) ?? {
      subject: null,
      standing: null,
      duty: null,
    }
  )
}

/** § 3: the final report follows the end. Ours: a course that never started has none, and a cancelled order has no report. */
export const reportHasItsTime = (
  kind: ReportKind,
  { status, courseStatus }: OrderState,
): Verdict<'course-not-ended' | 'order-state'> => {
  const state = (allowedIn: readonly string[]) =>
    refused('order-state', { orderStatus: status, courseStatus, allowedIn })
  if (status !== 'approved' && status !== 'ended') return state(['approved', 'ended'])
  if (kind !== 'final') return allowed
  if (status === 'approved') return refused('course-not-ended', { orderStatus: status, courseStatus })
  return courseStatus === 'never-started' ? state(['ended']) : allowed
}

/**
 * § 3: one final report, unless the jobcenter returned it. Ours: likewise one of any kind for each duty.
 * @param nextSubject the interval ahead that an early report can name
 */
export const reportIsAwaited = (
  standing: StandingReport | null,
  nextSubject?: string,
): Verdict<'report-already-submitted'> =>
  standing?.status === 'submitted'
    ? refused('report-already-submitted', {
        reportId: standing.id,
        version: standing.version,
        ...(nextSubject === undefined ? {} : { nextSubject }),
      })
    : allowed

type TemplateVersion = { readonly templateId: string; readonly templateVersion: number }

/**
 * § 3: the jobcenter decides the template. Ours: a returned report may keep the version that it was written in.
 * @param prescribed null where there is no template of the kind
 */
export const templateIsThePrescribed = (
  { templateId, templateVersion }: TemplateVersion,
  prescribed: TemplateVersion | null,
  standing: StandingReport | null,
): Verdict<'wrong-template'> => {
  const right = [prescribed, standing].some(
    (one) => one !== null && one.templateId === templateId && one.templateVersion === templateVersion,
  )
  if (right) return allowed
  return refused('wrong-template', {
    templateId: prescribed?.templateId ?? null,
    templateVersion: prescribed?.templateVersion ?? null,
  })
}

/** Everything that is asked of a submission before its text is looked at, in its order. */
export const submitReportRules = (given: {
  readonly kind: ReportKind
  readonly order: OrderState
  readonly standing: StandingReport | null
  readonly nextSubject?: string | undefined
  readonly written: TemplateVersion
  readonly prescribed: TemplateVersion | null
}): Verdict =>
  firstRefusal(
    () => reportHasItsTime(given.kind, given.order),
    () => reportIsAwaited(given.standing, given.nextSubject),
    () => templateIsThePrescribed(given.written, given.prescribed, given.standing),
  )
