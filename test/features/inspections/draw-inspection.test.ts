import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { draw, drawn, manyCourses, nord, place, tilde } from './support.ts'

const { orders, organisations } = demo
let portal: TestPortal
let early: string[]
beforeAll(async () => {
  portal = await testPortal()
  await manyCourses(portal, { count: 60, targetGroup: 'education-benefit' })
  await manyCourses(portal, { count: 25, targetGroup: 'rehabilitation' })
  await manyCourses(portal, { count: 2, targetGroup: 'integration-act' })
  await manyCourses(portal, { count: 40, targetGroup: 'education-benefit', endedOn: '2026-02-10' })
  await manyCourses(portal, { count: 6, targetGroup: 'rehabilitation', municipality: '0155', endedOn: '2025-03-13' })
  early = await manyCourses(portal, { count: 9, targetGroup: 'rehabilitation', endedOn: '2025-03-12' })
})

type Course = { orderId: string; phase: string; targetGroup: string; residenceMunicipality: string }
const idsOf = (body: { courses: Course[] }) => body.courses.map(({ orderId }) => orderId).sort()

describe('a sample of a supplier', () => {
  test('is fifteen running and fifteen ended courses of what there is now, told by stratum', async () => {
    const { status, body, headers } = await draw(portal)
    expect(status).toBe(201)
    expect(headers['location']).toBe(`http://portal.test/v1/inspections/${body.id}`)
    expect(body).toMatchObject({
      supplierId: nord,
      residenceMunicipality: null,
      status: 'open',
      drawnOn: '2026-03-13',
      endedFrom: '2025-03-13',
      drawnBy: tilde,
      organisationId: organisations.auditorKoebenhavn.id,
      running: { asked: 15, population: 94, drawn: 15, fewerThanAsked: false },
      ended: { asked: 15, population: 46, drawn: 15, fewerThanAsked: false },
    })
    expect(body.seed).toMatch(/^[0-9a-f]{32}$/)
    expect(body.courses).toHaveLength(30)
    const strata = body.strata.map((s: Record<string, unknown>) => [
      s['phase'],
      s['targetGroup'],
      s['population'],
      s['drawn'],
    ])
    // By hand: 15 places over 60, 25, 4, 2, 2 and 1 of 94 are 9.57, 3.99, 0.64, 0.32, 0.32 and 0.16, with the largest
    // remainders 10, 4, 1, 0, 0 and 0. The three without a place get it from who has most above its share: 0.43, 0.01, -0.57.
    expect(strata).toEqual([
      ['running', 'cash-benefit-activity-ready', 4, 1],
      ['running', 'education-benefit', 60, 8],
      ['running', 'integration-act', 2, 1],
      ['running', 'rehabilitation', 25, 3],
      ['running', 'resource-course', 1, 1],
      ['running', 'sickness-benefit', 2, 1],
      ['ended', 'education-benefit', 40, 13],
      ['ended', 'rehabilitation', 6, 2],
    ])
    expect(idsOf(body).filter((id) => early.includes(id))).toEqual([])
    expect(must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${body.id}`)).body).toEqual(body)
  })

  test('can be checked with any tool: of each stratum the first by SHA-256 over seed and id, and a hash over all of them', async () => {
    const body = await drawn(portal, { seed: 'kontrol-1' })
    const population = await portal.sql<{ id: string; phase: string; target_group: string }>(
      `select id, case status when 'approved' then 'running' else 'ended' end as phase, target_group from orders
        where supplier_id = $1 and ((status = 'approved' and start_date <= '2026-03-13')
          or (status = 'ended' and ended_on between '2025-03-13' and '2026-03-13'))`,
      [nord],
    )
    const expected = body.strata.flatMap((stratum: { phase: string; targetGroup: string; drawn: number }) =>
      population
        .filter((one) => one.phase === stratum.phase && one.target_group === stratum.targetGroup)
        .map(({ id }) => id)
        .sort((one, other) => (place('kontrol-1', one) < place('kontrol-1', other) ? -1 : 1))
        .slice(0, stratum.drawn),
    )
    expect(idsOf(body)).toEqual(expected.sort())
    const all = population.map(({ id }) => id).sort()
    expect(body.populationSha256).toBe(createHash('sha256').update(all.join(',')).digest('hex'))
  })

  test('the same seed over the same courses gives the same sample, another seed another one', async () => {
    const [one, same, other] = [
      await drawn(portal, { seed: 'forar' }),
      await drawn(portal, { seed: 'forar' }, 'administrator'),
      await drawn(portal, { seed: 'efterar' }),
    ]
    expect(idsOf(same)).toEqual(idsOf(one))
    expect(idsOf(other)).not.toEqual(idsOf(one))
    expect(other.populationSha256).toBe(one.populationSha256)
  })

  test('fewer courses than asked for: all of them, and it says so', async () => {
    const body = await drawn(portal, { running: 200, ended: 3 })
    expect(body.running).toEqual({ asked: 200, population: 94, drawn: 94, fewerThanAsked: true })
    expect(body.ended).toMatchObject({ asked: 3, drawn: 3, fewerThanAsked: false })
  })

  test('of nothing there is no sample: an unknown municipality or a supplier without courses makes no inspection', async () => {
    const before = await portal.sql('select from inspections')
    for (const changes of [
      { residenceMunicipality: '9999' },
      { supplierId: organisations.supplierAkasse.id },
      { supplierId: organisations.supplierSyd.id, running: 0, ended: 15 },
    ]) {
      expect([changes, ...refusal(await draw(portal, changes))]).toEqual([changes, 422, 'nothing-to-draw'])
    }
    expect(await portal.sql('select from inspections')).toHaveLength(before.length)
  })

  test('says who gave the seed: a chosen seed can have been tried before', async () => {
    expect(await drawn(portal, { seed: 'valgt' })).toMatchObject({ seed: 'valgt', seedGivenBy: 'person' })
    const { id, seedGivenBy } = await drawn(portal)
    expect(seedGivenBy).toBe('portal')
    const listed = await everyPage(portal.as('auditor-koebenhavn'), '/v1/inspections?limit=200')
    expect(listed.find((one) => one.id === id)).toMatchObject({ seedGivenBy: 'portal', shown: 'whole' })
  })

  test('what was drawn stays, whatever becomes of the courses', async () => {
    const body = await drawn(portal, { seed: 'stands' })
    await manyCourses(portal, { count: 5, targetGroup: 'education-benefit' })
    expect(must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${body.id}`)).body).toEqual(body)
  })

  test('is given again under its idempotency key, and is written down', async () => {
    const body = { supplierId: nord, running: 1, ended: 0, drawnBy: tilde }
    const options = { idempotencyKey: 'draw-once' }
    const auditor = portal.as('auditor-koebenhavn')
    const first = must(await auditor.post('/v1/inspections', body, options))
    const again = await auditor.post('/v1/inspections', body, options)
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([201, first.text, 'true'])
    const [line] = await portal.sql(
      `select action, entity, client_id, registered_by, changes -> 'courses' as courses from change_log where entity_id = $1`,
      [first.body.id],
    )
    expect(line).toEqual({
      action: 'drawn',
      entity: 'inspection',
      client_id: 'auditor-koebenhavn',
      registered_by: tilde,
      courses: idsOf(first.body),
    })
  })

  test('is asked for one thing, of what there is', async () => {
    expect(refusal(await draw(portal, { residenceMunicipality: '0101', supplierId: nord }))).toEqual([
      400,
      'invalid-request',
    ])
    expect(refusal(await draw(portal, { running: 0, ended: 0 }))).toEqual([400, 'invalid-request'])
    expect(refusal(await draw(portal, { seed: '' }))).toEqual([400, 'invalid-request'])
    expect(refusal(await draw(portal, { supplierId: organisations.kKassen.id }))).toEqual([404, 'not-found'])
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen']) {
      const answer = await portal.as(client).get('/v1/inspections')
      expect([client, ...refusal(answer)]).toEqual([client, 403, 'forbidden'])
    }
    const scoped = await portal.as('auditor-koebenhavn').get('/v1/inspections', { scopes: ['portal.read'] })
    expect(refusal(scoped)).toEqual([403, 'insufficient-scope'])
  })
})

