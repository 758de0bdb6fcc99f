import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { pointsOfPhase } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find, tilde } from './support.ts'

const order = demo.orders.activityReady.id
const { dragoer } = demo.orders
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
})
const inspect = (changes: Record<string, unknown> = {}) => drawn(portal, { ended: 0, ...changes })
const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort()

describe('the closing', () => {
  test('demands that each course has each of its points judged, or that the inspection says why not', async () => {
    const inspection = await inspect({ running: 2, seed: 'to' })
    const points = pointsOfPhase('running').length
    const refused = await close(portal, inspection)
    expect(refusal(refused)).toEqual([422, 'inspection-incomplete'])
    expect([refused.body.missingCount, refused.body.missing.length]).toEqual([2 * points, 2 * points])
    const [one, other] = inspection.courses.map(({ orderId }: { orderId: string }) => orderId)
    for (const { code } of pointsOfPhase('running')) must(await find(portal, inspection, one, code))
    const half = await close(portal, inspection, {
      notJudged: [{ orderId: other, controlPoint: 'plan-complete', reason: 'Planen lå ikke fremme' }],
    })
    expect([...refusal(half), half.body.missingCount]).toEqual([422, 'inspection-incomplete', points - 1])
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

  test('takes no reason for a course that was not drawn, was judged, or has its reason', async () => {
    const inspection = await inspect({ running: 2, seed: 'to' })
    const [one, other] = inspection.courses.map(({ orderId }: { orderId: string }) => orderId)
    for (const { code } of pointsOfPhase('running')) must(await find(portal, inspection, one, code))
    const reason = 'Ikke set'
    const closing = (...notJudged: Record<string, unknown>[]) =>
      close(portal, inspection, { notJudged: notJudged.map((given) => ({ ...given, reason })) })
    for (const [given, pointer, code] of [
      [{ orderId: demo.orders.supplierSyd.id }, '/notJudged/1/orderId', 'not-in-sample'],
      [{ orderId: '01890000-0000-7000-8000-00000000ffff' }, '/notJudged/1/orderId', 'not-in-sample'],
      [{ orderId: other }, '/notJudged/1', 'duplicate'],
      [{ orderId: one }, '/notJudged/1', 'nothing-unjudged'],
    ] as const) {
      const answer = await closing({ orderId: other }, given)
      expect(refusal(answer)).toEqual([422, 'not-judged-invalid'])
      expect(answer.body.errors).toMatchObject([{ pointer, code }])
    }
    const [row] = await portal.sql('select closed_at, not_judged from inspections where id = $1', [inspection.id])
    expect(row).toEqual({ closed_at: null, not_judged: [] })
    must(await closing({ orderId: other }))
  })

  test('a closed inspection stays as it is, by the API and by the database', async () => {
    const inspection = await inspect()
    must(await find(portal, inspection, order, 'no-homework'))
    must(await close(portal, inspection, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }))
    expect(refusal(await find(portal, inspection, order, 'plan-complete'))).toEqual([409, 'inspection-closed'])
    const correction = await find(portal, inspection, order, 'no-homework', {}, { ifMatch: '"1"' })
    expect(refusal(correction)).toEqual([409, 'inspection-closed'])
    expect(refusal(await close(portal, inspection, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }))).toEqual([
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
        close(portal, inspection, { notJudged: [{ reason: `Afbrudt som nummer ${index}` }] }),
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
    const body = { notJudged: [{ reason: 'Tilsynet blev afbrudt' }], registeredBy: tilde }
    const ask = () =>
      portal
        .as('auditor-koebenhavn')
        .post(`/v1/inspections/${inspection.id}/closing`, body, { idempotencyKey: `close ${inspection.id}` })
    const first = must(await ask())
    const again = await ask()
    expect([again.status, again.text]).toEqual([200, first.text])
  })
})
