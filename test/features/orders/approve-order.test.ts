import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  agreements,
  approval,
  approved,
  atTheFund,
  committed,
  dorte,
  draft,
  eventsOf,
  must,
  organisations,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const approve = (id: string, changes: Record<string, unknown> = {}, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/orders/${id}/approval`, approval(changes))
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 1: approval', () => {
  test('by a second person: the supplier is told, and the agreement is committed by its value', async () => {
    const before = await committed(portal, agreements.supplierNord.id)
    const { id } = await draft(as)
    const answer = await approve(id, { role: 'delegate' })
    expect([answer.status, answer.headers['etag']]).toEqual([200, '"2"'])
    expect(answer.body).toMatchObject({
      status: 'approved',
      course: { status: 'awaiting-first-meeting' },
      approvedAt: '2026-03-13T10:00:00.000Z',
    })
    expect(await eventsOf(portal, id)).toEqual([
      { type: 'order.placed', recipients: [organisations.supplierNord.id], data: { orderId: id } },
    ])
    expect((await committed(portal, agreements.supplierNord.id)) - before).toBe(120 * 45_000)
    const [kept] = await portal.sql<{ approved_by: unknown }>('select approved_by from orders where id = $1', [id])
    expect(kept?.approved_by).toEqual({ name: 'Gorm Godkender', email: 'gorm@jobcenter.example', role: 'delegate' })
  })

  test.each(['dorte@jobcenter.example', 'DORTE@Jobcenter.Example'])(
    'approval-needs-second-person: %s drafted it',
    async (email) => {
      const { id } = await draft(as)
      const answer = await approve(id, { name: 'Dorte med Et Andet Navn', email })
      expect(refusal(answer)).toEqual([409, 'approval-needs-second-person'])
      expect((await as('supplier-nord').get(`/v1/orders/${id}`)).status).toBe(404)
      expect(await eventsOf(portal, id)).toEqual([])
      expect((await approve(id)).status).toBe(200)
    },
  )

  test.each([{ role: 'caseworker' }, { role: undefined }, { email: undefined }, { email: 'gorm' }, { name: '  ' }])(
    'a team manager or a delegate, with name and address: %j is no answer',
    async (changes) => {
      const { id } = await draft(as)
      expect(refusal(await approve(id, changes))).toEqual([400, 'invalid-request'])
    },
  )

  test('order-state: once', async () => {
    const { id } = await draft(as)
    expect((await approve(id)).status).toBe(200)
    const again = await approve(id)
    expect([refusal(again), again.body.orderStatus, again.body.allowedIn]).toEqual([
      [409, 'order-state'],
      'approved',
      ['draft'],
    ])
  })

  test('of ten at once one approves; the event and the commitment are one', async () => {
    const before = await committed(portal, agreements.supplierNord.id)
    const { id } = await draft(as)
    const answers = await Promise.all(Array.from({ length: 10 }, () => approve(id)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 200) expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(await eventsOf(portal, id)).toHaveLength(1)
    expect((await committed(portal, agreements.supplierNord.id)) - before).toBe(120 * 45_000)
  })

  test('is no business of others: 404 for another jobcenter, 403 for who never approves', async () => {
    const { id } = await draft(as)
    expect(refusal(await approve(id, {}, 'jobcenter-skelbaekgade'))).toEqual([404, 'not-found'])
    expect(refusal(await approve(id, {}, 'supplier-beskaeftigelsescenter'))).toEqual([404, 'not-found'])
    for (const client of ['supplier-nord', 'k-kassen', 'auditor-koebenhavn']) {
      expect(refusal(await approve(id, {}, client)), client).toEqual([403, 'forbidden'])
    }
    expect(refusal(await approve('01890000-0000-7000-8000-00000000dead'))).toEqual([404, 'not-found'])
    expect(refusal(await approve('42'))).toEqual([400, 'invalid-request'])
  })

  test('party-kind-missing: the supplier still is one', async () => {
    const drafted = await draft(as)
    const set = (kinds: string, supplierKind: string | null) =>
      portal.sql('update organisations set kinds = $2::text[], supplier_kind = $3 where id = $1', [
        organisations.supplierNord.id,
        kinds,
        supplierKind,
      ])
    await set('{auditor}', null)
    const answer = await approve(drafted.id)
    await set('{supplier}', 'external')
    expect([refusal(answer), answer.body.lacking]).toEqual([[409, 'party-kind-missing'], ['supplier']])
    must(await approve(drafted.id))
  })

  test('holds the order against the agreement as it stands then', async () => {
    const { id } = await draft(as)
    await portal.sql("update framework_agreements set valid_to = '2026-05-21' where id = $1", [
      agreements.supplierNord.id,
    ])
    const answer = await approve(id)
    expect([refusal(answer), answer.body.outside]).toEqual([[422, 'agreement-not-valid'], ['endDate']])
    await portal.sql("update framework_agreements set valid_to = '2035-12-31' where id = $1", [
      agreements.supplierNord.id,
    ])
    expect((await approve(id)).status).toBe(200)
  })

  test('a refused approval is on record with its order', async () => {
    const { id } = await draft(as)
    await approve(id, dorte)
    const purpose = { headers: { 'x-purpose': 'Stikprøve' } }
    const records = await as('auditor-koebenhavn').get(`/v1/refusals?orderId=${id}`, purpose)
    expect(records.body.items).toMatchObject([
      {
        rule: 'approval-needs-second-person',
        operation: 'approveOrder',
        clientId: 'jobcenter-musvaagevej',
        orderId: id,
      },
    ])
  })
})

describe('003: budget-exceeded', () => {
  /** 500,000 DKK at 410 DKK an hour: two orders of 600 hours fit, a third does not. */
  const hours600 = { ...atTheFund, orderedMinutes: 36_000 }
  const value = 600 * 41_000

  test('the approval that would pass the ceiling is refused and tells the sums; a cancellation gives its part back', async () => {
    const own = await testPortal()
    const on = (client: string) => own.as(client)
    const first = await approved(on, hours600)
    await approved(on, hours600)
    const { id } = await draft(on, hours600)
    const answer = await on('jobcenter-musvaagevej').post(`/v1/orders/${id}/approval`, approval())
    expect(refusal(answer)).toEqual([409, 'budget-exceeded'])
    expect(answer.body).toMatchObject({
      budgetOere: 50_000_000,
      committedOere: 2 * value,
      orderValueOere: value,
      rule: { section: 'Økonomi' },
    })
    expect(await committed(own, agreements.supplierAkasse.id)).toBe(2 * value)
    // The course of a group without the first-meeting procedure begins on its first date (§ 7): cancel before that.
    own.clock.set('2026-03-01T10:00:00.000Z')
    const cancelled = await on('jobcenter-musvaagevej').post(`/v1/orders/${first.id}/cancellation`, {
      cause: 'other',
      registeredBy: dorte,
    })
    expect(cancelled.status).toBe(200)
    expect(await committed(own, agreements.supplierAkasse.id)).toBe(value)
    expect((await on('jobcenter-musvaagevej').post(`/v1/orders/${id}/approval`, approval())).status).toBe(200)
    expect(await committed(own, agreements.supplierAkasse.id)).toBe(2 * value)
  })

  test('the ceiling itself may be reached', async () => {
    const own = await testPortal()
    await own.sql('update framework_agreements set budget_oere = $2 where id = $1', [
      agreements.supplierAkasse.id,
      value,
    ])
    await approved((client) => own.as(client), hours600)
    expect(await committed(own, agreements.supplierAkasse.id)).toBe(value)
  })

  test('of approvals that together would pass it, at the same moment, no more than fit go through', async () => {
    const own = await testPortal()
    const on = (client: string) => own.as(client)
    for (let round = 1; round <= 5; round++) {
      await own.sql('update framework_agreements set committed_oere = 0, budget_oere = $2 where id = $1', [
        agreements.supplierAkasse.id,
        value,
      ])
      const drafts = await Promise.all([draft(on, hours600), draft(on, hours600, 'jobcenter-skelbaekgade')])
      const answers = await Promise.all(
        drafts.map(({ id }, index) =>
          on(index === 0 ? 'jobcenter-musvaagevej' : 'jobcenter-skelbaekgade').post(
            `/v1/orders/${id}/approval`,
            approval(),
          ),
        ),
      )
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
      expect(refusal(answers.find((answer) => answer.status === 409) as (typeof answers)[0])).toEqual([
        409,
        'budget-exceeded',
      ])
      expect(await committed(own, agreements.supplierAkasse.id)).toBe(value)
    }
  })
})
