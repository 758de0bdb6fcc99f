import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type CourseOrder, course } from '#test/features/protocols/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { end, finalSections, sendBack, submitReport, templates } from './reading-support.ts'

const { organisations } = demo
const purpose = { 'x-purpose': 'tilsyn' }
const lastDay = '2026-03-13'
let portal: TestPortal
let order: CourseOrder
/** A final report in two versions on an order of `jobcenter-musvaagevej`, whose citizen lives in Dragør. */
let report: { id: string }

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-16T10:00:00.000Z' })
  order = await course(portal, { '2026-03-02': 120 }, { residenceMunicipality: '0155' })
  await end(portal, order, lastDay)
  report = must(await submitReport(portal, order)).body
  must(await sendBack(portal, report, { dueOn: '2026-03-27' }))
  portal.clock.set('2026-03-30T21:30:00.000Z')
  const development = 'Borgeren møder stabilt og klarer nu 25 timer om ugen.'
  must(await submitReport(portal, order, 'final', { sections: { ...finalSections, development } }))
})

describe('a report as it is read', () => {
  test('says everything about its version, and that there are others', async () => {
    const { body } = must(await portal.as('jobcenter-musvaagevej').get(`/v1/reports/${report.id}`))
    expect(body).toMatchObject({
      id: report.id,
      orderId: order.id,
      citizen: { id: order.citizenId, name: 'Prøve Person' },
      supplierId: organisations.supplierNord.id,
      jobcenterId: organisations.jobcenterMusvaagevej.id,
      kind: 'final',
      subject: 'final',
      status: 'submitted',
      version: 2,
      latestVersion: 2,
      templateId: templates.final,
      templateVersion: 1,
      templateTitle: 'Afsluttende leverandørrapport',
      submittedAt: '2026-03-30T21:30:00.000Z',
      submittedBy: { name: 'Liv Leverandør' },
      dueOn: '2026-03-27',
      late: true,
      daysLate: 3,
      workingDaysLate: 1,
      focusAreas: [],
      milestones: [],
      confirmations: [],
      returns: [{ version: 1, dueOn: '2026-03-27' }],
    })
    expect(body.versions).toMatchObject([
      { version: 1, dueOn: '2026-03-23', late: false },
      { version: 2, late: true, sha256: body.sha256 },
    ])
    expect(body.sections).toEqual({ ...finalSections, development: expect.stringContaining('25 timer') })
  })

  test('an older version by its number; one that there is not is not found', async () => {
    const nord = portal.as('supplier-nord')
    const old = must(await nord.get(`/v1/reports/${report.id}`, { query: { version: 1 } })).body
    expect(old).toMatchObject({ version: 1, latestVersion: 2, sections: finalSections })
    expect((await nord.get(`/v1/reports/${report.id}`, { query: { version: 3 } })).status).toBe(404)
    expect((await nord.get(`/v1/reports/${report.id}`, { query: { version: 0 } })).status).toBe(400)
  })

  test('every character comes back, whatever it is; confirmations, focus areas and milestones as well', async () => {
    const other = await course(portal, { '2026-03-02': 120 })
    const development = `${'æøå Ærø e\u0301 ﷽ 👩‍👩‍👧‍👦 \u202eפרופיל\u202c 漢字 \t"\\</script>\r\n\u0001\u007f\ufffd'.repeat(500)} fleksjob`
    const given = {
      sections: { ...finalSections, development, goal: 'Borgeren har søgt førtidspension.' },
      focusAreas: [{ area: 'Mødestabilitet', start: 3, end: 7 }],
      milestones: [{ milestone: 'cv', reachedOn: '2026-03-10', observedBy: 'Vejlederen' }],
      confirmations: [{ section: 'goal', passage: 'førtidspension', reason: 'Målet afhænger af det.' }],
    }
    const sent = must(await submitReport(portal, other, 'interim', given)).body
    const { body } = must(await portal.as('auditor-koebenhavn').get(`/v1/reports/${sent.id}`, { headers: purpose }))
    expect(body).toMatchObject(given)
    expect(body.sections.development).toBe(development)
    expect(body).toMatchObject({ dueOn: null, late: false, daysLate: 0, workingDaysLate: 0 })
  })

  test('has a strong ETag that follows what happens to it', async () => {
    const jobcenter = portal.as('jobcenter-musvaagevej')
    const path = `/v1/reports/${report.id}`
    const { headers } = await jobcenter.get(path)
    const again = await jobcenter.get(path, { headers: { 'if-none-match': headers['etag'] ?? '' } })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await jobcenter.get(path, { query: { version: 1 } })).headers['etag']).not.toBe(headers['etag'])
    expect((await jobcenter.get(path, { headers: { accept: 'text/html' } })).headers['etag']).not.toBe(headers['etag'])
    expect((await jobcenter.get(path, { headers: { accept: 'application/pdf' } })).status).toBe(406)
  })

  test('is kept in the look-up log each time, with what an auditor wants it for', async () => {
    await portal.as('auditor-dragoer').get(`/v1/reports/${report.id}`, { headers: { 'x-purpose': 'sag 17' } })
    await portal.as('supplier-nord').get(`/v1/reports/${report.id}/diff`)
    const rows = await portal.sql(
      `select operation, purpose, citizen_id, order_id from lookups where order_id = $1 order by id desc limit 2`,
      [order.id],
    )
    const about = { citizen_id: order.citizenId, order_id: order.id }
    expect(rows).toEqual([
      { operation: 'getReportDiff', purpose: null, ...about },
      { operation: 'getReport', purpose: 'sag 17', ...about },
    ])
  })
})

