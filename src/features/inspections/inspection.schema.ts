import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, LocalDateSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { linesPattern } from '#platform/plain-text.ts'
import { controlPointCodes, coursePhases, type Outcome, outcomes } from '#rules/inspection/control-points.ts'
import { proposedFacts } from '#rules/inspection/propose-findings.ts'

const Municipality = Type.String({ pattern: String.raw`^\d{4}$`, description: 'Municipality code, such as 0155.' })
const Phase = oneOf(coursePhases)
const statuses = ['open', 'closed', 'discarded'] as const
const Person = closed({ name: Type.String(), email: Type.Optional(Type.String()) })
const Count = Type.Integer({ minimum: 0 })
/** A text of several lines that an inspector writes. */
export const Note = Type.String({ minLength: 1, maxLength: 4000, pattern: linesPattern })
/** Of a course at which control point. */
export const ControlPointCodeSchema = oneOf(controlPointCodes)

const places = (of: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: 200, default: 15, description: `How many ${of} courses; 15 unless told.` }),
  )

export const DrawInspectionBody = closed(
  {
    supplierId: Type.Optional(Type.Unsafe<string>({ ...Id, description: "The supplier's courses." })),
    residenceMunicipality: Type.Optional(
      Type.Unsafe<string>({
        ...Municipality,
        description: "The courses of a municipality's citizens, over all suppliers.",
      }),
    ),
    seed: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: String.raw`^[\x21-\x7e]+$`,
        format: 'no-citizen-number',
        description: 'Makes the sample reproducible; made by the portal where none is given. Visible ASCII.',
      }),
    ),
    running: places('running'),
    ended: places('ended'),
    drawnBy: By,
  },
  { oneOf: [{ required: ['supplierId'] }, { required: ['residenceMunicipality'] }] },
)
export type DrawInspection = Static<typeof DrawInspectionBody>

export const InspectionQuery = closed({
  ...listQuery,
  supplierId: Type.Optional(Id),
  residenceMunicipality: Type.Optional(Municipality),
  status: Type.Optional(
    Type.Unsafe<'open' | 'closed' | 'discarded'>({
      ...oneOf(statuses),
      description: 'Open and closed ones unless told; discarded ones when asked for.',
    }),
  ),
})

export const courseParams = closed({ id: Id, orderId: Id })
export const findingParams = closed({ id: Id, orderId: Id, controlPoint: ControlPointCodeSchema })

const ofPhase = closed({
  asked: orNull(Type.Integer({ minimum: 0, description: 'Of the whole; null to those who see a part of it.' })),
  population: Type.Integer({ minimum: 0, description: 'Courses that were drawn from, as of the drawing.' }),
  drawn: Count,
  fewerThanAsked: orNull(
    Type.Boolean({
      description: 'There were fewer courses than asked for, so all were taken; null to those who see a part.',
    }),
  ),
})

const SeedGivenBy = Type.Unsafe<'person' | 'portal'>({
  ...oneOf(['person', 'portal']),
  description: 'Who chose the seed. Whoever gives one can have tried others before.',
})

const DiscardReason = Type.String({ description: 'Told to whoever drew it or sees all of its courses.' })

const head = {
  id: Id,
  supplierId: orNull(Id),
  residenceMunicipality: orNull(Municipality),
  status: oneOf(statuses),
  seed: Type.String(),
  seedGivenBy: SeedGivenBy,
  shown: Type.Unsafe<'whole' | 'part'>({
    ...oneOf(['whole', 'part']),
    description:
      "`part`: it was drawn from more than the caller's citizens, and every figure, stratum and course is of these.",
  }),
  drawnAt: InstantSchema,
  drawnOn: LocalDateSchema,
  drawnBy: Person,
  organisationId: Type.Unsafe<string>({ ...Id, description: 'The auditor or administration that drew it.' }),
  endedFrom: Type.Unsafe<string>({
    ...LocalDateSchema,
    description: 'Ended courses are drawn from those that ended on this day or later, up to the day of the drawing.',
  }),
  running: ofPhase,
  ended: ofPhase,
  closedAt: orNull(InstantSchema),
  closedBy: orNull(Person),
  discardedAt: orNull(InstantSchema),
  discardedBy: orNull(Person),
  discardReason: orNull(DiscardReason),
  precededBy: Type.Unsafe<{ open: number; closed: number; closedUnjudged: number; discarded: number }>({
    ...closed({
      open: Count,
      closed: Count,
      closedUnjudged: Type.Integer({
        minimum: 0,
        description: 'Of the closed ones: without a judgement of any course that the caller sees.',
      }),
      discarded: Count,
    }),
    description:
      'Draws of the same supplier or municipality among the same citizens in the twelve months before this one: open still, closed, or discarded, whenever that was.',
  }),
}

const earlierDraw = {
  inspectionId: Id,
  supplierId: orNull(Id),
  residenceMunicipality: orNull(Municipality),
  seed: Type.String(),
  seedGivenBy: SeedGivenBy,
  drawnAt: InstantSchema,
  drawnBy: Person,
}

/** A draw that was discarded, as those after it and the yearly table name it. */
export const DiscardedDrawSchema = closed({
  ...earlierDraw,
  discardedAt: InstantSchema,
  discardedBy: Person,
  discardReason: orNull(DiscardReason),
})

/** A draw that was closed, as those after it name it. */
const ClosedDrawSchema = closed({
  ...earlierDraw,
  closedAt: InstantSchema,
  closedBy: Person,
  courses: Type.Integer({ minimum: 0, description: 'That were drawn, as far as the caller sees them.' }),
  coursesJudged: Type.Integer({ minimum: 0, description: 'Of these: with a finding that stands.' }),
})

