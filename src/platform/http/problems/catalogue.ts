import { absenceProblems } from './absence-problems.ts'
import { attendanceProblems } from './attendance-problems.ts'
import { documentProblems } from './document-problems.ts'
import { firstMeetingProblems } from './first-meeting-problems.ts'
import { inspectionProblems } from './inspection-problems.ts'
import { obligationProblems } from './obligation-problems.ts'
import { orderProblems } from './order-problems.ts'
import { partyProblems } from './party-problems.ts'
import type { ProblemEntry } from './problem-entry.ts'
import { progressProblems } from './progress-problems.ts'
import { protocolProblems } from './protocol-problems.ts'
import { reportProblems } from './report-problems.ts'
import { webhookProblems } from './webhook-problems.ts'

const entries = {
  ...protocolProblems,
  ...orderProblems,
  ...firstMeetingProblems,
  ...absenceProblems,
  ...attendanceProblems,
  ...documentProblems,
  ...obligationProblems,
  ...webhookProblems,
  ...partyProblems,
  ...progressProblems,
  ...reportProblems,
  ...inspectionProblems,
}

export type ProblemSlug = keyof typeof entries

/** Every problem that the portal can answer with, by slug: problem documents, their pages and the OpenAPI document. */
export const problemCatalogue: Readonly<Record<ProblemSlug, ProblemEntry>> = entries

export const isProblemSlug = (slug: string): slug is ProblemSlug => Object.hasOwn(entries, slug)
