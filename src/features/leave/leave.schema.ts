import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, LocalDateSchema } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

const Reason = Type.String({ minLength: 1, maxLength: 1000, pattern: String.raw`\S` })
const MinutesADay = Type.Integer({
  minimum: 1,
  maximum: 1440,
  description: 'Minutes of each of the days; whole days when left out.',
})

export const ApproveLeaveBody = closed({
  from: LocalDateSchema,
  to: LocalDateSchema,
  minutes: Type.Optional(MinutesADay),
  reason: Reason,
  approvedBy: By,
})
export type ApproveLeave = Static<typeof ApproveLeaveBody>

export const WithdrawLeaveBody = closed({ reason: Reason, registeredBy: By })
export type WithdrawLeave = Static<typeof WithdrawLeaveBody>

const Person = closed({ name: Type.String(), email: Type.Optional(Type.String()) })
export const LeaveSchema = closed({
  id: Id,
  orderId: Id,
  from: LocalDateSchema,
  to: LocalDateSchema,
  minutes: Type.Optional(MinutesADay),
  reason: Type.String(),
  approvedBy: Person,
  approvedAt: InstantSchema,
  withdrawal: Type.Optional(closed({ reason: Type.String(), at: InstantSchema, registeredBy: Person })),
})
export const LeaveQuery = closed({ ...listQuery })
