import { type ExpressionBuilder, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** Orders of rows by id, so that an answer's bytes do not change while its content does not. */
const deliveryAddresses = (eb: ExpressionBuilder<DB & { o: DB['organisations'] }, 'o'>) =>
  jsonArrayFrom(
    eb
      .selectFrom('deliveryAddresses as d')
      .select(['d.id', 'd.address'])
      .whereRef('d.organisationId', '=', 'o.id')
      .orderBy('d.id'),
  ).as('deliveryAddresses')

const contactPersons = (eb: ExpressionBuilder<DB & { o: DB['organisations'] }, 'o'>) =>
  jsonArrayFrom(
    eb
      .selectFrom('contactPersons as p')
      .select(['p.id', 'p.name', 'p.email', 'p.phone'])
      .whereRef('p.organisationId', '=', 'o.id')
      .orderBy('p.id'),
  ).as('contactPersons')

/** The directory's rows after `after`, one more than `limit` when there are more. */
export const directoryPage = (
  trx: Trx,
  page: { kind: string | undefined; after: string | undefined; limit: number },
) => {
  const { kind, after, limit } = page
  return trx
    .selectFrom('organisations as o')
    .select((eb) => ['o.id', 'o.name', 'o.kinds', 'o.supplierKind', deliveryAddresses(eb)])
    .$if(kind !== undefined, (q) => q.where((eb) => eb(eb.val(kind), '=', eb.fn.any('o.kinds'))))
    .$if(after !== undefined, (q) => q.where('o.id', '>', after as string))
    .orderBy('o.id')
    .limit(limit + 1)
    .execute()
}

/** One organisation with its people and places; undefined when there is none. */
export const organisationById = (trx: Trx, id: string) =>
  trx
    .selectFrom('organisations as o')
    .select((eb) => [
      'o.id',
      'o.name',
      'o.kinds',
      'o.supplierKind',
      'o.secureEmail',
      'o.copiesForMunicipality',
      'o.auditedMunicipalities',
      'o.subcontractors',
      'o.version',
      contactPersons(eb),
      deliveryAddresses(eb),
    ])
    .where('o.id', '=', id)
    .executeTakeFirst()

/** Whether two organisations are supplier and jobcenter of an order that was placed and not cancelled (§ 17, § 18). */
export const shareAnOrder = async (trx: Trx, one: string, other: string): Promise<boolean> => {
  const shared = await trx
    .selectFrom('orders')
    .select('id')
    .where((eb) =>
      eb.or([
        eb.and([eb('supplierId', '=', one), eb('jobcenterId', '=', other)]),
        eb.and([eb('supplierId', '=', other), eb('jobcenterId', '=', one)]),
      ]),
    )
    .where('approvedAt', 'is not', null)
    .where('status', '!=', 'cancelled')
    .limit(1)
    .executeTakeFirst()
  return shared !== undefined
}

/** As what drafts and approved orders name an organisation; to the administration alone. */
export const kindsOfLiveOrders = async (trx: Trx, id: string): Promise<string[]> => {
  const { rows } = await sql<{ kinds: string[] }>`select portal_kinds_in_use(${id}::uuid) as kinds`.execute(trx)
  return rows[0]?.kinds ?? []
}

/** Which of these addresses orders or activities name; to the administration alone. */
export const addressesInUse = async (trx: Trx, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return []
  const { rows } = await sql<{ ids: string[] }>`select portal_addresses_in_use(${[...ids]}::uuid[]) as ids`.execute(trx)
  return rows[0]?.ids ?? []
}
