import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const nord = demo.organisations.supplierNord
const path = `/v1/organisations/${nord.id}`
let portal: TestPortal
const administrator = () => portal.as('administrator')
beforeEach(async () => {
  portal = await testPortal()
})

const newSupplier = {
  name: 'Leverandør Øst ApS',
  kinds: ['supplier'],
  supplierKind: 'external',
  secureEmail: 'oest@sikkermail.example',
  contactPersons: [{ name: 'Ole Østergaard', email: 'ole@oest.example' }],
  deliveryAddresses: [{ address: 'Østvej 1' }],
  subcontractors: [{ name: 'Under ApS', cvr: '12345678' }],
  registeredBy: { name: 'Fie Forvalter' },
}

describe('POST /v1/organisations', () => {
  test('registers one with its people and places, and keeps who did it, without their names in the history', async () => {
    const created = await administrator().post('/v1/organisations', newSupplier)
    expect([created.status, created.headers['etag']]).toEqual([201, '"1"'])
    const { registeredBy: _by, ...said } = newSupplier
    expect(created.body).toMatchObject(said)
    const read = await administrator().get(created.headers['location'] ?? '')
    expect(read.body).toEqual(created.body)
    const [line] = await portal.sql<{ action: string; registered_by: unknown; changes: unknown }>(
      `select action, registered_by, changes from change_log where entity_id = $1`,
      [created.body.id],
    )
    expect(line).toEqual({
      action: 'created',
      registered_by: { name: 'Fie Forvalter' },
      changes: { kinds: ['supplier'] },
    })
  })

  test('what does not fit its kinds is refused: organisation-incoherent', async () => {
    const answer = await administrator().post('/v1/organisations', { name: 'X', kinds: ['supplier'] })
    expect([answer.status, answer.body.code, answer.body.member]).toEqual([
      422,
      'organisation-incoherent',
      'supplierKind',
    ])
  })

  test('the administration alone, with its scope', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'auditor-koebenhavn']) {
      expect((await portal.as(client).post('/v1/organisations', newSupplier)).body.code).toBe('forbidden')
      expect((await portal.as(client).patch(path, { name: 'X' }, { ifMatch: '"1"' })).body.code).toBe('forbidden')
    }
    const answer = await administrator().post('/v1/organisations', newSupplier, {
      scopes: ['portal.read', 'portal.write'],
    })
    expect(answer.body.code).toBe('insufficient-scope')
  })
})

