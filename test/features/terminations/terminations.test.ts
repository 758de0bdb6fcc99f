import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { endDueCourses } from '#features/orders/end-due-courses.ts'
import type { Instant } from '#kernel/instant.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { approved, attend, demoOrders, liv, must, organisations } from '#test/features/orders/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { type CallOptions, type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { silentLog } from '#test/support/until.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const secret = 'Flyttet sammen med en kæreste på Bornholm'
const purpose = { headers: { 'x-purpose': 'tilsyn 2026' } }
const ofAuditor = (client: string): CallOptions => (client.startsWith('auditor') ? purpose : {})
const end = (id: string, changes: Record<string, unknown> = {}, client = 'supplier-nord') =>
  as(client).post(`/v1/orders/${id}/termination`, {
    endedOn: '2026-03-12',
    cause: 'moved',
    text: secret,
    registeredBy: { ...liv, email: 'liv@leverandoer.example' },
    ...changes,
  })
const one = (client: string, id: string) => as(client).get(`/v1/orders/${id}/termination`, ofAuditor(client))
const listed = async (client: string, query: Record<string, string | number> = {}): Promise<string[]> => {
  const answer = await as(client).get('/v1/terminations', { query, ...ofAuditor(client) })
  expect(answer.status, answer.text).toBe(200)
  return answer.body.items.map((item: { orderId: string }) => nameOf(item.orderId)).sort()
}

/** An ended course of each: K-kassen's group, one that the jobcenter decides on, one from Dragør, one at the other parties. */
const ended: Record<string, string> = {}
const nameOf = (id: string): string => Object.entries(ended).find(([, own]) => own === id)?.[0] ?? id

beforeAll(async () => {
  portal = await testPortal()
  ended['kKassen'] = demoOrders.activityReady.id
  ended['sickness'] = demoOrders.sicknessBenefit.id
  // Its group is K-kassen's, and its citizen lives in Dragør.
  ended['dragoer'] = demoOrders.dragoer.id
  const citizen = { cpr: '6104851234', name: 'Dagny Dragør', residenceMunicipality: '0155' }
  const atJobcenter = await approved(as, { targetGroup: 'sickness-benefit', citizen })
  must(await attend(as('supplier-nord'), atJobcenter.id, '2026-03-02'))
  ended['dragoerAtJobcenter'] = atJobcenter.id
  for (const name of ['kKassen', 'sickness', 'dragoer', 'dragoerAtJobcenter']) must(await end(ended[name] ?? ''))
  ended['syd'] = demoOrders.supplierSyd.id
  must(await end(ended['syd'], { endedOn: '2026-03-10', cause: 'employment' }, 'supplier-syd'))
})

