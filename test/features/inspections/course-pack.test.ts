import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { absent, type CourseOrder, course, recordedDay, submit } from '#test/features/protocols/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { drawn, nord, purpose } from './support.ts'

let portal: TestPortal
let order: CourseOrder
let inspection: { id: string }
const auditor = () => portal.as('auditor-koebenhavn')
const packOf = (orderId: string, client = 'auditor-koebenhavn', options: object = purpose, of = inspection) =>
  portal.as(client).get(`/v1/inspections/${of.id}/courses/${orderId}`, options)

beforeAll(async () => {
  portal = await testPortal({ now: '2026-02-27T18:00:00.000Z' })
  order = await course(
    portal,
    { '2026-02-26': 120, '2026-02-27': 120, '2026-03-02': 120, '2026-03-03': 120 },
    { startDate: '2026-02-26' },
  )
  await recordedDay(portal, order, '2026-02-26', { attended: 120 })
  await recordedDay(portal, order, '2026-02-27', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
  must(await absent(portal, order, '2026-02-27'))
  portal.clock.set('2026-03-01T09:00:00.000Z')
  must(await submit(portal, order, '2026-02'))
  portal.clock.set('2026-03-04T09:00:00.000Z')
  // A day recorded late with sickness, one that differs from the absences, a late absence that makes February stale.
  await recordedDay(portal, order, '2026-03-02', {
    attended: 60,
    absent: [{ code: 'sick-reported', minutes: 60 }],
    at: '2026-03-04T08:00:00.000Z',
  })
  await recordedDay(portal, order, '2026-03-03', { attended: 120 })
  must(await absent(portal, order, '2026-03-03'))
  const registered = must(await portal.as('supplier-nord').get('/v1/absences', { query: { orderId: order.id } })).body
  const february = registered.items.find((one: { date: string }) => one.date === '2026-02-27')
  must(
    await portal.as('supplier-nord').post(`/v1/absences/${february.id}/withdrawal`, {
      reason: 'Kom alligevel',
      registeredBy: { name: 'Liv Leverandør' },
    }),
  )
  const form = documentForm({ fields: { orderId: order.id } })
  must(await portal.as('supplier-nord').post('/v1/documents', form.body, form.options))
  portal.clock.set('2026-03-13T10:00:00.000Z')
  inspection = await drawn(portal, { running: 200 })
})

describe('the pack of a drawn course', () => {
  test('is what each register answers by itself, as it stands now', async () => {
    const { body } = must(await packOf(order.id))
    const read = async (path: string) => must(await auditor().get(path, purpose)).body
    expect(body.order).toEqual(await read(`/v1/orders/${order.id}`))
    expect(body.order.citizen.cpr).toBeUndefined()
    expect(body.plan).toEqual(await read(`/v1/orders/${order.id}/plan`))
    expect(body.firstMeeting).toEqual(await read(`/v1/orders/${order.id}/first-meeting`))
    expect(body.protocols).toEqual([
      await read(`/v1/orders/${order.id}/protocols/2026-02`),
      await read(`/v1/orders/${order.id}/protocols/2026-03`),
    ])
    const byDate = (one: { date: string }, other: { date: string }) => (one.date < other.date ? -1 : 1)
    expect(body.absences).toEqual((await read(`/v1/absences?orderId=${order.id}`)).items.sort(byDate))
    expect(body.documents).toEqual((await read(`/v1/documents?orderId=${order.id}`)).items)
    expect(body.reports).toEqual((await read(`/v1/orders/${order.id}/reports`)).items)
    expect(body.obligations).toEqual((await read(`/v1/obligations?orderId=${order.id}`)).items)
    expect([body.absences.length, body.documents.length]).toEqual([2, 1])
    expect(body.obligations.length).toBeGreaterThan(1)
    expect(body.citizen).toEqual({ id: order.citizenId, name: 'Prøve Person' })
  })

  test('says where the registers differ and which submitted month has changed since', async () => {
    const { body } = must(await packOf(order.id))
    expect(body.attendanceDifferences).toEqual([
      { month: '2026-02', date: '2026-02-27', because: 'absence-not-registered', minutes: 120 },
      { month: '2026-03', date: '2026-03-03', because: 'registration-not-in-protocol', minutes: 120 },
    ])
    expect(body.staleness).toMatchObject([
      { month: '2026-02', status: 'stale', stale: true, staleDates: ['2026-02-27'] },
      { month: '2026-03', status: 'open', stale: false, version: null },
    ])
  })

  test('proposes what the registers say at each point that is judged by data, and why', async () => {
    const { body } = must(await packOf(order.id))
    const proposals = Object.fromEntries(
      body.controlPoints.map((point: { controlPoint: string; proposed: unknown }) => [
        point.controlPoint,
        point.proposed,
      ]),
    )
    expect(proposals).toMatchObject({
      'attendance-day-by-day': {
        outcome: 'irregularity',
        because: [
          { fact: 'recorded-late', count: 1, dates: ['2026-03-02'] },
          { fact: 'recorded-the-same-day', count: 3 },
        ],
      },
      'absence-same-day': {
        outcome: 'irregularity',
        because: [{ fact: 'overdue' }, { fact: 'registered-late', count: 1, dates: ['2026-03-03'] }],
      },
      'registers-agree': { because: [{ fact: 'registers-differ', dates: ['2026-02-27', '2026-03-03'] }] },
      'sickness-accepted': { outcome: 'irregularity', because: [{ dates: ['2026-03-02'] }] },
      'protocol-in-time': { outcome: 'irregularity' },
      'start-assessment': { outcome: 'irregularity', because: [{ fact: 'focus-areas-missing', count: 1 }] },
      'plan-complete': { outcome: 'irregularity', because: [{ fact: 'plan-not-complete', count: 1 }] },
      're-summons-contacts': { outcome: 'not-applicable' },
      'place-as-agreed': null,
    })
  })

  test('is a look-up: of whom, by whom and why; without a purpose nothing is told', async () => {
    expect(refusal(await packOf(order.id, 'auditor-koebenhavn', {}))).toEqual([400, 'purpose-required'])
    const count = async () =>
      (
        await portal.sql(
          `select purpose, citizen_id, client_id from lookups where operation = 'getInspectionCourse' and order_id = $1`,
          [order.id],
        )
      ).length
    const before = await count()
    must(await packOf(order.id))
    expect(await count()).toBe(before + 1)
    const [row] = await portal.sql(
      `select purpose, citizen_id, client_id from lookups where operation = 'getInspectionCourse' and order_id = $1 limit 1`,
      [order.id],
    )
    expect(row).toEqual({ purpose: 'Tilsyn 2026', citizen_id: order.citizenId, client_id: 'auditor-koebenhavn' })
  })

  test('is there for what was drawn and what the auditor sees, and for auditors alone', async () => {
    const dragoer = demo.orders.dragoer.id
    expect((await packOf(dragoer, 'auditor-dragoer')).status).toBe(200)
    expect(refusal(await packOf(order.id, 'auditor-dragoer'))).toEqual([404, 'not-found'])
    expect(refusal(await packOf(demo.orders.supplierSyd.id))).toEqual([404, 'not-found'])
    expect(refusal(await packOf(order.id, 'administrator'))).toEqual([403, 'forbidden'])
    expect(refusal(await packOf(order.id, 'supplier-nord'))).toEqual([403, 'forbidden'])
    const own = await drawn(portal, { supplierId: nord }, 'auditor-dragoer')
    expect(refusal(await packOf(order.id, 'auditor-koebenhavn', purpose, own))).toEqual([404, 'not-found'])
    expect((await packOf(dragoer, 'auditor-koebenhavn', purpose, own)).status).toBe(200)
  })

  test('a citizen who has moved is no longer the auditor’s of the municipality they left', async () => {
    const of = await drawn(portal, { residenceMunicipality: '0155' }, 'auditor-dragoer')
    const id = demo.orders.dragoer.id
    await portal.sql(`update orders set residence_municipality = '0101' where id = $1`, [id])
    expect(refusal(await packOf(id, 'auditor-dragoer', purpose, of))).toEqual([404, 'not-found'])
    expect((await packOf(id, 'auditor-koebenhavn', purpose, of)).status).toBe(200)
    await portal.sql(`update orders set residence_municipality = '0155' where id = $1`, [id])
  })
})
