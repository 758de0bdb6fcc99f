import type { Person } from '#kernel/caller.ts'
import { type Keyring, unseal } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { sealedIn } from './read-notices.ts'

/** The notices of some orders with their texts, for one of the parties to them: who gave each, or may read it. */
export const openedNotices = async (
  trx: Trx,
  keyring: Keyring,
  organisationId: string,
  orderIds: readonly string[],
) => {
  const rows = await trx
    .selectFrom('notices')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .where((eb) =>
      eb.or([eb('supplierId', '=', organisationId), eb(eb.val(organisationId), '=', eb.fn.any('recipientIds'))]),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    orderId: row.orderId,
    kind: row.kind,
    text: unseal(keyring, { key: row.textKey, cipher: row.textCipher }, sealedIn(row.id)),
    recipientIds: row.recipientIds,
    registeredAt: row.createdAt,
    registeredBy: row.registeredBy as Person,
  }))
}
