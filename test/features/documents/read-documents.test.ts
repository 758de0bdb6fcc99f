import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence } from '#test/features/absences/support.ts'
import { smallPdf, smallPng } from '#test/support/document-form.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { uploads } from './support.ts'

const { orders, citizens } = demo
const portal = await testPortal()
const upload = uploads(portal)
const everyone = Object.values(demo.organisations).map(({ clientId }) => clientId)
const purpose = { headers: { 'x-purpose': 'Tilsyn 2026-14' } }
const lookups = () =>
  portal.sql<{ operation: string; citizen_id: string; order_id: string; purpose: string | null; client_id: string }>(
    `select operation, citizen_id, order_id, purpose, client_id from lookups order by id desc`,
  )

/** Whose calls find the document, both its description and its bytes; the others get 404 or 403 for both. */
const readersOf = async (id: string): Promise<string[]> => {
  const found: string[] = []
  for (const client of everyone) {
    const about = await portal.as(client).get(`/v1/documents/${id}`, purpose)
    const bytes = await portal.as(client).get(`/v1/documents/${id}/content`, purpose)
    expect([client, about.status]).toEqual([client, bytes.status])
    expect([200, client === 'administrator' ? 403 : 404]).toContain(about.status)
    if (about.status === 200) found.push(client)
  }
  return found.sort()
}

describe('GET /v1/documents', () => {
  const list = (client: string, query: Record<string, string | number>, headers: Record<string, string> = {}) =>
    portal.as(client).get('/v1/documents', { query, headers })

  test("an order's documents, page by page, for whoever sees the order; an auditor's look-up is kept", async () => {
    const orderId = orders.dragoer.id
    const fields = { orderId, kind: 'consent' }
    const ids = [
      (await upload('supplier-nord', { fields })).body.id,
      (await upload('jobcenter-musvaagevej', { fields })).body.id,
    ]
    await upload('supplier-nord')
    await upload('supplier-nord', { fields: { orderId: orders.activityReady.id } })
    const first = await list('supplier-nord', { orderId: orderId.toUpperCase(), limit: 1 })
    expect([first.status, first.body.items.map(({ id }: { id: string }) => id)]).toEqual([200, [ids[0]]])
    expect(first.body.items[0]).toMatchObject({ orderId, kind: 'consent', contentUrl: expect.any(String) })
    const second = await list('supplier-nord', { orderId, limit: 1, cursor: first.body.next })
    expect([second.body.items[0].id, second.body.next]).toEqual([ids[1], null])
    expect((await list('auditor-dragoer', { orderId })).body.code).toBe('purpose-required')
    const audited = await list('auditor-dragoer', { orderId }, purpose.headers)
    expect(audited.body.items).toHaveLength(2)
    expect((await lookups())[0]).toMatchObject({
      operation: 'listDocuments',
      order_id: orderId,
      purpose: 'Tilsyn 2026-14',
    })
  })

  test('of an order that is not the own there is nothing; without an order there is no list', async () => {
    const orderId = orders.dragoer.id
    expect((await list('supplier-syd', { orderId })).status).toBe(404)
    expect((await list('k-kassen', { orderId })).status).toBe(403)
    expect((await list('supplier-nord', {})).status).toBe(400)
  })
})

describe('who sees a document', () => {
  test('while no order has it: whoever uploaded it, and nobody else', async () => {
    const { body } = await upload('supplier-nord')
    expect(await readersOf(body.id)).toEqual(['supplier-nord'])
    const byJobcenter = await upload('jobcenter-musvaagevej')
    expect(await readersOf(byJobcenter.body.id)).toEqual(['jobcenter-musvaagevej'])
  })

  test("an order's: its supplier, its jobcenter and the auditors of that citizen, and no benefits office", async () => {
    const { body } = await upload('supplier-nord', { fields: { orderId: orders.activityReady.id } })
    expect(await readersOf(body.id)).toEqual(['auditor-koebenhavn', 'jobcenter-musvaagevej', 'supplier-nord'])
    const dragoer = await upload('jobcenter-musvaagevej', { fields: { orderId: orders.dragoer.id } })
    expect(await readersOf(dragoer.body.id)).toEqual([
      ...['auditor-dragoer', 'auditor-koebenhavn', 'jobcenter-musvaagevej', 'supplier-nord'],
    ])
  })

  test("a draft's: not its supplier before the approval", async () => {
    const { body } = await upload('jobcenter-musvaagevej', { fields: { orderId: orders.draft.id } })
    expect(await readersOf(body.id)).toEqual(['jobcenter-musvaagevej'])
  })

  test('one that an absence names: also whoever the absence was routed to, its municipality included', async () => {
    const { body } = await upload('supplier-nord', { fields: { kind: 'absence-declaration' } })
    const { orderId, activityId } = { orderId: orders.dragoer.id, activityId: orders.dragoer.activityId }
    const registered = await portal
      .as('supplier-nord')
      .post('/v1/absences', absence({ orderId, activityId, documentIds: [body.id] }))
    expect([registered.status, registered.body.documentIds]).toEqual([201, [body.id]])
    expect(await readersOf(body.id)).toEqual([
      ...['auditor-dragoer', 'auditor-koebenhavn', 'jobcenter-musvaagevej', 'k-kassen', 'supplier-nord'],
      'ydelse-dragoer',
    ])
    const [last] = (await lookups()).filter(({ client_id }) => client_id === 'ydelse-dragoer')
    expect(last).toMatchObject({ citizen_id: citizens.dragoer.id, order_id: orderId })
  })

  test('row-level security alone says the same', async () => {
    const { body } = await upload('supplier-nord', { fields: { orderId: orders.sicknessBenefit.id } })
    const seen = await Promise.all(
      Object.values(demo.organisations).map(async ({ clientId, id }) => {
        const client = await portal.database.pool.connect()
        try {
          await client.query('begin')
          await client.query(`select set_config('portal.organisation', $1, true)`, [id])
          const { rows } = await client.query('select id from documents where id = $1', [body.id])
          await client.query('rollback')
          return rows.length > 0 ? clientId : null
        } finally {
          client.release()
        }
      }),
    )
    expect(seen.filter((client) => client !== null).sort()).toEqual([
      ...['auditor-koebenhavn', 'jobcenter-musvaagevej', 'supplier-nord'],
    ])
  })

  test('an auditor says why: purpose-required', async () => {
    const { body } = await upload('supplier-nord', { fields: { orderId: orders.activityReady.id } })
    for (const path of [`/v1/documents/${body.id}`, `/v1/documents/${body.id}/content`]) {
      const answer = await portal.as('auditor-koebenhavn').get(path)
      expect([answer.status, answer.body.code]).toEqual([400, 'purpose-required'])
    }
  })
})

