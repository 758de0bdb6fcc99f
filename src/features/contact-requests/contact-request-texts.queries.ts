import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { contactRequestDocument } from './contact-request-document.ts'

/** The contact requests of some orders with both texts, for one of the parties to them. */
export const openedContactRequests = async (
  trx: Trx,
  keyring: Keyring,
  organisationId: string,
  orderIds: readonly string[],
) => {
  const rows = await trx
    .selectFrom('contactRequests')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .where((eb) => eb.or([eb('supplierId', '=', organisationId), eb('jobcenterId', '=', organisationId)]))
    .orderBy('id')
    .execute()
  return rows.map((row) => contactRequestDocument(keyring, row))
}
