import type { Trx } from '#platform/db/transaction.ts'
import type { SequencedEvent } from '#platform/outbox/event-document.ts'

/**
 * The organisation's events in the order of their numbers: at most `limit` after the number `after`, of one type when
 * one is given. One statement, so what it sees has no gaps: numbers become visible in their order.
 */
export const listEvents = async (
  trx: Trx,
  organisationId: string,
  page: { after: number; type: string | undefined; limit: number },
): Promise<SequencedEvent[]> => {
  let query = trx
    .selectFrom('eventFeed as f')
    .innerJoin('events as e', 'e.id', 'f.eventId')
    .select(['e.id', 'e.type', 'e.occurredAt', 'f.sequence', 'e.data', 'e.path'])
    .where('f.organisationId', '=', organisationId)
    .where('f.sequence', '>', page.after)
    .orderBy('f.sequence')
    .limit(page.limit)
  if (page.type !== undefined) query = query.where('e.type', '=', page.type)
  return query.execute()
}
