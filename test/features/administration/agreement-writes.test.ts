import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { supplierNord, jobcenterMusvaagevej } = demo.organisations
const agreement = demo.agreements.supplierNord
const path = `/v1/framework-agreements/${agreement.id}`
let portal: TestPortal
const administrator = () => portal.as('administrator')
beforeEach(async () => {
  portal = await testPortal()
})

const terms = {
  supplierId: supplierNord.id,
  title: 'Afklaring 2027',
  offers: [{ code: 'clarification', title: 'Afklaring' }],
  targetGroups: ['resource-course', 'education-benefit'],
  validFrom: '2027-01-01',
  validTo: '2028-12-31',
  unitPriceOere: 42_500,
  budgetOere: 50_000_000,
}

describe('POST /v1/framework-agreements', () => {
  test('registers what may be ordered of a supplier, who sees it', async () => {
    const created = await administrator().post('/v1/framework-agreements', terms)
    expect([created.status, created.headers['etag']]).toEqual([201, '"1"'])
    expect(created.body).toEqual({ id: expect.any(String), ...terms, reportTemplates: [] })
    const seen = await portal.as('supplier-nord').get(created.headers['location'] ?? '')
    expect(seen.body).toEqual(created.body)
    expect((await portal.as('supplier-syd').get(created.headers['location'] ?? '')).status).toBe(404)
    expect((await portal.as('jobcenter-musvaagevej').get(created.headers['location'] ?? '')).status).toBe(200)
  })

  test('names the report templates of its offers (§ 3), which are there and of their kind', async () => {
    const templateId = '01890000-0000-7000-8000-0000000f0001'
    const reportTemplates = [
      { kind: 'final', templateId },
      { kind: 'final', templateId, offer: 'clarification' },
    ]
    const created = await administrator().post('/v1/framework-agreements', { ...terms, reportTemplates })
    expect([created.status, created.body.reportTemplates]).toEqual([201, reportTemplates])
    const path = created.headers['location'] ?? ''
    const changed = await administrator().patch(path, { reportTemplates: [] }, { ifMatch: '"1"' })
    expect([changed.status, changed.body.reportTemplates]).toEqual([200, []])
    const wrong = [
      [{ kind: 'interim', templateId }, 404, '/reportTemplates/1/templateId'],
      [{ kind: 'final', templateId, offer: 'other' }, 404, '/reportTemplates/1/offer'],
      [reportTemplates[0], 400, '/reportTemplates/1'],
    ] as const
    for (const [template, status, pointer] of wrong) {
      const body = { ...terms, reportTemplates: [reportTemplates[0], template] }
      const answer = await administrator().post('/v1/framework-agreements', body)
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer])
    }
  })

  test('refuses what does not fit', async () => {
    const refusals = [
      [{ supplierId: jobcenterMusvaagevej.id }, 404, 'not-found'],
      [{ targetGroups: ['unheard-of'] }, 422, 'unknown-target-group'],
      [{ validTo: '2026-12-31' }, 400, 'invalid-request'],
      [{ offers: [terms.offers[0], terms.offers[0]] }, 400, 'invalid-request'],
    ] as const
    for (const [changes, status, code] of refusals) {
      const answer = await administrator().post('/v1/framework-agreements', { ...terms, ...changes })
      expect([answer.status, answer.body.code]).toEqual([status, code])
    }
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      expect((await portal.as(client).post('/v1/framework-agreements', terms)).status).toBe(403)
    }
  })
})

describe('PATCH /v1/framework-agreements/{id}', () => {
  test('ends it and sets its ceiling, which holds what is approved: budget-below-commitment', async () => {
    const [row] = await portal.sql<{ committed: string }>(
      'select committed_oere as committed from framework_agreements where id = $1',
      [agreement.id],
    )
    const committed = Number(row?.committed)
    expect(committed).toBeGreaterThan(0)
    const below = await administrator().patch(path, { budgetOere: committed - 1 }, { ifMatch: '"1"' })
    expect([below.status, below.body.code, below.body.committedOere]).toEqual([
      409,
      'budget-below-commitment',
      committed,
    ])
    const set = await administrator().patch(path, { budgetOere: committed, validTo: '2026-03-13' }, { ifMatch: '"1"' })
    expect([set.status, set.headers['etag'], set.body.budgetOere, set.body.validTo]).toEqual([
      200,
      '"2"',
      committed,
      '2026-03-13',
    ])
    const removed = await administrator().patch(path, { budgetOere: null }, { ifMatch: '"2"' })
    expect(removed.body.budgetOere).toBeUndefined()
    const [line] = await portal.sql(
      `select changes from change_log where entity = 'framework-agreement' order by position limit 1`,
    )
    expect(line).toEqual({
      changes: {
        validTo: { from: agreement.validTo, to: '2026-03-13' },
        budgetOere: { from: agreement.budgetOere, to: committed },
      },
    })
  })

  test('not for the past, not without the version, not by others', async () => {
    expect((await administrator().patch(path, { validTo: '2026-03-12' }, { ifMatch: '"1"' })).body.code).toBe(
      'validity-in-the-past',
    )
    expect((await administrator().patch(path, { validTo: '2030-01-01' })).status).toBe(428)
    expect((await administrator().patch(path, { validTo: '2030-01-01' }, { ifMatch: '"9"' })).status).toBe(412)
    expect((await portal.as('supplier-nord').patch(path, { validTo: '2030-01-01' }, { ifMatch: '"1"' })).status).toBe(
      403,
    )
  })

  test('a ceiling and an approval that come at once never leave the ceiling below what is approved', async () => {
    const [row] = await portal.sql<{ committed: string }>(
      'select committed_oere as committed from framework_agreements where id = $1',
      [agreement.id],
    )
    const budgetOere = Number(row?.committed)
    const approvedBy = { name: 'Gorm', email: 'gorm@jobcenter.example', role: 'team-manager' }
    await Promise.all([
      administrator().patch(path, { budgetOere }, { ifMatch: '"1"' }),
      portal.as('jobcenter-musvaagevej').post(`/v1/orders/${demo.orders.draft.id}/approval`, { approvedBy }),
    ])
    const [after] = await portal.sql(
      'select budget_oere is null or budget_oere >= committed_oere as holds from framework_agreements where id = $1',
      [agreement.id],
    )
    expect(after).toEqual({ holds: true })
  })
})
