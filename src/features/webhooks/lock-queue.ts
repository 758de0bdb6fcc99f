import type { Trx } from '#platform/db/transaction.ts'

/**
 * Locks an endpoint's queue until the transaction ends. Everything that changes its deliveries or its state does so first, and
 * before it locks anything else of the endpoint; another organisation's queue is not touched.
 */
export const lockQueue = async (trx: Trx, organisationId: string, endpointId: string): Promise<void> => {
  await trx
    .selectFrom('webhookQueues')
    .select('endpointId')
    .where('endpointId', '=', endpointId)
    .where('organisationId', '=', organisationId)
    .forUpdate()
    .execute()
}
