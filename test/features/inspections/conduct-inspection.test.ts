import { beforeAll, describe, expect, test } from 'vitest'
import { controlPoints } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, draw, drawn, find, purpose, tilde } from './support.ts'

const order = demo.orders.activityReady.id
const { dragoer } = demo.orders
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
})
const inspect = (changes: Record<string, unknown> = {}) => drawn(portal, { ended: 0, ...changes })
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort()
const historyOf = async (inspection: { id: string }, orderId: string, point: string) =>
  must(
    await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}/findings/${orderId}/${point}`, purpose),
  )

describe('findings at control points', () => {
  test('are recorded beside what the registers proposed, corrected under If-Match, and never overwritten', async () => {
    const inspection = await inspect()
    const note = 'Lokalet var <b>låst</b>.'
    const first = await find(portal, inspection, order, 'plan-complete', {
      outcome: 'irregularity',
      severity: 2,
      note,
      visitedOn: '2026-03-13',
    })
    expect([first.status, first.headers['etag']]).toEqual([201, '"1"'])
    expect(first.body).toMatchObject({
      inspectionId: inspection.id,
      orderId: order,
      controlPoint: 'plan-complete',
      outcome: 'irregularity',
      severity: 2,
      note,
      visitedOn: '2026-03-13',
      version: 1,
      registeredBy: tilde,
      registeredAt: '2026-03-13T10:00:00.000Z',
      proposed: { outcome: expect.any(String), because: [expect.anything()] },
    })
    const corrected = await find(portal, inspection, order, 'plan-complete', {}, { ifMatch: '"1"' })
    expect([corrected.status, corrected.headers['etag'], corrected.body.outcome]).toEqual([200, '"2"', 'in-order'])
    expect(refusal(await find(portal, inspection, order, 'plan-complete'))).toEqual([428, 'if-match-required'])
    const stale = await find(portal, inspection, order, 'plan-complete', {}, { ifMatch: '"1"' })
    expect([...refusal(stale), stale.headers['etag']]).toEqual([412, 'precondition-failed', '"2"'])
    const { body, headers } = await historyOf(inspection, order, 'plan-complete')
    expect(headers['etag']).toBe('"2"')
    expect(body.history.map((one: Record<string, unknown>) => [one['version'], one['outcome'], one['note']])).toEqual([
      [1, 'irregularity', note],
      [2, 'in-order', undefined],
    ])
    const shown = must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}`)).body
    expect(shown).toMatchObject({ judged: 1, irregularities: 0 })
    const lines = await portal.sql(
      `select action, order_id, changes from change_log where entity_id = $1 and action <> 'drawn' order by position`,
      [inspection.id],
    )
    expect(lines).toEqual([
      {
        action: 'finding-recorded',
        order_id: order,
        changes: { controlPoint: 'plan-complete', version: 1, outcome: 'irregularity', severity: 2 },
      },
      {
        action: 'finding-corrected',
        order_id: order,
        changes: {
          controlPoint: 'plan-complete',
          version: 2,
          outcome: 'in-order',
          severity: null,
          before: { outcome: 'irregularity', severity: 2 },
        },
      },
    ])
  })

  test('a note is encrypted where it lies, and stands in no log', async () => {
    const inspection = await inspect()
    must(await find(portal, inspection, order, 'no-homework', { note: 'Hemmelighedsfuld bemærkning' }))
    const [row] = await portal.sql<{ text: string }>(
      `select row_to_json(f)::text || encode(note_cipher, 'escape') as text from inspection_findings f where inspection_id = $1`,
      [inspection.id],
    )
    expect(row?.text).not.toContain('Hemmeligheds')
    expect(portal.logLines.filter((line) => line.includes('Hemmeligheds'))).toEqual([])
  })

  test('what cannot be is refused', async () => {
    const inspection = await inspect()
    const asked = (changes: Record<string, unknown>, point = 'no-homework') =>
      find(portal, inspection, order, point, changes)
    expect(refusal(await asked({ severity: 1 }))).toEqual([400, 'invalid-request'])
    expect(refusal(await asked({ outcome: 'irregularity', severity: 4 }))).toEqual([400, 'invalid-request'])
    for (const visitedOn of ['1900-01-01', '2026-03-12', '2026-03-14']) {
      const answer = await asked({ visitedOn })
      expect([visitedOn, ...refusal(answer)]).toEqual([visitedOn, 422, 'visit-date-invalid'])
      expect(answer.body).toMatchObject({ from: '2026-03-13', to: '2026-03-13' })
    }
    expect(refusal(await asked({}, 'not-a-point'))).toEqual([400, 'invalid-request'])
    const cpr = await asked({ note: `Talte med ${demo.citizens.activityReady.cpr}.` })
    expect(refusal(cpr)).toEqual([422, 'citizen-number-in-text'])
    expect(cpr.text).not.toContain(demo.citizens.activityReady.cpr)
    expect(refusal(await find(portal, inspection, demo.orders.supplierSyd.id, 'no-homework'))).toEqual([
      404,
      'not-found',
    ])
    for (const client of ['administrator', 'supplier-nord', 'jobcenter-musvaagevej']) {
      const answer = await find(portal, inspection, order, 'no-homework', {}, { client })
      expect([client, ...refusal(answer)]).toEqual([client, 403, 'forbidden'])
    }
  })

  test('of inspectors who write the same finding at once one is recorded, and the others learn of it', async () => {
    const inspection = await inspect()
    const first = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        find(portal, inspection, order, 'hours-as-planned', { note: `Nummer ${index}` }),
      ),
    )
    expect(statuses(first)).toEqual([201, 428, 428, 428, 428, 428])
    const corrections = await Promise.all(
      Array.from({ length: 6 }, () =>
        find(portal, inspection, order, 'hours-as-planned', { outcome: 'irregularity' }, { ifMatch: '"1"' }),
      ),
    )
    expect(statuses(corrections)).toEqual([200, 412, 412, 412, 412, 412])
    expect((await historyOf(inspection, order, 'hours-as-planned')).body.history).toHaveLength(2)
  })
})