describe('two municipalities (000)', () => {
  test("Dragør's auditor draws Dragør's courses alone, of its municipality or of a supplier", async () => {
    const own = await drawn(portal, { residenceMunicipality: '0155' }, 'auditor-dragoer')
    const ofNord = await drawn(portal, {}, 'auditor-dragoer')
    for (const body of [own, ofNord]) {
      expect(body.courses.map((course: Course) => course.residenceMunicipality)).toEqual(Array(7).fill('0155'))
      expect([body.running.population, body.ended.population]).toEqual([1, 6])
    }
    expect(refusal(await draw(portal, { residenceMunicipality: '0101' }, 'auditor-dragoer'))).toEqual([
      404,
      'not-found',
    ])
  })

  test("of what Copenhagen drew it sees its own citizens' courses, in every figure; where there are none, nothing", async () => {
    const whole = await drawn(portal, { running: 200, ended: 200 })
    const dragoer = portal.as('auditor-dragoer')
    const part = must(await dragoer.get(`/v1/inspections/${whole.id}`)).body
    expect(part.courses).toEqual(whole.courses.filter((course: Course) => course.residenceMunicipality === '0155'))
    expect([part.running, part.ended]).toMatchObject([
      { asked: null, population: 1, drawn: 1, fewerThanAsked: null },
      { asked: null, population: 6, drawn: 6, fewerThanAsked: null },
    ])
    expect([part.shown, whole.shown]).toEqual(['part', 'whole'])
    expect(part.strata.map((s: Record<string, unknown>) => [s['targetGroup'], s['population']])).toEqual([
      ['resource-course', 1],
      ['rehabilitation', 6],
    ])
    const syd = await drawn(portal, { supplierId: organisations.supplierSyd.id })
    expect(refusal(await dragoer.get(`/v1/inspections/${syd.id}`))).toEqual([404, 'not-found'])
    const listed = (await everyPage(dragoer, '/v1/inspections?limit=2')).map(({ id }) => id)
    expect(listed).toContain(whole.id)
    expect(listed).not.toContain(syd.id)
    const all = (await everyPage(portal.as('auditor-koebenhavn'), '/v1/inspections?limit=3')).map(({ id }) => id)
    expect(all).toEqual([...all].sort())
    expect(all).toEqual(expect.arrayContaining([...listed, syd.id]))
  })

  test('is never told that a sample of others took all there were, nor what was asked of it', async () => {
    const real = await drawn(portal, { running: 0, ended: 40 })
    expect(real.ended).toMatchObject({ asked: 40, population: 46, drawn: 40, fewerThanAsked: false })
    const dragoer = portal.as('auditor-dragoer')
    const part = must(await dragoer.get(`/v1/inspections/${real.id}`)).body
    expect(part).toMatchObject({ shown: 'part', ended: { asked: null, population: 6, fewerThanAsked: null } })
    const listed = await everyPage(dragoer, '/v1/inspections?limit=200')
    expect(listed.find(({ id }) => id === real.id)).toMatchObject({ shown: 'part', ended: { fewerThanAsked: null } })
    const own = await drawn(portal, { residenceMunicipality: '0155' }, 'auditor-dragoer')
    expect(own).toMatchObject({ shown: 'whole', running: { asked: 15, population: 1, fewerThanAsked: true } })
    expect(must(await portal.as('administrator').get(`/v1/inspections/${real.id}`)).body.ended).toEqual(real.ended)
  })

  test('a municipality over all suppliers', async () => {
    const body = await drawn(portal, { residenceMunicipality: '0101', running: 200, ended: 0 })
    const suppliers = new Set(body.courses.map((course: Course & { supplierId: string }) => course.supplierId))
    expect(suppliers).toEqual(new Set([nord, organisations.supplierSyd.id]))
    expect(idsOf(body)).toContain(orders.supplierSyd.id)
    expect(idsOf(body)).not.toContain(orders.dragoer.id)
  })
})
