import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'

/** What a citizen was delivered on one order in the month, on the days of the municipality. Minutes and øre. */
export type CountedRow = {
  readonly citizenId: string
  readonly orderId: string
  readonly orderNumber: string
  readonly supplierId: string
  readonly supplierName: string
  readonly supplierKind: string
  readonly jobcenterId: string
  readonly frameworkAgreementId: string
  readonly agreementTitle: string
  readonly unitPriceOere: number
  readonly firstDay: LocalDate
  readonly lastDay: LocalDate
  readonly days: number
  readonly deliveredMinutes: number
  /** Of them, those of days after the course's end, which was told later (§ 8). */
  readonly afterEndMinutes: number
  readonly protocolVersion: number | null
  readonly protocolSubmittedAt: Instant | null
  readonly protocolIncomplete: boolean | null
  /** Whether a day of the line was recorded anew after that version. */
  readonly protocolOutdated: boolean | null
}

/** A line as it is kept: counted, and priced. */
export type KeptLine = CountedRow & { readonly amountOere: number }

/** A municipality's month as of an instant. `month` is `YYYY-MM`. */
export type SettlementOf = { readonly municipality: string; readonly month: string; readonly asOf: Instant }

/** A settlement that was told; `linesOf` is the one that keeps its lines. */
export type KeptSettlement = { readonly id: string; readonly linesOf: string }

/** Whether the caller's organisation may have the municipality's settlements (`portal_settles`). */
export const maySettle = async (trx: Trx, municipality: string): Promise<boolean> => {
  const { rows } = await sql<{ may: boolean }>`select portal_settles(${municipality}) as may`.execute(trx)
  return rows[0]?.may === true
}

/** The settlement as it was told under that instant, if it was. */
export const keptSettlement = (trx: Trx, { municipality, month, asOf }: SettlementOf) =>
  trx
    .selectFrom('settlements')
    .select(['id', 'linesOf'])
    .where('municipality', '=', municipality)
    .where('month', '=', month)
    .where('asOf', '=', asOf)
    .executeTakeFirst()

/** Counts from the versions that stood at the instant; by citizen and order number. @param days first and last of the month */
export const countSettlement = async (
  trx: Trx,
  of: SettlementOf,
  days: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<CountedRow[]> => {
  const { rows } = await sql<CountedRow>`
    select * from portal_count_settlement(${of.municipality}, ${days.from}::date, ${days.to}::date, ${of.asOf}::timestamptz)`.execute(
    trx,
  )
  return rows
}

/**
 * Keeps a settlement under its instant. Of two that are told at once under the same instant the first one stands, and the
 * other is given it. Lines that an earlier settlement of the month has already are not kept a second time.
 * @param given.sha256 of the lines
 */
export const keepSettlement = async (
  trx: Trx,
  of: SettlementOf,
  given: {
    readonly lines: readonly KeptLine[]
    readonly sha256: Buffer
    readonly by: { readonly organisationId: string; readonly clientId: string; readonly requestId: string }
    readonly countedAt: Instant
  },
): Promise<KeptSettlement> => {
  const same = await trx
    .selectFrom('settlements')
    .select('id')
    .where('municipality', '=', of.municipality)
    .where('month', '=', of.month)
    .where('sha256', '=', given.sha256)
    .whereRef('linesOf', '=', 'id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const id = newId()
  const linesOf = same?.id ?? id
  const made = await trx
    .insertInto('settlements')
    .values({ id, ...of, sha256: given.sha256, linesOf, countedAt: given.countedAt, ...given.by })
    .onConflict((conflict) => conflict.columns(['municipality', 'month', 'asOf']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) {
    const first = await keptSettlement(trx, of)
    if (!first) throw new Error('a settlement stands under its instant')
    return first
  }
  if (!same && given.lines.length > 0) await keepLines(trx, id, given.lines)
  return { id, linesOf }
}

const keepLines = async (trx: Trx, settlementId: string, lines: readonly KeptLine[]): Promise<void> => {
  const rows = lines.map((line, position) => ({ position, ...line }))
  await sql`
    insert into settlement_lines (settlement_id, position, citizen_id, order_id, order_number, supplier_id, supplier_name,
        supplier_kind, jobcenter_id, framework_agreement_id, agreement_title, unit_price_oere, first_day, last_day, days,
        delivered_minutes, after_end_minutes, amount_oere, protocol_version, protocol_submitted_at, protocol_incomplete,
        protocol_outdated)
      select ${settlementId}::uuid, position, "citizenId", "orderId", "orderNumber", "supplierId", "supplierName", "supplierKind",
          "jobcenterId", "frameworkAgreementId", "agreementTitle", "unitPriceOere", "firstDay", "lastDay", days,
          "deliveredMinutes", "afterEndMinutes", "amountOere", "protocolVersion", "protocolSubmittedAt", "protocolIncomplete",
          "protocolOutdated"
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (position integer, "citizenId" uuid, "orderId" uuid,
          "orderNumber" text, "supplierId" uuid, "supplierName" text, "supplierKind" text, "jobcenterId" uuid,
          "frameworkAgreementId" uuid, "agreementTitle" text, "unitPriceOere" bigint, "firstDay" date, "lastDay" date,
          days integer, "deliveredMinutes" integer, "afterEndMinutes" integer, "amountOere" bigint, "protocolVersion" integer,
          "protocolSubmittedAt" timestamptz, "protocolIncomplete" boolean, "protocolOutdated" boolean)`.execute(trx)
}

/** The lines of a settlement in their order. @param linesOf the settlement that keeps them */
export const keptLines = (trx: Trx, linesOf: string): Promise<KeptLine[]> =>
  trx
    .selectFrom('settlementLines')
    .select([
      'citizenId',
      'orderId',
      'orderNumber',
      'supplierId',
      'supplierName',
      'supplierKind',
      'jobcenterId',
      'frameworkAgreementId',
      'agreementTitle',
      'unitPriceOere',
      'firstDay',
      'lastDay',
      'days',
      'deliveredMinutes',
      'afterEndMinutes',
      'amountOere',
      'protocolVersion',
      'protocolSubmittedAt',
      'protocolIncomplete',
      'protocolOutdated',
    ])
    .where('settlementId', '=', linesOf)
    .orderBy('position')
    .execute()

/** The encrypted CPR numbers of the citizens in a settlement's lines. */
export const sealedNumbers = async (trx: Trx, linesOf: string) => {
  const { rows } = await sql<{ citizenId: string; cprCipher: Buffer; cprKey: string }>`
    select citizen_id, cpr_cipher, cpr_key from portal_settlement_numbers(${linesOf}::uuid)`.execute(trx)
  return rows
}
