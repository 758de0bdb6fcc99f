import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find, purpose, tilde } from './support.ts'

const order = demo.orders.activityReady.id
const { organisations } = demo
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
})

const reason = 'Der blev udtrukket af den forkerte leverandør.'
const discard = (inspection: { id: string }, changes: Record<string, unknown> = {}, client = 'auditor-koebenhavn') =>
  portal.as(client).post(`/v1/inspections/${inspection.id}/discard`, { reason, registeredBy: tilde, ...changes })
const shown = async (inspection: { id: string }, client = 'auditor-koebenhavn') =>
  must(await portal.as(client).get(`/v1/inspections/${inspection.id}`)).body
const listed = async (query: Record<string, string> = {}, client = 'auditor-koebenhavn') =>
  must(await portal.as(client).get('/v1/inspections', { query: { limit: 200, ...query } })).body.items as {
    id: string
    precededBy: unknown
  }[]
const yearly = async (client = 'auditor-koebenhavn') =>
  must(await portal.as(client).get('/v1/inspections/yearly', { query: { year: 2026 } })).body
/** Of a supplier of its own in each test, so that frames do not meet. */
const ofSyd = { supplierId: organisations.supplierSyd.id, ended: 0 }

const none = { open: 0, closed: 0, closedUnjudged: 0, discarded: 0 }

describe('a draw that was a mistake', () => {
  test('is discarded with a reason, kept as it was, and counts for nothing', async () => {
    const before = await yearly()
    const inspection = await drawn(portal, { ended: 0, seed: 'fejl' })
    must(await find(portal, inspection, order, 'no-homework', { outcome: 'irregularity', note: 'Set' }))
    const judged = await shown(inspection)
    expect((await yearly()).totals.irregularities).toBe(before.totals.irregularities + 1)

    const { body } = must(await discard(inspection))
    expect(body).toEqual({
      ...judged,
      status: 'discarded',
      discardedAt: '2026-03-13T10:00:00.000Z',
      discardedBy: tilde,
      discardReason: reason,
    })
    expect(await shown(inspection)).toEqual(body)
    expect(await shown(inspection, 'administrator')).toEqual(body)
    const history = await portal
      .as('auditor-koebenhavn')
      .get(`/v1/inspections/${inspection.id}/findings/${order}/no-homework`, purpose)
    expect(must(history).body.note).toBe('Set')

    const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)
    expect(ids(await listed())).not.toContain(inspection.id)
    expect(ids(await listed({ status: 'open' }))).not.toContain(inspection.id)
    expect(ids(await listed({ status: 'closed' }))).not.toContain(inspection.id)
    expect(ids(await listed({ status: 'discarded' }))).toEqual([inspection.id])

    const after = await yearly()
    expect({ ...after.totals, discardedInspections: 0 }).toEqual(before.totals)
    expect(after.totals.discardedInspections).toBe(1)
    expect(after.rows[0]).toMatchObject({ inspections: 0, courses: 0, judged: 0, discardedInspections: 1 })
    expect(after.discarded).toEqual([
      {
        inspectionId: inspection.id,
        supplierId: organisations.supplierNord.id,
        residenceMunicipality: null,
        seed: 'fejl',
        seedGivenBy: 'person',
        drawnAt: inspection.drawnAt,
        drawnBy: tilde,
        discardedAt: '2026-03-13T10:00:00.000Z',
        discardedBy: tilde,
        discardReason: reason,
      },
    ])
    const csv = must(
      await portal
        .as('auditor-koebenhavn')
        .get('/v1/inspections/yearly', { query: { year: 2026 }, headers: { accept: 'text/csv' } }),
    )
    expect(csv.text.split('\r\n')[0]).toContain('Kasserede udtræk')

    const [line] = await portal.sql(
      `select action, order_id, registered_by, changes from change_log where entity_id = $1 order by position desc limit 1`,
      [inspection.id],
    )
    expect(line).toEqual({
      action: 'discarded',
      order_id: null,
      registered_by: tilde,
      changes: { seed: 'fejl', drawnAt: inspection.drawnAt, courses: inspection.courses.length },
    })
    expect(portal.logLines.filter((text) => text.includes('forkerte leverandør'))).toEqual([])
  })

  test('takes no finding, no confirmation, no closing, and is discarded once', async () => {
    const inspection = await drawn(portal, ofSyd)
    const [{ orderId }] = inspection.courses
    must(await find(portal, inspection, orderId, 'no-homework'))
    const answers = await Promise.all([1, 2, 3, 4].map(() => discard(inspection)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    const auditor = portal.as('auditor-koebenhavn')
    const at = `/v1/inspections/${inspection.id}`
    const by = { registeredBy: tilde }
    for (const answer of [
      await discard(inspection),
      await close(portal, inspection, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }),
      await find(portal, inspection, orderId, 'plan-complete'),
      await find(portal, inspection, orderId, 'no-homework', {}, { ifMatch: '"1"' }),
      await auditor.post(`${at}/courses/${orderId}/confirmation`, by, purpose),
      await auditor.post(`${at}/findings/${orderId}/no-homework/withdrawal`, by, { ...purpose, ifMatch: '"1"' }),
    ]) {
      expect(refusal(answer)).toEqual([409, 'inspection-discarded'])
    }
    const as = (statement: string) =>
      inTransaction(portal.database, organisations.auditorKoebenhavn.id, (trx) => sql.raw(statement).execute(trx)).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      )
    expect(
      await as(`update inspections set discarded_at = null, discarded_by = null, discard_reason = null
      where id = '${inspection.id}'`),
    ).toBe('42501')
    expect(
      await as(`insert into inspection_findings (inspection_id, order_id, control_point, version, organisation_id, outcome,
        registered_by, registered_at, client_id, request_id) values ('${inspection.id}', '${orderId}', 'x', 1,
        '${organisations.auditorKoebenhavn.id}', 'in-order', '{}', now(), 'c', 'r')`),
    ).toBe('42501')
  })

  test('is one that is open: a closed inspection is not discarded, and of both at once one is done', async () => {
    const closed = await drawn(portal, ofSyd)
    must(await close(portal, closed, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }))
    expect(refusal(await discard(closed))).toEqual([409, 'inspection-closed'])
    const contested = await drawn(portal, ofSyd)
    const answers = await Promise.all([
      discard(contested),
      close(portal, contested, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await shown(contested)).status).toBe(answers[0]?.status === 200 ? 'discarded' : 'closed')
  })

  test('says why, without a CPR number', async () => {
    const inspection = await drawn(portal, ofSyd)
    for (const wrong of [{ reason: '' }, { reason: ' ' }, { reason: undefined }, { registeredBy: undefined }]) {
      expect(refusal(await discard(inspection, wrong))).toEqual([400, 'invalid-request'])
    }
    const { cpr } = demo.citizens.activityReady
    expect(refusal(await discard(inspection, { reason: `Om ${cpr}` }))).toEqual([422, 'citizen-number-in-text'])
    expect((await shown(inspection)).status).toBe('open')
  })
})