describe('GET /v1/documents/{id}/content', () => {
  test('gives the bytes as an attachment that runs nowhere, and keeps who looked', async () => {
    const { body } = await upload('supplier-nord', {
      content: smallPng,
      fileName: "Bålplads; 'x' (æ)*.png",
      fields: { orderId: orders.activityReady.id },
    })
    const answer = await portal.as('jobcenter-musvaagevej').get(`/v1/documents/${body.id}/content`)
    expect([answer.status, answer.bytes.equals(smallPng)]).toEqual([200, true])
    const sha256 = createHash('sha256').update(smallPng)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(smallPng.length),
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      etag: `"${sha256.copy().digest('hex')}"`,
      'content-digest': `sha-256=:${sha256.digest('base64')}:`,
    })
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="B_lplads_ _x_ (_)_.png"; filename*=UTF-8''B%C3%A5lplads%3B%20%27x%27%20%28%C3%A6%29%2A.png`,
    )
    const [last] = await lookups()
    expect(last).toEqual({
      operation: 'getDocumentContent',
      citizen_id: citizens.activityReady.id,
      order_id: orders.activityReady.id,
      purpose: null,
      client_id: 'jobcenter-musvaagevej',
    })
    expect(portal.logLines.join('\n')).not.toContain('lplads')
  })

  test('304 under its ETag, and HEAD says how long it is', async () => {
    const { body } = await upload('supplier-nord')
    const path = `/v1/documents/${body.id}/content`
    const headers = { 'if-none-match': `"${body.sha256}"` }
    const unchanged = await portal.as('supplier-nord').get(path, { headers })
    expect([unchanged.status, unchanged.bytes.length]).toEqual([304, 0])
    const authorization = `Bearer ${await issueToken({ clientId: 'supplier-nord' })}`
    const head = await portal.app.inject({ method: 'HEAD', url: path, headers: { authorization } })
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, String(body.sizeBytes), ''])
  })

  test('whatever Accept says', async () => {
    const { body } = await upload('supplier-nord')
    for (const accept of ['text/html', 'application/json', '*/*']) {
      const answer = await portal.as('supplier-nord').get(`/v1/documents/${body.id}/content`, { headers: { accept } })
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/pdf'])
    }
  })
})

describe('GET /v1/documents/{id}', () => {
  test.each([
    [undefined, 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/pdf', 'application/pdf'],
    ['application/pdf, image/*', 'application/pdf'],
    ['application/octet-stream', 'application/pdf'],
    ['application/pdf, application/json;q=0.5', 'application/pdf'],
    ['application/json, application/pdf;q=0.5', 'application/json; charset=utf-8'],
  ])('Accept %s is answered with %s', async (accept, contentType) => {
    const { body } = await upload('supplier-nord')
    const answer = await portal
      .as('supplier-nord')
      .get(`/v1/documents/${body.id}`, accept ? { headers: { accept } } : {})
    expect([answer.status, answer.headers['content-type']]).toEqual([200, contentType])
    expect(answer.headers['vary']).toContain('Accept,')
    if (contentType === 'application/pdf') expect(answer.bytes.equals(smallPdf)).toBe(true)
    else expect(answer.body).toEqual(body)
  })

  test('a type that it is not: not-acceptable', async () => {
    const { body } = await upload('supplier-nord')
    const answer = await portal
      .as('supplier-nord')
      .get(`/v1/documents/${body.id}`, { headers: { accept: 'image/png' } })
    expect([answer.status, answer.body.code]).toEqual([406, 'not-acceptable'])
  })

  test('304 under its ETag', async () => {
    const { body, headers } = await upload('supplier-nord')
    const again = { headers: { 'if-none-match': String(headers['etag']) } }
    expect((await portal.as('supplier-nord').get(`/v1/documents/${body.id}`, again)).status).toBe(304)
  })

  test('an id that is none, or of nothing', async () => {
    expect((await portal.as('supplier-nord').get('/v1/documents/42')).status).toBe(400)
    expect((await portal.as('supplier-nord').get('/v1/documents/01890000-0000-7000-8000-00000000dead')).status).toBe(
      404,
    )
  })
})
