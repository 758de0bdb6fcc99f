import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { seedDemoWorld } from '#src/dev/demo-world/seed-demo-world.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import { testPortal } from '#test/support/test-portal.ts'

const { orders } = demo
const portal = await testPortal()
const dutiesOf = async (order: { id: string }, client = 'supplier-nord'): Promise<string[]> => {
  const { body } = await portal.as(client).get('/v1/obligations', { query: { orderId: order.id, limit: 500 } })
  return body.items
    .map((item: Record<string, string>) => `${item['kind']} ${item['subject']} ${item['dueOn']} ${item['status']}`)
    .sort()
}
const protocols = (...months: string[]): string[] => months.map((month) => `attendance-protocol ${month}`)

describe('the demo world as of 13 March 2026', () => {
  test('has the duties of its orders: who came met the first meeting in time, the protocols lie ahead', async () => {
    const spring = protocols('2026-03 2026-04-01 open', '2026-04 2026-05-01 open', '2026-05 2026-06-01 open')
    for (const order of [orders.activityReady, orders.sicknessBenefit, orders.dragoer]) {
      expect(await dutiesOf(order)).toEqual([...spring, 'first-meeting-outcome 2026-03-02 2026-03-02 met'])
    }
    expect(await dutiesOf(orders.supplierSyd, 'supplier-syd')).toHaveLength(4)
    expect(await dutiesOf(orders.awaitingWithPlan)).toEqual([
      ...spring,
      'first-meeting-outcome 2026-03-02 2026-03-02 overdue',
    ])
  })

  test('without a plan there is no protocol to give, and a draft owes nothing', async () => {
    expect(await dutiesOf(orders.awaitingWithoutPlan)).toEqual(['first-meeting-outcome 2026-03-02 2026-03-02 overdue'])
    expect(await dutiesOf(orders.draft, 'jobcenter-musvaagevej')).toEqual([])
  })

  test('no protocol of the current orders was given yet, so that of their first month is overdue', async () => {
    expect(await dutiesOf(orders.currentAtKKassen)).toEqual([
      ...protocols('2026-02 2026-03-01 overdue', '2026-03 2026-04-01 open', '2026-04 2026-05-01 open'),
      ...protocols('2026-05 2026-06-01 open'),
      'first-meeting-outcome 2026-02-09 2026-02-09 met',
    ])
  })

  test('a later start leaves the duties as they are', async () => {
    const all = 'select id, due_on, met_at, waived_at, version from obligations order by id'
    await portal.sql(`update obligations set waived_at = now(), waived_because = 'order-amended'
      where order_id = '${orders.activityReady.id}' and subject = '2026-05'`)
    const before = await portal.sql(all)
    await seedDemoWorld({ ownerUrl: portal.ownerUrl, keyring: testKeyring, today: localDate('2026-03-20') })
    expect(await portal.sql(all)).toEqual(before)
  })
})

describe('the demo world, first seeded long after the spring', () => {
  test('has its orders entered late: who came did in time, and what was over when it was asked is told apart', async () => {
    const later = await testPortal({ now: '2026-11-23T10:00:00.000Z' })
    await later.sql('truncate orders cascade')
    await seedDemoWorld({ ownerUrl: later.ownerUrl, keyring: testKeyring, today: localDate('2026-11-23') })
    const { body } = await later.as('jobcenter-musvaagevej').get('/v1/obligations', { query: { limit: 500 } })
    const meetings = body.items.filter((item: { kind: string }) => item.kind === 'first-meeting-outcome')
    const ofSpring = meetings.filter((item: { subject: string }) => item.subject === '2026-03-02')
    expect(new Set(ofSpring.map((item: { status: string }) => item.status))).toEqual(new Set(['met', 'overdue']))
    expect(ofSpring.every((item: { openedAfterDue: boolean }) => item.openedAfterDue)).toBe(true)
    const current = body.items.filter((item: { orderId: string }) => item.orderId === orders.currentAtKKassen.id)
    expect(current.some((item: { openedAfterDue: boolean }) => item.openedAfterDue)).toBe(false)
    // Whoever seeds it shortly after midnight has nothing ahead of the clock.
    const [{ ahead } = { ahead: -1 }] = await later.sql<{ ahead: number }>(
      `select count(*)::integer as ahead from orders
        where greatest(approved_at, created_at) > '2026-11-22T23:00:00.000Z'`,
    )
    expect(ahead).toBe(0)
  })
})
