import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { rowXml, workbookOf, workbookParts, zipOf } from '#test/platform/table-files/files.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { filled, imported, outcome, present, templateOf, upload, work, xlsxType } from './support.ts'

const portal = await testPortal()
const template = await templateOf(portal, { orderId: demo.orders.activityReady.id })
/** The first day of the month, at a place whose letters show how the file was read. */
const day = filled(template.slice(0, 2), (row) => ({ ...present(row), Sted: 'Ærø Å', Indhold: 'Prøve "øl"' }))
const quoted = (rows: string[][], delimiter: string): string =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n')

describe('however a file is written, it says the same', () => {
  const text = quoted(day, ';')
  test.each<[string, Buffer | string]>([
    ['UTF-8', text],
    ['UTF-8 with its mark', `\ufeff${text}`],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['Windows-1252', Buffer.from(text, 'latin1')],
    ['commas', quoted(day, ',')],
    ['tabs', quoted(day, '\t')],
    ['carriage returns alone', text.replaceAll('\r\n', '\r')],
  ])('%s', async (_, content) => {
    const own = await testPortal()
    expect(outcome(await imported(own, content))).toEqual({ status: 'completed', daysWritten: 1, errors: [] })
    const [kept] = await own.sql<{ off_site: object }>(`select entries->0->'offSite' as off_site from attendance_days`)
    expect(kept?.off_site).toEqual({ place: 'Ærø Å', content: 'Prøve "øl"' })
  })
})

describe('a file that wants to be in the way is rejected, and the worker goes on', () => {
  const one = rowXml(1, ['Bestilling'])
  const shared = { path: 'xl/sharedStrings.xml', content: Buffer.alloc(110_000_000) }
  const bomb = zipOf([...workbookParts(one), shared])
  const row = (xml: string): Buffer => workbookOf(`${one}<row r="2">${xml}</row>`)
  test.each<[string, Buffer, string]>([
    ['a bomb', bomb, 'null null file-too-large'],
    ['a row far away', row('<c r="A900000000"><v>1</v></c>'), '20002 null too-many-rows'],
    ['a column far away', row('<c r="XFD2"><v>1</v></c>'), '2 CW too-many-columns'],
    ['a formula without its value', row('<c r="A2"><f>1+1</f></c>'), '2 A formula-without-value'],
    ['entities', workbookOf(one, { before: '<!DOCTYPE x [<!ENTITY a "b">]>' }), 'null null file-declares-entities'],
    [
      'an encrypted part',
      zipOf(workbookParts(one).map((part) => ({ ...part, encrypted: true }))),
      'null null file-encrypted',
    ],
  ])('%s', async (_, content, error) => {
    expect(content.length).toBeLessThan(200_000)
    expect(outcome(await imported(portal, content, { type: xlsxType }))).toEqual({
      status: 'rejected',
      daysWritten: 0,
      errors: [error],
    })
  })

  test('after all of them the next file is imported', async () => {
    await upload(portal, bomb, { type: xlsxType })
    await upload(portal, quoted(day, ';'))
    expect(await work(portal)).toMatchObject({ outcome: 'rejected' })
    expect(await work(portal)).toMatchObject({ outcome: 'completed' })
  })
})
