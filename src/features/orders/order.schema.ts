import { type Static, type TOptional, Type } from 'typebox'
import {
  By,
  ByWithEmail,
  Email,
  Id,
  InstantSchema,
  LocalDateSchema,
  Minutes,
  Name,
  oneOf,
  orNull,
  PersonName,
} from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

export const orderStatuses = ['draft', 'approved', 'ended', 'cancelled'] as const
export const courseStatuses = ['awaiting-first-meeting', 're-summoned', 'attending', 'ended', 'never-started'] as const
export const effortGroups = ['company-course', 'preparation', 'clarification'] as const

const Caseworker = closed({
  name: PersonName,
  email: Email,
  phone: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
})

const Reports = closed({
  templateId: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'A template of final reports.' })),
  interimEveryWeeks: Type.Optional(Type.Integer({ minimum: 1, maximum: 52 })),
  interimDueWorkingDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
})

const Municipality = Type.String({ pattern: String.raw`^\d{4}$`, description: 'Municipality code, such as 0101.' })

/** § 18: who else delivers; the supplier speaks to the portal for them too. */
const Subcontractors = Type.Array(
  closed({
    name: Name,
    cvr: Type.Optional(Type.String({ pattern: String.raw`^\d{8}$`, description: 'Eight digits.' })),
  }),
  { maxItems: 50, description: 'Who else delivers (§ 18); the main supplier alone calls the portal.' },
)

/** What every order says, asked for and answered alike. */
const terms = {
  supplierId: Id,
  frameworkAgreementId: Id,
  offer: Type.String({ minLength: 1, maxLength: 100 }),
  targetGroup: Type.String({ minLength: 1, maxLength: 100, description: 'A code of the code set target-groups.' }),
  effortGroup: Type.Optional(oneOf(effortGroups)),
  startDate: LocalDateSchema,
  endDate: LocalDateSchema,
  orderedMinutes: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'All hours of the order, in minutes.' }),
  firstMeetingAt: InstantSchema,
  deliveryAddressId: Id,
  caseworker: Caseworker,
  reports: Type.Optional(Reports),
}

export const PlaceOrderBody = closed({
  ...terms,
  citizen: closed({
    cpr: Type.String({ pattern: String.raw`^\d{10}$`, description: 'Ten digits, no hyphen.' }),
    name: Name,
    residenceMunicipality: Municipality,
  }),
  subcontractors: Type.Optional(Subcontractors),
  registeredBy: ByWithEmail,
})

const { effortGroup, reports, ...required } = terms
const optionalTerms = Object.fromEntries(
  Object.entries(required).map(([name, schema]) => [name, Type.Optional(schema)]),
) as { [K in keyof typeof required]: TOptional<(typeof required)[K]> }

/** What is to change; a member that is left out stays. `null` takes a member away. */
export const AmendOrderBody = closed(
  {
    ...optionalTerms,
    effortGroup: Type.Optional(orNull(oneOf(effortGroups))),
    reports: Type.Optional(orNull(Reports)),
    citizen: Type.Optional(
      closed({ name: Type.Optional(Name), residenceMunicipality: Type.Optional(Municipality) }, { minProperties: 1 }),
    ),
    subcontractors: Type.Optional(Subcontractors),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        pattern: String.raw`\S`,
        description: 'Why an approved order is amended; required then.',
      }),
    ),
    registeredBy: Type.Optional(By),
    amendedBy: Type.Optional(
      Type.Unsafe<Static<typeof By>>({ ...By, description: 'The same as registeredBy; one of the two is needed.' }),
    ),
  },
  { anyOf: [{ required: ['registeredBy'] }, { required: ['amendedBy'] }] },
)

const approverRoles = ['team-manager', 'delegate'] as const
export const ApproveOrderBody = closed({
  approvedBy: closed({ name: PersonName, email: Email, role: oneOf(approverRoles) }),
})

export const cancellationCauses = ['ordered-in-error', 'citizen-not-available', 'offer-not-available', 'other'] as const
export const CancelOrderBody = closed({
  cause: oneOf(cancellationCauses),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  registeredBy: By,
})

