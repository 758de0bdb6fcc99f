import pg from 'pg'
import { expect } from 'vitest'
import type { CallOptions, TestPortal } from './test-portal.ts'

/**
 * Buffers that one page of a list costs, by explaining the very statements that the page ran: what it does to the database,
 * however fast the machine is.
 * @param table the table or view that the list reads
 */
export const buffersOf = async (
  portal: TestPortal,
  given: { client: string; path: string; table: string; options?: CallOptions; items?: 'some' | 'none' },
): Promise<number> => {
  const statements: { text: string; values: unknown[] }[] = []
  const query = pg.Client.prototype.query as (...given: unknown[]) => unknown
  pg.Client.prototype.query = function record(this: pg.Client, ...sent: unknown[]) {
    const [first, values] = sent as [string | { text: string }, unknown[] | undefined]
    const text = typeof first === 'string' ? first : first.text
    if (text.startsWith('select ') && text.includes(` from "${given.table}"`)) {
      statements.push({ text, values: values ?? [] })
    }
    return query.apply(this, sent)
  } as typeof pg.Client.prototype.query
  try {
    const answer = await portal.as(given.client).get(given.path, given.options)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body.items.length > 0).toBe(given.items !== 'none')
  } finally {
    pg.Client.prototype.query = query as typeof pg.Client.prototype.query
  }
  if (statements.length === 0) throw new Error(`the list ran no statement on ${given.table}`)
  const me = await portal.as(given.client).get('/v1/me')
  const connection = await portal.database.pool.connect()
  try {
    await connection.query('begin')
    await connection.query(`select set_config('portal.organisation', $1, true)`, [me.body.organisation.id])
    let buffers = 0
    for (const { text, values } of statements) {
      const { rows } = await connection.query(`explain (analyze, buffers, format json) ${text}`, values)
      const plan = rows[0]?.['QUERY PLAN'][0].Plan as { 'Shared Hit Blocks': number; 'Shared Read Blocks': number }
      buffers += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    }
    await connection.query('rollback')
    return buffers
  } finally {
    connection.release()
  }
}
