import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const { organisations, agreements } = demo
const clients = Object.values(organisations).map(({ clientId }) => clientId)

describe('GET /v1/me', () => {
  test.each(clients)('tells %s whom it speaks for', async (clientId) => {
    const organisation = Object.values(organisations).find((one) => one.clientId === clientId)
    const { status, body, headers } = await portal.as(clientId).get('/v1/me', { scopes: ['portal.read'] })
    expect(status).toBe(200)
    expect(body).toEqual({
      clientId,
      organisation: { id: organisation?.id, kinds: organisation?.kinds, name: organisation?.name },
      scopes: ['portal.read'],
    })
    const unchanged = { headers: { 'if-none-match': headers['etag'] ?? '' }, scopes: ['portal.read'] as const }
    expect((await portal.as(clientId).get('/v1/me', unchanged)).status).toBe(304)
    expect(
      (await portal.as(clientId).get('/v1/me', { headers: unchanged.headers, scopes: ['portal.read', 'portal.write'] }))
        .status,
    ).toBe(200)
  })
})

describe('GET /v1/organisations', () => {
  test.each(clients)('shows %s the whole directory, without people and e-mail', async (clientId) => {
    const { body, text } = await portal.as(clientId).get('/v1/organisations')
    expect(body.next).toBeNull()
    expect(body.items.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.values(organisations)
        .map(({ name }) => name)
        .sort(),
    )
    expect(text).not.toContain('@')
  })

  test('of suppliers gives the kind of each and where it delivers', async () => {
    const { body } = await portal.as('jobcenter-musvaagevej').get('/v1/organisations?kind=supplier')
    expect(body.items).toHaveLength(4)
    const { id, name, kinds, supplierKind, deliveryAddresses } = organisations.supplierNord
    expect(body.items).toContainEqual({ id, name, kinds, supplierKind, deliveryAddresses })
    const jobcenters = await portal.as('supplier-nord').get('/v1/organisations?kind=jobcenter')
    expect(jobcenters.body.items.map(({ name }: { name: string }) => name)).toContain('Beskæftigelsescenter Demo')
    expect(
      jobcenters.body.items.find(({ supplierKind }: { supplierKind?: string }) => supplierKind === undefined),
    ).toBeDefined()
  })

  test('of no such kind is 400', async () => {
    const { status, body } = await portal.as('supplier-nord').get('/v1/organisations?kind=shop')
    expect([status, body.errors[0].pointer, body.errors[0].code]).toEqual([400, 'kind', 'not-allowed'])
  })
})

describe('GET /v1/organisations/{id}', () => {
  const nord = organisations.supplierNord
  const path = `/v1/organisations/${nord.id}`

  test('shows an organisation itself with its people', async () => {
    const { status, body, headers } = await portal.as('supplier-nord').get(path)
    expect(status).toBe(200)
    expect(body).toEqual({
      id: nord.id,
      name: nord.name,
      kinds: nord.kinds,
      supplierKind: nord.supplierKind,
      secureEmail: nord.secureEmail,
      contactPersons: nord.contactPersons,
      deliveryAddresses: nord.deliveryAddresses,
      subcontractors: [],
    })
    expect(headers['etag']).toBe('"1"')
    expect(
      (await portal.as('supplier-nord').get(path.toUpperCase().replace('/V1/ORGANISATIONS', '/v1/organisations')))
        .status,
    ).toBe(200)
  })

  test('shows the administration any, also what it is limited to', async () => {
    const administrator = portal.as('administrator')
    expect((await administrator.get(path)).body.secureEmail).toBe(nord.secureEmail)
    const office = await administrator.get(`/v1/organisations/${organisations.ydelseDragoer.id}`)
    expect(office.body).toMatchObject({ copiesForMunicipality: '0155', contactPersons: [], deliveryAddresses: [] })
    const auditor = await administrator.get(`/v1/organisations/${organisations.auditorDragoer.id}`)
    expect(auditor.body.auditedMunicipalities).toEqual(['0155'])
  })

  test('§ 17, § 18: shows supplier and jobcenter of a placed order how to reach each other, and no more', async () => {
    const { id, name, kinds, secureEmail, contactPersons, deliveryAddresses } = nord
    const seen = await portal.as('jobcenter-musvaagevej').get(path)
    expect([seen.status, seen.body]).toEqual([200, { id, name, kinds, secureEmail, contactPersons, deliveryAddresses }])
    const jobcenter = organisations.jobcenterMusvaagevej
    const other = await portal.as('supplier-nord').get(`/v1/organisations/${jobcenter.id}`)
    expect(other.body).toEqual({
      id: jobcenter.id,
      name: jobcenter.name,
      kinds: jobcenter.kinds,
      secureEmail: jobcenter.secureEmail,
      contactPersons: jobcenter.contactPersons,
      deliveryAddresses: jobcenter.deliveryAddresses,
    })
  })

  test('a draft or a cancelled order is none that they share', async () => {
    const fresh = await testPortal()
    const asked = () => fresh.as('jobcenter-musvaagevej').get(path)
    expect((await asked()).status).toBe(200)
    await fresh.sql(`update orders set status = 'cancelled' where supplier_id = $1 and approved_at is not null`, [
      nord.id,
    ])
    expect((await asked()).status).toBe(404)
  })

  test('is 404 for everyone else, as one that is not there', async () => {
    const unknown = '/v1/organisations/01890000-0000-7000-8000-00000001ffff'
    const readers = ['supplier-nord', 'administrator', 'jobcenter-musvaagevej', 'jobcenter-skelbaekgade']
    for (const clientId of clients.filter((one) => !readers.includes(one))) {
      const other = await portal.as(clientId).get(path, { headers: { 'x-request-id': 'r' } })
      const none = await portal.as(clientId).get(unknown, { headers: { 'x-request-id': 'r' } })
      expect([other.status, other.text]).toEqual([404, none.text])
    }
    expect((await portal.as('administrator').get(unknown)).status).toBe(404)
  })
})

