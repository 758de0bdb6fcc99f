import { expect, test } from 'vitest'
import { inPipelinedTransaction, inTransaction } from '#platform/db/transaction.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { testPortal } from '#test/support/test-portal.ts'

const failing = (code: string, message = 'duplicate key value 6203851231') =>
  Object.assign(new Error(message), { code, detail: 'Key (cpr)=(6203851231) already exists.', where: 'row 6203851231' })

test.each([
  ['unique violation', failing('23505'), 409, 'conflict'],
  ['foreign key', failing('23503'), 409, 'conflict'],
  ['too many connections', failing('53300'), 503, 'temporarily-unavailable'],
  ['the server shuts down', failing('57P01'), 503, 'temporarily-unavailable'],
  ['a lost connection', failing('', 'Connection terminated unexpectedly'), 503, 'temporarily-unavailable'],
  ['the statement time-out', failing('57014'), 503, 'temporarily-unavailable'],
  ['anything else', failing('22012'), 500, 'internal-error'],
])('%s becomes its problem, and no value of a row is told or logged', async (_name, error, status, code) => {
  const portal = await testPortal({
    routes: (app) =>
      defineRoute(
        app,
        {
          method: 'POST',
          url: '/v1/trials',
          operationId: 'fail',
          tag: 'Trials',
          summary: 'Fails',
          callers: ['supplier'],
          scope: 'portal.write',
          body: closed({}),
          answers: { 204: { description: 'Never.' } },
          example: { client: 'supplier-nord' },
        },
        () => Promise.reject(error),
      ),
  })
  const answer = await portal.as('supplier-nord').post('/v1/trials', {})
  expect([answer.status, answer.body.code]).toEqual([status, code])
  expect(answer.headers['retry-after'] !== undefined).toBe(status === 503)
  expect(answer.text + portal.logLines.join('\n')).not.toContain('6203851231')
})

test('a serialization failure and a deadlock are tried again in silence', async () => {
  const { database, as } = await testPortal()
  const me = await as('supplier-nord').get('/v1/me')
  const organisation = me.body.organisation.id as string
  for (const code of ['40001', '40P01']) {
    let attempts = 0
    const result = await inTransaction(database, organisation, async () => {
      if (++attempts < 3) throw failing(code)
      return 'done'
    })
    expect([result, attempts]).toEqual(['done', 3])
    attempts = 0
    const pipelined = await inPipelinedTransaction(database, organisation, async () => {
      if (++attempts < 3) throw failing(code)
      return { commit: true, result: 'done' }
    })
    expect([pipelined, attempts]).toEqual(['done', 3])
  }
  await expect(inTransaction(database, organisation, () => Promise.reject(failing('40001')))).rejects.toThrow()
  expect(database.pool.waitingCount).toBe(0)
})

test('connections that the database ends under way are answered with 503 and leave the pool whole', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  await supplier.get('/v1/orders')
  const requests = Array.from({ length: 20 }, () => supplier.get('/v1/orders'))
  await portal.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test-server'`,
  )
  for (const answer of await Promise.all(requests)) expect([200, 503]).toContain(answer.status)
  const after = await Promise.all(Array.from({ length: 20 }, () => supplier.get('/v1/orders')))
  const again = await Promise.all(Array.from({ length: 20 }, () => supplier.get('/v1/orders')))
  expect([...after, ...again].filter((answer) => ![200, 503].includes(answer.status))).toEqual([])
  expect(again.every((answer) => answer.status === 200)).toBe(true)
})
