import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  agreements,
  approval,
  approved,
  dorte,
  draft,
  freshCpr,
  must,
  orderBody,
  organisations,
  refusal,
} from './support.ts'

let portal: TestPortal
const jobcenter = () => portal.as('jobcenter-musvaagevej')
const place = (changes: Record<string, unknown> = {}, options = {}) =>
  jobcenter().post('/v1/orders', orderBody(changes), options)
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 1: an order is drafted', () => {
  test('with its first, approved on-site activity, an order number, an ETag, and a line of history', async () => {
    const answer = await place({ reports: { interimEveryWeeks: 4 }, effortGroup: 'clarification' })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      status: 'draft',
      course: { status: 'awaiting-first-meeting', firstAttendedOn: null, endedOn: null },
      jobcenterId: organisations.jobcenterMusvaagevej.id,
      supplierId: organisations.supplierNord.id,
      orderedMinutes: 7200,
      plannedMinutes: 0,
      remainingMinutes: 7200,
      planComplete: false,
      approvedAt: null,
      firstMeetingAt: '2026-03-02T08:00:00.000Z',
      reports: { interimEveryWeeks: 4 },
      effortGroup: 'clarification',
      citizen: { name: 'Prøve Person', residenceMunicipality: '0101' },
      activities: [{ kind: 'on-site', status: 'approved' }],
    })
    expect(answer.body.orderNumber).toMatch(/^B-\d{6}$/)
    expect(answer.headers['location']).toBe(`/v1/orders/${answer.body.id}`)
    expect(answer.headers['etag']).toBe('"1"')
    expect(answer.text).not.toContain('cpr')
    const history = await portal.sql('select action, client_id, registered_by from change_log where order_id = $1', [
      answer.body.id,
    ])
    expect(history).toEqual([{ action: 'drafted', client_id: 'jobcenter-musvaagevej', registered_by: dorte }])
  })

  test('a start in the past is no error', async () => {
    const answer = await place({
      startDate: '2020-03-02',
      endDate: '2020-05-22',
      firstMeetingAt: '2020-03-02T08:00:00Z',
    })
    expect(answer.status).toBe(201)
  })

  test('the first meeting is on the day that it is in Copenhagen', async () => {
    expect((await place({ firstMeetingAt: '2026-03-01T23:00:00Z' })).status).toBe(201)
    expect(refusal(await place({ firstMeetingAt: '2026-03-01T22:59:59Z' }))).toEqual([422, 'order-incoherent'])
    expect((await place({ firstMeetingAt: '2026-03-02T00:30:00+01:00' })).status).toBe(201)
  })

  test.each([
    ['supplier-nord', 403],
    ['k-kassen', 403],
    ['auditor-koebenhavn', 403],
    ['administrator', 403],
  ])('%s places none (%i)', async (client, status) => {
    expect(refusal(await portal.as(client).post('/v1/orders', orderBody()))).toEqual([status, 'forbidden'])
  })
})

