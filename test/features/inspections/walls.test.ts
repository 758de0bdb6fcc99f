import { beforeAll, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, manyCourses, nord, tilde } from './support.ts'

const { organisations } = demo
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
  await manyCourses(portal, { count: 9, targetGroup: 'rehabilitation' })
  // Somebody of Dragør among many to be drawn from, and most seeds draw others.
  await manyCourses(portal, { count: 1, targetGroup: 'rehabilitation', municipality: '0155' })
  await portal.sql(`update orders set status = 'cancelled' where id = $1`, [demo.orders.dragoer.id])
})

type Drawn = { id: string; courses: { residenceMunicipality: string }[] }
/** A draw of supplier-nord with, or without, a citizen of Dragør in it; seeds are tried until it comes out so. */
const draws = async (withDragoer: boolean, places: number): Promise<Drawn> => {
  for (let index = 0; index < 60; index++) {
    const one: Drawn = await drawn(portal, { running: places, ended: 0, seed: `try-${index}` })
    if (one.courses.some((course) => course.residenceMunicipality === '0155') === withDragoer) return one
  }
  throw new Error('no seed of sixty drew that')
}
const discard = async (one: Drawn, reason: string) =>
  must(await portal.as('auditor-koebenhavn').post(`/v1/inspections/${one.id}/discard`, { reason, registeredBy: tilde }))
const yearly = async (client: string) =>
  must(await portal.as(client).get('/v1/inspections/yearly', { query: { year: 2026 } })).body

test('to be among those drawn from opens no inspection: one of its citizens was drawn, or it is not there', async () => {
  const dragoer = portal.as('auditor-dragoer')
  const without = await draws(false, 6)
  await discard(without, 'Udtrækket var en fejl fra os')
  const strata = await portal.sql(
    `select from inspection_strata where inspection_id = $1 and residence_municipality = '0155'`,
    [without.id],
  )
  expect(strata.length).toBeGreaterThan(0)
  expect(refusal(await dragoer.get(`/v1/inspections/${without.id}`))).toEqual([404, 'not-found'])
  for (const status of ['open', 'closed', 'discarded']) {
    const ids = (await everyPage(dragoer, `/v1/inspections?status=${status}`)).map(({ id }) => id)
    expect([status, ids.includes(without.id)]).toEqual([status, false])
  }
  const { discarded, totals } = await yearly('auditor-dragoer')
  expect([discarded, totals.discardedInspections]).toEqual([[], 0])
  expect((await yearly('auditor-koebenhavn')).discarded.length).toBeGreaterThan(0)
  const after = await draws(true, 12)
  const seen = must(await dragoer.get(`/v1/inspections/${after.id}`)).body
  expect(seen.discardedBefore.map((one: { inspectionId: string }) => one.inspectionId)).not.toContain(without.id)
  const rows = await inTransaction(portal.database, organisations.auditorDragoer.id, (trx) =>
    trx.selectFrom('inspections').select('id').where('id', '=', without.id).execute(),
  )
  expect(rows).toEqual([])
})

test('what is said of the whole is for the drawer, and for whoever sees the whole: a part is read without reasons', async () => {
  const dragoer = portal.as('auditor-dragoer')
  const koebenhavn = portal.as('auditor-koebenhavn')
  const reason = 'Borgeren i det andet forløb klagede'
  const thrown = await draws(true, 12)
  await discard(thrown, reason)
  const kept = await draws(true, 12)
  const [own] = kept.courses.filter(({ residenceMunicipality }) => residenceMunicipality === '0155') as unknown as {
    orderId: string
  }[]
  const ownReason = { orderId: own?.orderId, reason: 'Var hos lægen' }
  must(await close(portal, kept, { notJudged: [{ reason }, ownReason] }))

  expect(must(await dragoer.get(`/v1/inspections/${thrown.id}`)).body).toMatchObject({
    ...{ status: 'discarded', discardReason: null, discardedBy: tilde, shown: 'part' },
  })
  const part = must(await dragoer.get(`/v1/inspections/${kept.id}`)).body
  expect(part.notJudged).toEqual([ownReason])
  const named = (body: { discardedBefore?: unknown; discarded?: unknown }) =>
    ((body.discardedBefore ?? body.discarded) as { inspectionId: string; discardReason: unknown }[]).find(
      ({ inspectionId }) => inspectionId === thrown.id,
    )
  expect(named(part)).toMatchObject({ discardReason: null, discardedBy: tilde })
  expect(named(await yearly('auditor-dragoer'))).toMatchObject({ discardReason: null })
  for (const path of [`/v1/inspections/${kept.id}`, `/v1/inspections/${thrown.id}`, '/v1/inspections?limit=200']) {
    expect((await dragoer.get(path)).text).not.toContain('klagede')
  }
  for (const client of [koebenhavn, portal.as('administrator')]) {
    const whole = must(await client.get(`/v1/inspections/${kept.id}`)).body
    expect(whole.notJudged).toEqual([{ reason }, ownReason])
    expect(named(whole)).toMatchObject({ discardReason: reason })
  }
  // Of earlier draws too it is told of its own citizens' courses alone.
  const later = await draws(true, 12)
  const closedBefore = async (client: typeof dragoer) =>
    must(await client.get(`/v1/inspections/${later.id}`)).body.closedBefore
  expect(await closedBefore(dragoer)).toMatchObject([{ inspectionId: kept.id, courses: 1, coursesJudged: 0 }])
  expect(await closedBefore(koebenhavn)).toMatchObject([{ inspectionId: kept.id, courses: kept.courses.length }])
  // Its own draw it reads as a whole.
  const mine: Drawn = await drawn(portal, { supplierId: nord, ended: 0 }, 'auditor-dragoer')
  const discarded = await dragoer.post(`/v1/inspections/${mine.id}/discard`, { reason, registeredBy: tilde })
  expect(must(discarded).body).toMatchObject({ discardReason: reason, shown: 'whole' })
})
