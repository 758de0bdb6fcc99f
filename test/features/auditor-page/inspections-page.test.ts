import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { manyCourses } from '#test/features/inspections/support.ts'
import { auditorOn, drawnOn, fieldsOf, idOf, send } from './conducting.ts'
import type { PlainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { organisations, agreements } = demo
const drawn = (changes?: Record<string, unknown>) => drawnOn(portal, changes)
let karla: PlainBrowser
let dines: PlainBrowser
beforeAll(async () => {
  karla = await auditorOn(portal, 'karla')
  dines = await auditorOn(portal, 'dines')
})
const headingsOf = (text: string, caption: string): string[] => {
  const [, table = ''] = new RegExp(`<caption[^>]*>${caption}</caption>(.*?)</thead>`, 's').exec(text) ?? []
  return [...table.matchAll(/<th[^>]*>([^<]*)<\/th>/g)].map(([, heading = '']) => heading)
}

describe('the list of inspections', () => {
  test('says how many there are in all, of those that the reader sees', async () => {
    for (const seed of ['a', 'b', 'c']) await drawn({ seed })
    await drawn({ supplierId: organisations.supplierSyd.id })
    const [row] = await portal.sql<{ count: number }>(
      'select count(*)::int as count from inspections where discarded_at is null',
    )
    const total = (text: string) => /In all: <strong>(\d+)<\/strong>/.exec(text)?.[1]
    expect(total((await karla.get('/auditor/inspections')).text)).toBe(String(row?.count))
    expect(total((await dines.get('/auditor/inspections')).text)).toBe(String((row?.count ?? 0) - 1))
    expect(total((await karla.get('/auditor/inspections?status=discarded')).text)).toBeUndefined()
  })

  test('says who gave the seed, and what was closed without a judgement before', async () => {
    const { text } = await karla.get('/auditor/inspections')
    expect(headingsOf(text, 'Inspections')).toEqual(expect.arrayContaining(['Seed from', 'Closed unjudged before']))
    expect(text).toContain('<td>A person</td>')
    expect(text).toContain('<td>The portal</td>')
  })
})

describe('an inspection', () => {
  test('shows what is left to do right after the order, and the agreement below it without its supplier', async () => {
    const { text } = await karla.get(await drawn({ seed: 'columns' }))
    expect(headingsOf(text, 'Drawn courses')).toEqual([
      ...['Order', 'Irregularities', 'Not judged', 'Judged', 'Phase', 'Target group'],
    ])
    expect(text).toContain(`<span class="hint">${agreements.supplierNord.title}</span>`)
    expect(text).not.toContain(`${agreements.supplierNord.title}, `)
    expect(text).toContain('<code>columns</code> (chosen by a person)')
    expect((await karla.get(await drawn())).text).toContain('(made by the portal)')
  })

  test('says to whoever sees a part that it is one, and nothing that is of the whole', async () => {
    await manyCourses(portal, { count: 4, targetGroup: 'rehabilitation' })
    const path = await drawn()
    const whole = (await karla.get(path)).text
    expect(whole).toContain('There were fewer courses than asked for')
    expect(headingsOf(whole, 'Courses')).toContain('Asked')
    const part = (await dines.get(path)).text
    expect(part).toContain('You see the part of the sample')
    expect(part).not.toContain('There were fewer courses than asked for')
    expect(headingsOf(part, 'Courses')).not.toContain('Asked')
  })

  test('names the draws before it that were closed, with how many courses were judged', async () => {
    const before = await drawn({ seed: 'lukket-uden' })
    const opened = await karla.get(`${before}/close`)
    for (const [reason, says] of [
      ['.', 'The reason does not say why'],
      ['x \u202edekcehc lla\u202c alle er set', 'Write a reason of at most'],
    ] as const) {
      const refused = await karla.post(`${before}/close`, { ...fieldsOf(opened.text), reason })
      expect([refused.status, refused.text.includes(says)]).toEqual([422, true])
    }
    expect((await send(karla, `${before}/close`, { reason: 'Resten ses til efteråret' })).status).toBe(303)
    const { text } = await karla.get(await drawn())
    expect(text).toContain('Draws that were closed before this one')
    expect(text).toMatch(/<code>lukket-uden<\/code> \(chosen by a person\)<\/td>.*?<td>0 of \d+<\/td>/s)
  })
})

test('a second press while the first one draws offers to look again, and leads to the same inspection', async () => {
  const form = {
    ...{ formToken: await karla.formToken(), formKey: 'slow', residenceMunicipality: '', seed: '' },
    ...{ supplierId: organisations.supplierNord.id, running: '2', ended: '0' },
  }
  const before = await portal.sql('select from inspections')
  const holder = new pg.Client({ connectionString: portal.adminUrl })
  await holder.connect()
  let first: ReturnType<PlainBrowser['post']>
  try {
    // The first one waits for the table, for longer than the second one is patient.
    await holder.query('begin; lock table inspections in exclusive mode')
    first = karla.post('/auditor/inspections', form)
    const waits = `select 1 from pg_locks where not granted and relation = 'inspections'::regclass`
    while ((await portal.sql(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await karla.post('/auditor/inspections', form)
    expect(second.status).toBe(202)
    expect(second.text).toContain('Look again')
    expect(fieldsOf(second.text)).toMatchObject(form)
  } finally {
    await holder.query('rollback')
    await holder.end()
  }
  const { status, location } = await first
  expect(status).toBe(303)
  const looked = await karla.post('/auditor/inspections', form)
  expect([looked.status, looked.location]).toEqual([303, location])
  expect((await portal.sql('select from inspections')).length - before.length).toBe(1)
  expect(idOf(location)).not.toBe('')
})

test('a case says once what order and course are both', async () => {
  const [ended] = await manyCourses(portal, { count: 1, targetGroup: 'rehabilitation', endedOn: '2026-02-10' })
  await portal.sql(`update orders set course_status = 'ended' where id = $1`, [ended])
  const { text } = await karla.get(`/auditor/orders/${ended}`)
  expect(text).toContain('<dd>ended</dd>')
  expect(text).not.toContain('ended, ended')
})
