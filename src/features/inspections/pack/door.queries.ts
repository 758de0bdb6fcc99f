import { sql } from 'kysely'
import type { OrderRow } from '#features/orders/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Language } from '#platform/http/problems/problem.ts'

/** Where an order's course takes place: the supplier's address, and the place of each activity that has one, by its id. */
export type Places = {
  readonly address: string
  readonly activities: ReadonlyMap<string, { readonly title: string; readonly place: string }>
}

/** Where a course takes place, for whoever stands before the door. */
export const placesOf = async (trx: Trx, order: OrderRow): Promise<Places> => {
  const delivery = await trx
    .selectFrom('deliveryAddresses')
    .select('address')
    .where('id', '=', order.deliveryAddressId)
    .executeTakeFirst()
  const rows = await trx
    .selectFrom('activities as a')
    .leftJoin('deliveryAddresses as d', 'd.id', 'a.addressId')
    .select(['a.id', 'a.title', sql<string>`coalesce(d.address, a.place ->> 'name', '')`.as('place')])
    .where('a.orderId', '=', order.id)
    .execute()
  return {
    address: delivery?.address ?? '',
    activities: new Map(rows.map(({ id, title, place }) => [id, { title, place }])),
  }
}

/** The reasons of absences by code, in a language. */
export const absenceReasons = async (trx: Trx, language: Language): Promise<ReadonlyMap<string, string>> => {
  const rows = await trx
    .selectFrom('codeValues')
    .select(['code', 'labelDa', 'labelEn'])
    .where('setName', '=', 'absence-reasons')
    .orderBy('validFrom')
    .execute()
  return new Map(rows.map(({ code, labelDa, labelEn }) => [code, language === 'da' ? labelDa : labelEn]))
}
