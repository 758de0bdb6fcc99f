import type pg from 'pg'

/** Counts the statements that a pool's connections are sent from now on. */
export const countStatements = (pool: pg.Pool): (() => number) => {
  let statements = 0
  const counted = new WeakSet<pg.PoolClient>()
  const connect = pool.connect.bind(pool)
  const count = (client: pg.PoolClient): pg.PoolClient => {
    if (counted.has(client)) return client
    counted.add(client)
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = ((...given: unknown[]) => {
      statements++
      return query(...given)
    }) as typeof client.query
    return client
  }
  pool.connect = ((callback?: (error: Error | undefined, client?: pg.PoolClient, done?: unknown) => void) => {
    if (!callback) return connect().then(count)
    return (connect as unknown as (done: typeof callback) => void)((error, client, done) =>
      callback(error, client && count(client), done),
    )
  }) as typeof pool.connect
  return () => statements
}
