import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { appendEvent, type NewEvent } from '#platform/outbox/append-event.ts'
import { demoOrganisations } from '#src/dev/demo-world/organisations.ts'

export const nord = demoOrganisations.supplierNord.id
export const musvaagevej = demoOrganisations.jobcenterMusvaagevej.id

/** An event of a jobcenter for supplier Nord, unless told otherwise. */
export const eventFor = (given: Partial<NewEvent> = {}): NewEvent => ({
  type: 'order.placed',
  occurredAt: '2026-03-13T09:00:00.000Z' as Instant,
  producerId: musvaagevej,
  recipients: [nord],
  orderId: null,
  data: { orderId: '01890000-0000-7000-8000-000000060001' },
  path: '/v1/orders/01890000-0000-7000-8000-000000060001',
  ...given,
})

/** Writes an event in a transaction of its own. @returns its id */
export const writtenEvent = (database: Database, given: Partial<NewEvent> = {}): Promise<string> => {
  const event = eventFor(given)
  return inTransaction(database, event.producerId, (trx) => appendEvent(trx, event))
}
