import { describe, expect, test } from 'vitest'
import { parseCheckpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { sealAll, verified } from '#test/platform/audit/written-log.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { orders, organisations } = demo
const headers = { 'x-purpose': 'Stikprøve' }
const path = '/v1/audit-log'

type Entry = { number: number; at: string; kind: string } & Record<string, unknown>

/** All pages of the log, a few entries each. */
const all = async (
  portal: TestPortal,
  client: string,
  query: Record<string, string | number> = {},
): Promise<Entry[]> => {
  const entries: Entry[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const asked = { limit: 3, ...query, ...(cursor === '' ? {} : { cursor }) }
    const answer = await portal.as(client).get(path, { headers, query: asked })
    expect(answer.status).toBe(200)
    entries.push(...answer.body.items)
    cursor = answer.body.next
  }
  return entries
}

/** Supplier and jobcenter at work on a citizen of København and on one of Dragør. */
const world = async (): Promise<TestPortal> => {
  const portal = await testPortal()
  const [nord, musvaagevej] = [portal.as('supplier-nord'), portal.as('jobcenter-musvaagevej')]
  for (const [minute, order] of [orders.activityReady, orders.dragoer].entries()) {
    portal.clock.set(`2026-03-13T10:0${minute}:00.000Z`)
    expect((await nord.get(`/v1/orders/${order.id}`)).status).toBe(200)
    const absence = {
      orderId: order.id,
      activityId: order.activityId,
      date: '2026-03-13',
      wholeDay: true,
      registeredBy: { name: 'Nora Nordstrup' },
    }
    expect((await nord.post('/v1/absences', { ...absence, reason: 'no-notice' })).status).toBe(201)
    expect((await nord.post('/v1/absences', { ...absence, reason: 'own-sickness' })).status).toBe(422)
  }
  portal.clock.set('2026-03-13T10:05:00.000Z')
  expect((await musvaagevej.get('/v1/orders')).status).toBe(200)
  expect((await portal.as('administrator').get('/v1/organisations')).status).toBe(200)
  await sealAll(portal)
  return portal
}

describe('the audit log', () => {
  test('shows changes, look-ups and refusals, newest first, page by page', async () => {
    const portal = await world()
    const entries = await all(portal, 'auditor-koebenhavn')
    expect(entries.length).toBeGreaterThanOrEqual(7)
    const order = entries.map(({ at, number }) => `${at} ${String(number).padStart(9, '0')}`)
    expect(order).toEqual([...order].sort().reverse())
    expect(new Set(entries.map(({ number }) => number)).size).toBe(entries.length)
    const ofDragoer = { orderId: orders.dragoer.id, citizenId: orders.dragoer.citizen.id }
    const nord = { id: organisations.supplierNord.id, name: organisations.supplierNord.name }
    const common = { at: '2026-03-13T10:01:00.000Z', clientId: 'supplier-nord', organisation: nord, ...ofDragoer }
    const made = {
      number: expect.any(Number),
      requestId: expect.any(String),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    }
    const atTen = entries.filter(({ at }) => at === '2026-03-13T10:01:00.000Z')
    expect(atTen).toEqual(
      expect.arrayContaining([
        { ...common, ...made, kind: 'look-up', operation: 'getOrder' },
        {
          ...common,
          ...made,
          kind: 'change',
          action: expect.any(String),
          entity: 'absence',
          entityId: expect.any(String),
          registeredBy: { name: 'Nora Nordstrup' },
        },
        { ...common, ...made, kind: 'refusal', operation: 'registerAbsence', rule: 'sick-leave-not-in-portal' },
      ]),
    )
    expect(await verified(portal)).toMatchObject({ fault: null })
  })

  test('holds no CPR number and no text of a case', async () => {
    const portal = await world()
    const answer = await portal.as('auditor-koebenhavn').get(path, { headers, query: { limit: 500 } })
    for (const { citizen } of Object.values(orders)) expect(answer.text).not.toContain(citizen.cpr)
    expect(answer.text).not.toMatch(/\b\d{10}\b/)
  })

  test('is filtered by citizen, organisation, kind and time, alone and together', async () => {
    const portal = await world()
    const entries = await all(portal, 'administrator')
    const dragoer = orders.dragoer.citizen.id
    const musvaagevej = organisations.jobcenterMusvaagevej.id
    const names = (entry: Entry, citizen: string) =>
      entry['citizenId'] === citizen || ((entry['citizenIds'] ?? []) as string[]).includes(citizen)
    const organisationOf = (entry: Entry) => (entry['organisation'] as { id: string }).id
    const filters: [Record<string, string>, (entry: Entry) => boolean][] = [
      [{ citizenId: dragoer }, (entry) => names(entry, dragoer)],
      [{ organisationId: musvaagevej }, (entry) => organisationOf(entry) === musvaagevej],
      [{ kind: 'refusal' }, ({ kind }) => kind === 'refusal'],
      [{ from: '2026-03-13T10:01:00Z' }, ({ at }) => at >= '2026-03-13T10:01:00.000Z'],
      [{ to: '2026-03-13T11:01:00+01:00' }, ({ at }) => at < '2026-03-13T10:01:00.000Z'],
      [
        { citizenId: dragoer, kind: 'look-up', organisationId: musvaagevej, from: '2026-03-13T10:05:00Z' },
        (entry) => names(entry, dragoer) && organisationOf(entry) === musvaagevej,
      ],
    ]
    for (const [filter, fits] of filters) {
      const expected = entries.filter(fits)
      expect([filter, expected.length > 0 && expected.length < entries.length]).toEqual([filter, true])
      const got = await all(portal, 'administrator', filter)
      expect([filter, got.map(({ number }) => number)]).toEqual([filter, expected.map(({ number }) => number)])
      expect(got).toEqual(expected)
    }
    expect(await all(portal, 'administrator', { citizenId: '01890000-0000-7000-8000-0000000fffff' })).toEqual([])
  })

  test('shows Dragør’s auditor what is about citizens of 0155, and nothing else, not even in a list', async () => {
    const portal = await world()
    const [whole, own] = [await all(portal, 'auditor-koebenhavn'), await all(portal, 'auditor-dragoer')]
    const dragoer = orders.dragoer.citizen.id
    const expected = whole.filter(
      (entry) => entry['citizenId'] === dragoer || ((entry['citizenIds'] ?? []) as string[]).includes(dragoer),
    )
    expect(own.map(({ number }) => number)).toEqual(expected.map(({ number }) => number))
    expect(own.length).toBeLessThan(whole.length)
    const list = own.find((entry) => entry['operation'] === 'listOrders')
    expect(list).toMatchObject({ citizenIds: [dragoer], citizenId: null })
    const text = JSON.stringify(own)
    for (const order of Object.values(orders)) {
      if (order.citizen.id !== dragoer) expect(text).not.toContain(order.citizen.id)
    }
    expect(await all(portal, 'auditor-dragoer', { citizenId: orders.activityReady.citizen.id })).toEqual([])
    const of = { organisationId: organisations.supplierNord.id, kind: 'refusal' }
    expect(await all(portal, 'auditor-dragoer', of)).toHaveLength(1)
  })

  test('is itself looked up, with the purpose', async () => {
    const portal = await world()
    const citizenId = orders.dragoer.citizen.id
    await portal.as('auditor-koebenhavn').get(path, { headers, query: { citizenId } })
    await sealAll(portal)
    const entries = await all(portal, 'auditor-koebenhavn', { citizenId })
    expect(entries[0]).toMatchObject({ kind: 'look-up', operation: 'readAuditLog', citizenId, purpose: 'Stikprøve' })
  })

  test('of a time that ends before it begins is refused, and not empty', async () => {
    const portal = await world()
    const { status, body } = await portal.as('auditor-koebenhavn').get(path, {
      headers,
      query: { from: '2026-03-12T12:00:00+01:00', to: '2026-03-12T10:59:59Z' },
    })
    expect([status, body.code, body.errors?.[0]]).toMatchObject([
      400,
      'invalid-request',
      { pointer: 'to', code: 'before-from' },
    ])
  })

  test('needs a purpose of auditors, the scope, and is for auditors and the administration alone', async () => {
    const portal = await testPortal()
    expect((await portal.as('auditor-koebenhavn').get(path)).body).toMatchObject({ code: 'purpose-required' })
    expect((await portal.as('administrator').get(path)).status).toBe(200)
    expect((await portal.as('auditor-koebenhavn').get(path, { headers, scopes: ['portal.read'] })).status).toBe(403)
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'ydelse-dragoer']) {
      for (const address of [path, `${path}/checkpoints`]) {
        expect((await portal.as(client).get(address, { headers })).status).toBe(403)
      }
    }
  })

  test('refuses cursors of other lists, and those that are made up', async () => {
    const portal = await testPortal()
    for (const position of ['12', '2026-03-13T10:00:00.000Z', '2026-13-13T10:00:00.000Z/1', `x/${1}`]) {
      const cursor = Buffer.from(`1:${position}`).toString('base64url')
      const answer = await portal.as('administrator').get(path, { query: { cursor } })
      expect([position, answer.body.code]).toEqual([position, 'invalid-cursor'])
    }
  })

  test('does not show an entry before its link, and neither skips nor repeats while more is written', async () => {
    const portal = await world()
    const before = await all(portal, 'administrator')
    await portal.as('supplier-nord').get(`/v1/orders/${orders.activityReady.id}`)
    expect((await all(portal, 'administrator')).map(({ number }) => number)).toEqual(before.map(({ number }) => number))
    const first = await portal.as('administrator').get(path, { query: { limit: 2 } })
    portal.clock.set('2026-03-13T10:09:00.000Z')
    await portal.as('supplier-nord').get(`/v1/orders/${orders.activityReady.id}`)
    await sealAll(portal)
    const rest = []
    for (let cursor = first.body.next; cursor !== null; ) {
      const { body } = await portal.as('administrator').get(path, { query: { limit: 2, cursor } })
      rest.push(...body.items)
      cursor = body.next
    }
    const seen = [...first.body.items, ...rest].map(({ number }) => number)
    expect(new Set(seen).size).toBe(seen.length)
    for (const { number } of before) expect(seen).toContain(number)
  })
})