describe('what the registers propose', () => {
  test('is confirmed at once, at points without a finding, and each keeps the proposal', async () => {
    const inspection = await inspect()
    must(await find(portal, inspection, order, 'plan-complete', { outcome: 'not-applicable' }))
    const confirm = (changes: Record<string, unknown> = {}) =>
      portal
        .as('auditor-koebenhavn')
        .post(
          `/v1/inspections/${inspection.id}/courses/${order}/confirmation`,
          { registeredBy: tilde, ...changes },
          { headers: { 'x-purpose': 'Tilsyn' } },
        )
    type Recorded = { controlPoint: string; outcome: string; proposed: { outcome: string }; version: number }
    const one: Recorded[] = must(await confirm({ controlPoints: ['registers-agree', 'plan-complete', 'no-homework'] }))
      .body.items
    expect(one.map(({ controlPoint }) => controlPoint)).toEqual(['registers-agree'])
    const [first, second] = await Promise.all([confirm(), confirm()])
    const rest: Recorded[] = [...must(first).body.items, ...must(second).body.items]
    const byData = controlPoints.filter(({ judgedBy }) => judgedBy === 'data').map(({ code }) => code)
    expect([...rest, ...one].map(({ controlPoint }) => controlPoint).sort()).toEqual(
      byData.filter((code) => code !== 'plan-complete').sort(),
    )
    const pack = must(
      await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}/courses/${order}`, purpose),
    ).body
    for (const found of [...rest, ...one]) {
      const { proposed } = pack.controlPoints.find((point: Recorded) => point.controlPoint === found.controlPoint)
      expect(found).toMatchObject({ outcome: proposed.outcome, proposed, version: 1 })
    }
    expect((await historyOf(inspection, order, 'plan-complete')).body).toMatchObject({
      outcome: 'not-applicable',
      version: 1,
    })
    must(await close(portal, inspection, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }))
    expect(refusal(await confirm())).toEqual([409, 'inspection-closed'])
  })
})

describe('who conducts it (000)', () => {
  test('who sees a part of the sample reads that part, and neither finds nor closes', async () => {
    const inspection = await inspect({ running: 200 })
    const client = 'auditor-dragoer'
    expect(refusal(await find(portal, inspection, dragoer.id, 'no-homework', {}, { client }))).toEqual([
      403,
      'inspection-of-others',
    ])
    expect(refusal(await find(portal, inspection, order, 'no-homework', {}, { client }))).toEqual([404, 'not-found'])
    expect(refusal(await close(portal, inspection, {}, client))).toEqual([403, 'inspection-of-others'])
    must(await find(portal, inspection, dragoer.id, 'no-homework', { note: 'Set' }))
    must(await find(portal, inspection, order, 'no-homework', { note: 'Set' }))
    const seen = (orderId: string) =>
      portal.as(client).get(`/v1/inspections/${inspection.id}/findings/${orderId}/no-homework`, purpose)
    expect((await seen(dragoer.id)).body.note).toBe('Set')
    expect(refusal(await seen(order))).toEqual([404, 'not-found'])
    const part = must(await portal.as(client).get(`/v1/inspections/${inspection.id}`)).body
    expect([part.judged, part.courses.length]).toEqual([1, 1])
  })

  test('who sees the whole sample conducts it, whoever drew it', async () => {
    const byAdministration = must(await draw(portal, { residenceMunicipality: '0155', ended: 0 }, 'administrator')).body
    must(await find(portal, byAdministration, dragoer.id, 'no-homework', {}, { client: 'auditor-dragoer' }))
    must(await close(portal, byAdministration, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }, 'auditor-dragoer'))
    const byDragoer = await drawn(portal, { residenceMunicipality: '0155', ended: 0 }, 'auditor-dragoer')
    must(await find(portal, byDragoer, dragoer.id, 'no-homework'))
  })
})
