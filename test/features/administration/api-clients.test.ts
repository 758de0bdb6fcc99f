import { expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testPortal } from '#test/support/test-portal.ts'

const { supplierNord } = demo.organisations
let elapsedMs = 0
const portal = await testPortal({ monotonicMs: () => elapsedMs })
const administrator = portal.as('administrator')

test('a client is registered, speaks for its organisation, and is refused within a minute of its revocation', async () => {
  const clientId = 'not-registered'
  expect((await portal.as(clientId).get('/v1/me')).body.code).toBe('unknown-client')
  const created = await administrator.post('/v1/api-clients', { clientId, organisationId: supplierNord.id })
  expect(created.status).toBe(201)
  expect(created.body).toEqual({ clientId, organisationId: supplierNord.id, createdAt: portal.clock.now() })
  elapsedMs += 20_001
  expect((await portal.as(clientId).get('/v1/me')).body.organisation.id).toBe(supplierNord.id)
  const revoked = await administrator.post(`/v1/api-clients/${clientId}/revocation`, { registeredBy: { name: 'Fie' } })
  expect([revoked.status, revoked.body.revokedAt]).toEqual([200, portal.clock.now()])
  elapsedMs += 59_000
  expect((await portal.as(clientId).get('/v1/me')).body.code).toBe('client-revoked')
  expect((await administrator.post(`/v1/api-clients/${clientId}/revocation`, {})).body).toEqual(revoked.body)
  expect((await administrator.get(`/v1/api-clients/${clientId}`)).body).toEqual(revoked.body)
  const lines = await portal.sql<{ action: string }>(
    `select action from change_log where entity = 'api-client' order by position`,
  )
  expect(lines.map(({ action }) => action)).toEqual(['created', 'revoked'])
})

test('a client id is registered once, for an organisation that there is', async () => {
  const again = await administrator.post('/v1/api-clients', { clientId: 'k-kassen', organisationId: supplierNord.id })
  expect(again.status).toBe(409)
  const nobody = { clientId: 'nobody', organisationId: '01890000-0000-7000-8000-00000000ffff' }
  expect((await administrator.post('/v1/api-clients', nobody)).status).toBe(404)
  expect((await administrator.post('/v1/api-clients/nobody/revocation', {})).status).toBe(404)
  expect((await administrator.get('/v1/api-clients/nobody')).status).toBe(404)
})

test('the administration does not revoke the client that it calls with', async () => {
  const answer = await administrator.post('/v1/api-clients/administrator/revocation', {})
  expect([answer.status, answer.body.code]).toEqual([409, 'administration-locks-itself-out'])
})

test('clients are listed page by page, to the administration alone', async () => {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const page = await administrator.get('/v1/api-clients', { query: { limit: 5, ...(cursor ? { cursor } : {}) } })
    ids.push(...page.body.items.map((item: { clientId: string }) => item.clientId))
    cursor = page.body.next
  } while (cursor !== null)
  expect(ids).toEqual([...new Set(ids)].sort())
  expect(ids).toContain('supplier-syd')
  const own = await administrator.get('/v1/api-clients', { query: { organisationId: supplierNord.id } })
  expect(own.body.items.map((item: { clientId: string }) => item.clientId)).toContain('supplier-nord')
  for (const client of ['supplier-nord', 'auditor-koebenhavn']) {
    expect((await portal.as(client).get('/v1/api-clients')).status).toBe(403)
    expect((await portal.as(client).post('/v1/api-clients/k-kassen/revocation', {})).status).toBe(403)
  }
})
