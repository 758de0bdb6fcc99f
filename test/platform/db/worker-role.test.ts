import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '#test/support/test-database.ts'
import { fillEveryTable } from './fill-every-table.ts'

const { workerDatabase, sql } = await testDatabase()

beforeAll(() => fillEveryTable(sql))

describe('the worker', () => {
  test('acts as portal_worker, sees events, endpoints and orders, and no citizen or absence', async () => {
    const { rows } = await workerDatabase.pool.query<{ role: string }>('select current_user as role')
    expect(rows).toEqual([{ role: 'portal_worker' }])
    for (const table of ['events', 'webhook_endpoints', 'orders']) {
      expect((await workerDatabase.pool.query(`select from ${table}`)).rowCount).toBeGreaterThan(0)
    }
    for (const table of ['citizens', 'absences', 'contact_persons', 'api_clients']) {
      await expect(workerDatabase.pool.query(`select from ${table}`), table).rejects.toMatchObject({ code: '42501' })
    }
  })
})