describe('who discards (000)', () => {
  test('the auditor who sees the whole sample, or whoever drew it', async () => {
    const whole = await drawn(portal, { running: 200, ended: 0 })
    expect(refusal(await discard(whole, {}, 'auditor-dragoer'))).toEqual([403, 'inspection-of-others'])
    expect(refusal(await discard(whole, {}, 'administrator'))).toEqual([403, 'inspection-of-others'])
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen']) {
      expect(refusal(await discard(whole, {}, client))).toEqual([403, 'forbidden'])
    }
    expect(refusal(await discard({ id: '01890000-0000-7000-8000-00000000ffff' }))).toEqual([404, 'not-found'])
    const elsewhere = await drawn(portal, ofSyd)
    expect(refusal(await discard(elsewhere, {}, 'auditor-dragoer'))).toEqual([404, 'not-found'])
    must(await discard(whole))
    must(await discard(await drawn(portal, ofSyd, 'administrator'), {}, 'administrator'))
    must(await discard(await drawn(portal, ofSyd, 'administrator')))
    const own = await drawn(portal, { residenceMunicipality: '0155', ended: 0 }, 'auditor-dragoer')
    must(await discard(own, {}, 'auditor-dragoer'))
  })

  test('the administration closes none, whatever it drew', async () => {
    const inspection = await drawn(portal, ofSyd, 'administrator')
    const closing = inTransaction(portal.database, organisations.administrator.id, (trx) =>
      sql.raw(`update inspections set closed_at = now(), closed_by = '{}' where id = '${inspection.id}'`).execute(trx),
    )
    await expect(closing).rejects.toMatchObject({ code: '42501' })
  })
})

