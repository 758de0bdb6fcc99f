import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { controlPoints, pointsOfPhase } from '#rules/inspection/control-points.ts'
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
      visitedOn: '2026-03-12',
    })
    expect([first.status, first.headers['etag']]).toEqual([201, '"1"'])
    expect(first.body).toMatchObject({
      inspectionId: inspection.id,
      orderId: order,
      controlPoint: 'plan-complete',
      outcome: 'irregularity',
      severity: 2,
      note,
      visitedOn: '2026-03-12',
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
    expect(refusal(await asked({ visitedOn: '2026-03-14' }))).toEqual([400, 'invalid-request'])
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
        .post(`/v1/inspections/${inspection.id}/courses/${order}/confirmation`, { registeredBy: tilde, ...changes })
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
    must(await close(portal, inspection, { notJudged: [{ reason: 'Afbrudt' }] }))
    expect(refusal(await confirm())).toEqual([409, 'inspection-closed'])
  })
})

describe('the closing', () => {
  test('demands that each course has each of its points judged, or that the inspection says why not', async () => {
    const inspection = await inspect({ running: 2, seed: 'to' })
    const points = pointsOfPhase('running').length
    const refused = await close(portal, inspection)
    expect(refusal(refused)).toEqual([422, 'inspection-incomplete'])
    expect([refused.body.missingCount, refused.body.missing.length]).toEqual([2 * points, 2 * points])
    const [one, other] = inspection.courses.map(({ orderId }: { orderId: string }) => orderId)
    for (const { code } of pointsOfPhase('running')) must(await find(portal, inspection, one, code))
    const half = await close(portal, inspection, { notJudged: [{ orderId: one, reason: 'Forkert forløb' }] })
    expect([...refusal(half), half.body.missingCount]).toEqual([422, 'inspection-incomplete', points])
    const notJudged = [{ orderId: other, reason: 'Borgeren var til samtale i jobcentret.' }]
    const closed = must(await close(portal, inspection, { notJudged })).body
    expect(closed).toMatchObject({
      status: 'closed',
      closedAt: '2026-03-13T10:00:00.000Z',
      closedBy: tilde,
      judged: points,
      unjudged: points,
      notJudged,
    })
    expect(must(await portal.as('administrator').get(`/v1/inspections/${inspection.id}`)).body).toEqual(closed)
  })

  test('a closed inspection stays as it is, by the API and by the database', async () => {
    const inspection = await inspect()
    must(await find(portal, inspection, order, 'no-homework'))
    must(await close(portal, inspection, { notJudged: [{ reason: 'Afbrudt' }] }))
    expect(refusal(await find(portal, inspection, order, 'plan-complete'))).toEqual([409, 'inspection-closed'])
    const correction = await find(portal, inspection, order, 'no-homework', {}, { ifMatch: '"1"' })
    expect(refusal(correction)).toEqual([409, 'inspection-closed'])
    expect(refusal(await close(portal, inspection, { notJudged: [{ reason: 'Igen' }] }))).toEqual([
      409,
      'inspection-closed',
    ])
    const open = await inspect({ running: 1 })
    const as = (statement: string, organisation: { id: string } = demo.organisations.auditorKoebenhavn) =>
      inTransaction(portal.database, organisation.id, (trx) => sql.raw(statement).execute(trx)).then(
        (result) => Number(result.numAffectedRows),
        (error: { code?: string }) => error.code,
      )
    const finding = (id: string) =>
      `insert into inspection_findings (inspection_id, order_id, control_point, version, organisation_id, outcome, registered_by,
         registered_at, client_id, request_id) select '${id}', order_id, 'x', 1, '${demo.organisations.auditorKoebenhavn.id}',
         'in-order', '{}', now(), 'c', 'r' from inspection_courses where inspection_id = '${id}' limit 1`
    expect(await as(finding(inspection.id))).toBe('42501')
    expect(await as(`update inspections set version = 9 where id = '${inspection.id}'`)).toBe('42501')
    expect(await as(`update inspections set seed = 'x' where id = '${open.id}'`)).toBe('42501')
    expect(await as(`delete from inspection_findings where inspection_id = '${inspection.id}'`)).toBe('42501')
    const added = `insert into inspection_courses select inspection_id, '${dragoer.id}', 'x', phase, supplier_id,
      framework_agreement_id, target_group, '0155' from inspection_courses where inspection_id = '${open.id}' limit 1`
    expect(await as(added)).toBe('42501')
    expect(await as(finding(open.id), demo.organisations.supplierNord)).toBe(0)
    expect(await as(finding(open.id))).toBe(1)
  })

  test('of two closings at once one closes', async () => {
    const inspection = await inspect()
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        close(portal, inspection, { notJudged: [{ reason: `Nummer ${index}` }] }),
      ),
    )
    expect(statuses(answers)).toEqual([200, 409, 409, 409])
    const [line] = await portal.sql(
      `select count(*)::int as count from change_log where entity_id = $1 and action = 'closed'`,
      [inspection.id],
    )
    expect(line).toEqual({ count: 1 })
  })

  test('what is found while it is closed is in the closed inspection, or refused', async () => {
    const inspection = await inspect()
    const [closing, ...found] = await Promise.all([
      close(portal, inspection, { notJudged: [{ reason: 'Resten ses til efteråret' }] }),
      ...pointsOfPhase('running').map(({ code }) => find(portal, inspection, order, code)),
    ])
    expect(closing.status).toBe(200)
    for (const answer of found) expect([201, 409]).toContain(answer.status)
    const recorded = found.filter(({ status }) => status === 201).length
    expect(closing.body.judged).toBe(recorded)
    const after = must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${inspection.id}`)).body
    expect(after.judged).toBe(recorded)
  })

  test('is given again under its idempotency key', async () => {
    const inspection = await inspect()
    const body = { notJudged: [{ reason: 'Afbrudt' }], registeredBy: tilde }
    const ask = () =>
      portal
        .as('auditor-koebenhavn')
        .post(`/v1/inspections/${inspection.id}/closing`, body, { idempotencyKey: `close ${inspection.id}` })
    const first = must(await ask())
    const again = await ask()
    expect([again.status, again.text]).toEqual([200, first.text])
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
    must(await close(portal, byAdministration, { notJudged: [{ reason: 'Afbrudt' }] }, 'auditor-dragoer'))
    const byDragoer = await drawn(portal, { residenceMunicipality: '0155', ended: 0 }, 'auditor-dragoer')
    must(await find(portal, byDragoer, dragoer.id, 'no-homework'))
  })
})
