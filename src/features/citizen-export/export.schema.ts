import { Type } from 'typebox'
import { Id, InstantSchema, oneOf } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { sectionNames } from './sections.ts'

const NamedSchema = closed({ id: Id, name: Type.String() })
const RecordSchema = Type.Object({}, { additionalProperties: true })

export const CitizenExportSchema = closed({
  exportedAt: InstantSchema,
  organisation: NamedSchema,
  views: Type.Array(oneOf(['supplier', 'jobcenter'])),
  citizen: closed({
    id: Id,
    cpr: Type.String(),
    names: Type.Array(Type.String()),
    residenceMunicipalities: Type.Array(Type.String()),
  }),
  organisations: Type.Array(NamedSchema),
  records: closed(Object.fromEntries(sectionNames.map((name) => [name, Type.Array(RecordSchema)])), {
    description: 'The records of each table, as the register holds them; what is not there is left out.',
  }),
})
