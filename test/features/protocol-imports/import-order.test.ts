import { expect, test } from 'vitest'
import { takeImport } from '#features/protocol-imports/import-work.queries.ts'
import { liv, must } from '#test/features/orders/support.ts'
import { type CourseOrder, course, monthOf, submit } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { csvOf, filled, imported, importsPath, outcome, present, templateOf, upload, work } from './support.ts'

const put = (portal: TestPortal, order: CourseOrder, date: string, attendedMinutes: number) =>
  portal.as('supplier-nord').put(`/v1/orders/${order.id}/attendance/${date}`, {
    entries: [
      {
        activityId: order.activityId,
        attendedMinutes,
        absent: attendedMinutes === 120 ? [] : [{ code: 'unauthorised', minutes: 120 - attendedMinutes }],
      },
    ],
    registeredBy: liv,
  })
const away = () => ({ 'Fremmødt (min)': '0', Fraværskode: 'unauthorised', 'Fravær (min)': '120' })
const shown = async (portal: TestPortal, id: string) =>
  must(await portal.as('supplier-nord').get(`${importsPath}/${id}`))
const days = (portal: TestPortal, order: CourseOrder) =>
  portal.sql<{ date: string; attended_minutes: number; version: number }>(
    'select date::text, attended_minutes, version from attendance_days where order_id = $1 order by date',
    [order.id],
  )

test('the imports of a supplier are worked on one at a time and in their order, also when a worker dies', async () => {
  const portal = await testPortal({ now: '2026-03-13T10:00:00.000Z' })
  const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
  const template = await templateOf(portal, { orderId: order.id })
  const first = must(await upload(portal, csvOf(filled(template, present)))).body.id
  expect((await takeImport(portal.workerDatabase, portal.clock.now()))?.id).toBe(first)
  portal.clock.set('2026-03-13T10:05:00.000Z')
  const second = must(await upload(portal, csvOf(filled(template, away)))).body.id
  expect(await work(portal)).toBeNull()
  await portal.sql(`update protocol_imports set progress_at = progress_at - interval '2 minutes' where id = $1`, [
    first,
  ])
  expect(await work(portal)).toEqual({ importId: first, outcome: 'completed' })
  expect(await work(portal)).toEqual({ importId: second, outcome: 'completed' })
  expect((await days(portal, order)).map((day) => [day.attended_minutes, day.version])).toEqual([
    [0, 2],
    [0, 2],
  ])
})

test('changed-since: what was recorded after a file came stands, and keeps all of the file out', async () => {
  const portal = await testPortal({ now: '2026-03-13T10:00:00.000Z' })
  const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
  const rows = filled(await templateOf(portal, { orderId: order.id }), away)
  const { id } = must(await upload(portal, csvOf(rows))).body
  portal.clock.set('2026-03-13T10:06:00.000Z')
  must(await put(portal, order, '2026-03-03', 60))
  await work(portal)
  const answer = await shown(portal, id)
  expect(outcome(answer)).toEqual({ status: 'rejected', daysWritten: 0, errors: ['3 Dato changed-since'] })
  expect(answer.body.errors[0].detail).toMatch(/recorded or corrected after/)
  expect(await days(portal, order)).toEqual([{ date: '2026-03-03', attended_minutes: 60, version: 1 }])
  // A file that says what stands changes nothing, so that it may be older.
  portal.clock.set('2026-03-13T10:05:00.000Z')
  const half = () => ({ 'Fremmødt (min)': '60', Fraværskode: 'unauthorised', 'Fravær (min)': '60' })
  const same = filled(await templateOf(portal, { orderId: order.id }), (row) =>
    row['Dato'] === '2026-03-03' ? half() : undefined,
  )
  expect((await imported(portal, csvOf(same))).body).toMatchObject({ status: 'completed', daysUnchanged: 1 })
})

test('nothing is dated before what came before it: a version, a submission', async () => {
  const portal = await testPortal({ now: '2026-03-13T10:00:00.000Z' })
  const order = await course(portal, { '2026-03-02': 120 })
  must(await put(portal, order, '2026-03-02', 120))
  const rows = filled(await templateOf(portal, { orderId: order.id }), away)
  must(await upload(portal, csvOf(rows), { query: { correctionReason: 'Glemt' } }))
  portal.clock.set('2026-03-20T10:00:00.000Z')
  must(await submit(portal, order, '2026-03'))
  expect(await work(portal)).toMatchObject({ outcome: 'completed' })
  const { submittedAt, staleSince } = (await monthOf(portal, order, '2026-03')).body
  expect([submittedAt, staleSince]).toEqual(['2026-03-20T10:00:00.000Z', '2026-03-20T10:00:00.000Z'])
  // The sandbox's clock goes back.
  portal.clock.set('2026-03-12T10:00:00.000Z')
  const body = {
    correctionReason: 'Igen',
    entries: [{ activityId: order.activityId, attendedMinutes: 120 }],
    registeredBy: liv,
  }
  must(await portal.as('supplier-nord').put(`/v1/orders/${order.id}/attendance/2026-03-02`, body))
  const versions = await portal.sql<{ recorded_at: string }>(
    'select recorded_at::text from attendance_day_versions where order_id = $1 order by version',
    [order.id],
  )
  expect(versions.map((version) => version.recorded_at)).toEqual(
    versions.map((version) => version.recorded_at).toSorted(),
  )
})

test('of suppliers the one that was served longest ago has its turn', async () => {
  const portal = await testPortal()
  const template = csvOf([(await templateOf(portal, { month: '2025-01' }))[0] ?? []])
  const nord = [1, 2, 3].map(() => 'supplier-nord')
  for (const client of [...nord, 'supplier-syd']) must(await upload(portal, template, { client }))
  const served: (string | undefined)[] = []
  for (let round = 0; round < 4; round++) {
    const taken = await work(portal)
    const [row] = await portal.sql<{ name: string }>(
      'select o.name from protocol_imports i join organisations o on o.id = i.organisation_id where i.id = $1',
      [taken?.importId],
    )
    served.push(row?.name)
  }
  expect(served[1]).not.toBe(served[0])
  expect(new Set([served[2], served[3]])).toEqual(new Set([served[0]]))
})