describe('drawing until it pleases', () => {
  test('shows: a draw says how many of its frame came before and were discarded, whenever that was', async () => {
    const own = await testPortal()
    const draws: { id: string; precededBy: unknown }[] = []
    for (const [index, changes] of [{}, { running: 3 }, { seed: 'x' }, {}].entries()) {
      own.clock.set(`2026-03-1${index + 3}T10:00:00.000Z`)
      draws.push(await drawn(own, changes))
    }
    const [first, second, third, fourth] = draws as [
      (typeof draws)[number],
      (typeof draws)[number],
      (typeof draws)[number],
      (typeof draws)[number],
    ]
    expect(draws.map(({ precededBy }) => precededBy)).toEqual([
      { ...none, open: 0, discarded: 0 },
      { ...none, open: 1, discarded: 0 },
      { ...none, open: 2, discarded: 0 },
      { ...none, open: 3, discarded: 0 },
    ])
    const throwAway = async ({ id }: { id: string }) =>
      must(
        await own
          .as('auditor-koebenhavn')
          .post(`/v1/inspections/${id}/discard`, { reason: 'Fejl', registeredBy: tilde }),
      )
    // After the one that is kept was drawn, the last one first.
    for (const one of [third, first]) await throwAway(one)
    must(await close(own, second, { notJudged: [{ reason: 'Tilsynet blev afbrudt' }] }))
    const at = async ({ id }: { id: string }) =>
      must(await own.as('auditor-koebenhavn').get(`/v1/inspections/${id}`)).body
    const kept = await at(fourth)
    expect(kept.precededBy).toEqual({ open: 0, closed: 1, closedUnjudged: 1, discarded: 2 })
    expect(kept.discardedBefore.map(({ inspectionId }: { inspectionId: string }) => inspectionId)).toEqual([
      first.id,
      third.id,
    ])
    expect((await at(second)).precededBy).toEqual({ ...none, open: 0, discarded: 1 })
    const list = must(await own.as('auditor-koebenhavn').get('/v1/inspections')).body.items
    expect(list.map((one: { id: string; precededBy: unknown }) => [one.id, one.precededBy])).toEqual([
      [second.id, { ...none, open: 0, discarded: 1 }],
      [fourth.id, { open: 0, closed: 1, closedUnjudged: 1, discarded: 2 }],
    ])

    // Another frame: another supplier, a municipality, the same supplier among other citizens, and a year later.
    for (const [changes, client] of [
      [{ supplierId: organisations.supplierSyd.id }, 'auditor-koebenhavn'],
      [{ residenceMunicipality: '0101' }, 'auditor-koebenhavn'],
      [{}, 'auditor-dragoer'],
    ] as const) {
      expect(await drawn(own, changes, client)).toMatchObject({
        precededBy: { ...none, open: 0, discarded: 0 },
        discardedBefore: [],
      })
    }
    expect((await drawn(own, {}, 'administrator')).precededBy).toEqual({
      ...{ open: 1, closed: 1, closedUnjudged: 1, discarded: 2 },
    })
    own.clock.set('2027-03-16T10:00:00.000Z')
    expect((await drawn(own)).precededBy).toEqual({ ...none, open: 2, discarded: 0 })
  })

  test('stands in the printed report, with who, when and why', async () => {
    const own = await testPortal()
    const thrown = await drawn(own, { seed: 'kastet', running: 1, ended: 0 })
    const print = async ({ id }: { id: string }) =>
      must(
        await own
          .as('auditor-koebenhavn')
          .get(`/v1/inspections/${id}`, { headers: { accept: 'text/html', ...purpose.headers } }),
      ).text
    expect(await print(thrown)).not.toContain('Kasseret')
    must(
      await own
        .as('auditor-koebenhavn')
        .post(`/v1/inspections/${thrown.id}/discard`, { reason: 'Forkert <b>mål</b>', registeredBy: tilde }),
    )
    const discarded = await print(thrown)
    expect(discarded).toContain('Kasseret')
    expect(discarded).toContain('Forkert &lt;b&gt;mål&lt;/b&gt;')
    const kept = await print(await drawn(own, { seed: 'beholdt', running: 1, ended: 0 }))
    expect(kept).toContain('kastet')
    expect(kept).toContain('Forkert &lt;b&gt;mål&lt;/b&gt;')
    expect(kept).toContain(tilde.name)
  })
})

test('a discarded draw stays reproducible: its seed over the same courses gives the same sample', async () => {
  const own = await testPortal()
  const first = await drawn(own, { seed: 'igen', running: 3, ended: 0 })
  must(
    await own
      .as('auditor-koebenhavn')
      .post(`/v1/inspections/${first.id}/discard`, { reason: 'Fejl', registeredBy: tilde }),
  )
  const again = await drawn(own, { seed: 'igen', running: 3, ended: 0 })
  expect(again.courses).toEqual(first.courses)
  expect(again.populationSha256).toBe(first.populationSha256)
})
