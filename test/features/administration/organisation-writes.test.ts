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
