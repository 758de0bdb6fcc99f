import { orderValueOere } from '#rules/order/order-within-the-agreement.ts'

/**
 * 000: København pays the suppliers for every citizen whom its jobcenters send to them, and another municipality pays København
 * back for its own citizens. So København is the creditor of each settlement.
 */
export const payingMunicipality = '0101'

/** Whether a settlement is an account between two municipalities; København's own citizens are nobody else's expense. */
export const creditorOf = (municipality: string): string | null =>
  municipality === payingMunicipality ? null : payingMunicipality

/**
 * 000: what outside suppliers are paid is settled as spent; places in the municipality's own centres at the unit prices of its
 * budget, which a year's agreement states. Ours: the agreement's price of an hour is that unit price.
 */
export type SettlementBasis = 'actual-cost' | 'budgeted-unit-price'

/** On which of the two a supplier of that kind (`external`, `municipal`, `unemployment-fund`) is settled. */
export const settlementBasis = (supplierKind: string): SettlementBasis =>
  supplierKind === 'municipal' ? 'budgeted-unit-price' : 'actual-cost'

/** What the minutes of one line cost at the agreement's hourly price. Whole øre, half up; an order's value is counted alike. */
export const lineAmountOere = (deliveredMinutes: number, unitPriceOere: number): number =>
  orderValueOere(deliveredMinutes, unitPriceOere)

/** A line as far as sums ask for it. Minutes and øre; `submitted`: a protocol of the month was in by then. */
export type CountedLine = {
  readonly citizenId: string
  readonly deliveredMinutes: number
  readonly amountOere: number
  readonly basis: SettlementBasis
  readonly submitted: boolean
}

/** Minutes and øre of some lines. */
export type SettlementSum = {
  readonly lines: number
  readonly deliveredMinutes: number
  readonly amountOere: number
}

const sumOf = (lines: readonly CountedLine[]): SettlementSum => ({
  lines: lines.length,
  deliveredMinutes: lines.reduce((sum, line) => sum + line.deliveredMinutes, 0),
  amountOere: lines.reduce((sum, line) => sum + line.amountOere, 0),
})

/**
 * The sums of a settlement. Ours: each line is rounded and the sums add the rounded lines, so that whoever adds the column
 * comes to the same.
 */
export const settlementTotals = (lines: readonly CountedLine[]) => ({
  citizens: new Set(lines.map(({ citizenId }) => citizenId)).size,
  ...sumOf(lines),
  actualCost: sumOf(lines.filter(({ basis }) => basis === 'actual-cost')),
  budgetedUnitPrice: sumOf(lines.filter(({ basis }) => basis === 'budgeted-unit-price')),
  withoutProtocol: sumOf(lines.filter(({ submitted }) => !submitted)),
})
