import { describe, expect, test } from 'vitest'
import { bindDocument } from '#features/documents/lookups.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence } from '#test/features/absences/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { uploads } from './support.ts'

const { orders, organisations } = demo
const portal = await testPortal()
const upload = uploads(portal)
const nord = portal.as('supplier-nord')
const uploaded = async (client = 'supplier-nord', orderId?: string): Promise<string> =>
  (await upload(client, orderId === undefined ? {} : { fields: { orderId } })).body.id as string
const boundTo = async (id: string): Promise<string | null | undefined> =>
  (await portal.sql<{ order_id: string | null }>('select order_id from documents where id = $1', [id]))[0]?.order_id
const placement = (changes: Record<string, unknown> = {}) => ({
  kind: 'work-placement',
  title: 'Praktik i et bageri',
  place: { kind: 'company', name: 'Prøvekringlen' },
  startDate: '2026-04-07',
  endDate: '2026-04-24',
  registeredBy: { name: 'Liv Leverandør' },
  ...changes,
})
const activities = (orderId: string): string => `/v1/orders/${orderId}/activities`
const dragoer = { orderId: orders.dragoer.id, activityId: orders.dragoer.activityId }

describe('an activity names its document', () => {
  test('which is bound to the order, and shown with the activity', async () => {
    const documentId = await uploaded()
    const answer = await nord.post(
      activities(orders.activityReady.id),
      placement({ documentId: documentId.toUpperCase() }),
    )
    expect([answer.status, answer.body.documentId]).toEqual([201, documentId])
    expect(await boundTo(documentId)).toBe(orders.activityReady.id)
    expect((await portal.as('jobcenter-musvaagevej').get(`/v1/documents/${documentId}`)).status).toBe(200)
    const decided = await portal
      .as('jobcenter-musvaagevej')
      .post(`/v1/activities/${answer.body.id}/decision`, { decision: 'approved', decidedBy: { name: 'Gorm' } })
    expect(decided.body.documentId).toBe(documentId)
    const again = await nord.post(activities(orders.activityReady.id), placement({ documentId }))
    expect(again.status).toBe(201)
  })

  test("the jobcenter's own, and one that the supplier uploaded to the order", async () => {
    for (const documentId of [
      await uploaded('jobcenter-musvaagevej'),
      await uploaded('supplier-nord', orders.activityReady.id),
    ]) {
      const answer = await portal
        .as('jobcenter-musvaagevej')
        .post(activities(orders.activityReady.id), placement({ documentId }))
      expect(answer.status).toBe(201)
    }
  })

  test("one of nobody, another organisation's or another order's: 404 at /documentId, and no activity", async () => {
    const strangers = [
      '01890000-0000-7000-8000-00000000dead',
      await uploaded('supplier-syd'),
      // The jobcenter has shown it to nobody yet.
      await uploaded('jobcenter-musvaagevej'),
      await uploaded('supplier-nord', orders.dragoer.id),
    ]
    const list = (await nord.get(activities(orders.activityReady.id))).body.items.length
    for (const documentId of strangers) {
      const answer = await nord.post(activities(orders.activityReady.id), placement({ documentId }))
      expect([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer]).toEqual([
        404,
        'not-found',
        '/documentId',
      ])
    }
    expect((await nord.get(activities(orders.activityReady.id))).body.items).toHaveLength(list)
  })

  test('an activity that is refused binds nothing', async () => {
    const documentId = await uploaded()
    const answer = await nord.post(
      activities(orders.activityReady.id),
      placement({ documentId, place: { kind: 'citizen-home' } }),
    )
    expect([answer.status, answer.body.code]).toEqual([422, 'homework-not-allowed'])
    expect(await boundTo(documentId)).toBeNull()
  })

  test('of two orders that name it at once one has it', async () => {
    const documentId = await uploaded()
    const answers = await Promise.all(
      [orders.activityReady.id, orders.dragoer.id].map((id) => nord.post(activities(id), placement({ documentId }))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404])
    const winner = answers.findIndex(({ status }) => status === 201)
    expect(await boundTo(documentId)).toBe([orders.activityReady.id, orders.dragoer.id][winner])
  })
})

