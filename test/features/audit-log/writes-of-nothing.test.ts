import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import { end, finalSections, templates } from '#test/features/reports/reading-support.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { activityReady, dragoer } = demo.orders
const nora = { name: 'Nora' }

type Sent = (requestId: string) => Promise<TestAnswer>
type Case = { readonly operation: string; readonly about: readonly string[]; send(portal: TestPortal): Promise<Sent> }

const dayOf = async (portal: TestPortal, order: { id: string }) => {
  const [day] = await portal.sql<{ date: string; activity: string; minutes: number }>(
    `select date::text, activity_id as activity, planned_minutes as minutes from planned_days
      where order_id = $1 and date < '2026-03-13' order by date desc limit 1`,
    [order.id],
  )
  if (!day) throw new Error('nothing is planned')
  const entries = [{ activityId: day.activity, attendedMinutes: day.minutes }]
  return { date: day.date, body: { entries, registeredBy: nora } }
}

/** Writes that are answered with what stands and change nothing. */
const cases: readonly Case[] = [
  {
    operation: 'amendOrder',
    about: [activityReady.citizen.id],
    send: async (portal) => {
      const jobcenter = portal.as('jobcenter-musvaagevej')
      const { body, headers } = must(await jobcenter.get(`/v1/orders/${activityReady.id}`))
      const unchanged = { reason: 'Rettelse', registeredBy: nora, endDate: body.endDate }
      return (id) =>
        jobcenter.patch(`/v1/orders/${activityReady.id}`, unchanged, {
          ifMatch: String(headers['etag']),
          headers: { 'x-request-id': id },
        })
    },
  },
  {
    operation: 'putAttendance',
    about: [activityReady.citizen.id],
    send: async (portal) => {
      const { date, body } = await dayOf(portal, activityReady)
      const path = `/v1/orders/${activityReady.id}/attendance/${date}`
      must(await portal.as('supplier-nord').put(path, body))
      return (id) => portal.as('supplier-nord').put(path, body, { headers: { 'x-request-id': id } })
    },
  },
  {
    operation: 'putAttendanceBatch',
    about: [activityReady.citizen.id, dragoer.citizen.id],
    send: async (portal) => {
      const items: object[] = []
      for (const order of [activityReady, dragoer]) {
        const { date, body } = await dayOf(portal, order)
        items.push({ orderId: order.id, date, ...body })
      }
      const path = '/v1/attendance/batch'
      must(await portal.as('supplier-nord').post(path, { items }))
      return (id) => portal.as('supplier-nord').post(path, { items }, { headers: { 'x-request-id': id } })
    },
  },
  {
    operation: 'submitReport',
    about: [activityReady.citizen.id],
    send: async (portal) => {
      await end(portal, activityReady, '2026-03-13')
      const body = {
        kind: 'final',
        templateId: templates.final,
        templateVersion: 1,
        sections: finalSections,
        dryRun: true,
        registeredBy: { ...nora, email: 'nora@nord.example' },
      }
      const path = `/v1/orders/${activityReady.id}/reports`
      return (id) => portal.as('supplier-nord').post(path, body, { headers: { 'x-request-id': id } })
    },
  },
]

const written = (portal: TestPortal, requestId: string) =>
  portal.sql<{ operation: string; citizens: string[]; changes: number }>(
    `select operation, array_remove(citizen_ids || citizen_id, null) as citizens,
            (select count(*)::int from change_log c where c.request_id = l.request_id) as changes
       from lookups l where request_id = $1`,
    [requestId],
  )

describe('a write that changes nothing is a reading', () => {
  test.each(cases)('$operation', async ({ operation, about, send }) => {
    const portal = await testPortal()
    const again = await send(portal)
    const requestId = newId()
    must(await again(requestId))
    const rows = await written(portal, requestId)
    expect(rows).toEqual([{ operation, citizens: expect.toSatisfy((c: string[]) => sameSet(c, about)), changes: 0 }])

    await portal.sql('revoke insert on lookups from portal_application')
    const untold = await again(newId())
    expect([untold.status, untold.body.code]).toEqual([503, 'audit-log-unavailable'])
    expect(untold.text).not.toContain(activityReady.id)
  })
})

const sameSet = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join()
