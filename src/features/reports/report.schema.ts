import { type Static, Type } from 'typebox'
import type { LocalDate } from '#kernel/local-date.ts'
import { By, FreeText, Id, InstantSchema, LocalDateSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { type ReportKind, reportKinds, type Sections } from '#rules/report/template.ts'
import { focusAreaSchema, milestoneSchema } from '#rules/report/template-schema.ts'

export const Kind = oneOf(reportKinds)
const TemplateVersion = Type.Integer({ minimum: 1, maximum: 1_000_000 })

/** Of a report, as it is sent and as it is read. */
export const SectionsSchema = Type.Unsafe<Sections>({
  type: 'object',
  description: 'By section id: a text, or the values of its fields by field id.',
  additionalProperties: {
    anyOf: [
      { type: 'string' },
      { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
  },
})
export const FocusAreaSchema = Type.Unsafe<{ area: string; start: number; end: number }>({ ...focusAreaSchema })
export const MilestoneSchema = Type.Unsafe<{ milestone: string; reachedOn: LocalDate; observedBy?: string }>({
  ...milestoneSchema,
})
export const ConfirmationSchema = closed({
  section: Type.String({ minLength: 1, maxLength: 200, description: 'A section, or `section/field`.' }),
  passage: Type.String({ minLength: 1, maxLength: 1000 }),
  reason: FreeText,
})

export const SubmitReportBody = closed({
  kind: Kind,
  templateId: Id,
  templateVersion: TemplateVersion,
  sections: SectionsSchema,
  focusAreas: Type.Optional(Type.Array(FocusAreaSchema, { maxItems: 100 })),
  milestones: Type.Optional(Type.Array(MilestoneSchema, { maxItems: 100 })),
  confirmations: Type.Optional(
    Type.Array(ConfirmationSchema, {
      maxItems: 500,
      description: 'Why a passage that speaks of other matters belongs to the course (§ 3). Kept for audit.',
    }),
  ),
  subject: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        "Which duty the report answers, as `GET /v1/obligations` names it: an interim report's date, a request's id. Without it: a returned report of the kind, then a request, then the schedule's date that has come; a date that lies ahead is answered early by naming it.",
    }),
  ),
  dryRun: Type.Optional(
    Type.Boolean({ description: 'Answers as the submission would, and keeps nothing: no report, no key, no refusal.' }),
  ),
  registeredBy: By,
})
export type SubmitReport = Static<typeof SubmitReportBody>

const receipt = {
  orderId: Id,
  kind: Kind as ReturnType<typeof oneOf<readonly ReportKind[]>>,
  status: oneOf(['submitted']),
  version: Type.Integer({ minimum: 1 }),
  templateId: Id,
  templateVersion: TemplateVersion,
  sha256: Type.String({ description: 'Of the content as canonical JSON (RFC 8785).' }),
  confirmedPassages: Type.Integer({ minimum: 0 }),
  dueOn: orNull(LocalDateSchema),
  late: Type.Boolean(),
  daysLate: Type.Integer({ minimum: 0, description: 'Calendar days after the due day.' }),
  workingDaysLate: Type.Integer({ minimum: 0 }),
  submittedAt: InstantSchema,
  submittedBy: By,
}

/** What the supplier is answered with; the text is shown by reading the report alone. */
export const ReportReceiptSchema = closed({ id: Id, subject: Type.String(), ...receipt })
/** The same of a dry run; `subject` null: nobody asked for it, and its own id would stand there. */
export const DryRunSchema = closed({ dryRun: Type.Literal(true), subject: orNull(Type.String()), ...receipt })
