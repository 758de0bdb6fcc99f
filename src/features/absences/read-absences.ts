import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Static } from 'typebox'
import type { Caller } from '#kernel/caller.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { AbsenceQuery } from './absence.schema.ts'
import { absenceDocument } from './absence-document.ts'

/**
 * The absences that are a caller's own: those a supplier registered; those on a jobcenter's orders and those a benefits
 * office received; an auditor's by municipality. Row-level security says the same a second time.
 */
const ownAbsences = (caller: Caller) => (eb: ExpressionBuilder<DB, 'absences'>) => {
  const { id, kinds } = caller.organisation
  return eb.or([
    ...(kinds.includes('supplier') ? [eb('absences.supplierId', '=', id)] : []),
    ...(kinds.includes('jobcenter') || kinds.includes('benefits-office')
      ? [
          eb(
            'absences.id',
            'in',
            eb.selectFrom('absenceReaders as r').select('r.absenceId').where('r.organisationId', '=', id),
          ),
        ]
      : []),
    ...(kinds.includes('auditor')
      ? [
          sql<SqlBool>`((select portal_audits_everyone()) or absences.residence_municipality = any ((select portal_audited_municipalities())::text[]))`,
        ]
      : []),
  ])
}

/** One of the caller's own absences, as the register holds it. @throws HttpProblem `not-found` */
export const findAbsence = async (trx: Trx, caller: Caller, id: string) => {
  const absence = await trx
    .selectFrom('absences')
    .selectAll()
    .where('id', '=', id)
    .where(ownAbsences(caller))
    .executeTakeFirst()
  if (!absence) throw new HttpProblem('not-found')
  return absence
}

/** One absence. */
export const getAbsence = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const absence = await findAbsence(trx, request.caller, request.params.id)
    await recordLookup(trx, request, {
      operation: 'getAbsence',
      citizenId: absence.citizenId,
      orderId: absence.orderId,
      purpose,
    })
    return { status: 200, headers: { etag: etagOf(absence.version) }, body: absenceDocument(absence) }
  })
}

/** The caller's own absences, by id (the order of their arrival), filtered. */
export const listAbsences = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof AbsenceQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { query } = request
  const limit = pageSize(query.limit)
  const after = idAfter(query.cursor)
  return read(deps.database, request, async (trx) => {
    let absences = trx.selectFrom('absences').selectAll('absences').where(ownAbsences(request.caller))
    for (const member of ['citizenId', 'supplierId', 'reason'] as const) {
      const value = query[member]
      if (value !== undefined) absences = absences.where(member, '=', value)
    }
    if (query.orderId !== undefined) {
      // By the order's citizen, for whom there is an index; of those, the ones held against the order.
      absences = absences
        .where(sql<SqlBool>`absences.citizen_id = coalesce(
          (select o.citizen_id from orders o where o.id = ${query.orderId}::uuid),
          (select a.citizen_id from absences a where a.order_id = ${query.orderId}::uuid limit 1))`)
        .where(sql<SqlBool>`${query.orderId}::uuid = any (absences.held_against)`)
    }
    if (query.dateFrom !== undefined) absences = absences.where('date', '>=', query.dateFrom)
    if (query.dateTo !== undefined) absences = absences.where('date', '<=', query.dateTo)
    if (query.late !== undefined) absences = absences.where('daysLate', query.late ? '>' : '=', 0)
    if (query.status === 'registered') absences = absences.where('withdrawnAt', 'is', null)
    if (query.status === 'superseded') absences = absences.where('supersededBy', 'is not', null)
    if (query.status === 'withdrawn')
      absences = absences.where('withdrawnAt', 'is not', null).where('supersededBy', 'is', null)
    if (after !== undefined) absences = absences.where('absences.id', '>', after)
    const rows = await absences
      .orderBy('absences.id')
      .limit(limit + 1)
      .execute()
    await recordLookup(trx, request, {
      operation: 'listAbsences',
      citizenId: query.citizenId ?? null,
      orderId: query.orderId ?? null,
      purpose,
      citizenIds: rows.slice(0, limit).map((row) => row.citizenId),
    })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: absenceDocument,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