describe('GET /v1/framework-agreements', () => {
  const path = '/v1/framework-agreements'

  test.each([
    'jobcenter-musvaagevej',
    'administrator',
    'auditor-koebenhavn',
    'auditor-dragoer',
    'supplier-beskaeftigelsescenter',
  ])('shows %s those of every supplier', async (clientId) => {
    const { body } = await portal.as(clientId).get(path)
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(Object.values(agreements).map(({ id }) => id))
  })

  test('shows a supplier its own alone, whatever it asks for', async () => {
    const { body } = await portal.as('supplier-akasse').get(path)
    expect(body.items).toEqual([
      {
        id: agreements.supplierAkasse.id,
        supplierId: organisations.supplierAkasse.id,
        title: agreements.supplierAkasse.title,
        offers: [{ code: 'job-search', title: 'Jobsøgningsforløb' }],
        targetGroups: ['insured-unemployed'],
        validFrom: '2024-01-01',
        validTo: '2029-12-31',
        unitPriceOere: 41_000,
        budgetOere: 50_000_000,
        reportTemplates: [],
      },
    ])
    const others = await portal.as('supplier-akasse').get(`${path}?supplierId=${organisations.supplierNord.id}`)
    expect(others.body).toEqual({ items: [], next: null })
    const own = await portal.as('supplier-akasse').get(`${path}?supplierId=${organisations.supplierAkasse.id}`)
    expect(own.body.items).toHaveLength(1)
  })

  test('of one supplier shows every target group and offer it has, and no budget where there is none', async () => {
    const { body } = await portal.as('jobcenter-musvaagevej').get(`${path}?supplierId=${organisations.supplierNord.id}`)
    expect(body.items).toHaveLength(1)
    expect(body.items[0].targetGroups).toHaveLength(10)
    expect(body.items[0].offers).toHaveLength(4)
    expect(body.items[0]).not.toHaveProperty('budgetOere')
  })

  test('is not for benefits offices', async () => {
    const { status, body } = await portal.as('k-kassen').get(path)
    expect([status, body.code]).toEqual([403, 'forbidden'])
  })
})

describe('GET /v1/code-sets', () => {
  test.each(clients)('shows %s all sets', async (clientId) => {
    const { body } = await portal.as(clientId).get('/v1/code-sets')
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['absence-reasons', 'attendance-codes', 'target-groups', 'termination-causes']),
    )
  })

  test('one set has its labels in both languages, its order and its attributes', async () => {
    const { body, headers } = await portal.as('supplier-nord').get('/v1/code-sets/absence-reasons')
    expect(body.name).toBe('absence-reasons')
    expect(body.codes[0]).toEqual({
      code: 'no-notice',
      labels: { da: 'Udeblevet uden besked', en: 'Stayed away without notice' },
      validFrom: '2010-01-01',
      validTo: null,
      attributes: {},
    })
    const own = body.codes.find(({ code }: { code: string }) => code === 'own-sickness')
    expect(own.attributes).toEqual({ answeredWith: 'sick-leave-not-in-portal' })
    const again = { headers: { 'if-none-match': headers['etag'] ?? '' } }
    expect((await portal.as('supplier-syd').get('/v1/code-sets/absence-reasons', again)).status).toBe(304)
  })

  test('on a day shows the codes that are valid then, the first and the last day included', async () => {
    await portal.sql(
      `update code_values set valid_to = '2026-06-30' where set_name = 'termination-causes' and code = 'moved'`,
    )
    await portal.sql(`insert into code_values (set_name, code, label_da, label_en, position, valid_from)
      values ('termination-causes', 'moved', 'Fraflyttet', 'Moved elsewhere', 5, '2026-07-01')`)
    const moved = async (query: string) => {
      const { body } = await portal.as('supplier-nord').get(`/v1/code-sets/termination-causes${query}`)
      return body.codes
        .filter(({ code }: { code: string }) => code === 'moved')
        .map(({ labels }: { labels: { en: string } }) => labels.en)
    }
    expect(await moved('')).toEqual(['Moved away', 'Moved elsewhere'])
    expect(await moved('?on=2026-06-30')).toEqual(['Moved away'])
    expect(await moved('?on=2026-07-01')).toEqual(['Moved elsewhere'])
    expect(await moved('?on=2009-12-31')).toEqual([])
    const list = await portal.as('supplier-nord').get('/v1/code-sets?on=2009-12-31')
    for (const { codes } of list.body.items) expect(codes).toEqual([])
  })

  test('one that is not there is 404, a day that is not 400', async () => {
    expect((await portal.as('supplier-nord').get('/v1/code-sets/nothing')).status).toBe(404)
    expect((await portal.as('supplier-nord').get('/v1/code-sets/absence-reasons?on=2026-02-30')).status).toBe(400)
  })
})
