import { beforeAll, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find, purpose, tilde } from './support.ts'

const order = demo.orders.activityReady.id
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
})

const at = (inspection: { id: string }, point: string) => `/v1/inspections/${inspection.id}/findings/${order}/${point}`
const withdraw = (
  inspection: { id: string },
  point: string,
  ifMatch: string | undefined,
  changes: Record<string, unknown> = {},
) =>
  portal
    .as('auditor-koebenhavn')
    .post(
      `${at(inspection, point)}/withdrawal`,
      { registeredBy: tilde, ...changes },
      { ...purpose, ...(ifMatch === undefined ? {} : { ifMatch }) },
    )
const packOf = async (inspection: { id: string }, point: string) =>
  must(
    await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}/courses/${order}`, purpose),
  ).body.controlPoints.find((one: { controlPoint: string }) => one.controlPoint === point)

test('a finding that is withdrawn stands no more, keeps its history, and gives way to another', async () => {
  const inspection = await drawn(portal, { ended: 0 })
  must(
    await find(portal, inspection, order, 'plan-complete', { outcome: 'irregularity', severity: 3, note: 'Forkert' }),
  )
  const withdrawn = must(await withdraw(inspection, 'plan-complete', '"1"', { note: 'Et andet forløb' }))
  expect([withdrawn.headers['etag'], withdrawn.body.outcome, withdrawn.body.note]).toEqual([
    '"2"',
    'withdrawn',
    'Et andet forløb',
  ])
  const { body } = must(await portal.as('auditor-koebenhavn').get(at(inspection, 'plan-complete'), purpose))
  expect(body.history.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['irregularity', 'withdrawn'])
  expect(await packOf(inspection, 'plan-complete')).toMatchObject({ finding: null, version: 2 })
  const shown = async () => must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}`)).body
  expect(await shown()).toMatchObject({ judged: 0, irregularities: 0 })
  const year = must(await portal.as('auditor-koebenhavn').get('/v1/inspections/yearly', { query: { year: 2026 } })).body
  expect(year.totals).toMatchObject({ judged: 0, coursesJudged: 0, irregularities: 0 })
  // The point has no judgement, so a reason for it fits.
  const missing = await close(portal, inspection)
  expect(missing.body.missing).toContainEqual({ orderId: order, controlPoint: 'plan-complete' })

  expect(refusal(await find(portal, inspection, order, 'plan-complete'))).toEqual([428, 'if-match-required'])
  must(await find(portal, inspection, order, 'plan-complete', {}, { ifMatch: '"2"' }))
  expect(await packOf(inspection, 'plan-complete')).toMatchObject({ finding: { outcome: 'in-order' }, version: 3 })
  const actions = await portal.sql(`select action from change_log where entity_id = $1 order by position`, [
    inspection.id,
  ])
  expect(actions.map(({ action }) => action)).toEqual([
    'drawn',
    'finding-recorded',
    'finding-withdrawn',
    'finding-corrected',
  ])
})

test('the confirmation proposes again at a point whose finding was withdrawn', async () => {
  const inspection = await drawn(portal, { ended: 0 })
  must(await find(portal, inspection, order, 'plan-complete', { outcome: 'not-applicable' }))
  must(await withdraw(inspection, 'plan-complete', '"1"'))
  const { body } = must(
    await portal
      .as('auditor-koebenhavn')
      .post(
        `/v1/inspections/${inspection.id}/courses/${order}/confirmation`,
        { registeredBy: tilde, controlPoints: ['plan-complete'] },
        purpose,
      ),
  )
  expect(body.items).toMatchObject([{ controlPoint: 'plan-complete', version: 3 }])
})

test('is done once, under If-Match, of what there is, with a purpose', async () => {
  const inspection = await drawn(portal, { ended: 0 })
  expect(refusal(await withdraw(inspection, 'no-homework', '"1"'))).toEqual([404, 'not-found'])
  must(await find(portal, inspection, order, 'no-homework'))
  expect(refusal(await withdraw(inspection, 'no-homework', undefined))).toEqual([428, 'if-match-required'])
  const answers = await Promise.all([1, 2, 3].map(() => withdraw(inspection, 'no-homework', '"1"')))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  expect(refusal(await withdraw(inspection, 'no-homework', '"2"'))).toEqual([409, 'finding-already-withdrawn'])
  const bare = await portal
    .as('auditor-koebenhavn')
    .post(`${at(inspection, 'no-homework')}/withdrawal`, { registeredBy: tilde }, { ifMatch: '"2"' })
  expect(refusal(bare)).toEqual([400, 'purpose-required'])
  const kept = await portal.sql(`select purpose from lookups where operation = 'withdrawFinding' and order_id = $1`, [
    order,
  ])
  expect(kept.length).toBeGreaterThan(0)
})
