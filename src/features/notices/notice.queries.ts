import { type SqlBool, sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { NoticePolicy } from '#rules/routing/notice-recipients.ts'

/** The routing policies valid on a date, each with the benefits office that it names. */
export const noticePolicies = async (trx: Trx, on: LocalDate): Promise<NoticePolicy[]> => {
  const rows = await trx
    .selectFrom('routingPolicies as p')
    .leftJoin('organisations as o', (join) =>
      join.onRef('o.id', '=', 'p.recipientId').on(sql<SqlBool>`'benefits-office' = any (o.kinds)`),
    )
    .select(['p.targetGroup', 'o.id as office'])
    .where('p.validFrom', '<=', on)
    .where((eb) => eb.or([eb('p.validTo', 'is', null), eb('p.validTo', '>=', on)]))
    .orderBy('p.targetGroup')
    .execute()
  return rows
}

/** The benefits office that takes copies for a municipality (000). */
export const officeOfMunicipality = async (trx: Trx, municipality: string): Promise<string | undefined> => {
  const office = await trx
    .selectFrom('organisations')
    .select('id')
    .where('copiesForMunicipality', '=', municipality)
    .where(sql<SqlBool>`'benefits-office' = any (kinds)`)
    .orderBy('id')
    .executeTakeFirst()
  return office?.id
}

/**
 * The citizen of an order, to the benefits office of their own municipality (000), which sees nothing else of the order;
 * null to anyone else.
 */
export const citizenOfOwnMunicipality = async (trx: Trx, caller: Caller, orderId: string): Promise<string | null> => {
  if (!caller.organisation.kinds.includes('benefits-office')) return null
  const { rows } = await sql<{
    citizenId: string | null
  }>`select portal_citizen_of_own_municipality(${orderId}::uuid) as "citizenId"`.execute(trx)
  return rows[0]?.citizenId ?? null
}

/**
 * The notices of an order that an organisation gave or may read, by id.
 * @param given.ofOwnCitizen whether the citizen is of the municipality whose benefits office asks: it may read them all
 */
export const noticesOf = (
  trx: Trx,
  given: {
    orderId: string
    organisationId: string
    ofOwnCitizen: boolean
    after: string | undefined
    limit: number
  },
) =>
  trx
    .selectFrom('notices')
    .selectAll()
    .where('orderId', '=', given.orderId)
    .$if(!given.ofOwnCitizen, (q) =>
      q.where((eb) =>
        eb.or([
          eb('supplierId', '=', given.organisationId),
          eb(eb.val(given.organisationId), '=', eb.fn.any('recipientIds')),
        ]),
      ),
    )
    .$if(given.after !== undefined, (q) => q.where('id', '>', given.after as string))
    .orderBy('id')
    .limit(given.limit + 1)
    .execute()
