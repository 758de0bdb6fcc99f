import { workingDaysOf } from '#features/calendar/lookups.ts'
import type { OrderRow } from '#features/orders/lookups.ts'
import { checkMilestones } from '#features/progress/commands.ts'
import { focusAreasOf } from '#features/progress/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demand, missing, problemOf } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { lateness } from '#rules/obligation/obligation-state.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import {
  confirmationsToKeep,
  contentStaysWithTheCourse,
  outsidePassages,
} from '#rules/report/content-outside-the-course.ts'
import { reportFollowsTheTemplate, textsOf } from '#rules/report/report-follows-the-template.ts'
import { type Answered, answeredBy, submitReportRules } from '#rules/report/submit-report.ts'
import type { ReportTemplate } from '#rules/report/template.ts'
import type { SubmitReport } from './report.schema.ts'
import { contentText, type ReportContent } from './report-content.ts'
import { hadOffSiteActivities, prescribedTemplate, templateVersion, whatIsAwaited } from './submission.queries.ts'

export type SubmissionRequest = PortalRequest<SubmitReport, { id: string }>

/** A submission that every rule let through: what it answers, what it says, and how late it is. */
export type Accepted = {
  readonly order: OrderRow
  readonly answered: Answered
  readonly version: number
  readonly template: { readonly templateId: string; readonly templateVersion: number }
  readonly content: ReportContent
  readonly text: string
  readonly sha256: Buffer
  readonly dueOn: LocalDate | null
  readonly daysLate: number
  readonly workingDaysLate: number
}

/**
 * § 3: what the report says keeps to its template and to the course. The complaints mailbox is named where one is told of.
 * @returns the content to keep, without confirmations that are left over
 */
const demandSoundContent = async (
  trx: Trx,
  deps: Pick<Deps, 'complaintsMailbox'>,
  order: OrderRow,
  template: ReportTemplate,
  content: ReportContent,
): Promise<ReportContent> => {
  const offSite = await hadOffSiteActivities(trx, order)
  demand(reportFollowsTheTemplate(content, template, { offSite, recordedAreas: await focusAreasOf(trx, order.id) }))
  const texts = textsOf(content, template)
  const passages = outsidePassages(texts)
  const verdict = contentStaysWithTheCourse(passages, content.confirmations, texts)
  if (verdict.allowed) {
    return { ...content, confirmations: confirmationsToKeep(passages, content.confirmations, texts) }
  }
  const complaints = verdict.facts['complaints'] === null ? null : deps.complaintsMailbox
  throw problemOf({ ...verdict, facts: { ...verdict.facts, complaints } })
}

/**
 * Asks every rule of a submission on an order that the caller may report on.
 * @throws HttpProblem of the rule that refuses, or `not-found` at `/subject`
 */
export const acceptReport = async (
  trx: Trx,
  deps: Pick<Deps, 'complaintsMailbox'>,
  request: SubmissionRequest,
  order: OrderRow,
): Promise<Accepted> => {
  const { kind, sections, focusAreas = [], milestones = [], confirmations = [] } = request.body
  const today = localDateAt(request.arrivedAt)
  const awaited = await whatIsAwaited(trx, order.id, kind)
  const answered = answeredBy(kind, request.body.subject?.toLowerCase(), awaited, today)
  if (!answered) throw missing('/subject')
  const { standing, subject, duty } = answered
  const prescribed = await prescribedTemplate(trx, order, { kind, subject, on: today })
  const written = {
    templateId: request.body.templateId.toLowerCase(),
    templateVersion: request.body.templateVersion,
  }
  const state = { status: order.status, courseStatus: order.courseStatus } as OrderState
  demand(
    submitReportRules({
      kind,
      order: state,
      standing,
      nextSubject: answered.nextSubject,
      written,
      prescribed: prescribed && { templateId: prescribed.id, templateVersion: prescribed.version },
    }),
  )
  const template = await templateVersion(trx, written.templateId, written.templateVersion)
  if (!template) throw new Error('a template that is prescribed is there')
  const sent: ReportContent = { sections, focusAreas, milestones, confirmations }
  const content = await demandSoundContent(trx, deps, order, template, sent)
  await checkMilestones(trx, request, { order, reportId: standing?.id ?? '', milestones })
  const late =
    duty === null
      ? { daysLate: 0, workingDaysLate: 0 }
      : lateness(duty.dueOn, request.arrivedAt, await workingDaysOf(trx))
  return {
    order,
    answered,
    version: (standing?.version ?? 0) + 1,
    template: written,
    content,
    ...contentText(content),
    dueOn: duty?.dueOn ?? null,
    ...late,
  }
}
