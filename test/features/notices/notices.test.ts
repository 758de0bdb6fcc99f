import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { runningOrder } from '#test/features/absences/support.ts'
import { approved, draft } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'

const { orders, organisations } = demo
const portal = await testPortal()
const nord = portal.as('supplier-nord')
const secret = 'Indlagt på Rigshospitalet, afdeling hemmelig'
const notice = (changes: Record<string, unknown> = {}) => ({
  kind: 'hospitalised',
  text: secret,
  registeredBy: { name: 'Liv Leverandør' },
  ...changes,
})
const path = (orderId: string): string => `/v1/orders/${orderId}/notices`
const eventOf = async (noticeId: string) =>
  portal.sql<{ type: string; recipients: string[]; data: Record<string, unknown> }>(
    `select type, recipients, data from events where data->>'noticeId' = $1`,
    [noticeId],
  )

describe('§ 8: the supplier tells K-kassen and the jobcenter something important', () => {
  test('both are told by a thin event, and read the text', async () => {
    const answer = await nord.post(path(orders.activityReady.id), notice())
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ orderId: orders.activityReady.id, kind: 'hospitalised' })
    expect(await eventOf(answer.body.id)).toEqual([
      {
        type: 'notice.created',
        recipients: [organisations.kKassen.id, organisations.jobcenterMusvaagevej.id],
        data: { orderId: orders.activityReady.id, noticeId: answer.body.id },
      },
    ])
    for (const client of ['supplier-nord', 'k-kassen', 'jobcenter-musvaagevej']) {
      const list = await portal.as(client).get(path(orders.activityReady.id))
      expect([client, list.status, list.body.items[0].text]).toEqual([client, 200, secret])
    }
    const [looked] = await portal.sql<{ count: string }>(`select count(*) from lookups where operation = 'listNotices'`)
    expect(Number(looked?.count)).toBe(3)
  })

  test('of a group that the jobcenter decides on, K-kassen hears too, although the order is not its own', async () => {
    const answer = await nord.post(path(orders.sicknessBenefit.id), notice({ kind: 'travelling' }))
    const [event] = await eventOf(answer.body.id)
    expect(event?.recipients).toEqual([organisations.kKassen.id, organisations.jobcenterMusvaagevej.id])
    const list = await portal.as('k-kassen').get(path(orders.sicknessBenefit.id))
    expect(list.body.items).toHaveLength(1)
    expect((await portal.as('k-kassen').get(`/v1/orders/${orders.sicknessBenefit.id}`)).status).toBe(404)
  })

  test("a citizen's own municipality's office reads it and is not told; of other citizens it reads nothing", async () => {
    const answer = await nord.post(path(orders.dragoer.id), notice())
    const [event] = await eventOf(answer.body.id)
    expect(event?.recipients).not.toContain(organisations.ydelseDragoer.id)
    const list = await portal.as('ydelse-dragoer').get(path(orders.dragoer.id))
    expect(list.body.items.map((item: { id: string }) => item.id)).toEqual([answer.body.id])
    expect((await portal.as('ydelse-dragoer').get(path(orders.activityReady.id))).status).toBe(404)
  })

  test("a citizen's own municipality's office reads those too that came before it took copies, and an empty list", async () => {
    const office = portal.as('ydelse-dragoer')
    const citizen = { cpr: '6404851239', name: 'Dagmar Dragør', residenceMunicipality: '0155' }
    const order = await approved((client) => portal.as(client), { targetGroup: 'sickness-benefit', citizen })
    expect((await office.get(path(order.id))).body).toEqual({ items: [], next: null })
    await portal.sql(`update organisations set copies_for_municipality = null where id = $1`, [
      organisations.ydelseDragoer.id,
    ])
    const { id } = (await nord.post(path(order.id), notice())).body
    expect((await office.get(path(order.id))).status).toBe(404)
    await portal.sql(`update organisations set copies_for_municipality = '0155' where id = $1`, [
      organisations.ydelseDragoer.id,
    ])
    const { items } = (await office.get(path(order.id.toUpperCase()))).body
    expect(items).toMatchObject([{ id, text: secret }])
    const [looked] = await portal.sql<{ citizen: string }>(
      `select citizen_id as citizen from lookups where operation = 'listNotices' and organisation_id = $1
        and order_id = $2 order by occurred_at desc, id desc limit 1`,
      [organisations.ydelseDragoer.id, order.id],
    )
    expect(looked?.citizen).toBe(order.citizen.id)
    const drafted = await draft((client) => portal.as(client), { citizen: { ...citizen, cpr: '6504851230' } })
    expect((await office.get(path(drafted.id))).status).toBe(404)
  })

  test('another supplier and another jobcenter find nothing there; an authority gives no notices', async () => {
    expect((await portal.as('supplier-syd').post(path(orders.activityReady.id), notice())).status).toBe(404)
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade']) {
      expect((await portal.as(client).get(path(orders.activityReady.id))).status).toBe(404)
    }
    expect((await portal.as('k-kassen').post(path(orders.activityReady.id), notice())).status).toBe(403)
    expect((await portal.as('auditor-koebenhavn').get(path(orders.activityReady.id))).status).toBe(403)
  })

  test('the text stands nowhere in clear: not in the table, the history, an event, a kept answer or the log', async () => {
    const key = { idempotencyKey: 'notice-once' }
    const first = await nord.post(path(orders.activityReady.id), notice(), key)
    const again = await nord.post(path(orders.activityReady.id), notice(), key)
    expect(again.text).toBe(first.text)
    for (const table of ['notices', 'change_log', 'events', 'idempotency_keys', 'lookups']) {
      const [row] = await portal.sql<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${table} t`,
      )
      expect(row?.text).not.toContain('Rigshospitalet')
    }
    expect(portal.logLines.join('\n')).not.toContain('Rigshospitalet')
    // Nor does the history or an event say what kind of news it is: illness, or crime.
    for (const table of ['change_log', 'events']) {
      const rows = await portal.sql(`select 1 from ${table} t where t::text like '%hospitalised%'`)
      expect([table, rows.length]).toEqual([table, 0])
    }
  })

  test('an order that was cancelled has none: order-state', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6512903346',
      targetGroup: 'education-benefit',
      plan: {},
      firstMeeting: null,
    })
    await portal.sql(`update orders set status = 'cancelled' where id = $1`, [order.id])
    const answer = await nord.post(path(order.id), notice())
    expect([answer.status, answer.body.code]).toEqual([409, 'order-state'])
  })

  test('pages by id, and an empty list of an own order is no 404', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6612903347',
      targetGroup: 'education-benefit',
      plan: {},
      firstMeeting: null,
    })
    expect((await nord.get(path(order.id))).body).toEqual({ items: [], next: null })
    for (const kind of ['hospitalised', 'travelling', 'imprisoned']) await nord.post(path(order.id), notice({ kind }))
    const first = await nord.get(path(order.id), { query: { limit: 2 } })
    const second = await nord.get(path(order.id), { query: { limit: 2, cursor: first.body.next } })
    const kinds = [...first.body.items, ...second.body.items].map((item: { kind: string }) => item.kind)
    expect(kinds).toEqual(['hospitalised', 'travelling', 'imprisoned'])
    expect(second.body.next).toBeNull()
  })
})