describe('who reads reports', () => {
  const may: Record<string, number> = {
    'supplier-nord': 200,
    'jobcenter-musvaagevej': 200,
    'auditor-koebenhavn': 200,
    'auditor-dragoer': 200,
    'supplier-syd': 404,
    'supplier-beskaeftigelsescenter': 404,
    'supplier-akasse': 404,
    'jobcenter-skelbaekgade': 404,
    'k-kassen': 403,
    'ydelse-dragoer': 403,
    administrator: 403,
  }

  test('the matrix names every client of the demo', () => {
    expect(Object.keys(may).sort()).toEqual(
      Object.values(organisations)
        .map(({ clientId }) => clientId)
        .sort(),
    )
  })

  test.each(Object.entries(may))('%s: %i', async (client, status) => {
    const paths = [`/v1/orders/${order.id}/reports`, `/v1/reports/${report.id}`, `/v1/reports/${report.id}/diff`]
    for (const path of paths) {
      expect((await portal.as(client).get(path, { headers: purpose })).status, path).toBe(status)
    }
  })

  test('an auditor of other municipalities sees none, and one who says not why neither', async () => {
    const other = await course(portal, { '2026-03-02': 120 })
    const { id } = must(await submitReport(portal, other, 'interim')).body
    expect((await portal.as('auditor-dragoer').get(`/v1/reports/${id}`, { headers: purpose })).status).toBe(404)
    for (const path of [
      `/v1/reports/${report.id}`,
      `/v1/reports/${report.id}/diff`,
      `/v1/orders/${order.id}/reports`,
    ]) {
      expect(refusal(await portal.as('auditor-dragoer').get(path))).toEqual([400, 'purpose-required'])
    }
  })

  test('a benefits office that is a supplier as well reads in that capacity alone', async () => {
    const change = (kinds: string[]) =>
      portal.sql('update organisations set kinds = $1 where id = $2', [kinds, organisations.supplierSyd.id])
    await portal.sql(
      `update routing_policies set recipient_id = $1 where target_group = 'cash-benefit-activity-ready'`,
      [organisations.supplierSyd.id],
    )
    await change(['supplier', 'benefits-office'])
    // One that has not seen the client before: what kinds it is of is kept for a minute.
    const syd = (await testPortal({ on: portal, now: portal.clock.now() })).as('supplier-syd')
    try {
      expect((await syd.get(`/v1/orders/${order.id}`)).status).toBe(200)
      for (const path of [
        `/v1/orders/${order.id}/reports`,
        `/v1/reports/${report.id}`,
        `/v1/reports/${report.id}/diff`,
      ]) {
        expect((await syd.get(path)).status, path).toBe(404)
      }
    } finally {
      await change(['supplier'])
      await portal.sql(
        `update routing_policies set recipient_id = $1 where target_group = 'cash-benefit-activity-ready'`,
        [organisations.kKassen.id],
      )
    }
  })

  test.each(['reports', 'report_versions', 'report_returns'])(
    'row-level security by itself shows %s to the same, and lets nobody else write',
    async (table) => {
      const column = table === 'reports' ? 'id' : 'report_id'
      for (const { id, clientId } of Object.values(organisations)) {
        const rows = await portal.database.kysely.transaction().execute(async (trx) => {
          await sql`select set_config('portal.organisation', ${id}, true)`.execute(trx)
          const seen = await sql`select 1 from ${sql.table(table)} where ${sql.ref(column)} = ${report.id}`.execute(trx)
          const changed =
            table === 'reports'
              ? await sql`update reports set status = status where id = ${report.id} returning 1`.execute(trx)
              : undefined
          return { seen: seen.rows.length > 0, changed: changed && changed.rows.length > 0 }
        })
        expect(rows.seen, clientId).toBe(may[clientId] === 200)
        if (table === 'reports') {
          expect(rows.changed, clientId).toBe(['supplier-nord', 'jobcenter-musvaagevej'].includes(clientId))
        }
      }
    },
  )

  test('the jobcenter changes nothing of a report but its status', async () => {
    const asJobcenter = (statement: ReturnType<typeof sql>) =>
      portal.database.kysely.transaction().execute(async (trx) => {
        await sql`select set_config('portal.organisation', ${organisations.jobcenterMusvaagevej.id}, true)`.execute(trx)
        await statement.execute(trx)
      })
    await expect(asJobcenter(sql`update reports set version = 7 where id = ${report.id}`)).rejects.toThrow(/returns/)
    await expect(
      asJobcenter(sql`update report_versions set days_late = 0 where report_id = ${report.id}`),
    ).rejects.toThrow(/permission denied/)
  })
})