describe('how courses ended', () => {
  const all = ['dragoer', 'dragoerAtJobcenter', 'kKassen', 'sickness', 'syd']
  test.each([
    ['supplier-nord', ['dragoer', 'dragoerAtJobcenter', 'kKassen', 'sickness']],
    ['supplier-syd', ['syd']],
    ['supplier-akasse', []],
    ['jobcenter-musvaagevej', ['dragoer', 'dragoerAtJobcenter', 'kKassen', 'sickness']],
    ['jobcenter-skelbaekgade', ['syd']],
    ['k-kassen', ['dragoer', 'kKassen', 'syd']],
    ['ydelse-dragoer', ['dragoer', 'dragoerAtJobcenter']],
    ['auditor-koebenhavn', all],
    ['auditor-dragoer', ['dragoer', 'dragoerAtJobcenter']],
  ])('%s sees its own, in the list and one by one', async (client, expected) => {
    expect(await listed(client)).toEqual(expected)
    for (const name of all) {
      const { status, body } = await one(client, ended[name] ?? '')
      expect([name, status]).toEqual([name, expected.includes(name) ? 200 : 404])
      if (status === 404) expect(body.code).toBe('not-found')
    }
  })

  test('is told whole: dates, cause, by whom; unchanged it answers 304, and the look-up is kept', async () => {
    const id = demoOrders.dragoer.id
    const answer = await one('ydelse-dragoer', id.toUpperCase())
    expect(answer.body).toEqual({
      orderId: id,
      citizenId: demoOrders.dragoer.citizen.id,
      supplierId: organisations.supplierNord.id,
      jobcenterId: organisations.jobcenterMusvaagevej.id,
      targetGroup: 'resource-course',
      residenceMunicipality: '0155',
      endedOn: '2026-03-12',
      cause: 'moved',
      courseStatus: 'ended',
      endedBy: 'supplier',
      recordedAt: '2026-03-13T10:00:00.000Z',
      registeredBy: { name: 'Liv Leverandør' },
      text: secret,
    })
    const headers = { 'if-none-match': answer.headers['etag'] ?? '' }
    expect((await as('ydelse-dragoer').get(`/v1/orders/${id}/termination`, { headers })).status).toBe(304)
    const looked = await portal.sql<Record<string, unknown>>(
      `select citizen_id, purpose from lookups where operation = 'getTermination' and order_id = $1 and organisation_id = $2`,
      [id, organisations.ydelseDragoer.id],
    )
    expect(looked.at(-1)).toEqual({ citizen_id: demoOrders.dragoer.citizen.id, purpose: null })
  })

  test('the free text is for those who act on it, not for auditors', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen', 'ydelse-dragoer']) {
      expect([client, (await one(client, demoOrders.dragoer.id)).body.text]).toEqual([client, secret])
      expect((await as(client).get('/v1/terminations')).text).toContain('Bornholm')
    }
    for (const client of ['auditor-koebenhavn', 'auditor-dragoer']) {
      expect((await one(client, demoOrders.dragoer.id)).body).not.toHaveProperty('text')
      expect((await as(client).get('/v1/terminations', purpose)).text).not.toContain('Bornholm')
    }
  })

  test('an auditor names the purpose; an administrator has no business here', async () => {
    for (const path of ['/v1/terminations', `/v1/orders/${demoOrders.dragoer.id}/termination`]) {
      const silent = await as('auditor-dragoer').get(path)
      expect([silent.status, silent.body.code]).toEqual([400, 'purpose-required'])
      expect((await as('administrator').get(path)).status).toBe(403)
    }
    const looked = await portal.sql(`select from lookups where operation = 'listTerminations' and purpose is not null`)
    expect(looked.length).toBeGreaterThan(0)
  })

  test('a course that goes on, a draft and a cancelled order have none', async () => {
    for (const { id } of [demoOrders.currentAtKKassen, demoOrders.draft]) {
      for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen']) {
        expect([client, (await one(client, id)).status]).toEqual([client, 404])
      }
    }
  })

  test('one that the portal ended names nobody', async () => {
    const { id } = await approved(as, { endDate: '2026-03-20' })
    await endDueCourses({
      database: portal.workerDatabase,
      now: '2026-03-22T08:00:00.000Z' as Instant,
      log: silentLog,
      finalReportReading: 'five-whole-days-between',
    })
    const { body } = await one('k-kassen', id)
    expect(body).toMatchObject({ endedBy: 'portal', registeredBy: null, courseStatus: 'never-started' })
    expect(body).not.toHaveProperty('text')
    await portal.sql(`update orders set status = 'cancelled' where id = $1`, [id])
    expect((await one('k-kassen', id)).status).toBe(404)
  })

  test('by the date of the end, the order and the supplier', async () => {
    const auditor = 'auditor-koebenhavn'
    expect(await listed(auditor, { endedOnTo: '2026-03-11' })).toEqual(['syd'])
    expect(await listed(auditor, { endedOnFrom: '2026-03-12', endedOnTo: '2026-03-12' })).toEqual([
      'dragoer',
      'dragoerAtJobcenter',
      'kKassen',
      'sickness',
    ])
    expect(await listed(auditor, { endedOnFrom: '2026-03-13' })).toEqual([])
    expect(await listed('k-kassen', { supplierId: organisations.supplierSyd.id.toUpperCase() })).toEqual(['syd'])
    expect(await listed('k-kassen', { orderId: ended['dragoer'] ?? '' })).toEqual(['dragoer'])
    expect(await listed('k-kassen', { orderId: ended['sickness'] ?? '' })).toEqual([])
    const wrong = await as('k-kassen').get('/v1/terminations', { query: { endedOn: '2026-03-12' } })
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, 'endedOn'])
  })

  test('pages neither skip nor repeat', async () => {
    const items = await everyPage(as('supplier-nord'), '/v1/terminations?limit=1')
    const ids = items.map((item) => item['orderId'])
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(ids).toHaveLength(4)
  })
})

