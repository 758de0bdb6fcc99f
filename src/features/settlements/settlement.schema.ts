import { type Static, Type } from 'typebox'
import { Id, InstantSchema, LocalDateSchema, Minutes, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'

const Oere = Type.Integer({ minimum: 0, description: 'Øre.' })
const Municipality = Type.String({
  pattern: String.raw`^\d{4}$`,
  description: 'Code of the municipality: `0155` Dragør.',
})
const Month = Type.String({
  pattern: String.raw`^(19|20|21)\d{2}-(0[1-9]|1[0-2])$`,
  description: 'A month, `YYYY-MM`.',
})

export const settlementParams = closed({ municipality: Municipality, month: Month })
export const SettlementQuery = closed({
  asOf: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'Counts from the registers as they stood at that instant; now when absent. The answer names it, and asked for again under it is the same, byte for byte.',
    }),
  ),
})
export type SettlementQueryOf = Static<typeof SettlementQuery>

const Sum = closed({ lines: Type.Integer({ minimum: 0 }), deliveredMinutes: Minutes, amountOere: Oere })
const Basis = Type.Unsafe<'actual-cost' | 'budgeted-unit-price'>({
  type: 'string',
  enum: ['actual-cost', 'budgeted-unit-price'],
  description:
    'Outside suppliers are settled as spent; places in the municipality’s own centres at the unit price of its budget, which is what their agreement states (000).',
})

const LineSchema = closed({
  cpr: Type.String({ description: 'The CPR number of the citizen, ten digits.' }),
  citizenId: Id,
  orderId: Id,
  orderNumber: Type.String(),
  supplier: closed({ id: Id, name: Type.String(), kind: Type.String() }),
  jobcenterId: Id,
  frameworkAgreement: closed({ id: Id, title: Type.String() }),
  basis: Basis,
  firstDay: LocalDateSchema,
  lastDay: LocalDateSchema,
  days: Type.Integer({ minimum: 1, description: 'Days with delivered minutes.' }),
  deliveredMinutes: Minutes,
  afterEndMinutes: Type.Integer({
    minimum: 0,
    description: 'Of them, minutes of days after the end of the course, which was told later.',
  }),
  unitPriceOere: Type.Integer({ minimum: 0, description: 'Of an hour, by the framework agreement. Øre.' }),
  amountOere: Type.Integer({ minimum: 0, description: 'Whole øre, half up.' }),
  protocolSubmitted: Type.Boolean({ description: 'Whether a protocol of the month had been submitted.' }),
  protocol: orNull(
    closed({
      version: Type.Integer({ minimum: 1 }),
      submittedAt: InstantSchema,
      incomplete: Type.Boolean(),
      outdated: Type.Boolean({ description: 'A day of the line was recorded anew after that version.' }),
    }),
  ),
})

export const SettlementSchema = closed({
  municipality: Municipality,
  month: Month,
  asOf: InstantSchema,
  monthOver: Type.Boolean({
    description: 'Whether the month was over at `asOf`, in Copenhagen; a settlement before that is a provisional one.',
  }),
  debtor: Type.String({ description: 'The municipality that pays for its citizens.' }),
  creditor: orNull(
    Type.String({ description: 'The municipality that paid the suppliers; null where it is the same one.' }),
  ),
  currency: Type.Literal('DKK'),
  lines: Type.Array(LineSchema),
  totals: closed({
    citizens: Type.Integer({ minimum: 0 }),
    lines: Type.Integer({ minimum: 0 }),
    deliveredMinutes: Minutes,
    amountOere: Type.Integer({ minimum: 0, description: 'The sum of the lines, which are rounded each. Øre.' }),
    actualCost: Sum,
    budgetedUnitPrice: Sum,
    withoutProtocol: Sum,
  }),
})
export type SettlementDocument = Static<typeof SettlementSchema>
