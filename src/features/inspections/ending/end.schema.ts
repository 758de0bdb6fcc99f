import { type Static, Type } from 'typebox'
import { By, Id, Name } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { ControlPointCodeSchema, Note } from '../inspection.schema.ts'

export const ClosingBody = closed({
  notJudged: Type.Optional(
    Type.Array(
      closed({
        orderId: Type.Optional(Id),
        controlPoint: Type.Optional(ControlPointCodeSchema),
        reason: Type.Unsafe<string>({ ...Note, description: 'Names no citizen; holds no CPR number.' }),
      }),
      { maxItems: 1000, description: 'Why points were not judged: of one course, at one point, both or all.' },
    ),
  ),
  registeredBy: closed({ name: Name, email: By.properties.email }),
})
export type CloseInspection = Static<typeof ClosingBody>

export const DiscardBody = closed({
  reason: Type.Unsafe<string>({
    ...Note,
    description: 'Why the draw counts for nothing. Names no citizen; holds no CPR number.',
  }),
  registeredBy: By,
})
export type DiscardInspection = Static<typeof DiscardBody>
