import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { isUnavailable } from '#platform/db/errors.ts'
import { type Database, openDatabase } from '#platform/db/pool.ts'
import { inPipelinedTransaction, inTransaction } from '#platform/db/transaction.ts'
import { musvaagevej } from '#test/platform/outbox/written-event.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'

/** A pool whose way to the database can go dead, and that notices after a moment. */
const pool = async () => {
  const { applicationUrl } = await testDatabase()
  const target = new URL(applicationUrl)
  const proxy = await tcpProxy(target.hostname, Number(target.port))
  const database = openDatabase({
    url: throughProxy(applicationUrl, proxy),
    poolSize: 3,
    name: 'test',
    statementMs: 300,
    onError: () => undefined,
  })
  afterwards(() => database.close())
  await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.05)`.execute(database.kysely)))
  return { database, proxy }
}

/** Whether it does; each dead connection is found out by somebody who needs it. */
const works = (work: () => Promise<unknown>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  )

const ways: [string, (database: Database) => Promise<unknown>][] = [
  ['a statement', (database) => sql`select 1`.execute(database.kysely)],
  ['a transaction', (database) => inTransaction(database, musvaagevej, (trx) => sql`select 1`.execute(trx))],
  [
    'a pipelined transaction',
    (database) =>
      inPipelinedTransaction(database, musvaagevej, async (trx) => {
        await trx.run({ name: 'one', text: 'select 1' }, [])
        return { commit: true, result: 1 }
      }),
  ],
]

describe('connections that went dead without a word', () => {
  test.each(ways)('%s fails as unavailable and not for ever; then new connections serve', async (_, work) => {
    const { database, proxy } = await pool()
    proxy.swallow()
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => work(database)))
    for (const outcome of outcomes) {
      expect(outcome.status).toBe('rejected')
      if (outcome.status === 'rejected') expect(isUnavailable(outcome.reason), String(outcome.reason)).toBe(true)
    }
    await until(() => works(() => Promise.all([1, 2, 3].map(() => work(database)))))
  })

  test('one that dies in the middle of a transaction leaves nothing of it', async () => {
    const { database, proxy } = await pool()
    const work = inTransaction(database, musvaagevej, async (trx) => {
      await sql`select 1`.execute(trx)
      proxy.swallow()
      await sql`select 2`.execute(trx)
    })
    await expect(work).rejects.toSatisfy(isUnavailable)
    await until(() => works(() => sql`select 1`.execute(database.kysely)))
  })
})
