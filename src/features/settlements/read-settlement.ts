import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { openedNumber } from '#features/orders/lookups.ts'
import { endOfLocalDay, type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { read } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { creditorOf, lineAmountOere, settlementBasis, settlementTotals } from '#rules/settlement/settlement.ts'
import {
  countSettlement,
  type KeptLine,
  keepSettlement,
  keptLines,
  keptSettlement,
  maySettle,
  type SettlementOf,
  sealedNumbers,
} from './settlement.queries.ts'
import type { SettlementDocument, SettlementQueryOf } from './settlement.schema.ts'
import { settlementFile } from './settlement-file.ts'

type SettlementRequest = PortalRequest<unknown, { municipality: string; month: string }, SettlementQueryOf>

/** The first and the last day of a month. */
const daysOf = (month: string): { from: LocalDate; to: LocalDate } => {
  const from = `${month}-01` as LocalDate
  return { from, to: addDays(`${addDays(from, 31).slice(0, 7)}-01` as LocalDate, -1) }
}

/** As of when is asked: now, if not said. Ours: a month that had not begun then has nothing to settle and keeps nothing. */
const asOfIn = (request: SettlementRequest): Instant => {
  const { asOf } = request.query
  const instant = asOf === undefined ? request.arrivedAt : instantOf(asOf)
  const ahead = { da: 'Er ikke kommet.', en: 'Lies ahead.' }
  if (instant > request.arrivedAt) throw invalid('asOf', 'in-future', ahead)
  if (localDateAt(instant) < daysOf(request.params.month).from) throw invalid('month', 'in-future', ahead)
  return instant
}

/** Counts a settlement that was not told under its instant yet, and keeps it. */
const firstTold = async (trx: Trx, request: SettlementRequest, of: SettlementOf) => {
  const counted = await countSettlement(trx, of, daysOf(of.month))
  const lines: KeptLine[] = counted.map((row) => ({
    ...row,
    amountOere: lineAmountOere(row.deliveredMinutes, row.unitPriceOere),
  }))
  return keepSettlement(trx, of, {
    lines,
    sha256: createHash('sha256').update(JSON.stringify(lines)).digest(),
    by: {
      organisationId: request.caller.organisation.id,
      clientId: request.caller.clientId,
      requestId: request.id,
    },
    countedAt: request.arrivedAt,
  })
}

const lineDocument = (line: KeptLine, cpr: string): SettlementDocument['lines'][number] => ({
  cpr,
  citizenId: line.citizenId,
  orderId: line.orderId,
  orderNumber: line.orderNumber,
  supplier: { id: line.supplierId, name: line.supplierName, kind: line.supplierKind },
  jobcenterId: line.jobcenterId,
  frameworkAgreement: { id: line.frameworkAgreementId, title: line.agreementTitle },
  basis: settlementBasis(line.supplierKind),
  firstDay: line.firstDay,
  lastDay: line.lastDay,
  days: line.days,
  deliveredMinutes: line.deliveredMinutes,
  afterEndMinutes: line.afterEndMinutes,
  unitPriceOere: line.unitPriceOere,
  amountOere: line.amountOere,
  protocolSubmitted: line.protocolVersion !== null,
  protocol:
    line.protocolVersion === null || line.protocolSubmittedAt === null
      ? null
      : {
          version: line.protocolVersion,
          submittedAt: line.protocolSubmittedAt,
          incomplete: line.protocolIncomplete === true,
          outdated: line.protocolOutdated === true,
        },
})

const documentOf = async (
  trx: Trx,
  keyring: Keyring,
  of: SettlementOf,
  linesOf: string,
): Promise<SettlementDocument> => {
  const kept = await keptLines(trx, linesOf)
  const numbers = new Map(
    (await sealedNumbers(trx, linesOf)).map((row) => [row.citizenId, openedNumber(keyring, row)] as const),
  )
  const lines = kept.map((line) => {
    const cpr = numbers.get(line.citizenId)
    if (cpr === undefined) throw new Error('a citizen of a settlement has a number')
    return lineDocument(line, cpr)
  })
  const { municipality, month, asOf } = of
  const totals = settlementTotals(lines.map((line) => ({ ...line, submitted: line.protocolSubmitted })))
  return {
    municipality,
    month,
    asOf,
    monthOver: asOf >= endOfLocalDay(daysOf(month).to),
    debtor: municipality,
    creditor: creditorOf(municipality),
    currency: 'DKK',
    lines,
    totals,
  }
}

/** Keeps the look-up: of the settlement, and of each citizen and order that it names. */
const keepLookups = async (
  trx: Trx,
  request: SettlementRequest,
  purpose: string | null,
  lines: SettlementDocument['lines'],
): Promise<void> => {
  const operation = 'getSettlement'
  await recordLookup(trx, request, { operation, citizenId: null, orderId: null, purpose })
  const rows = lines.map(({ citizenId, orderId }) => ({ id: newId(), citizenId, orderId }))
  const { clientId, organisation } = request.caller
  await sql`insert into lookups (id, occurred_at, client_id, organisation_id, operation, citizen_id, order_id, purpose, request_id)
      select r.id, ${request.arrivedAt}::timestamptz, ${clientId}, ${organisation.id}::uuid, ${operation}, r."citizenId",
          r."orderId", ${purpose}, ${request.id}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, "citizenId" uuid, "orderId" uuid)`.execute(
    trx,
  )
}

/**
 * 000: what a municipality owes for its citizens' courses in a month, by CPR number; JSON, CSV or XLSX by `Accept`. What was
 * told under an instant stands: told again it is read, not counted, so neither a later correction nor a record that was
 * committed late changes it.
 * @throws HttpProblem `purpose-required` of an auditor, `not-found` for another's municipality, `invalid-request` for an
 * instant or a month that lies ahead, `not-acceptable`
 */
export const getSettlement = async (deps: Deps, request: SettlementRequest): Promise<Answer> => {
  const type = preferredType(request, ['application/json', fileTypes.csv, fileTypes.xlsx])
  const purpose = purposeOf(request)
  const { municipality, month } = request.params
  const asOf = asOfIn(request)
  const document = await read(deps.database, request, async (trx) => {
    if (!(await maySettle(trx, municipality))) throw new HttpProblem('not-found')
    const of = { municipality, month, asOf }
    const { linesOf } = (await keptSettlement(trx, of)) ?? (await firstTold(trx, request, of))
    const body = await documentOf(trx, deps.keyring, of, linesOf)
    await keepLookups(trx, request, purpose, body.lines)
    return body
  })
  if (type !== 'application/json') return settlementFile(document, type)
  const vary = 'Authorization, Accept, Accept-Language'
  return { status: 200, headers: { etag: contentEtag(document), vary }, body: document }
}
