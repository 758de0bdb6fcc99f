import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, LocalDateSchema, Minutes, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

const Assessment = Type.Integer({ minimum: 1, maximum: 10, description: "The citizen's own assessment, 1 to 10." })
const Area = Type.String({ minLength: 1, maxLength: 100, pattern: String.raw`\S` })
const Milestone = Type.String({ minLength: 1, maxLength: 100, description: 'A code of the code set `milestones`.' })
const SomebodySchema = closed({ name: Type.String(), email: Type.Optional(Type.String()) })
const LabelsSchema = closed({ da: Type.String(), en: Type.String() })

const area = {
  area: Area,
  title: Type.Optional(Name),
  start: Assessment,
  assessedOn: LocalDateSchema,
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
}

export const PutFocusAreasBody = closed({
  areas: Type.Array(closed(area), { minItems: 1, maxItems: 50 }),
  registeredBy: By,
})
export type PutFocusAreas = Static<typeof PutFocusAreasBody>

const ShownAreaSchema = closed({
  ...area,
  first: Type.Optional(
    closed(
      { start: Assessment, assessedOn: LocalDateSchema, registeredAt: InstantSchema },
      { description: 'What was recorded first, where a later version says something else.' },
    ),
  ),
})

export const FocusAreasSchema = closed({
  orderId: Id,
  version: Type.Integer({ minimum: 0, description: '0: none were recorded yet.' }),
  areas: Type.Array(ShownAreaSchema),
  removed: Type.Array(ShownAreaSchema, { description: 'Areas that a later version left out, as they last stood.' }),
  assessedLate: Type.Boolean({
    description: 'The first version came more than ten working days after the course began.',
  }),
  firstRegisteredAt: orNull(InstantSchema),
  registeredAt: orNull(InstantSchema),
  registeredBy: orNull(SomebodySchema),
})

export const FocusAreasVersionSchema = closed({
  version: Type.Integer({ minimum: 1 }),
  areas: Type.Array(closed(area)),
  registeredAt: InstantSchema,
  registeredBy: SomebodySchema,
})

export const RegisterMilestoneBody = closed({
  milestone: Milestone,
  reachedOn: LocalDateSchema,
  observedBy: Type.Optional(Name),
  registeredBy: By,
})
export type RegisterMilestone = Static<typeof RegisterMilestoneBody>

export const WithdrawMilestoneBody = closed({
  reason: Type.String({ minLength: 1, maxLength: 1000, pattern: String.raw`\S` }),
  registeredBy: By,
})
export type WithdrawMilestone = Static<typeof WithdrawMilestoneBody>

export const MilestoneSchema = closed({
  id: Id,
  orderId: Id,
  milestone: Type.String(),
  reachedOn: LocalDateSchema,
  observedBy: Type.Optional(Type.String()),
  reportId: Type.Optional(Id),
  status: oneOf(['reached', 'withdrawn']),
  registeredAt: InstantSchema,
  registeredBy: SomebodySchema,
  withdrawal: Type.Optional(closed({ reason: Type.String(), at: InstantSchema, registeredBy: SomebodySchema })),
})

export const ProgressQuery = closed({ ...listQuery })

const TargetSchema = closed({
  code: Type.String(),
  milestone: Type.String(),
  labels: LabelsSchema,
  weeks: Type.Integer({ minimum: 1 }),
  targetOn: LocalDateSchema,
  reachedOn: orNull(LocalDateSchema),
  status: oneOf(['reached', 'reached-late', 'open', 'missed']),
})

export const ProgressSchema = closed({
  orderId: Id,
  countedFrom: LocalDateSchema,
  reached: Type.Integer({ minimum: 0, description: 'Targets that are reached, in time or late.' }),
  of: Type.Integer({ minimum: 0, description: 'Targets that apply.' }),
  targets: Type.Array(TargetSchema),
  focusAreas: Type.Array(
    closed({
      area: Type.String(),
      title: Type.Optional(Type.String()),
      start: Type.Integer(),
      assessedOn: Type.Union([LocalDateSchema, Type.Null()], {
        description: 'Null for an area that a report told of and nobody recorded.',
      }),
      latest: orNull(closed({ assessment: Type.Integer(), reportId: Id, submittedAt: InstantSchema })),
      end: orNull(Type.Integer()),
    }),
  ),
  company: closed({
    attendedMinutes: Minutes,
    weeks: Type.Array(
      closed({
        week: Type.String({ description: 'The ISO week, `2026-W10`.' }),
        from: LocalDateSchema,
        plannedMinutes: Minutes,
        attendedMinutes: Minutes,
      }),
    ),
  }),
})
