import { type Static, Type } from 'typebox'
import { By, FreeText, Id, InstantSchema, LocalDateSchema, Name, oneOf } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { activityKinds, placeKinds } from '#rules/order/activity-rules.ts'

const Place = closed(
  {
    kind: oneOf(placeKinds),
    addressId: Type.Optional(
      Type.Unsafe<string>({ ...Id, description: 'One of the registered addresses, for supplier-address.' }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The company, for work-placement and wage-subsidy.' }),
    ),
  },
  { description: 'Never citizen-home: no work is set for home (§ 4).' },
)

/** An activity to propose or create. */
export const ActivityBody = closed({
  kind: oneOf(activityKinds),
  title: Name,
  place: Place,
  startDate: LocalDateSchema,
  endDate: LocalDateSchema,
  description: Type.Optional(FreeText),
  documentId: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: 'A document of the order, or an own one, which is bound to it.' }),
  ),
  registeredBy: By,
})
export type NewActivity = Static<typeof ActivityBody>

export const DecisionBody = closed({
  decision: oneOf(['approved', 'rejected']),
  reason: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, pattern: String.raw`\S`, description: 'Needed for a rejection.' }),
  ),
  decidedBy: By,
})
export type Decision = Static<typeof DecisionBody>

const ByAnswer = closed({ name: Type.String(), email: Type.Optional(Type.String()) })

export const ActivitySchema = closed({
  id: Id,
  orderId: Id,
  kind: Type.String(),
  title: Type.String(),
  status: Type.String(),
  place: Type.Unknown(),
  startDate: LocalDateSchema,
  endDate: LocalDateSchema,
  outsideOrder: Type.Boolean({
    description: 'Whether an amendment left all of it outside the order; nothing can be planned on it then.',
  }),
  description: Type.Optional(Type.String()),
  documentId: Type.Optional(Id),
  proposedBy: Type.Optional(ByAnswer),
  decision: Type.Optional(
    closed({
      decision: oneOf(['approved', 'rejected']),
      reason: Type.Optional(Type.String()),
      decidedBy: ByAnswer,
      decidedAt: InstantSchema,
    }),
  ),
})
