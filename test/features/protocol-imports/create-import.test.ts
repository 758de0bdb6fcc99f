import { describe, expect, test } from 'vitest'
import { must, refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { importsPath, upload, work, xlsxType } from './support.ts'

const shared = await testPortal()

describe('what is not taken', () => {
  test.each<[string, Buffer | string, string]>([
    ['an .xls or an encrypted workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old-or-encrypted-workbook'],
    ['a PDF', '%PDF-1.7\n', 'other'],
    ['half an archive', 'PK\u0003\u0004', 'damaged-archive'],
  ])('%s', async (_, content, found) => {
    const answer = await upload(shared, content, { type: xlsxType })
    expect(refusal(answer)).toEqual([422, 'import-file-not-allowed'])
    expect(answer.body.found).toBe(found)
  })

  test('more than 10 MiB, an empty file, another type, nobody who answers for it', async () => {
    expect(refusal(await upload(shared, Buffer.alloc(10_485_761, 'x')))).toEqual([413, 'payload-too-large'])
    expect(refusal(await upload(shared, ''))).toEqual([400, 'invalid-request'])
    expect(refusal(await upload(shared, 'a', { type: 'text/plain' }))).toEqual([415, 'unsupported-media-type'])
    expect(refusal(await upload(shared, '{}', { type: 'application/json' }))).toEqual([415, 'unsupported-media-type'])
    const nobody = await shared
      .as('supplier-nord')
      .post(importsPath, 'a;b', { headers: { 'content-type': 'text/csv' } })
    expect([...refusal(nobody), nobody.body.errors[0].pointer]).toEqual([400, 'invalid-request', '/registeredBy'])
    expect(refusal(await upload(shared, 'a', { query: { month: '2026-13' } }))).toEqual([400, 'invalid-request'])
    expect(refusal(await upload(shared, 'a', { query: { dryRun: 'ja' } }))).toEqual([400, 'invalid-request'])
  })

  test('no other route takes CSV', async () => {
    const answer = await shared
      .as('supplier-nord')
      .post('/v1/absences', 'a;b', { headers: { 'content-type': 'text/csv' } })
    expect(refusal(answer)).toEqual([415, 'unsupported-media-type'])
  })

  test('an eleventh unfinished import, also of eight at once', async () => {
    const portal = await testPortal()
    for (let count = 0; count < 7; count++) must(await upload(portal, 'a;b'))
    const answers = await Promise.all(Array.from({ length: 8 }, () => upload(portal, 'a;b')))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3)
    const refused = answers.filter(({ status }) => status !== 202)
    expect(refused.map(refusal)).toEqual(Array.from({ length: 5 }, () => [409, 'too-many-imports']))
    await work(portal)
    expect((await upload(portal, 'a;b')).status).toBe(202)
  })
})

describe('who sees an import', () => {
  test('its supplier alone, and nobody else may make one', async () => {
    const portal = await testPortal()
    const { id } = must(await upload(portal, 'a;b')).body
    expect(refusal(await portal.as('supplier-syd').get(`${importsPath}/${id}`))).toEqual([404, 'not-found'])
    for (const client of ['jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn', 'administrator']) {
      expect(refusal(await portal.as(client).get(`${importsPath}/${id}`))).toEqual([403, 'forbidden'])
      expect(refusal(await upload(portal, 'a;b', { client }))).toEqual([403, 'forbidden'])
      expect(refusal(await portal.as(client).get(`${importsPath}/template`, { query: { month: '2026-03' } }))).toEqual([
        403,
        'forbidden',
      ])
    }
    const mine = must(await portal.as('supplier-nord').get(importsPath)).body.items
    expect(mine.map((one: { id: string }) => one.id)).toEqual([id])
    expect(must(await portal.as('supplier-syd').get(importsPath)).body.items).toEqual([])
  })

  test('lists go page by page', async () => {
    const portal = await testPortal()
    const ids: string[] = []
    for (let count = 0; count < 3; count++) ids.push(must(await upload(portal, `a;${count}`)).body.id)
    const first = must(await portal.as('supplier-nord').get(importsPath, { query: { limit: 2 } })).body
    const second = must(
      await portal.as('supplier-nord').get(importsPath, { query: { limit: 2, cursor: first.next } }),
    ).body
    expect([...first.items, ...second.items].map((one: { id: string }) => one.id)).toEqual(ids)
    expect(second.next).toBeNull()
  })
})

test('under the same key the same file is taken once', async () => {
  const portal = await testPortal()
  const [first, again] = [
    must(await upload(portal, 'a;b', { idempotencyKey: 'k1' })),
    must(await upload(portal, 'a;b', { idempotencyKey: 'k1' })),
  ]
  expect(again.text).toBe(first.text)
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(refusal(await upload(portal, 'a;c', { idempotencyKey: 'k1' }))).toEqual([422, 'idempotency-key-reused'])
  expect(await portal.sql('select id from protocol_imports')).toHaveLength(1)
})