describe('checkpoints', () => {
  test('are listed with the key that verifies them, and read back by the verifier', async () => {
    const portal = await world()
    const key = await parseSigningKey(generateSigningKey())
    for (const at of ['2026-03-13T10:06:00.000Z', '2026-03-13T10:07:00.000Z']) {
      await signCheckpoint(portal.workerDatabase, key, at)
      await portal.as('supplier-nord').get(`/v1/orders/${orders.activityReady.id}`)
      await sealAll(portal)
    }
    const auditor = portal.as('auditor-dragoer')
    const first = await auditor.get(`${path}/checkpoints`, { query: { limit: 1 } })
    const second = await auditor.get(`${path}/checkpoints`, { query: { limit: 1, cursor: first.body.next } })
    expect(second.body.next).toBeNull()
    const items = [...first.body.items, ...second.body.items]
    expect(items.map(({ at }) => at)).toEqual(['2026-03-13T10:06:00.000Z', '2026-03-13T10:07:00.000Z'])
    expect(items[0].publicKey).toEqual(key.publicKey)
    const outside = items.map((item) => parseCheckpoint(JSON.stringify(item)))
    const trustedKeys = [key.publicKey.kid]
    expect(await verified(portal, { outside, trustedKeys })).toMatchObject({ fault: null, checkpoints: 4 })
  })

  test('of another form are refused', () => {
    for (const text of ['', '{}', 'null', '{"number": 1, "hash": "x", "at": "", "signature": "", "publicKey": {}}']) {
      expect(() => parseCheckpoint(text)).toThrow('the checkpoint')
    }
  })
})
