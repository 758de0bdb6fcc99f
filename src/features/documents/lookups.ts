import type { Caller } from '#kernel/caller.ts'
import type { PipelinedTrx, Statement, Trx } from '#platform/db/transaction.ts'
import { missing } from '#platform/http/problems/problem.ts'

export { DocumentSchema } from './document.schema.ts'
export { documentContent } from './document-content.queries.ts'
export { documentsOfOrder } from './documents-of-order.queries.ts'

/**
 * Takes a document that something of an order names: one that belongs to the order already, or one that the caller
 * uploaded and no order has, which is bound to this one for good. The caller's own change names the document in its
 * history.
 * @param named `order`: one of the caller's own, as its supplier or its jobcenter
 * @param pointer where the body names it
 * @throws HttpProblem `not-found` at the pointer: not there, another organisation's, or another order's
 */
export const bindDocument = async (
  trx: Trx,
  caller: Caller,
  named: { readonly documentId: string; readonly order: { readonly id: string } },
  pointer: string,
): Promise<void> => {
  const bound = await trx
    .updateTable('documents')
    .set({ orderId: named.order.id })
    .where('id', '=', named.documentId)
    .where('organisationId', '=', caller.organisation.id)
    .where('orderId', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (bound) return
  // A statement of its own: whoever bound it first has committed by now.
  const there = await trx
    .selectFrom('documents')
    .select('id')
    .where('id', '=', named.documentId)
    .where('orderId', '=', named.order.id)
    .executeTakeFirst()
  if (!there) throw missing(pointer)
}

/** The caller's documents that no order has yet, locked in the order of their ids. `$1` organisation, `$2` ids. */
const lockUnbound: Statement = {
  name: 'documents-lock-unbound',
  text: `select id from documents where id = any ($2::uuid[]) and organisation_id = $1 and order_id is null order by id for update`,
}

/** The same without a lock. */
const readUnbound: Statement = {
  name: 'documents-read-unbound',
  text: 'select id from documents where id = any ($2::uuid[]) and organisation_id = $1 and order_id is null',
}

/** `$1` ids, `$2` orders of the caller. */
const boundTo: Statement = {
  name: 'documents-bound',
  text: `select id, order_id from documents where id = any ($1::uuid[]) and order_id = any ($2::uuid[])`,
}

/** Binds what registered absences name; those that were not registered bind nothing. `$1` organisation, `$2` absences. */
const bindToAbsences: Statement = {
  name: 'documents-bind-to-absences',
  text: `update documents d set order_id = a.order_id from absences a
    where a.id = any ($2::uuid[]) and a.supplier_id = $1 and d.id = any (a.document_ids) and d.organisation_id = $1 and d.order_id is null`,
}

/** Documents by their ids: the order that has each, or null; what is not there or not the caller's to name is left out. */
export type NameableDocuments = Map<string, string | null>

/**
 * What a supplier's absences may name, held until the transaction ends. Only asked where something is named: absences are
 * the hot path. `orderIds`: the orders that they are registered on, the supplier's own or not. Without `hold` nothing is
 * locked.
 */
export const nameableDocuments = async (
  trx: PipelinedTrx,
  supplierId: string,
  documentIds: readonly string[],
  orderIds: readonly string[],
  hold = true,
): Promise<NameableDocuments> => {
  const [unbound, bound] = await Promise.all([
    trx.run<{ id: string }>(hold ? lockUnbound : readUnbound, [supplierId, documentIds]),
    trx.run<{ id: string; order_id: string }>(boundTo, [documentIds, orderIds]),
  ])
  return new Map([
    ...unbound.map(({ id }) => [id, null] as const),
    ...bound.map(({ id, order_id }) => [id, order_id] as const),
  ])
}

/** Binds the documents that the registered absences name; run behind their registration. */
export const bindToRegistered = async (
  trx: PipelinedTrx,
  supplierId: string,
  absenceIds: readonly string[],
): Promise<void> => {
  await trx.run(bindToAbsences, [supplierId, absenceIds])
}

/** Binds the caller's documents that no order has yet. `$1` organisation, `$2` list of {id, orderId}. */
const bindAll: Statement = {
  name: 'documents-bind',
  text: `update documents d set order_id = b."orderId" from jsonb_to_recordset($2::jsonb) as b (id uuid, "orderId" uuid)
    where d.id = b.id and d.organisation_id = $1 and d.order_id is null`,
}

/** Binds documents to the orders that name them, after `nameableDocuments` said they can be. By document. */
export const bindDocuments = async (
  trx: PipelinedTrx,
  organisationId: string,
  orders: ReadonlyMap<string, string>,
): Promise<void> => {
  if (orders.size === 0) return
  const bindings = [...orders].map(([id, orderId]) => ({ id, orderId }))
  await trx.run(bindAll, [organisationId, JSON.stringify(bindings)])
}
