import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'

const shown = [
  'id',
  'status',
  'dryRun',
  'month',
  'format',
  'sha256',
  'correctionReason',
  'registeredBy',
  'arrivedAt',
  'takenAt',
  'finishedAt',
  'rowsRead',
  'rowsEmpty',
  'rowsChecked',
  'daysWritten',
  'daysUnchanged',
  'errorCount',
] as const

/** An import as it is listed: without its errors. */
export type ListedImport = Awaited<ReturnType<typeof importPage>>[number]

/** A page of the caller's own imports, the first one first; one more than the page when there is a next one. */
export const importPage = (trx: Trx, caller: Caller, page: { after: string | undefined; limit: number }) =>
  trx
    .selectFrom('protocolImports')
    .select(shown)
    .where('organisationId', '=', caller.organisation.id)
    .$if(page.after !== undefined, (q) => q.where('id', '>', page.after as string))
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()

/** One of the caller's own imports. @throws HttpProblem `not-found` */
export const findImport = async (trx: Trx, caller: Caller, id: string) => {
  const row = await trx
    .selectFrom('protocolImports')
    .select([...shown, 'errors'])
    .where('id', '=', id)
    .where('organisationId', '=', caller.organisation.id)
    .executeTakeFirst()
  if (!row) throw new HttpProblem('not-found')
  return row
}
