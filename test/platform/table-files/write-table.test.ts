import { expect, test } from 'vitest'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { readTable } from '#platform/table-files/read-table.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'

const limits = { rows: 20, columns: 10, cellCharacters: 100, characters: 10_000, inflatedBytes: 20_000_000 }
const rows: WrittenCell[][] = [
  ['Navn', 'Dato', 'Minutter', 'Sted'],
  ['Åse "Æ" Ærø; & <b>', { date: '2026-03-02' }, 240, '=HYPERLINK("x")'],
  ['to\r\nlinjer', { date: '2026-12-31' }, 0, '-1+1'],
  ['', null, null, "'@x"],
]
const texts = [
  ['Navn', 'Dato', 'Minutter', 'Sted'],
  ['Åse "Æ" Ærø; & <b>', '2026-03-02', '240', '=HYPERLINK("x")'],
  ['to\r\nlinjer', '2026-12-31', '0', '-1+1'],
]

test('CSV is read again as it was written, and nothing in it is calculated', async () => {
  const text = csvMark + csvText(rows)
  expect(text).toContain(`;"'=HYPERLINK(""x"")"\r\n`)
  const read = await readTable(Buffer.from(text), 'csv', limits)
  expect(read.rows?.slice(0, 3)).toEqual(texts)
})

test('a workbook is read again as it was written: text stays text, a date a date', async () => {
  const workbook = await writeWorkbook([{ name: 'Ark', rows, widths: [10, 10, 10, 10] }])
  const read = await readTable(workbook, 'xlsx', limits)
  expect(read.fault).toBeNull()
  expect(read.rows?.map((row) => row.map((cell) => cell.replace('\r', '')))).toEqual([
    ...texts.map((row) => row.map((cell) => cell.replace('\r', ''))),
    ['', '', '', "'@x"],
  ])
})

test('of many workbooks at once each is its own', async () => {
  const made = await Promise.all(
    [1, 2, 3, 4, 5].map((value) => writeWorkbook([{ name: 'Ark', rows: [['x'], [value]], widths: [5] }])),
  )
  const read = await Promise.all(made.map((workbook) => readTable(workbook, 'xlsx', limits)))
  expect(read.map((one) => one.rows?.[1]?.[0])).toEqual(['1', '2', '3', '4', '5'])
})
