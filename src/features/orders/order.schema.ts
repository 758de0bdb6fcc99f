import { Type } from 'typebox'
import {
  ByWithEmail,
  Email,
  Id,
  InstantSchema,
  LocalDateSchema,
  Minutes,
  Name,
  oneOf,
  orNull,
} from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

export const orderStatuses = ['draft', 'approved', 'ended', 'cancelled'] as const
export const courseStatuses = ['awaiting-first-meeting', 're-summoned', 'attending', 'ended', 'never-started'] as const
export const effortGroups = ['company-course', 'preparation', 'clarification'] as const

const Caseworker = closed({
  name: Name,
  email: Email,
  phone: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
})

const Reports = closed({
  templateId: Type.Optional(Id),
  interimEveryWeeks: Type.Optional(Type.Integer({ minimum: 1, maximum: 52 })),
  interimDueWorkingDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
})

const Municipality = Type.String({ pattern: String.raw`^\d{4}$`, description: 'Municipality code, such as 0101.' })

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
  registeredBy: ByWithEmail,
})

export const ApproveOrderBody = closed({
  approvedBy: closed({ name: Name, email: Email, role: oneOf(['team-manager', 'delegate']) }),
})

export const cancellationCauses = ['ordered-in-error', 'citizen-not-available', 'offer-not-available', 'other'] as const
export const CancelOrderBody = closed({
  cause: oneOf(cancellationCauses),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  registeredBy: ByWithEmail,
})

export const ActivitySchema = closed({
  id: Id,
  orderId: Id,
  kind: Type.String(),
  title: Type.String(),
  status: Type.String(),
  place: Type.Unknown(),
  startDate: LocalDateSchema,
  endDate: LocalDateSchema,
  description: Type.Optional(Type.String()),
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
  activities: Type.Array(closed({ id: Id, kind: Type.String(), status: Type.String(), title: Type.String() })),
  cancellation: Type.Optional(
    closed({ cause: Type.String(), text: Type.Optional(Type.String()), cancelledAt: InstantSchema }),
  ),
})

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
