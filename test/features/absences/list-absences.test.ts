import { beforeAll, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence } from './support.ts'

let portal: TestPortal
const { activityReady, sicknessBenefit, dragoer } = demo.orders
beforeAll(async () => {
  portal = await testPortal({ now: '2026-05-22T10:00:00.000Z' })
  const items = [activityReady, sicknessBenefit, dragoer].flatMap((order) =>
    Array.from({ length: 5 }, (_, day) =>
      absence({ orderId: order.id, activityId: order.activityId, date: `2026-03-0${day + 2}` }),
    ),
  )
  await portal.as('supplier-nord').post('/v1/absences/batch', { items })
})

const all = async (client: string, query = '', headers: Record<string, string> = {}) => {
  const ids: string[] = []
  for (let path: string | null = `/v1/absences?limit=4${query}`; path !== null; ) {
    const page = await portal.as(client).get(path, { headers })
    expect(page.status, page.text).toBe(200)
    ids.push(...page.body.items.map((item: { id: string }) => item.id))
    const link: string | undefined = page.headers['link']
    expect(link === undefined).toBe(page.body.next === null)
    path = page.body.next === null ? null : `/v1/absences?limit=4${query}&cursor=${page.body.next}`
  }
  return ids
}

test('everyone lists their own, page by page, without skip or repeat', async () => {
  const purpose = { 'x-purpose': 'Stikprøve 2026-05' }
  const counts = Object.fromEntries(
    await Promise.all(
      [
        'supplier-nord',
        'supplier-syd',
        'jobcenter-musvaagevej',
        'jobcenter-skelbaekgade',
        'k-kassen',
        'ydelse-dragoer',
      ].map(async (client) => [client, (await all(client)).length]),
    ),
  )
  expect(counts).toEqual({
    'supplier-nord': 15,
    'supplier-syd': 0,
    'jobcenter-musvaagevej': 15,
    'jobcenter-skelbaekgade': 0,
    'k-kassen': 10,
    'ydelse-dragoer': 5,
  })
  expect((await all('auditor-koebenhavn', '', purpose)).length).toBe(15)
  const seen = await all('auditor-dragoer', '', purpose)
  expect(new Set(seen).size).toBe(5)
})

test('an auditor without a purpose is refused; with one the look-up is kept', async () => {
  const refused = await portal.as('auditor-dragoer').get('/v1/absences')
  expect([refused.status, refused.body.code]).toEqual([400, 'purpose-required'])
  await portal.as('auditor-dragoer').get('/v1/absences', { headers: { 'x-purpose': 'Sag 4711' } })
  const kept = await portal.sql(`select client_id, operation from lookups where purpose = 'Sag 4711'`)
  expect(kept).toEqual([{ client_id: 'auditor-dragoer', operation: 'listAbsences' }])
})

test('filters', async () => {
  expect((await all('k-kassen', `&orderId=${dragoer.id}`)).length).toBe(5)
  expect(
    (await all('supplier-nord', `&citizenId=${activityReady.citizen.id}&dateFrom=2026-03-03&dateTo=2026-03-04`)).length,
  ).toBe(2)
  expect((await all('supplier-nord', '&late=false')).length).toBe(0)
  expect((await all('supplier-nord', '&status=registered&reason=no-notice')).length).toBe(15)
  const bad = await portal.as('supplier-nord').get('/v1/absences?cursor=abc')
  expect([bad.status, bad.body.code]).toEqual([400, 'invalid-cursor'])
  const unknown = await portal.as('supplier-nord').get('/v1/absences?colour=red')
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, 'colour'])
})
