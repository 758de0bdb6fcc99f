import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { filePart, formOf, smallJpeg, smallPdf, smallPng, textPart } from '#test/support/document-form.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { uploads } from './support.ts'

const { orders, organisations } = demo
const portal = await testPortal()
const nord = portal.as('supplier-nord')
const upload = uploads(portal)
const kept = async (): Promise<number> =>
  (await portal.sql<{ count: number }>('select count(*)::int as count from documents'))[0]?.count ?? -1

describe('POST /v1/documents', () => {
  test('keeps a document with its hash, and says where its bytes are', async () => {
    const answer = await upload('supplier-nord', {
      fileName: 'Praktikaftale æøå.pdf',
      fields: {
        orderId: orders.activityReady.id.toUpperCase(),
        kind: 'placement-agreement',
        description: 'Bageriet',
        registeredBy: { name: 'Liv Leverandør', email: 'liv@supplier.example' },
      },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      id: expect.any(String),
      orderId: orders.activityReady.id,
      kind: 'placement-agreement',
      fileName: 'Praktikaftale æøå.pdf',
      contentType: 'application/pdf',
      sizeBytes: smallPdf.length,
      sha256: createHash('sha256').update(smallPdf).digest('hex'),
      description: 'Bageriet',
      uploadedAt: '2026-03-13T10:00:00.000Z',
      uploadedBy: { organisationId: organisations.supplierNord.id, name: 'Liv Leverandør' },
      contentUrl: `http://portal.test/v1/documents/${answer.body.id}/content`,
    })
    expect(answer.headers['location']).toBe(`/v1/documents/${answer.body.id}`)
    const read = await nord.get(`/v1/documents/${answer.body.id}`)
    expect([read.body, read.headers['etag']]).toEqual([answer.body, answer.headers['etag']])
    const [noted] = await portal.sql<{ changes: object; action: string }>(
      `select action, changes from change_log where entity = 'document' and entity_id = $1`,
      [answer.body.id],
    )
    expect(noted).toEqual({
      action: 'uploaded',
      changes: { kind: 'placement-agreement', contentType: 'application/pdf', sizeBytes: smallPdf.length },
    })
  })

  test.each([
    [smallPdf, 'application/pdf'],
    [Buffer.concat([Buffer.from('\r\n \n'), smallPdf]), 'application/pdf'],
    [smallPng, 'image/png'],
    [smallJpeg, 'image/jpeg'],
  ])('tells the type by the content, whatever the name says', async (content, contentType) => {
    const answer = await upload('jobcenter-musvaagevej', { content, fileName: 'notes.txt' })
    expect([answer.status, answer.body.contentType, answer.body.orderId, answer.body.kind]).toEqual([
      201,
      contentType,
      null,
      'other',
    ])
  })

  test.each([
    ['a page called a PDF', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a picture of another type', Buffer.from('GIF89a\u0001\u0000\u0001\u0000')],
    ['an archive', Buffer.from('PK\u0003\u0004 and more')],
    ['the first bytes of a PDF alone', Buffer.from('%PDF-')],
    ['a page behind the header of a PDF', Buffer.from('%PDF-1.4\n<script>alert(1)</script>')],
    ['a PDF that was cut', smallPdf.subarray(0, -10)],
    ['the first bytes of a JPEG alone', Buffer.from([0xff, 0xd8, 0xff])],
    ['a JPEG without its picture', Buffer.concat([smallJpeg.subarray(0, 20), Buffer.from([0xff, 0xd9])])],
    ['a PNG that was cut', smallPng.subarray(0, 40)],
    ['bytes before the PDF', Buffer.concat([Buffer.from('MZ'), smallPdf])],
  ])('document-type-not-allowed: %s', async (_what, content) => {
    const before = await kept()
    const answer = await upload('supplier-nord', { content, fields: { orderId: orders.activityReady.id } })
    expect([answer.status, answer.body.code]).toEqual([422, 'document-type-not-allowed'])
    expect(answer.body.errors).toMatchObject([{ pointer: '/file', code: 'not-allowed' }])
    expect(await kept()).toBe(before)
    const [refusal] = await portal.sql<{ operation: string; order_id: string }>(
      'select operation, order_id from refusals order by id desc limit 1',
    )
    expect(refusal).toEqual({ operation: 'uploadDocument', order_id: orders.activityReady.id })
  })

  test('a form as a browser makes it: a file without a name of its own, JSON with one', async () => {
    const json =
      'Content-Disposition: form-data; name="registeredBy"; filename="blob"\r\nContent-Type: application/json'
    const { body, options } = formOf([
      { head: json, content: JSON.stringify({ name: 'Liv Leverandør' }) },
      { head: 'Content-Disposition: form-data; name="file"', content: smallPdf },
    ])
    const answer = await nord.post('/v1/documents', body, options)
    expect([answer.status, answer.body.fileName, answer.body.uploadedBy.name]).toEqual([
      201,
      'document.pdf',
      'Liv Leverandør',
    ])
  })

  test('an order that is not the own one, or none: 404 at /orderId, and nothing is kept', async () => {
    const before = await kept()
    for (const [client, orderId] of [
      ['supplier-syd', orders.activityReady.id],
      ['jobcenter-skelbaekgade', orders.activityReady.id],
      // A draft is not its supplier's yet.
      ['supplier-nord', orders.draft.id],
      ['supplier-nord', '01890000-0000-7000-8000-00000000dead'],
    ] as const) {
      const answer = await upload(client, { fields: { orderId } })
      expect([client, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([client, 404, '/orderId'])
    }
    expect(await kept()).toBe(before)
    expect((await upload('jobcenter-musvaagevej', { fields: { orderId: orders.draft.id } })).status).toBe(201)
  })

  test('only suppliers and jobcenters upload, with the scope to write', async () => {
    for (const client of ['k-kassen', 'ydelse-dragoer', 'auditor-koebenhavn', 'administrator']) {
      expect([client, (await upload(client)).status]).toEqual([client, 403])
    }
    const { body, options } = formOf([filePart(smallPdf)])
    const reading = await nord.post('/v1/documents', body, { ...options, scopes: ['portal.read'] })
    expect([reading.status, reading.body.code]).toEqual([403, 'insufficient-scope'])
    expect((await portal.anonymous.post('/v1/documents', body, options)).status).toBe(401)
  })

  test.each([
    ['an unknown kind', { kind: 'diagnosis' }, '/kind'],
    ['an order that is no id', { orderId: 'B-000001' }, '/orderId'],
    ['a description that is too long', { description: 'x'.repeat(501) }, '/description'],
    ['a description with NUL', { description: 'a\0b' }, '/description'],
    ['a person without a name', { registeredBy: {} }, '/registeredBy/name'],
    ['a person with more', { registeredBy: { name: 'Liv', cpr: '0101901234' } }, '/registeredBy/cpr'],
    ['a person that is no JSON', { registeredBy: 'Liv' }, '/registeredBy'],
  ])('invalid-request: %s', async (_what, fields, pointer) => {
    const answer = await upload('supplier-nord', { fields })
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([400, 'invalid-request', pointer])
  })

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\\\Users\\\\liv\\\\aftale.pdf', 'aftale.pdf'],
    ['a\tb\u202Efdp.exe', 'abfdp.exe'],
    ['..', 'document.pdf'],
    ['', 'document.pdf'],
    [`${'x'.repeat(300)}.pdf`, 'x'.repeat(255)],
    ['aftale%0d%0aSet-Cookie: a=b', 'aftale%0d%0aSet-Cookie: a=b'],
  ])('keeps of the name %j what can be shown', async (fileName, shown) => {
    const answer = await upload('supplier-nord', { fileName })
    expect([answer.status, answer.body.fileName]).toEqual([201, shown])
  })
})

describe('Idempotency-Key of an upload', () => {
  const key = { 'idempotency-key': 'upload-once' }

  test('the same parts give the same answer byte for byte, whatever boundary and order they come in', async () => {
    const first = await upload('supplier-nord', { fields: { kind: 'consent', description: 'Samtykke' } }, key)
    const before = await kept()
    const parts = [filePart(smallPdf), textPart('description', 'Samtykke'), textPart('kind', 'consent')]
    const { body, options } = formOf(parts, 'another-boundary')
    const again = await nord.post('/v1/documents', body, { headers: { ...options.headers, ...key } })
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
    expect(again.headers['location']).toBe(first.headers['location'])
    expect(await kept()).toBe(before)
  })

  test('another content, name or kind under the key: idempotency-key-reused', async () => {
    for (const other of [
      { content: smallPng, fields: { kind: 'consent', description: 'Samtykke' } },
      { fields: { kind: 'other', description: 'Samtykke' } },
      { fileName: 'andet.pdf', fields: { kind: 'consent', description: 'Samtykke' } },
    ]) {
      const answer = await upload('supplier-nord', other, key)
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused'])
    }
  })

  test('of five at once under one key one is kept; the others get its answer or are told that it runs', async () => {
    const before = await kept()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => upload('supplier-nord', {}, { 'idempotency-key': 'five-at-once' })),
    )
    const made = answers.filter((answer) => answer.status === 201)
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1)
    for (const answer of answers) expect(answer.status === 201 || answer.body.code === 'request-in-progress').toBe(true)
    expect(await kept()).toBe(before + 1)
  })

  test('a refused upload is not kept under its key', async () => {
    const again = { 'idempotency-key': 'refused-first' }
    expect((await upload('supplier-nord', { content: Buffer.from('GIF89a') }, again)).status).toBe(422)
    expect((await upload('supplier-nord', {}, again)).status).toBe(201)
  })
})