describe('the reports of an order', () => {
  test('by the order of their first versions, filtered by kind and status, page by page', async () => {
    const other = await course(portal, { '2026-03-02': 120 })
    const ids: string[] = []
    for (const kind of ['interim', 'handover', 'interim'] as const) {
      ids.push(must(await submitReport(portal, other, kind)).body.id)
    }
    must(await sendBack(portal, { id: ids[1] ?? '' }))
    const jobcenter = portal.as('jobcenter-musvaagevej')
    const path = `/v1/orders/${other.id}/reports`
    const found = async (query: Record<string, string>) =>
      must(await jobcenter.get(path, { query })).body.items.map(({ id }: { id: string }) => id)
    expect(await found({})).toEqual(ids)
    expect(await found({ kind: 'interim' })).toEqual([ids[0], ids[2]])
    expect(await found({ status: 'returned' })).toEqual([ids[1]])
    expect(await found({ kind: 'interim', status: 'returned' })).toEqual([])
    expect((await everyPage(jobcenter, `${path}?limit=1`)).map(({ id }) => id)).toEqual(ids)
    expect((await jobcenter.get(path, { query: { kind: 'other' } })).status).toBe(400)
    expect(refusal(await jobcenter.get(path, { query: { cursor: 'x' } }))).toEqual([400, 'invalid-cursor'])
    const { body } = await jobcenter.get(path)
    expect(body.items[0]).toMatchObject({ kind: 'interim', version: 1, dueOn: null, late: false })
    expect(JSON.stringify(body)).not.toContain('sections')
  })
})

describe('what changed between two versions', () => {
  test('section by section, word by word; the last two versions unless told', async () => {
    const { body } = must(await portal.as('jobcenter-musvaagevej').get(`/v1/reports/${report.id}/diff`))
    expect(body).toEqual({
      reportId: report.id,
      from: 1,
      to: 2,
      sections: [
        { section: 'focus-areas', title: 'Fokusområder og aktiviteter', status: 'unchanged' },
        {
          section: 'development',
          title: 'Udvikling i fokusområderne',
          status: 'changed',
          changes: [
            { op: 'same', text: 'Borgeren møder stabilt og klarer ' },
            { op: 'removed', text: '20' },
            { op: 'added', text: 'nu 25' },
            { op: 'same', text: ' timer om ugen.' },
          ],
        },
        { section: 'goal', title: 'Job- eller uddannelsesmålet', status: 'unchanged' },
      ],
      focusAreas: [],
      milestones: [],
    })
    const back = must(
      await portal.as('supplier-nord').get(`/v1/reports/${report.id}/diff`, { query: { from: 2, to: 1 } }),
    ).body
    expect(back.sections[1].changes[1]).toEqual({ op: 'removed', text: 'nu 25' })
    const none = await portal.as('supplier-nord').get(`/v1/reports/${report.id}/diff`, { query: { from: 1, to: 9 } })
    expect(none.status).toBe(404)
  })
})
