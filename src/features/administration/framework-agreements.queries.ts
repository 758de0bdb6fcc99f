import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Trx } from '#platform/db/transaction.ts'

/** Framework agreements after `after`, one more than `limit` when there are more; `supplierId` null: of every supplier. */
export const agreementPage = (
  trx: Trx,
  page: { id?: string; supplierId: string | null; after: string | undefined; limit: number },
) => {
  const { id, supplierId, after, limit } = page
  return trx
    .selectFrom('frameworkAgreements as a')
    .select((eb) => [
      'a.id',
      'a.supplierId',
      'a.title',
      'a.targetGroups',
      'a.validFrom',
      'a.validTo',
      'a.unitPriceOere',
      'a.budgetOere',
      'a.version',
      'a.reportTemplates',
      jsonArrayFrom(
        eb
          .selectFrom('agreementOffers as f')
          .select(['f.code', 'f.title'])
          .whereRef('f.agreementId', '=', 'a.id')
          .orderBy('f.code'),
      ).as('offers'),
    ])
    .$if(id !== undefined, (q) => q.where('a.id', '=', id as string))
    .$if(supplierId !== null, (q) => q.where('a.supplierId', '=', supplierId as string))
    .$if(after !== undefined, (q) => q.where('a.id', '>', after as string))
    .orderBy('a.id')
    .limit(limit + 1)
    .execute()
}