describe('an absence names its documents', () => {
  test('which are bound to its order and shown with it, also in the list', async () => {
    const documentIds = [await uploaded(), await uploaded('jobcenter-musvaagevej', orders.activityReady.id)]
    const answer = await nord.post('/v1/absences', absence({ documentIds: documentIds.map((id) => id.toUpperCase()) }))
    expect([answer.status, answer.body.documentIds]).toEqual([201, documentIds])
    expect(await boundTo(documentIds[0] ?? '')).toBe(orders.activityReady.id)
    const read = await portal.as('k-kassen').get(`/v1/absences/${answer.body.id}`)
    expect(read.body.documentIds).toEqual(documentIds)
    for (const id of documentIds) expect((await portal.as('k-kassen').get(`/v1/documents/${id}`)).status).toBe(200)
    const [noted] = await portal.sql<{ changes: { documentIds: string[] } }>(
      `select changes from change_log where entity = 'absence' and entity_id = $1`,
      [answer.body.id],
    )
    expect(noted?.changes.documentIds).toEqual(documentIds)
  })

  test("another organisation's or another order's: 404 at its pointer, and nothing is registered or bound", async () => {
    const own = await uploaded()
    for (const stranger of [await uploaded('supplier-syd'), await uploaded('supplier-nord', orders.dragoer.id)]) {
      const answer = await nord.post('/v1/absences', absence({ date: '2026-03-11', documentIds: [own, stranger] }))
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([404, '/documentIds/1'])
    }
    expect(await boundTo(own)).toBeNull()
    expect((await nord.post('/v1/absences', absence({ date: '2026-03-11' }))).status).toBe(201)
  })

  test('a refused absence binds nothing; eleven documents are too many, and one twice', async () => {
    const documentId = await uploaded()
    const refused = await nord.post('/v1/absences', absence({ reason: 'own-sickness', documentIds: [documentId] }))
    expect(refused.body.code).toBe('sick-leave-not-in-portal')
    expect(await boundTo(documentId)).toBeNull()
    for (const documentIds of [Array(11).fill(documentId), [documentId, documentId]]) {
      expect((await nord.post('/v1/absences', absence({ documentIds }))).status).toBe(400)
    }
  })

  test('a batch: each item stands alone, and a document goes to the first order that names it', async () => {
    const [shared, stranger] = [await uploaded(), await uploaded('supplier-syd')]
    const answer = await nord.post('/v1/absences/batch', {
      items: [
        absence({ date: '2026-03-09', documentIds: [shared] }),
        absence({ ...dragoer, date: '2026-03-09', documentIds: [shared] }),
        absence({ date: '2026-03-10', documentIds: [shared, stranger] }),
        absence({ ...dragoer, date: '2026-03-10' }),
      ],
    })
    expect(answer.body.results.map(({ status }: { status: number }) => status)).toEqual([201, 404, 404, 201])
    const pointers = answer.body.results.map(
      ({ problem }: { problem?: { errors: { pointer: string }[] } }) => problem?.errors[0]?.pointer,
    )
    expect(pointers).toEqual([undefined, '/items/1/documentIds/0', '/items/2/documentIds/1', undefined])
    expect(await boundTo(shared)).toBe(orders.activityReady.id)
  })

  test('of an absence and another order’s activity at once, one has the document', async () => {
    const documentId = await uploaded()
    const [registered, proposed] = await Promise.all([
      nord.post('/v1/absences', absence({ date: '2026-03-06', documentIds: [documentId] })),
      nord.post(activities(orders.dragoer.id), placement({ documentId })),
    ])
    expect([registered.status, proposed.status].sort()).toEqual([201, 404])
  })

  test('under the same key the same answer', async () => {
    const documentIds = [await uploaded()]
    const key = { idempotencyKey: 'absence-with-document' }
    const first = await nord.post('/v1/absences', absence({ date: '2026-03-05', documentIds }), key)
    const again = await nord.post('/v1/absences', absence({ date: '2026-03-05', documentIds }), key)
    expect([again.status, again.text]).toEqual([201, first.text])
  })
})

test('bindDocument: for what else names a document', async () => {
  const caller = {
    clientId: 'supplier-nord',
    organisation: { id: organisations.supplierNord.id, name: 'Nord', kinds: ['supplier' as const] },
    scopes: ['portal.write' as const],
  }
  const bind = (documentId: string, id: string) =>
    inTransaction(portal.database, caller.organisation.id, (trx) =>
      bindDocument(trx, caller, { documentId, order: { id } }, '/entries/0/offSite/documentId'),
    )
  const documentId = await uploaded()
  await bind(documentId, orders.dragoer.id)
  await bind(documentId, orders.dragoer.id)
  expect(await boundTo(documentId)).toBe(orders.dragoer.id)
  await expect(bind(documentId, orders.activityReady.id)).rejects.toMatchObject({
    slug: 'not-found',
    faults: [{ pointer: '/entries/0/offSite/documentId' }],
  })
})
