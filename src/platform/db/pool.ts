import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { DB } from './schema.d.ts'

/** Values as the portal speaks them: dates as `YYYY-MM-DD`, instants as RFC 3339 in UTC, int8 as number, arrays alike. */
const types = (): pg.CustomTypesConfig => {
  const overrides = new pg.TypeOverrides()
  overrides.setTypeParser(pg.types.builtins.DATE, (value: string) => value)
  overrides.setTypeParser(pg.types.builtins.INT8, Number)
  overrides.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (value: string) => {
    // The session runs in UTC, so the text ends in +00 and has up to three decimals (timestamptz(3)).
    const [date, time = ''] = value.slice(0, -3).split(' ')
    const [seconds, fraction = ''] = time.split('.')
    return `${date}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
  })
  return overrides as unknown as pg.CustomTypesConfig
}

/** The database as the processes use it: kysely for most, the pool itself for the pipelined hot path. */
export type Database = {
  readonly pool: pg.Pool
  readonly kysely: Kysely<DB>
  close(): Promise<void>
}

/** Ours: how long a statement may take by the server's clock, in milliseconds, where nobody asks for more. */
const usualStatementMs = 10_000
/** What a statement gets beyond that by our clock: then its connection is dead and whoever waits has waited enough. */
const silenceMs = 2000

/**
 * Opens a pool on `url`. `role` is set on each connection (the worker acts as `portal_worker`).
 * Connections are pipelined: statements sent together travel together. One that waits longer than five seconds for a
 * connection fails, which callers see as 503; so does a statement that takes longer than `statementMs`, and two seconds later
 * one whose connection says nothing any more, which is then thrown away. `onError` hears of idle connections that broke.
 */
export const openDatabase = (options: {
  url: string
  poolSize: number
  name: string
  role?: 'portal_worker'
  statementMs?: number
  onError: (error: Error) => void
}): Database => {
  const { statementMs = usualStatementMs } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.name,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementMs,
    query_timeout: statementMs + silenceMs,
    // What a vanished client held is free again after that.
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
    types: types(),
    // Nobody waits for a row for more than five seconds (503): waiting requests would use up the pool.
    options: `-c TimeZone=UTC -c lock_timeout=5s${options.role ? ` -c role=${options.role}` : ''}`,
  } as pg.PoolConfig)
  pool.on('error', options.onError)
  pool.on('connect', (client) => {
    // The pool listens to idle connections only. One that breaks in use fails its statement, and would without this also
    // end the process as an unhandled event.
    client.on('error', () => undefined)
  })
  const kysely = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return { pool, kysely, close: () => kysely.destroy() }
}
