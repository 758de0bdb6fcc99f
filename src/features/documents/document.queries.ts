import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { ownOrders } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'

/** Everything of a document but its bytes. */
const columns = [
  'id',
  'organisationId',
  'orderId',
  'kind',
  'fileName',
  'contentType',
  'sizeBytes',
  'sha256',
  'description',
  'uploadedBy',
  'uploadedAt',
] as const

/**
 * The documents that are a caller's own: before an order has one, whoever uploaded it; then whoever sees the order, save
 * benefits offices, which see what an absence names that was sent to them. Row-level security says the same a second time.
 */
const ownDocuments = (caller: Caller) => (eb: ExpressionBuilder<DB, 'documents'>) => {
  const { id, kinds } = caller.organisation
  const asParty: Caller = {
    ...caller,
    organisation: { ...caller.organisation, kinds: kinds.filter((kind) => kind !== 'benefits-office') },
  }
  return eb.or([
    eb.and([eb('documents.orderId', 'is', null), eb('documents.organisationId', '=', id)]),
    eb.exists(
      eb
        .selectFrom('orders')
        .select(sql`1`.as('one'))
        .whereRef('orders.id', '=', 'documents.orderId')
        .where(ownOrders(asParty)),
    ),
    eb.exists(
      eb
        .selectFrom('absences as a')
        .innerJoin('absenceReaders as r', 'r.absenceId', 'a.id')
        .select(sql`1`.as('one'))
        .whereRef('a.orderId', '=', 'documents.orderId')
        .where(sql<SqlBool>`documents.id = any (a.document_ids)`)
        .where('r.organisationId', '=', id)
        .where('r.received', '=', true),
    ),
  ])
}

/** One of the caller's own documents without its bytes. @throws HttpProblem `not-found`, also for what is another's */
export const findDocument = async (trx: Trx, caller: Caller, id: string) => {
  const document = await trx
    .selectFrom('documents')
    .select(columns)
    .where('id', '=', id)
    .where(ownDocuments(caller))
    .executeTakeFirst()
  if (!document) throw new HttpProblem('not-found')
  return document
}
export type DocumentRow = Awaited<ReturnType<typeof findDocument>>

/** A page of an order's documents that are the caller's own, the first one first; one more when there is a next page. */
export const documentPage = (
  trx: Trx,
  caller: Caller,
  orderId: string,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<DocumentRow[]> =>
  trx
    .selectFrom('documents')
    .select(columns)
    .where('orderId', '=', orderId)
    .where(ownDocuments(caller))
    .$if(page.after !== undefined, (q) => q.where('id', '>', page.after as string))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()

/** The bytes of a document that was found. */
export const contentOf = async (trx: Trx, id: string): Promise<Buffer> =>
  (await trx.selectFrom('documents').select('content').where('id', '=', id).executeTakeFirstOrThrow()).content

/**
 * Whose document it is, for the look-up log: the order's citizen, also for those who know the order by an absence alone;
 * null while no order has it.
 */
export const citizenOfDocument = async (trx: Trx, document: DocumentRow): Promise<string | null> => {
  if (document.orderId === null) return null
  const order = await trx.selectFrom('orders').select('citizenId').where('id', '=', document.orderId).executeTakeFirst()
  if (order) return order.citizenId
  const absence = await trx
    .selectFrom('absences')
    .select('citizenId')
    .where('orderId', '=', document.orderId)
    .limit(1)
    .executeTakeFirst()
  return absence?.citizenId ?? null
}