describe('the second wall', () => {
  /** What a select without any filter gives an organisation. */
  const everything = async (organisation: { id: string }) => {
    const { rows } = await inTransaction(portal.database, organisation.id, (trx) =>
      sql<{ id: string; text: string | null }>`select order_id as id, text from terminations`.execute(trx),
    )
    return rows
  }

  test.each([
    ['supplierNord', ['dragoer', 'dragoerAtJobcenter', 'kKassen', 'sickness']],
    ['jobcenterSkelbaekgade', ['syd']],
    ['kKassen', ['dragoer', 'kKassen', 'syd']],
    ['ydelseDragoer', ['dragoer', 'dragoerAtJobcenter']],
    ['auditorDragoer', ['dragoer', 'dragoerAtJobcenter']],
    ['administrator', []],
    ['supplierAkasse', []],
  ] as const)('shows %s no more than the routes do', async (name, expected) => {
    const rows = await everything(organisations[name])
    expect(rows.map(({ id }) => nameOf(id)).sort()).toEqual(expected)
    if (name === 'auditorDragoer') expect(rows.map(({ text }) => text)).toEqual([null, null])
  })

  test('shows nothing without an organisation, and nobody else the citizen of an order', async () => {
    const none = await portal.database.kysely.transaction().execute((trx) => sql`select from terminations`.execute(trx))
    expect(none.rows).toEqual([])
    for (const name of ['kKassen', 'auditorDragoer', 'supplierSyd', 'ydelseDragoer'] as const) {
      const { rows } = await inTransaction(portal.database, organisations[name].id, (trx) =>
        sql`select portal_citizen_of_own_municipality(${demoOrders.dragoer.id}::uuid) as citizen`.execute(trx),
      )
      expect([name, rows]).toEqual([
        name,
        [{ citizen: name === 'ydelseDragoer' ? demoOrders.dragoer.citizen.id : null }],
      ])
    }
  })
})

describe('000: the benefits office of a municipality', () => {
  test('sees of an order how it ended and the notices about its citizen, and nothing else', async () => {
    const dragoer = as('ydelse-dragoer')
    const id = ended['dragoerAtJobcenter'] ?? ''
    expect((await dragoer.get(`/v1/orders/${id}`)).status).toBe(404)
    expect((await dragoer.get('/v1/orders')).body.items).toEqual([])
    expect((await dragoer.get('/v1/obligations')).body.items).toEqual([])
    for (const part of ['plan', 'activities', 'amendments', 'leave-approvals', 'contact-requests']) {
      expect([part, (await dragoer.get(`/v1/orders/${id}/${part}`)).status]).toEqual([
        part,
        expect.toSatisfy((status) => status === 403 || status === 404),
      ])
    }
    for (const table of ['orders', 'obligations', 'planned_days', 'activities', 'citizens', 'leave_approvals']) {
      const { rows } = await inTransaction(portal.database, organisations.ydelseDragoer.id, (trx) =>
        sql`select from ${sql.table(table)}`.execute(trx),
      )
      expect([table, rows.length]).toEqual([table, 0])
    }
  })

  test('an office that decides on groups and takes no copies sees no more by its municipality', async () => {
    await portal.sql('update organisations set copies_for_municipality = null where id = $1', [
      organisations.ydelseDragoer.id,
    ])
    try {
      expect(await listed('ydelse-dragoer')).toEqual([])
      expect((await one('ydelse-dragoer', ended['dragoer'] ?? '')).status).toBe(404)
    } finally {
      await portal.sql(`update organisations set copies_for_municipality = '0155' where id = $1`, [
        organisations.ydelseDragoer.id,
      ])
    }
  })
})