export const ListedInspectionSchema = closed(head)

const Counts = {
  judged: Type.Integer({ minimum: 0, description: 'Control points that have a finding.' }),
  irregularities: Count,
  unjudged: Type.Integer({ minimum: 0, description: 'Control points of its phase that have none.' }),
}

export const InspectionSchema = closed({
  ...head,
  discardedBefore: Type.Array(DiscardedDrawSchema, { description: 'The discarded draws that `precededBy` counts.' }),
  closedBefore: Type.Array(ClosedDrawSchema, { description: 'The closed draws that `precededBy` counts.' }),
  populationSha256: Type.String({
    description: 'SHA-256, in hexadecimal, over the ids that were drawn from, in their order, with commas between.',
  }),
  strata: Type.Array(
    closed({ phase: Phase, frameworkAgreementId: Id, targetGroup: Type.String(), population: Count, drawn: Count }),
  ),
  courses: Type.Array(
    closed({
      orderId: Id,
      orderNumber: Type.String(),
      phase: Phase,
      supplierId: Id,
      frameworkAgreementId: Id,
      targetGroup: Type.String(),
      residenceMunicipality: Municipality,
      ...Counts,
    }),
  ),
  notJudged: Type.Array(
    closed({
      orderId: Type.Optional(Id),
      controlPoint: Type.Optional(ControlPointCodeSchema),
      reason: Type.String(),
    }),
    {
      description:
        'What was not judged, and why; said at the closing. A reason without `orderId` is told to whoever drew the inspection or sees all of its courses.',
    },
  ),
  ...Counts,
})

export const ProposalSchema = closed({
  outcome: Type.Unsafe<Outcome | null>({
    ...orNull(oneOf(outcomes)),
    description: 'Null where nothing is proposed: the authority entered all that was asked too late to keep it.',
  }),
  because: Type.Array(
    closed({ fact: oneOf(proposedFacts), count: Count, dates: Type.Optional(Type.Array(LocalDateSchema)) }),
  ),
})

export const FindingBody = closed({
  outcome: oneOf(outcomes),
  severity: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3, description: 'Of an irregularity: 1 slight, 2 notable, 3 grave.' }),
  ),
  note: Type.Optional(Type.Unsafe<string>({ ...Note, description: 'Encrypted; holds no CPR number.' })),
  visitedOn: Type.Optional(
    Type.Unsafe<Static<typeof LocalDateSchema>>({
      ...LocalDateSchema,
      description: 'The day of the visit, if there was one: from the day of the drawing to today.',
    }),
  ),
  registeredBy: By,
})
export type RecordFinding = Static<typeof FindingBody>

/** What a version of a finding says. */
const AnyOutcome = Type.Unsafe<(typeof outcomes)[number] | 'withdrawn'>({
  ...oneOf([...outcomes, 'withdrawn']),
  description: '`withdrawn`: from then on nothing stands at the point, until something is found again.',
})

const finding = {
  outcome: oneOf(outcomes),
  severity: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
  note: Type.Optional(Type.String()),
  visitedOn: Type.Optional(LocalDateSchema),
  proposed: Type.Optional(
    Type.Unsafe<Static<typeof ProposalSchema>>({
      ...ProposalSchema,
      description: 'What the registers proposed when it was recorded; absent at points that are judged on site.',
    }),
  ),
  version: Type.Integer({ minimum: 1 }),
  registeredBy: Person,
  registeredAt: InstantSchema,
}

/** A finding as it stands, without those before it. */
export const FindingSchema = closed({ inspectionId: Id, orderId: Id, controlPoint: ControlPointCodeSchema, ...finding })
export const FindingWithHistorySchema = closed({
  ...FindingSchema.properties,
  outcome: AnyOutcome,
  history: Type.Array(closed({ ...finding, outcome: AnyOutcome }), {
    description: 'All versions, the first one first.',
  }),
})

export const WithdrawFindingBody = closed({
  note: Type.Optional(Type.Unsafe<string>({ ...Note, description: 'Why. Encrypted; holds no CPR number.' })),
  registeredBy: By,
})
export type WithdrawFinding = Static<typeof WithdrawFindingBody>
export const WithdrawnFindingSchema = closed({ ...FindingSchema.properties, outcome: AnyOutcome })

export const ConfirmProposalsBody = closed({
  controlPoints: Type.Optional(
    Type.Array(ControlPointCodeSchema, {
      minItems: 1,
      maxItems: 100,
      description: 'Those that are confirmed; all that are judged by data unless told.',
    }),
  ),
  registeredBy: By,
})
export type ConfirmProposals = Static<typeof ConfirmProposalsBody>

export const PointOfCourseSchema = closed({
  controlPoint: ControlPointCodeSchema,
  title: closed({ da: Type.String(), en: Type.String() }),
  section: Type.String(),
  judgedBy: oneOf(['data', 'on-site']),
  demanded: Type.Boolean({ description: 'Whether it is judged of courses of this phase before the closing.' }),
  proposed: orNull(ProposalSchema),
  finding: orNull(closed(finding)),
  version: Type.Integer({
    minimum: 0,
    description: 'The latest version of its finding, for If-Match, a withdrawn one too; 0 where nothing was recorded.',
  }),
})

export const ControlPointSchema = closed({
  code: ControlPointCodeSchema,
  da: Type.String(),
  en: Type.String(),
  section: Type.String({ description: 'Of Samarbejde og dokumentation.' }),
  judgedBy: oneOf(['data', 'on-site']),
  phases: Type.Array(Phase),
})