describe('PATCH /v1/organisations/{id}', () => {
  test('changes what it names, removes with null, replaces lists, and needs the version', async () => {
    const change = {
      secureEmail: null,
      contactPersons: [
        { ...nord.contactPersons[0], name: 'Nora Ny' },
        { name: 'To', email: 'to@nord.example' },
      ],
    }
    expect((await administrator().patch(path, change)).status).toBe(428)
    const changed = await administrator().patch(
      path.toUpperCase().replace('/V1/ORGANISATIONS', '/v1/organisations'),
      change,
      { ifMatch: '"1"' },
    )
    expect([changed.status, changed.headers['etag'], changed.body.secureEmail]).toEqual([200, '"2"', undefined])
    expect(changed.body.contactPersons.map((person: { name: string }) => person.name)).toEqual(['Nora Ny', 'To'])
    expect(changed.body.deliveryAddresses).toEqual(nord.deliveryAddresses)
    expect((await administrator().patch(path, change, { ifMatch: '"1"' })).status).toBe(412)
  })

  test('of two changes of one version one is taken', async () => {
    const answers = await Promise.all(
      ['A', 'B', 'C'].map((name) => administrator().patch(path, { name }, { ifMatch: '"1"' })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412])
  })

  test('an address that orders name stays: delivery-address-in-use; another goes', async () => {
    const [used, unused] = nord.deliveryAddresses
    const refused = await administrator().patch(path, { deliveryAddresses: [unused] }, { ifMatch: '"1"' })
    expect([refused.status, refused.body.code]).toEqual([409, 'delivery-address-in-use'])
    const changed = await administrator().patch(
      path,
      { deliveryAddresses: [used, { address: 'Ny Vej 3' }] },
      { ifMatch: '"1"' },
    )
    expect(changed.body.deliveryAddresses).toEqual([used, { id: expect.any(String), address: 'Ny Vej 3' }])
    const foreign = demo.organisations.supplierSyd.deliveryAddresses[0]
    const stranger = await administrator().patch(path, { deliveryAddresses: [used, foreign] }, { ifMatch: '"2"' })
    expect([stranger.status, stranger.body.code]).toEqual([400, 'invalid-request'])
  })

  test('an address in use is not reworded either, nor one at which only an activity takes place', async () => {
    const [used, unused] = nord.deliveryAddresses
    const patch = (deliveryAddresses: unknown[]) => administrator().patch(path, { deliveryAddresses }, { ifMatch: '*' })
    const reworded = await patch([{ ...used, address: 'Et andet sted 99' }, unused])
    expect([reworded.status, reworded.body.code, reworded.body.addressIds]).toEqual([
      409,
      'delivery-address-in-use',
      [used?.id],
    ])
    const { id: added } = (await patch([used, unused, { address: 'Ny Vej 3' }])).body.deliveryAddresses.find(
      ({ address }: { address: string }) => address === 'Ny Vej 3',
    )
    expect((await patch([used, unused, { id: added, address: 'Ny Vej 4' }])).status).toBe(200)
    const activity = await portal.as('supplier-nord').post(`/v1/orders/${demo.orders.activityReady.id}/activities`, {
      kind: 'on-site',
      title: 'Værksted',
      place: { kind: 'supplier-address', addressId: added.toUpperCase() },
      startDate: '2026-03-16',
      endDate: '2026-05-22',
      registeredBy: { name: 'Liv' },
    })
    expect(activity.status, activity.text).toBe(201)
    for (const addresses of [
      [used, unused],
      [used, unused, { id: added, address: 'Ny Vej 5' }],
    ]) {
      const refused = await patch(addresses)
      expect([refused.status, refused.body.code]).toEqual([409, 'delivery-address-in-use'])
    }
    expect((await patch([used, unused, { id: added, address: 'Ny Vej 4' }])).status).toBe(200)
  })

  test('the history keeps what an organisation said before and what it says now', async () => {
    const [person] = nord.contactPersons
    const change = { secureEmail: 'ny@sikkermail.example', contactPersons: [{ ...person, email: 'ny@nord.example' }] }
    const before = (await administrator().get(path)).body
    const after = (await administrator().patch(path, change, { ifMatch: '"1"' })).body
    const [line] = await portal.sql<{ changes: unknown }>(
      `select changes from change_log where entity_id = $1 and action = 'changed'`,
      [nord.id],
    )
    expect(line?.changes).toEqual({
      secureEmail: { from: before.secureEmail, to: after.secureEmail },
      contactPersons: { from: before.contactPersons, to: after.contactPersons },
    })
  })

  test('it stays supplier and jobcenter while drafts or approved orders name it: organisation-kind-in-use', async () => {
    const lost = { kinds: ['auditor'], supplierKind: null }
    const refused = await administrator().patch(path, lost, { ifMatch: '*' })
    expect([refused.status, refused.body.code, refused.body.kinds]).toEqual([
      409,
      'organisation-kind-in-use',
      ['supplier'],
    ])
    const jobcenter = `/v1/organisations/${demo.organisations.jobcenterMusvaagevej.id}`
    const other = await administrator().patch(jobcenter, { kinds: ['auditor'] }, { ifMatch: '*' })
    expect([other.status, other.body.kinds]).toEqual([409, ['jobcenter']])
    const more = await administrator().patch(path, { kinds: ['supplier', 'jobcenter'] }, { ifMatch: '*' })
    expect(more.status).toBe(200)
    await portal.sql(`update orders set status = 'ended' where supplier_id = $1 and status = 'approved'`, [nord.id])
    await portal.sql(`update orders set status = 'cancelled' where supplier_id = $1 and status = 'draft'`, [nord.id])
    expect((await administrator().patch(path, lost, { ifMatch: '*' })).status).toBe(200)
  })

  test('the administration stays the administration', async () => {
    const own = `/v1/organisations/${demo.organisations.administrator.id}`
    const answer = await administrator().patch(own, { kinds: ['auditor'] }, { ifMatch: '"1"' })
    expect([answer.status, answer.body.code]).toEqual([409, 'administration-locks-itself-out'])
  })

  test('one that there is not is 404', async () => {
    const answer = await administrator().patch(
      '/v1/organisations/01890000-0000-7000-8000-00000000ffff',
      { name: 'X' },
      { ifMatch: '"1"' },
    )
    expect(answer.status).toBe(404)
  })
})
