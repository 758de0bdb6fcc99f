import { type Static, Type } from 'typebox'
import { Id, InstantSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

/** What an entry of the log tells of. */
export const entryKinds = ['change', 'look-up', 'refusal'] as const
export type EntryKind = (typeof entryKinds)[number]

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const PlaceInChain = Type.Integer({ minimum: 1, description: 'The place in the chain.' })

export const AuditLogQuery = closed({
  ...listQuery,
  citizenId: Type.Optional(Id),
  organisationId: Type.Optional({ ...Id, description: 'The organisation that acted.' }),
  from: Type.Optional(InstantSchema),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive.' })),
  kind: Type.Optional(oneOf(entryKinds)),
})
export type AuditLogFilters = Static<typeof AuditLogQuery>

export const AuditEntrySchema = closed({
  number: PlaceInChain,
  at: InstantSchema,
  kind: oneOf(entryKinds),
  action: Type.Optional(Type.String({ description: 'Of a change: what was done.' })),
  operation: Type.Optional(Type.String({ description: 'Of a look-up or a refusal: the operationId that was called.' })),
  rule: Type.Optional(Type.String({ description: 'Of a refusal: the code of the problem that answered it.' })),
  entity: Type.Optional(Type.String({ description: 'Of a change: what kind of thing was changed.' })),
  entityId: Type.Optional(Id),
  orderId: orNull(Id),
  citizenId: orNull({
    ...Id,
    description: 'The citizen that it is about; null for lists and for what is about nobody.',
  }),
  citizenIds: Type.Optional(
    Type.Array(Id, { description: 'Of a list: whom it showed, as far as the caller may know.' }),
  ),
  clientId: Type.String({ description: 'The system that called.' }),
  organisation: closed({ id: Id, name: Type.String() }),
  registeredBy: Type.Optional(closed({ name: Type.String() }, { description: 'Of a change: who answered for it.' })),
  purpose: Type.Optional(Type.String({ description: 'Why an auditor looked.' })),
  requestId: Type.String(),
  hash: Type.String({ ...Hash, description: 'SHA-256, in hex, over the row and the link before.' }),
})

export const CheckpointSchema = closed({
  number: PlaceInChain,
  hash: Hash,
  at: InstantSchema,
  signature: Type.String({ description: 'Compact JWS (EdDSA) over exactly number, hash and at.' }),
  publicKey: Type.Object({}, { additionalProperties: true, description: 'The key that verifies it, as JWK.' }),
})
