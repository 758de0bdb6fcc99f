import { setImmediate as turn } from 'node:timers/promises'
import type { Static } from 'typebox'
import { findOrder } from '#features/orders/lookups.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { read } from '#platform/http/idempotency.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import type { TemplateQuery } from './import.schema.ts'
import { importLimits } from './run-import.ts'
import {
  recordedOf,
  type TemplateAsked,
  type TemplateOrder,
  templateDays,
  templateOrders,
  validCodes,
} from './template.queries.ts'
import { templateColumns } from './template-columns.ts'
import { codeSheet, headingRow, templateRows } from './template-rows.ts'

/** What fits into one file that can be imported again. */
const mostRows = importLimits.rows - 1
/** Rows that are loaded and written at a time; between them others get their turn. */
const rowsAtATime = 1000

/** The orders that fit into one file, whole orders alone, and whether more follow. */
const fitting = (orders: readonly TemplateOrder[]): { fit: TemplateOrder[]; more: boolean } => {
  const fit: TemplateOrder[] = []
  let rows = 0
  for (const order of orders) {
    rows += order.rows
    if (rows > mostRows) return { fit, more: true }
    fit.push(order)
  }
  return { fit, more: false }
}

const inPieces = (orders: readonly TemplateOrder[]): TemplateOrder[][] => {
  const pieces: TemplateOrder[][] = []
  let rows = rowsAtATime
  for (const order of orders) {
    if (rows + order.rows > rowsAtATime) {
      pieces.push([])
      rows = 0
    }
    pieces.at(-1)?.push(order)
    rows += order.rows
  }
  return pieces
}

const rowsOf = async (trx: Trx, asked: TemplateAsked, orders: readonly TemplateOrder[]): Promise<WrittenCell[][]> => {
  const ids = orders.map(({ id }) => id)
  const days = await templateDays(trx, asked, ids)
  const recorded = await recordedOf(trx, asked, ids)
  return templateRows(
    new Map(orders.map((order) => [order.id, order])),
    days,
    new Map(recorded.map(({ orderId, date, entries }) => [`${orderId} ${date}`, entries])),
  )
}

const lastDayOf = (month: string): LocalDate =>
  addDays(`${addDays(`${month}-01` as LocalDate, 31).slice(0, 7)}-01` as LocalDate, -1)

/**
 * The template of a month: each planned day and activity of the supplier's orders that needs attendance, with what is
 * recorded already. 20,000 rows at most, of whole orders; `Link` leads to the rest. A workbook has the valid codes on a
 * second sheet, which an import does not read.
 */
export const getTemplate = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof TemplateQuery>>,
): Promise<Answer> => {
  const { month, orderId, after } = request.query
  const type = preferredType(request, [fileTypes.csv, fileTypes.xlsx])
  const { caller } = request
  const from = `${month}-01` as LocalDate
  const asked: TemplateAsked = { supplierId: caller.organisation.id, from, to: lastDayOf(month), orderId, after }
  const { texts, rows, codes, next } = await read(deps.database, request, async (trx) => {
    if (orderId !== undefined) {
      const order = await findOrder(trx, caller, orderId)
      if (order.supplierId !== caller.organisation.id) throw new HttpProblem('not-found')
    }
    const { fit, more } = fitting(await templateOrders(trx, asked, mostRows))
    const rows: (readonly WrittenCell[])[] = [headingRow]
    const texts = [csvMark, csvText([headingRow])]
    for (const piece of inPieces(fit)) {
      const some = await rowsOf(trx, asked, piece)
      if (type === fileTypes.csv) texts.push(csvText(some))
      else rows.push(...some)
      await turn()
    }
    await recordLookup(trx, request, {
      operation: 'getProtocolImportTemplate',
      citizenId: null,
      orderId: orderId?.toLowerCase() ?? null,
      purpose: null,
      citizenIds: fit.map(({ citizenId }) => citizenId),
    })
    const codes = type === fileTypes.csv ? [] : await validCodes(trx, asked)
    return { texts, rows, codes, next: more ? (fit.at(-1)?.id ?? null) : null }
  })
  const headers = headersOf(request, deps.publicUrl, type, next)
  if (type === fileTypes.csv) return { status: 200, bytes: Buffer.from(texts.join('')), headers }
  const widths = templateColumns.map(({ width }) => width)
  const sheets = [{ name: 'Fremmøde', rows, widths }, codeSheet(codes)]
  return { status: 200, bytes: await writeWorkbook(sheets), headers }
}

const headersOf = (
  request: PortalRequest<unknown, unknown, Static<typeof TemplateQuery>>,
  publicUrl: string,
  type: string,
  after: string | null,
): Record<string, string> => {
  const headers: Record<string, string> = {
    'content-type': type === fileTypes.csv ? `${type}; charset=utf-8; header=present` : type,
    'content-disposition': `attachment; filename="fremmoede-${request.query.month}.${type === fileTypes.csv ? 'csv' : 'xlsx'}"`,
    vary: 'Authorization, Accept, Accept-Language',
  }
  if (after !== null) {
    const next = new URL(request.url, `${publicUrl}/`)
    next.searchParams.set('after', after)
    headers['link'] = `<${publicUrl}${next.pathname}${next.search}>; rel="next"`
  }
  return headers
}