test('the database changes nothing of a document but the order that it is bound to, once', async () => {
  const { body } = await upload('supplier-nord')
  const asNord = (statement: string) =>
    portal.database.pool.query(
      `begin; select set_config('portal.organisation', '${organisations.supplierNord.id}', true); ${statement}; commit`,
    )
  const refusal = async (statement: string): Promise<string> => {
    try {
      await asNord(statement)
      return 'done'
    } catch (error) {
      await portal.database.pool.query('rollback').catch(() => undefined)
      return (error as { code: string }).code
    }
  }
  const id = `id = '${body.id}'`
  expect(await refusal(`update documents set kind = 'consent' where ${id}`)).toBe('42501')
  expect(await refusal(`delete from documents where ${id}`)).toBe('42501')
  // Another supplier's order.
  expect(await refusal(`update documents set order_id = '${orders.supplierSyd.id}' where ${id}`)).toBe('42501')
  expect(await refusal(`update documents set order_id = '${orders.activityReady.id}' where ${id}`)).toBe('done')
  await refusal(`update documents set order_id = '${orders.dragoer.id}' where ${id}`)
  const [row] = await portal.sql<{ order_id: string }>(`select order_id from documents where ${id}`)
  expect(row?.order_id).toBe(orders.activityReady.id)
  await expect(portal.sql(`update documents set order_id = null where ${id}`)).rejects.toMatchObject({ code: '42501' })
})
