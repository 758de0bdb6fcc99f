import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import { absenceDocument } from './absence-document.ts'

/**
 * Every registration that is held against an order whose absences the caller sees, withdrawn ones too, by date.
 * @param order its id and citizen, by whom they are found
 */
export const absencesOfOrder = async (trx: Trx, order: { readonly id: string; readonly citizenId: string }) =>
  (
    await trx
      .selectFrom('absences')
      .selectAll()
      .where('citizenId', '=', order.citizenId)
      .where(sql<SqlBool>`${order.id}::uuid = any (held_against)`)
      .orderBy('date')
      .orderBy('id')
      .execute()
  ).map(absenceDocument)