describe('what an order has to fit', () => {
  const unknown = '01890000-0000-7000-8000-00000000dead'
  test.each([
    ['§ 14: another offer', 422, 'agreement-not-valid', { offer: 'gardening' }],
    ['ours: ends before it starts', 422, 'order-incoherent', { endDate: '2026-03-01' }],
    ['ours: meets after the end', 422, 'order-incoherent', { firstMeetingAt: '2026-05-23T08:00:00Z' }],
    ['§ 7: a group that does not exist', 422, 'unknown-target-group', { targetGroup: 'royalty' }],
    [
      "§ 4: another supplier's address",
      422,
      'unknown-delivery-address',
      { deliveryAddressId: organisations.supplierSyd.deliveryAddresses[0].id },
    ],
    ['§ 4: an address that does not exist', 422, 'unknown-delivery-address', { deliveryAddressId: unknown }],
    ['an agreement that does not exist', 404, 'not-found', { frameworkAgreementId: unknown }],
    ['a supplier that does not exist', 404, 'not-found', { supplierId: unknown }],
    ['an organisation that is no supplier', 404, 'not-found', { supplierId: organisations.kKassen.id }],
    ['no minutes', 400, 'invalid-request', { orderedMinutes: 0 }],
    ['half minutes', 400, 'invalid-request', { orderedMinutes: 1.5 }],
    ['a drafter without an e-mail address', 400, 'invalid-request', { registeredBy: { name: 'Dorte' } }],
    ['an unknown member', 400, 'invalid-request', { colour: 'red' }],
  ])('%s: %i %s', async (_, status, code, changes) => {
    expect(refusal(await place(changes))).toEqual([status, code])
  })

  test.each(['3102901234', '0013901234', '9201901234'])('ours: citizen-number-invalid %s', async (cpr) => {
    const answer = await place({ citizen: { cpr, name: 'Prøve Person', residenceMunicipality: '0101' } })
    expect(refusal(answer)).toEqual([422, 'citizen-number-invalid'])
    expect(answer.text).not.toContain(cpr)
  })

  test.each(['010190123', '010190-1234', 'abcdefghij'])(
    'a CPR number of another form, %s, is not even asked',
    async (cpr) => {
      const answer = await place({ citizen: { cpr, name: 'Prøve Person', residenceMunicipality: '0101' } })
      expect([refusal(answer), answer.body.errors[0].pointer]).toEqual([[400, 'invalid-request'], '/citizen/cpr'])
    },
  )

  test('§ 14: agreement-not-valid lists everything that lies outside', async () => {
    const answer = await place({
      frameworkAgreementId: agreements.supplierAkasse.id,
      startDate: '2023-03-01',
      firstMeetingAt: '2023-03-01T08:00:00Z',
      endDate: '2031-01-01',
    })
    expect(answer.body.outside).toEqual(['supplierId', 'offer', 'targetGroup', 'startDate', 'endDate'])
    expect(answer.body.rule).toEqual({ source: 'Samarbejde og dokumentation', section: '§ 14' })
  })
})

describe('§ 17, § 18: contact-person-missing', () => {
  test.each([
    ['supplier', organisations.supplierSyd, 'update organisations set secure_email = null where id = $1'],
    ['supplier', organisations.supplierSyd, 'delete from contact_persons where organisation_id = $1'],
    ['jobcenter', organisations.jobcenterSkelbaekgade, 'update organisations set secure_email = null where id = $1'],
    ['jobcenter', organisations.jobcenterSkelbaekgade, 'delete from contact_persons where organisation_id = $1'],
  ])(
    'the %s lacks one: no draft, and no approval of what was drafted before',
    async (party, organisation, statement) => {
      const own = await testPortal()
      const client = own.as('jobcenter-skelbaekgade')
      const body = orderBody({
        supplierId: organisations.supplierSyd.id,
        frameworkAgreementId: agreements.supplierSyd.id,
        offer: 'job-search',
        deliveryAddressId: organisations.supplierSyd.deliveryAddresses[0].id,
      })
      const { id } = must(await client.post('/v1/orders', body)).body
      await own.sql(statement, [organisation.id])
      for (const answer of [
        await client.post('/v1/orders', body),
        await client.post(`/v1/orders/${id}/approval`, approval()),
      ]) {
        expect([refusal(answer), answer.body.lacking]).toEqual([[409, 'contact-person-missing'], [party]])
      }
    },
  )
})

