import { type Static, Type } from 'typebox'
import { Id, InstantSchema, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

export const TerminationQuery = closed({
  ...listQuery,
  endedOnFrom: Type.Optional(LocalDateSchema),
  endedOnTo: Type.Optional(LocalDateSchema),
  orderId: Type.Optional(Id),
  supplierId: Type.Optional(Id),
})
export type TerminationFilters = Static<typeof TerminationQuery>

export const TerminationSchema = closed({
  orderId: Id,
  citizenId: Id,
  supplierId: Id,
  jobcenterId: Id,
  targetGroup: Type.String(),
  residenceMunicipality: Type.String({ description: 'As of the order.' }),
  endedOn: LocalDateSchema,
  cause: Type.String({ description: 'A code of the code set termination-causes.' }),
  courseStatus: oneOf(['ended', 'never-started']),
  endedBy: Type.Unsafe<string>({
    ...oneOf(['supplier', 'jobcenter', 'benefits-office', 'portal']),
    description: '`portal`: nobody did, and the end date came.',
  }),
  recordedAt: InstantSchema,
  registeredBy: orNull(closed({ name: Name })),
  text: Type.Optional(
    Type.String({
      description:
        'The free text, where one was given. Shown to those who act on it: the supplier, the ordering jobcenter and the benefits offices of group and municipality. An auditor, who looks at dates and causes, does not see it (Ours).',
    }),
  ),
})
