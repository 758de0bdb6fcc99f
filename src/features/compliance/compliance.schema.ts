import { type TSchema, Type } from 'typebox'
import { Id, LocalDateSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { groupsQuery, listQuery, nextGroups } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { dutyFigureNames, figureNames } from '#rules/compliance/figures.ts'
import { riskPartNames } from '#rules/compliance/risk-score.ts'
import { shareNames } from '#rules/compliance/shares.ts'
import { obligationKinds } from '#rules/obligation/obligation-state.ts'

/** What figures can be grouped by. */
export const groupings = [
  'supplier',
  'jobcenter',
  'frameworkAgreement',
  'targetGroup',
  'residenceMunicipality',
  'month',
] as const
export type Grouping = (typeof groupings)[number]

/** The filter value for attempts that named no known order, which have no such member. */
export const noValue = 'none'

const idOrNone = (description: string) =>
  Type.Optional(
    Type.Unsafe<string>({
      anyOf: [
        { type: 'string', format: 'uuid' },
        { type: 'string', const: noValue },
      ],
      description,
    }),
  )
const code = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }))

/** A period with the filters that every answer of compliance takes. */
const filtered = {
  from: LocalDateSchema,
  to: LocalDateSchema,
  supplierId: Type.Optional(Id),
  jobcenterId: idOrNone('A jobcenter; `none` for attempts about no known order.'),
  frameworkAgreementId: idOrNone('A framework agreement; `none` as above.'),
  targetGroup: code('A code of the code set target-groups; `none` as above.'),
  residenceMunicipality: Type.Optional(
    Type.String({
      pattern: String.raw`^(\d{4}|none)$`,
      description: 'A municipality, four digits, as of each record; `none` as above.',
    }),
  ),
}

const groupingPattern = `^(${groupings.join('|')})(,(${groupings.join('|')})){0,5}$`

export const SummaryQuery = closed({
  ...filtered,
  groupBy: Type.Optional(
    Type.String({ pattern: groupingPattern, description: `One or more of ${groupings.join(', ')}, with commas.` }),
  ),
  ...groupsQuery,
})

export const RiskQuery = closed(filtered)

export const CasesQuery = closed({
  ...listQuery,
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 500,
      description: 'Cases on a page, 50 if not said; in a file all, if not said.',
    }),
  ),
  ...filtered,
  figure: oneOf(figureNames),
  kind: Type.Optional(oneOf(obligationKinds)),
  rule: Type.Optional(
    Type.String({ pattern: '^[a-z0-9-]{1,100}$', description: 'Of refusals: the code of the problem.' }),
  ),
})

const count = Type.Integer({ minimum: 0 })
const counts = (names: readonly string[]) => closed(Object.fromEntries(names.map((name) => [name, count])))

const Named = closed({ id: Id, name: Type.String() })
const Titled = closed({ id: Id, title: Type.String() })

const Share = closed({
  numerator: count,
  denominator: count,
  share: orNull(Type.Number({ minimum: 0, description: 'To four decimals; null over nothing.' })),
})

const figureMembers: Record<string, TSchema> = {
  figures: counts(figureNames),
  shares: closed(Object.fromEntries(shareNames.map((name) => [name, Share]))),
  dutiesByKind: Type.Record(Type.String(), counts(dutyFigureNames), {
    description: 'The figures of duties by kind; kinds without any are left out.',
  }),
  refusalsByRule: Type.Record(Type.String(), count, { description: 'By the code of the problem.' }),
}

const freshAsOf = orNull(
  Type.String({
    format: 'date-time',
    description:
      'Whatever was written before is counted, also by what was still writing when the worker counted; no instant after the answer. A request that had arrived and not yet written anything is not meant. Null until the worker has counted for the first time.',
  }),
)

export const SummarySchema = closed({
  from: LocalDateSchema,
  to: LocalDateSchema,
  freshAsOf,
  groupBy: Type.Array(oneOf(groupings)),
  groups: Type.Array(
    closed({
      supplier: Type.Optional(Named),
      jobcenter: Type.Optional(orNull(Named)),
      frameworkAgreement: Type.Optional(orNull(Titled)),
      targetGroup: Type.Optional(orNull(Type.String())),
      residenceMunicipality: Type.Optional(orNull(Type.String())),
      month: Type.Optional(Type.String({ pattern: String.raw`^\d{4}-\d{2}$` })),
      ...figureMembers,
    }),
    { description: 'Empty without `groupBy`.' },
  ),
  next: nextGroups,
  totals: closed(figureMembers),
})

export const CaseSchema = closed({
  id: Type.Unsafe<string>({
    ...Id,
    description: 'Of what is counted: a duty, an absence, an order; per figure and date.',
  }),
  date: LocalDateSchema,
  supplier: Named,
  jobcenterId: orNull(Id),
  frameworkAgreementId: orNull(Id),
  targetGroup: orNull(Type.String()),
  residenceMunicipality: orNull(Type.String()),
  orderId: orNull(Id),
  orderNumber: orNull(Type.String()),
  kind: orNull(Type.String({ description: 'Of a duty its kind, of a refused attempt the rule.' })),
  counts: Type.Integer({ minimum: 1, description: 'What the case adds to the figure: one, or minutes.' }),
  daysLate: orNull(Type.Integer({ minimum: 0, description: 'Calendar days; of what is overdue, until today.' })),
  workingDaysLate: orNull(count),
  url: orNull(
    Type.String({
      format: 'uri',
      description: 'Where to look; null for the administration, which reads what is counted and not the registers.',
    }),
  ),
})

const Text = closed({ da: Type.String(), en: Type.String() })

export const DefinitionsSchema = closed({
  figures: Type.Array(
    closed({
      name: oneOf(figureNames),
      counts: oneOf(['cases', 'minutes']),
      definition: Text,
      fallsBy: Text,
      when: orNull(
        Type.Unsafe<string>({
          ...oneOf(['before-today', 'from-today']),
          description: 'Counts only once the last day on which the case is in time is over, or only until then.',
        }),
      ),
      basis: Text,
    }),
  ),
  shares: Type.Array(
    closed({
      name: oneOf(shareNames),
      numerator: Type.Array(oneOf(figureNames)),
      denominator: Type.Array(oneOf(figureNames)),
      definition: Text,
      basis: Text,
    }),
  ),
  risk: closed({
    damping: count,
    parts: Type.Array(
      closed({
        name: oneOf(riskPartNames),
        wrong: Type.Array(oneOf(figureNames)),
        of: Type.Array(oneOf(figureNames)),
        weight: Type.Integer(),
        because: Text,
      }),
    ),
  }),
})

export const RiskSchema = closed({
  from: LocalDateSchema,
  to: LocalDateSchema,
  freshAsOf,
  damping: count,
  suppliers: Type.Array(
    closed({
      place: Type.Integer({ minimum: 1 }),
      supplier: Named,
      score: Type.Number({ minimum: 0, maximum: 100 }),
      parts: Type.Array(
        closed({
          name: oneOf(riskPartNames),
          wrong: count,
          of: count,
          share: orNull(Type.Number()),
          averageShare: orNull(Type.Number()),
          dampedShare: Type.Number(),
          weight: Type.Integer(),
          contribution: Type.Number(),
        }),
      ),
    }),
  ),
})
