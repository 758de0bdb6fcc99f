import { expect, test } from 'vitest'
import { importLimits } from '#features/protocol-imports/run-import.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { manyOrders } from './many-orders.ts'
import { csvOf, filled, imported, outcome, present, templateOf } from './support.ts'

/** 900 orders with 22 days each. */
const rowsOfMany = 19_800

test('twenty thousand rows as CSV and as XLSX: all of them, or none for one wrong day', {
  timeout: 240_000,
}, async () => {
  const portal = await testPortal({ now: '2026-04-01T10:00:00.000Z' })
  await manyOrders(portal, 900)
  const template = (await templateOf(portal)).filter((row) => row[0] === 'Bestilling' || (row[0] ?? '') >= 'B-500000')
  expect(template).toHaveLength(rowsOfMany + 1)
  const rows = filled(template, present)
  const wrong = rows.with(rowsOfMany, (rows[rowsOfMany] ?? []).with(6, '7'))
  const refused = await imported(portal, csvOf(wrong))
  expect(outcome(refused)).toEqual({
    status: 'rejected',
    daysWritten: 0,
    errors: [`${rowsOfMany + 1} Fremmødt (min) minutes-do-not-add-up`],
  })
  expect(refused.body.rowsChecked).toBe(rowsOfMany)
  const [none] = await portal.sql('select count(*)::int as count from attendance_days')
  expect(none).toEqual({ count: 0 })
  const done = await imported(portal, csvOf(rows))
  expect(done.body).toMatchObject({ status: 'completed', rowsRead: rowsOfMany, daysWritten: rowsOfMany })
  const [headings = [], ...cells] = rows
  const workbook = await writeWorkbook([
    {
      name: 'Ark',
      rows: [headings, ...cells.map((row) => row.map((cell, at) => (at === 2 ? { date: cell } : cell)))],
      widths: [],
    },
  ])
  const again = await imported(portal, workbook)
  expect(again.body).toMatchObject({ status: 'completed', daysWritten: 0, daysUnchanged: rowsOfMany })
})

test('one row too many', async () => {
  const portal = await testPortal()
  const [headings = []] = await templateOf(portal, { month: '2025-01' })
  const answer = await imported(portal, csvOf([headings, ...Array.from({ length: importLimits.rows }, () => ['B-1'])]))
  expect(outcome(answer).errors).toEqual([`${importLimits.rows + 1} null too-many-rows`])
})
