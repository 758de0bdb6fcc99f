import { Type } from 'typebox'
import type { LocalDate } from '#kernel/local-date.ts'
import { FreeText, Id, InstantSchema, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { reportKinds } from '#rules/report/template.ts'

const Kind = oneOf(reportKinds)
const statuses = ['submitted', 'returned'] as const
const VersionNumber = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const Person = closed({ name: Name, email: Type.Optional(Type.String()) })

export const ReportsQuery = closed({
  ...listQuery,
  kind: Type.Optional(Kind),
  status: Type.Optional(oneOf(statuses)),
})

export const ReportQuery = closed({
  version: Type.Optional(Type.Unsafe<number>({ ...VersionNumber, description: 'The latest one unless told.' })),
})

export const DiffQuery = closed({
  from: Type.Optional(Type.Unsafe<number>({ ...VersionNumber, description: 'The version before `to` unless told.' })),
  to: Type.Optional(Type.Unsafe<number>({ ...VersionNumber, description: 'The latest one unless told.' })),
})

const lateness = {
  dueOn: Type.Unsafe<LocalDate | null>({
    ...orNull(LocalDateSchema),
    description: 'The date that the duty had then; null for a report that nobody had asked for.',
  }),
  late: Type.Boolean(),
  daysLate: Type.Integer({ minimum: 0 }),
  workingDaysLate: Type.Integer({ minimum: 0 }),
}

const version = {
  version: VersionNumber,
  templateId: Id,
  templateVersion: VersionNumber,
  submittedAt: InstantSchema,
  ...lateness,
}
const head = {
  id: Id,
  orderId: Id,
  kind: Kind,
  subject: Type.String({
    description: 'Of the duty that it answers; the id of the report when nobody had asked for it.',
  }),
  status: oneOf(statuses),
}
const written = {
  submittedBy: Person,
  sha256: Type.String({ description: 'Over the content as canonical JSON, in hex.' }),
}

export const ListedReportSchema = closed({ ...head, ...version })

const ReturnSchema = closed({
  version: VersionNumber,
  reason: FreeText,
  dueOn: LocalDateSchema,
  returnedBy: Person,
  returnedAt: InstantSchema,
})

const FocusAreasSchema = Type.Array(closed({ area: Type.String(), start: Type.Integer(), end: Type.Integer() }))
const MilestonesSchema = Type.Array(
  closed({ milestone: Type.String(), reachedOn: LocalDateSchema, observedBy: Type.Optional(Type.String()) }),
)

/** One version of a report, as the supplier sent it. */
export const ReportSchema = closed({
  ...head,
  ...version,
  ...written,
  orderNumber: Type.String(),
  citizen: closed({ id: Id, name: Type.String() }),
  supplierId: Id,
  jobcenterId: Id,
  latestVersion: VersionNumber,
  templateTitle: Type.String(),
  sections: Type.Record(Type.String(), Type.Unknown(), {
    description: "By the ids of the template's sections: a text, or values by the ids of the fields.",
  }),
  focusAreas: FocusAreasSchema,
  milestones: MilestonesSchema,
  confirmations: Type.Array(closed({ section: Type.String(), passage: Type.String(), reason: Type.String() }), {
    description: 'The passages that speak of other matters, each with why it belongs to the course (§ 3).',
  }),
  returns: Type.Array(ReturnSchema),
  versions: Type.Array(closed({ ...version, ...written }), { description: 'All of them, the first one first.' }),
})

const Status = oneOf(['unchanged', 'changed', 'added', 'removed'])
const FocusArea = closed({ start: Type.Integer(), end: Type.Integer() })
const Milestone = closed({ reachedOn: LocalDateSchema, observedBy: Type.Optional(Type.String()) })

/** What became of each part of a report from one version to another. */
export const ReportDiffSchema = closed({
  reportId: Id,
  from: VersionNumber,
  to: VersionNumber,
  sections: Type.Array(
    closed({
      section: Type.String({ description: 'The id of a section, or `section/field`.' }),
      title: Type.String(),
      status: Status,
      changes: Type.Optional(
        Type.Array(closed({ op: oneOf(['same', 'removed', 'added']), text: Type.String() }), {
          description: 'Word by word; `same` and `removed` are the text before, `same` and `added` the text after.',
        }),
      ),
    }),
  ),
  focusAreas: Type.Array(
    closed({ area: Type.String(), status: Status, from: Type.Optional(FocusArea), to: Type.Optional(FocusArea) }),
  ),
  milestones: Type.Array(
    closed({ milestone: Type.String(), status: Status, from: Type.Optional(Milestone), to: Type.Optional(Milestone) }),
  ),
})