const listed = {
  id: Id,
  orderNumber: Type.String(),
  status: oneOf(orderStatuses),
  course: closed({
    status: oneOf(courseStatuses),
    firstAttendedOn: orNull(LocalDateSchema),
    endedOn: orNull(LocalDateSchema),
  }),
  jobcenterId: Id,
  ...terms,
  plannedMinutes: Minutes,
  remainingMinutes: Type.Integer({ description: 'Ordered minutes that are not planned yet.' }),
  planComplete: Type.Boolean(),
  planConflict: Type.Boolean({
    description: 'Whether something planned or registered lies beyond what is ordered, since an amendment or the end.',
  }),
  subcontractors: Subcontractors,
  createdAt: InstantSchema,
  approvedAt: orNull(InstantSchema),
}

const Citizen = { id: Id, name: Type.String(), residenceMunicipality: Municipality }

/** An order in a list: no CPR number. */
export const ListedOrderSchema = closed({ ...listed, citizen: closed(Citizen) })

/** A single order. The CPR number is shown to its supplier, jobcenter and benefits office; the look-up is logged. */
export const OrderSchema = closed({
  ...listed,
  citizen: closed({ ...Citizen, cpr: Type.Optional(Type.String()) }),
  draftedBy: Type.Optional(closed({ name: Type.String() }, { description: 'Not shown to a benefits office (§ 1).' })),
  approvedBy: Type.Optional(
    closed(
      { name: Type.String(), role: Type.Optional(oneOf(approverRoles)) },
      { description: 'Not shown to a benefits office; the role not to the supplier (§ 1).' },
    ),
  ),
  activities: Type.Array(closed({ id: Id, kind: Type.String(), status: Type.String(), title: Type.String() })),
  cancellation: Type.Optional(
    closed({ cause: Type.String(), text: Type.Optional(Type.String()), cancelledAt: InstantSchema }),
  ),
  termination: Type.Optional(
    closed({
      endedOn: LocalDateSchema,
      cause: Type.String({ description: 'A code of the code set termination-causes.' }),
      text: Type.Optional(Type.String()),
      endedBy: oneOf(['supplier', 'jobcenter', 'benefits-office', 'portal']),
      endedAt: InstantSchema,
    }),
  ),
})

export const TerminateOrderBody = closed({
  endedOn: LocalDateSchema,
  cause: Type.String({ minLength: 1, maxLength: 100, description: 'A code of the code set termination-causes.' }),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  registeredBy: By,
})

/** One amendment: the members that it changed, as they were and as they are since. */
export const AmendmentSchema = closed({
  id: Id,
  orderId: Id,
  amendedAt: InstantSchema,
  reason: Type.String(),
  amendedBy: closed({ name: Type.String(), email: Type.Optional(Type.String()) }),
  before: Type.Object({}, { additionalProperties: true }),
  after: Type.Object({}, { additionalProperties: true }),
})
export const AmendmentQuery = closed({ ...listQuery })

export const OrderQuery = closed({
  ...listQuery,
  status: Type.Optional(oneOf(orderStatuses)),
  courseStatus: Type.Optional(oneOf(courseStatuses)),
  supplierId: Type.Optional(Id),
  jobcenterId: Type.Optional(Id),
  citizenId: Type.Optional(Id),
  targetGroup: Type.Optional(Type.String({ maxLength: 100 })),
  orderNumber: Type.Optional(Type.String({ maxLength: 40 })),
  startDateFrom: Type.Optional(LocalDateSchema),
  startDateTo: Type.Optional(LocalDateSchema),
})

export const PlanBody = closed({
  complete: Type.Boolean({ description: 'Whether this is the whole plan, adding up to the ordered minutes.' }),
  days: Type.Array(
    closed({ date: LocalDateSchema, activityId: Id, plannedMinutes: Type.Integer({ minimum: 1, maximum: 1440 }) }),
    { maxItems: 2000 },
  ),
})

export const PlanSchema = closed({
  orderId: Id,
  complete: Type.Boolean(),
  orderedMinutes: Minutes,
  plannedMinutes: Minutes,
  remainingMinutes: Type.Integer(),
  days: Type.Array(closed({ date: LocalDateSchema, activityId: Id, plannedMinutes: Minutes })),
})
