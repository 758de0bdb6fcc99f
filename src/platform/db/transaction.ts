import { CompiledQuery, type IsolationLevel, sql, type Transaction } from 'kysely'
import type pg from 'pg'
import { isRetryable } from './errors.ts'
import type { Database } from './pool.ts'
import type { DB } from './schema.d.ts'

export type Trx = Transaction<DB>

/** Ours: a deadlock or a serialization failure is tried again this often before the caller hears of it. */
const attempts = 4

const retrying = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
    }
  }
}

/**
 * Runs `work` in a transaction that acts for one organisation: row-level security shows it that organisation's rows
 * alone. Serialization failures and deadlocks run it again from the start, so `work` must not touch anything but `trx`.
 */
export const inTransaction = <T>(
  database: Database,
  organisationId: string,
  work: (trx: Trx) => Promise<T>,
  isolation: IsolationLevel = 'read committed',
): Promise<T> =>
  retrying(() =>
    database.kysely
      .transaction()
      .setIsolationLevel(isolation)
      .execute(async (trx) => {
        await sql`select set_config('portal.organisation', ${organisationId}, true)`.execute(trx)
        return work(trx)
      }),
  )

/** A statement of the hot path: prepared once per connection under its name. */
export type Statement = { readonly name: string; readonly text: string }

/** What a pipelined transaction can do; statements issued without awaiting each other share a round trip. */
export type PipelinedTrx = {
  run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>
}

/**
 * The statements of the hot path inside an ordinary transaction: one after the other and planned anew, since there a round
 * trip matters less than being part of what else the transaction does.
 */
export const statementsWithin = (trx: Trx): PipelinedTrx => {
  const plain = trx.withoutPlugins()
  let before: Promise<unknown> = Promise.resolve()
  return {
    run: <Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> => {
      const answer = before.then(async () => {
        const { rows } = await plain.executeQuery<Row>(CompiledQuery.raw(statement.text, [...values]))
        return rows
      })
      before = answer.catch(() => undefined)
      return answer
    },
  }
}

/**
 * As `inTransaction`, without the round trips of its own for `begin` and the organisation: they travel with the first
 * statement of `work`. So a transaction that loads, writes and commits takes three round trips. `work` gives its result
 * and whether to keep what it wrote.
 *
 * Its prepared statements keep one plan: with row-level security, planning costs several times what they take (measured
 * at 100,000 citizens: 2.3 to 3.3 ms against 0.4 ms). A plan kept from when a table was empty must not read it whole once
 * it is not, so sequential scans are made dear.
 */
export const inPipelinedTransaction = <T>(
  database: Database,
  organisationId: string,
  work: (trx: PipelinedTrx) => Promise<{ commit: boolean; result: T }>,
): Promise<T> =>
  retrying(async () => {
    const client = await database.pool.connect()
    let broken: Error | undefined
    // A lost connection is also told to the client's listeners; the statement that waits for it fails by itself.
    const remember = (error: Error): void => {
      broken = error
    }
    client.on('error', remember)
    try {
      const begun = Promise.all([
        client.query('begin'),
        client.query({
          name: 'portal-organisation',
          text: `select set_config('portal.organisation', $1, true), set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('enable_seqscan', 'off', true)`,
          values: [organisationId],
        }),
      ])
      // Awaited below; without this a failure of both would count as unhandled.
      begun.catch(() => undefined)
      const trx: PipelinedTrx = {
        run: async <Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]) => {
          const [, result] = await Promise.all([begun, client.query<Row>({ ...statement, values: [...values] })])
          return result.rows
        },
      }
      const { commit, result } = await work(trx)
      await client.query(commit ? 'commit' : 'rollback')
      return result
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.off('error', remember)
      client.release(broken)
    }
  })