describe('POST /v1/orders with an Idempotency-Key', () => {
  test('the same key gives the same bytes, and there is one order', async () => {
    const body = orderBody()
    const first = await jobcenter().post('/v1/orders', body, { idempotencyKey: 'order-1' })
    const second = await jobcenter().post('/v1/orders', body, { idempotencyKey: 'order-1' })
    expect([second.status, second.text, second.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
    expect(second.headers['etag']).toBe(first.headers['etag'])
    const rows = await portal.sql('select id from orders where citizen_id = $1', [first.body.citizen.id])
    expect(rows).toEqual([{ id: first.body.id }])
    const kept = await portal.sql<{ body: string }>(
      "select body from idempotency_keys where client_id = 'jobcenter-musvaagevej'",
    )
    expect(kept.length).toBeGreaterThan(0)
    expect(JSON.stringify(kept)).not.toContain((body['citizen'] as { cpr: string }).cpr)
    expect(refusal(await jobcenter().post('/v1/orders', orderBody(), { idempotencyKey: 'order-1' }))).toEqual([
      422,
      'idempotency-key-reused',
    ])
  })

  test('ten at once under one key make one order', async () => {
    const body = orderBody()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => jobcenter().post('/v1/orders', body, { idempotencyKey: 'order-2' })),
    )
    const ids = new Set(answers.filter((answer) => answer.status === 201).map((answer) => answer.body.id))
    expect(ids.size).toBe(1)
    for (const answer of answers)
      if (answer.status !== 201) expect(refusal(answer)).toEqual([409, 'request-in-progress'])
    const rows = await portal.sql(
      'select 1 from citizens c join orders o on o.citizen_id = c.id where o.id = any ($1::uuid[])',
      [[...ids]],
    )
    expect(rows).toHaveLength(1)
  })
})

describe('a citizen known by the CPR number is the same citizen', () => {
  test('name and municipality are kept as of each order', async () => {
    const cpr = freshCpr()
    const first = await approved((client) => portal.as(client), {
      citizen: { cpr, name: 'Ida Før', residenceMunicipality: '0101' },
    })
    const second = await draft((client) => portal.as(client), {
      citizen: { cpr, name: 'Ida Efter', residenceMunicipality: '0155' },
    })
    expect(second.citizen).toEqual({ id: first.citizen.id, name: 'Ida Efter', residenceMunicipality: '0155' })
    const again = await jobcenter().get(`/v1/orders/${first.id}`)
    expect(again.body.citizen).toEqual({ id: first.citizen.id, name: 'Ida Før', residenceMunicipality: '0101', cpr })
  })

  test('also when two jobcenters draft at the same moment, many times', async () => {
    for (let round = 0; round < 10; round++) {
      const cpr = freshCpr()
      const body = () => orderBody({ citizen: { cpr, name: 'Prøve Person', residenceMunicipality: '0101' } })
      const answers = await Promise.all(
        ['jobcenter-musvaagevej', 'jobcenter-skelbaekgade', 'jobcenter-musvaagevej', 'jobcenter-skelbaekgade'].map(
          (client) => portal.as(client).post('/v1/orders', body()),
        ),
      )
      expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201])
      const ids = new Set(answers.map((answer) => answer.body.citizen.id))
      expect(ids.size).toBe(1)
      const rows = await portal.sql('select count(*)::int as count from citizens where id = any ($1::uuid[])', [
        [...ids],
      ])
      expect(rows).toEqual([{ count: 1 }])
    }
  })

  test('the number stands nowhere in the database as text', async () => {
    const cpr = freshCpr()
    await draft((client) => portal.as(client), {
      citizen: { cpr, name: 'Prøve Person', residenceMunicipality: '0101' },
    })
    const [row] = await portal.sql<{ found: boolean }>(
      `select exists (select 1 from citizens where position($1::bytea in cpr_cipher) > 0 or position($1::bytea in cpr_lookup) > 0)
           or exists (select 1 from orders where orders::text like '%' || $2 || '%')
           or exists (select 1 from change_log where change_log::text like '%' || $2 || '%')
           or exists (select 1 from events where events::text like '%' || $2 || '%') as found`,
      [Buffer.from(cpr), cpr],
    )
    expect(row?.found).toBe(false)
    expect(portal.logLines.join('\n')).not.toContain(cpr)
  })
})

test('the millionth order has a number of its own', async () => {
  const [numbers] = await portal.sql<{ few: string; many: string }>(
    'select portal_padded(42) as few, portal_padded(1000000) as many',
  )
  expect(numbers).toEqual({ few: '000042', many: '1000000' })
})
