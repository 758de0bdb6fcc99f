import { type Static, type TSchema, Type } from 'typebox'
import { effortGroups } from '#features/orders/lookups.ts'
import { Id, LocalDateSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { groupsQuery, listQuery, nextGroups } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { resultFigures, resultGroupings, resultHorizons } from '#rules/results/result-measures.ts'

const Code = Type.String({ pattern: '^[a-z0-9-]{1,100}$' })
const Count = Type.Integer({ minimum: 0 })
const Weeks = Type.Unsafe<(typeof resultHorizons)[number]>({ type: 'integer', enum: [...resultHorizons] })

const period = {
  from: Type.Unsafe<Static<typeof LocalDateSchema>>({
    ...LocalDateSchema,
    description: 'Courses that began on this day or later.',
  }),
  to: Type.Unsafe<Static<typeof LocalDateSchema>>({
    ...LocalDateSchema,
    description: 'And on this day or earlier; at most ten years after `from`.',
  }),
}
const filters = {
  supplierId: Type.Optional(Id),
  supplierKind: Type.Optional(oneOf(['external', 'municipal', 'unemployment-fund'])),
  jobcenterId: Type.Optional(Id),
  frameworkAgreementId: Type.Optional(Id),
  targetGroup: Type.Optional(Code),
  effortGroup: Type.Optional(
    Type.Unsafe<string>({
      ...oneOf([...effortGroups, 'none']),
      description: '`none`: courses without an effort group.',
    }),
  ),
  residenceMunicipality: Type.Optional(Type.String({ pattern: String.raw`^\d{4}$` })),
}

const grouping = `(${resultGroupings.join('|')})`
export const ResultsQuery = closed({
  ...period,
  groupBy: Type.Optional(
    Type.String({
      pattern: `^${grouping}(,${grouping})*$`,
      maxLength: 200,
      default: 'supplier,effortGroup',
      description: `Any of ${resultGroupings.map((name) => `\`${name}\``).join(', ')}, each once, with commas between.`,
    }),
  ),
  ...filters,
  ...groupsQuery,
})
export type ResultsQueryOf = Static<typeof ResultsQuery>

export const ResultCasesQuery = closed({
  ...period,
  figure: Type.Optional(Type.Unsafe<(typeof resultFigures)[number]>({ ...oneOf(resultFigures), default: 'begun' })),
  milestone: Type.Optional(Code),
  weeks: Type.Optional(Weeks),
  ...filters,
  ...listQuery,
})
export type ResultCasesQueryOf = Static<typeof ResultCasesQuery>

const Named = closed({ id: Id, name: Type.String() })
const effort = Type.String({ description: '`none`: courses without an effort group.' })
const measured = {
  begun: Count,
  milestones: Type.Array(
    closed({
      milestone: Type.String(),
      labels: closed({ da: Type.String(), en: Type.String() }),
      weeks: Type.Integer({ minimum: 1 }),
      past: Count,
      reached: Count,
      notReached: Count,
      share: orNull(Type.Number({ minimum: 0, maximum: 1 })),
      underWay: Count,
      reachedUnderWay: Count,
      target: Type.Boolean({ description: 'A target that 004 sets to this effort group or target group.' }),
    }),
  ),
}

export const ResultsSchema = closed({
  ...period,
  countedOn: LocalDateSchema,
  groupBy: Type.Array(Type.String()),
  groups: Type.Array(
    closed({
      supplier: Type.Optional(Named),
      supplierKind: Type.Optional(Type.String()),
      jobcenter: Type.Optional(Named),
      frameworkAgreement: Type.Optional(Named),
      targetGroup: Type.Optional(Type.String()),
      effortGroup: Type.Optional(effort),
      residenceMunicipality: Type.Optional(Type.String()),
      month: Type.Optional(Type.String({ description: 'In which the courses began.' })),
      ...measured,
    }),
  ),
  next: nextGroups,
  totals: closed(measured),
  definitions: Type.Array(closed({ figure: Type.String(), text: closed({ da: Type.String(), en: Type.String() }) })),
})
export type ResultsDocument = Static<typeof ResultsSchema>

export const ResultCaseSchema: TSchema = closed({
  orderId: Id,
  orderNumber: Type.String(),
  supplier: Named,
  supplierKind: orNull(Type.String()),
  jobcenterId: Id,
  frameworkAgreementId: Id,
  targetGroup: Type.String(),
  effortGroup: effort,
  residenceMunicipality: Type.String(),
  begunOn: LocalDateSchema,
  horizonOn: orNull(
    Type.Unsafe<string>({ ...LocalDateSchema, description: 'The last day of the weeks, if asked for.' }),
  ),
  reachedOn: orNull(
    Type.Unsafe<string>({ ...LocalDateSchema, description: 'When the milestone that was asked for was reached.' }),
  ),
  url: Type.String({ description: 'The order.' }),
})
