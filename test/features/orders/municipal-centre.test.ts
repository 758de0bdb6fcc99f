import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { agreements, approval, attend, draft, liv, must, organisations, plan, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
beforeAll(async () => {
  portal = await testPortal()
})

describe('000: a municipal employment centre is supplier and jobcenter at once', () => {
  const centre = 'supplier-beskaeftigelsescenter'
  const ownOrder = {
    supplierId: organisations.supplierBeskaeftigelsescenter.id,
    frameworkAgreementId: agreements.supplierBeskaeftigelsescenter.id,
    targetGroup: 'rehabilitation',
    deliveryAddressId: organisations.supplierBeskaeftigelsescenter.deliveryAddresses[0].id,
  }

  test('it orders of itself, approves with two persons, plans, and meets the citizen', async () => {
    const drafted = await draft(as, ownOrder, centre)
    expect((await as(centre).get(`/v1/orders/${drafted.id}`)).body.status).toBe('draft')
    expect(refusal(await plan(as(centre), drafted, { '2026-03-02': 60 }))).toEqual([409, 'order-state'])
    const same = await as(centre).post(
      `/v1/orders/${drafted.id}/approval`,
      approval({ email: 'dorte@jobcenter.example' }),
    )
    expect(refusal(same)).toEqual([409, 'approval-needs-second-person'])
    const order = must(await as(centre).post(`/v1/orders/${drafted.id}/approval`, approval())).body
    must(await plan(as(centre), order, { '2026-03-02': 60, '2026-03-03': 60 }))
    must(await attend(as(centre), order.id, '2026-03-02'))
    const absence = {
      orderId: order.id,
      activityId: order.activities[0].id,
      date: '2026-03-03',
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: liv,
    }
    const registered = must(await as(centre).post('/v1/absences', absence)).body
    expect(registered.routedTo.map((to: { organisationId: string }) => to.organisationId)).toEqual([
      organisations.supplierBeskaeftigelsescenter.id,
    ])
    const events = await portal.sql('select type, recipients from events where order_id = $1 order by position', [
      order.id,
    ])
    expect(events.map((event) => event['type'])).toEqual([
      'order.placed',
      'first-meeting.attended',
      'absence.registered',
    ])
  })

  test('it sees both sides: what it ordered elsewhere, its drafts too, and what others ordered of it once approved', async () => {
    const elsewhere = await draft(as, {}, centre)
    const ofIt = await draft(as, ownOrder)
    const listed = async () =>
      must(await as(centre).get('/v1/orders?limit=500')).body.items.map((item: { id: string }) => item.id)
    expect(await listed()).toContain(elsewhere.id)
    expect(await listed()).not.toContain(ofIt.id)
    expect(refusal(await as(centre).get(`/v1/orders/${ofIt.id}`))).toEqual([404, 'not-found'])
    must(await as('jobcenter-musvaagevej').post(`/v1/orders/${ofIt.id}/approval`, approval()))
    expect(await listed()).toContain(ofIt.id)
    // It delivers that order and does not decide on it.
    const cancelled = await as(centre).post(`/v1/orders/${ofIt.id}/cancellation`, {
      cause: 'other',
      registeredBy: { name: 'B', email: 'b@c.example' },
    })
    expect(refusal(cancelled)).toEqual([404, 'not-found'])
    // It ordered the other one and does not plan it.
    must(await as(centre).post(`/v1/orders/${elsewhere.id}/approval`, approval()))
    expect(refusal(await plan(as(centre), elsewhere, {}))).toEqual([404, 'not-found'])
    expect(refusal(await attend(as(centre), elsewhere.id, '2026-03-02'))).toEqual([404, 'not-found'])
  })
})
