import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { fillEveryTable } from './fill-every-table.ts'

const { database, sql: admin } = await testDatabase()
const { organisations, orders, agreements } = demo
beforeAll(() => fillEveryTable(admin))

/** Runs a statement as an organisation with nothing of the application around it; gives how many rows it changed. */
const as = (organisation: { id: string }, statement: string): Promise<number> =>
  inTransaction(database, organisation.id, async (trx) => {
    const result = await sql.raw(statement).execute(trx)
    return Number(result.numAffectedRows ?? 0)
  })

const refusal = async (organisation: { id: string }, statement: string): Promise<number | string> =>
  as(organisation, statement).catch((error: { code?: string }) => error.code ?? String(error))

describe('the second wall holds writes too', () => {
  test('an activity is changed by the parties of its order alone', async () => {
    const change = `update activities set status = 'rejected' where order_id = '${orders.activityReady.id}'`
    for (const other of [
      'kKassen',
      'auditorKoebenhavn',
      'supplierSyd',
      'jobcenterSkelbaekgade',
      'administrator',
    ] as const) {
      expect([other, await refusal(organisations[other], change)]).toEqual([other, 0])
    }
    expect(await as(organisations.jobcenterMusvaagevej, change)).toBeGreaterThan(0)
  })

  test('a supplier changes its work on an order, not the terms', async () => {
    const id = `where id = '${orders.activityReady.id}'`
    for (const terms of [
      'ordered_minutes = 99999',
      `end_date = '2030-01-01'`,
      `jobcenter_id = '${organisations.jobcenterSkelbaekgade.id}'`,
      `target_group = 'other'`,
      `approved_by = '{}'`,
      'committed_oere = 1',
    ]) {
      expect([terms, await refusal(organisations.supplierNord, `update orders set ${terms} ${id}`)]).toEqual([
        terms,
        '42501',
      ])
    }
    expect(await as(organisations.supplierNord, `update orders set plan_complete = false ${id}`)).toBe(1)
    expect(await as(organisations.jobcenterMusvaagevej, `update orders set ordered_minutes = 7201 ${id}`)).toBe(1)
  })

  test('a supplier places no order, approved or not', async () => {
    const columns = await admin<{ list: string }>(
      `select string_agg(column_name, ', ') as list from information_schema.columns
        where table_schema = 'public' and table_name = 'orders' and column_name not in ('id', 'order_number')`,
    )
    const list = columns[0]?.list ?? ''
    const copy = `insert into orders (id, ${list}) select '${newId()}', ${list} from orders where id = '${orders.activityReady.id}'`
    expect(await refusal(organisations.supplierNord, copy)).toBe('42501')
    expect(await as(organisations.jobcenterMusvaagevej, copy)).toBe(1)
  })

  test('a jobcenter moves what an agreement is committed to, not its terms', async () => {
    const id = `where id = '${agreements.supplierNord.id}'`
    for (const terms of [
      'unit_price_oere = 1',
      'budget_oere = null, valid_to = valid_to + 1',
      `target_groups = '{}'`,
    ]) {
      const statement = `update framework_agreements set ${terms} ${id}`
      expect([terms, await refusal(organisations.jobcenterMusvaagevej, statement)]).toEqual([terms, '42501'])
      expect([terms, await refusal(organisations.supplierNord, statement)]).toEqual([terms, 0])
    }
    expect(
      await as(organisations.jobcenterMusvaagevej, `update framework_agreements set committed_oere = 5 ${id}`),
    ).toBe(1)
  })

  test("a supplier registers nothing on another's order or citizen", async () => {
    const columns = await admin<{ list: string }>(
      `select string_agg(column_name, ', ') as list from information_schema.columns
        where table_schema = 'public' and table_name = 'absences'
          and column_name not in ('id', 'supplier_id', 'order_id', 'citizen_id', 'date')`,
    )
    const list = columns[0]?.list ?? ''
    const register = (order: { id: string; citizen: { id: string } }) =>
      `insert into absences (id, supplier_id, order_id, citizen_id, date, ${list})
        select '${newId()}', '${organisations.supplierSyd.id}', '${order.id}', '${order.citizen.id}', '2031-01-01', ${list}
          from (values (1)) as one cross join lateral (select ${list} from absences limit 1) as template`
    expect(await refusal(organisations.supplierSyd, register(orders.activityReady))).not.toBe(1)
    const forged = await admin(
      register(orders.activityReady).replace('select ', 'select /* as the superuser, past all policies */ '),
    ).then(
      () => 'written',
      (error: { code?: string }) => error.code,
    )
    expect(forged).toBe('23503')
    expect(await admin(`select from absences where date = '2031-01-01'`)).toEqual([])
  })
})
