import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approval, approved, dorte, draft, eventsOf, gorm, liv, must, organisations, refusal } from './support.ts'

let portal: TestPortal
let order: { id: string; activities: { id: string }[] }
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const body = (changes: Record<string, unknown> = {}) => ({
  kind: 'work-placement',
  title: 'Virksomhedspraktik',
  place: { kind: 'company', name: 'Bageriet' },
  startDate: '2026-04-07',
  endDate: '2026-04-24',
  registeredBy: liv,
  ...changes,
})
const add = (changes: Record<string, unknown> = {}, client = 'supplier-nord', id = order.id) =>
  as(client).post(`/v1/orders/${id}/activities`, body(changes))
const decide = (id: string, changes: Record<string, unknown> = {}, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/activities/${id}/decision`, { decision: 'approved', decidedBy: gorm, ...changes })

beforeAll(async () => {
  portal = await testPortal()
  order = await approved(as)
})

describe('§ 4, § 14, § 16: a supplier proposes an activity', () => {
  test('the jobcenter is told, and nothing is planned on it before it is approved', async () => {
    const answer = await add()
    expect(answer.status, answer.text).toBe(201)
    const { registeredBy: proposedBy, ...asked } = body()
    expect(answer.body).toMatchObject({ ...asked, status: 'proposed', proposedBy })
    const { id } = answer.body
    const proposed = (await eventsOf(portal, order.id)).at(-1)
    expect(proposed).toEqual({
      type: 'activity.proposed',
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: { orderId: order.id, activityId: id },
    })
    const days = [{ date: '2026-04-08', activityId: id, plannedMinutes: 60 }]
    const put = (ifMatch?: string) =>
      nord().put(`/v1/orders/${order.id}/plan`, { complete: false, days }, ifMatch === undefined ? {} : { ifMatch })
    expect(refusal(await put())).toEqual([409, 'activity-not-approved'])
    const decided = await decide(id)
    expect(decided.body).toMatchObject({
      status: 'approved',
      decision: { decision: 'approved', decidedBy: gorm, decidedAt: '2026-03-13T10:00:00.000Z' },
    })
    expect((await eventsOf(portal, order.id)).at(-1)).toMatchObject({
      type: 'activity.approved',
      recipients: [organisations.supplierNord.id],
    })
    must(await put())
  })

  test('a rejection has a reason; what is rejected is not planned; each is decided once', async () => {
    const { id } = must(await add({ kind: 'off-site', place: { kind: 'other', name: 'Biblioteket' } })).body
    expect(refusal(await decide(id, { decision: 'rejected' }))).toEqual([400, 'invalid-request'])
    const rejected = must(await decide(id, { decision: 'rejected', reason: 'For langt væk' })).body
    expect(rejected).toMatchObject({ status: 'rejected', decision: { reason: 'For langt væk' } })
    const told = (await eventsOf(portal, order.id)).at(-1)
    expect(told?.type).toBe('activity.rejected')
    expect(JSON.stringify(told)).not.toContain('langt')
    const again = await decide(id)
    expect(refusal(again)).toEqual([409, 'activity-already-decided'])
    expect(again.body.activityStatus).toBe('rejected')
    const items = (await nord().get(`/v1/orders/${order.id}/activities`)).body.items
    expect(items.map((item: { status: string }) => item.status)).toContain('rejected')
  })

  test('on site at a registered address needs no decision; at another it is refused', async () => {
    const [first, second] = organisations.supplierNord.deliveryAddresses
    const place = { kind: 'supplier-address', addressId: second.id.toUpperCase() }
    const made = must(await add({ kind: 'on-site', place })).body
    expect([made.status, made.place.addressId]).toEqual(['approved', second.id])
    const elsewhere = organisations.supplierSyd.deliveryAddresses[0].id
    for (const wrong of [
      { kind: 'supplier-address', addressId: elsewhere },
      { kind: 'supplier-address' },
      { kind: 'company', addressId: first.id },
    ]) {
      expect(refusal(await add({ kind: 'on-site', place: wrong }))).toEqual([422, 'unknown-delivery-address'])
    }
  })

  test('homework-not-allowed: not in the citizen’s home, whoever asks', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const answer = await add({ kind: 'off-site', place: { kind: 'citizen-home' } }, client)
      expect(refusal(answer)).toEqual([422, 'homework-not-allowed'])
    }
    const [kept] = await portal.sql(`select rule from refusals where order_id = $1 and rule = 'homework-not-allowed'`, [
      order.id,
    ])
    expect(kept).toBeDefined()
  })

  test('placement-needs-company: a placement and a wage subsidy name the company, whoever asks', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      for (const wrong of [
        { place: { kind: 'company' } },
        { kind: 'wage-subsidy', place: { kind: 'authority', name: 'Kommunen' } },
      ]) {
        expect(refusal(await add(wrong, client))).toEqual([422, 'placement-needs-company'])
      }
    }
    must(await add({ kind: 'wage-subsidy' }))
  })

  test('plan-outside-order: within the order’s dates', async () => {
    const answer = await add({ endDate: '2026-05-23' })
    expect(refusal(answer)).toEqual([422, 'plan-outside-order'])
    expect(answer.body).toMatchObject({ dates: ['2026-05-23'], from: '2026-03-02', to: '2026-05-22' })
    expect(refusal(await add({ endDate: '2026-04-06' }))).toEqual([400, 'invalid-request'])
    must(await add({ startDate: '2026-03-02', endDate: '2026-05-22' }))
  })

  test('a document that is none of the order’s or its own: not-found (test/features/documents)', async () => {
    expect(refusal(await add({ documentId: order.id }))).toEqual([404, 'not-found'])
  })
})

describe('a jobcenter creates an activity', () => {
  test('approved at once, such as a standing coordination; also on a draft, of which nobody is told', async () => {
    const coordination = { kind: 'coordination', place: { kind: 'authority' }, startDate: '2026-03-02' }
    const made = must(await add(coordination, 'jobcenter-musvaagevej')).body
    expect(made.status).toBe('approved')
    expect((await eventsOf(portal, order.id)).at(-1)).toMatchObject({
      type: 'activity.approved',
      recipients: [organisations.supplierNord.id],
    })
    const drafted = await draft(as)
    must(await add(coordination, 'jobcenter-musvaagevej', drafted.id))
    expect(await eventsOf(portal, drafted.id)).toEqual([])
    must(await as('jobcenter-musvaagevej').post(`/v1/orders/${drafted.id}/approval`, approval()))
    const seen = (await nord().get(`/v1/orders/${drafted.id}`)).body.activities
    expect(seen.map((activity: { kind: string }) => activity.kind)).toEqual(['on-site', 'coordination'])
  })
})

describe('an activity belongs to its order', () => {
  test('another’s order and activity are not there, and only the jobcenter decides', async () => {
    const { id } = must(await add()).body
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade']) {
      expect(refusal(await add({}, client))).toEqual([404, 'not-found'])
    }
    expect(refusal(await decide(id, {}, 'jobcenter-skelbaekgade'))).toEqual([404, 'not-found'])
    expect(refusal(await decide(id, {}, 'supplier-nord'))).toEqual([403, 'forbidden'])
    expect(refusal(await decide(order.id))).toEqual([404, 'not-found'])
  })

  test('order-state: nothing is added to or decided on a cancelled order', async () => {
    const other = await approved(as)
    const { id } = must(await add({}, 'supplier-nord', other.id)).body
    const cancel = { cause: 'other', registeredBy: dorte }
    must(await as('jobcenter-musvaagevej').post(`/v1/orders/${other.id}/cancellation`, cancel))
    const answer = await add({}, 'supplier-nord', other.id)
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({ orderStatus: 'cancelled', allowedIn: ['approved'] })
    expect(refusal(await decide(id))).toEqual([409, 'order-state'])
  })

  test('ten decisions at once: one counts, the supplier hears once', async () => {
    const { id } = must(await add()).body
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => decide(id, index % 2 ? {} : { decision: 'rejected', reason: 'Nej' })),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    const told = (await eventsOf(portal, order.id)).filter(
      (event) => event.data['activityId'] === id && event.type !== 'activity.proposed',
    )
    expect(told).toHaveLength(1)
  })
})
