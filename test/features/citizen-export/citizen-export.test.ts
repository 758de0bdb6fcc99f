import { beforeAll, describe, expect, test } from 'vitest'
import { exportSections, sectionNames } from '#features/citizen-export/sections.ts'
import { memberWords } from '#features/citizen-export/words.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { runningOrder } from '#test/features/absences/support.ts'
import { freshCpr, must, refusal } from '#test/features/orders/support.ts'
import { absent, type CourseOrder, course } from '#test/features/protocols/support.ts'
import { ask, submitReport } from '#test/features/reports/reading-support.ts'
import { sealAll } from '#test/platform/audit/written-log.ts'
import { countStatements } from '#test/support/count-statements.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { fillAll, filledOrders } from './support.ts'

let portal: TestPortal
const order = demo.orders.activityReady
const exportOf = (citizenId: string, client = 'supplier-nord', accept = 'application/json') =>
  portal.as(client).get(`/v1/citizens/${citizenId}/export`, { headers: { accept } })
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Tables that name a citizen and are not among the records, each with the reason. */
const notAmongTheRecords: Readonly<Record<string, string>> = {
  citizens: 'stands as `citizen`: the number, deciphered',
  register_differences: 'counted from attendance and registrations, which are exported',
  audit_chain: 'the place and the hash of each line of the records `changeLog`, `lookups` and `refusals`',
  audit_citizens: 'finds those lines by their citizen',
  events: 'thin: ids and dates of records that are exported; a copy of them for their recipients',
  event_feed: 'the place of an event in a recipient’s feed',
  inspection_courses: 'which orders the authority drew when it inspected a supplier; read by auditors alone',
  inspection_findings: 'what the authority found of the supplier’s work; read by auditors alone, never by the parties',
  settlement_lines:
    'sums of the attendance days that are exported, as one municipality was billed for them; no party holds it',
  webhook_attempts: 'what came of sending an event to a system',
  webhook_deliveries: 'when an event was sent to a system',
}

beforeAll(async () => {
  portal = await testPortal()
  await fillAll(portal)
})

describe('§ 13: everything held on one citizen', () => {
  test('every table that names a citizen or an order, or hangs on one that does, is exported or named with a reason', async () => {
    const tables = await portal.sql<{ name: string }>(
      `with recursive naming as (
         select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            and (c.relname = 'citizens' or exists (select from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
              and a.attname in ('citizen_id', 'order_id')))
         union
         select k.conrelid from pg_constraint k join naming n on n.oid = k.confrelid where k.contype = 'f'
       ) select relname as name from pg_class where oid in (select oid from naming) order by 1`,
    )
    const exported = sectionNames.map(snake)
    expect(tables.map(({ name }) => name)).toEqual([...exported, ...Object.keys(notAmongTheRecords)].sort())
    // Orders name their citizen, so every section is one of those tables.
    expect(exported.filter((name) => Object.hasOwn(notAmongTheRecords, name))).toEqual([])
  })

  test.each(['supplier-nord', 'jobcenter-musvaagevej'])(
    '%s gets every record of its order, and each table has some',
    async (client) => {
      const { body } = must(await exportOf(order.citizen.id, client))
      expect(body.citizen).toEqual({
        id: order.citizen.id,
        cpr: order.citizen.cpr,
        names: [order.citizen.name],
        residenceMunicipalities: ['0101'],
      })
      expect(body.views).toEqual([client.startsWith('supplier') ? 'supplier' : 'jobcenter'])
      expect(sectionNames.filter((name) => body.records[name].length === 0)).toEqual([])
      for (const name of sectionNames) {
        // Look-ups are the citizen's, whatever order they name: look-ups.test.ts.
        if (['changeLog', 'refusals', 'lookups'].includes(name)) continue
        const [column] = await portal.sql(
          `select from information_schema.columns where table_name = $1 and column_name = 'order_id'`,
          [snake(name)],
        )
        if (!column) continue
        const [row] = await portal.sql<{ count: number }>(
          `select count(*)::int as count from ${snake(name)} where order_id = $1`,
          [order.id],
        )
        expect([name, body.records[name].length]).toEqual([name, row?.count])
      }
    },
  )

  test('encrypted texts are opened, and documents lead to their bytes', async () => {
    const { records } = must(await exportOf(order.citizen.id)).body
    expect(records.notices[0].text).toBe(`Oplysning om ${order.id}`)
    expect(records.contactRequests[0]).toMatchObject({
      text: `Ring om ${order.id}`,
      response: { text: `Svar om ${order.id}` },
    })
    expect(records.reportVersions[0].content).toMatchObject({
      sections: { development: `Udvikling på ${order.id} <b>&` },
      focusAreas: [{ area: 'health', start: 4, end: 8 }],
    })
    expect(records.reportReturns[0].reason).toBe(`Returneret på ${order.id}`)
    expect(records.documents[0]).toMatchObject({
      contentUrl: `http://portal.test/v1/documents/${records.documents[0].id}/content`,
    })
    expect(records.documents[0].content).toBeUndefined()
  })

  test('nothing of any other citizen, in either form', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const texts = [
        (await exportOf(order.citizen.id, client)).text,
        (await exportOf(order.citizen.id, client, 'text/html')).text,
      ]
      for (const other of Object.values(demo.orders)) {
        if (other.citizen.id === order.citizen.id) continue
        for (const trace of [other.id, other.citizen.id, other.citizen.cpr, other.citizen.name]) {
          for (const text of texts) expect(text.includes(trace), trace).toBe(false)
        }
      }
    }
  })

  test('no client, no request, no cipher; and the supplier sees nothing of who approved its order', async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const { text, body } = await exportOf(order.citizen.id, client)
      expect(text).not.toMatch(/"(?:clientId|requestId|\w*[cC]ipher|textKey|committedOere)"/)
      expect('approvedBy' in body.records.orders[0]).toBe(client === 'jobcenter-musvaagevej')
    }
  })

  test('the look-up is kept, and stands in the export itself; names of staff do not', async () => {
    const { body } = must(await exportOf(order.citizen.id.toUpperCase()))
    expect(body.citizen.id).toBe(order.citizen.id)
    expect(body.records.lookups.at(-1)).toEqual({
      occurredAt: '2026-03-13T10:00:00.000Z',
      organisationId: demo.organisations.supplierNord.id,
      operation: 'exportCitizen',
    })
    const [row] = await portal.sql<{ count: number }>(
      `select count(*)::int as count from lookups where operation = 'exportCitizen' and citizen_id = $1
         and organisation_id = $2 and client_id = 'supplier-nord'`,
      [order.citizen.id, demo.organisations.supplierNord.id],
    )
    expect(row?.count).toBeGreaterThan(0)
    const own = body.records.lookups.filter(
      (one: { operation: string; organisationId: string }) =>
        one.operation === 'exportCitizen' && one.organisationId === demo.organisations.supplierNord.id,
    )
    expect(own).toHaveLength(row?.count as number)
  })
})

test('lists that showed the citizen are among the look-ups, sealed or not, without whom else they showed', async () => {
  const listed = async () => {
    const { body } = must(await exportOf(order.citizen.id))
    expect(JSON.stringify(body.records.lookups)).not.toContain(demo.orders.dragoer.citizen.id)
    return body.records.lookups.filter((one: { operation: string }) => one.operation === 'listOrders').length
  }
  const before = await listed()
  must(await portal.as('supplier-nord').get('/v1/orders', { query: { limit: 500 } }))
  must(await portal.as('supplier-syd').get('/v1/orders'))
  must(await portal.as('supplier-nord').get('/v1/orders', { query: { citizenId: demo.orders.dragoer.citizen.id } }))
  expect(await listed()).toBe(before + 1)
  await sealAll(portal)
  expect(await listed()).toBe(before + 1)
})

describe('who may', () => {
  test('whoever has an order of the citizen; for others there is no such citizen', async () => {
    for (const { citizen, supplierId } of filledOrders) {
      const atNord = supplierId === demo.organisations.supplierNord.id
      expect((await exportOf(citizen.id, 'supplier-nord')).status).toBe(atNord ? 200 : 404)
      expect((await exportOf(citizen.id, 'supplier-syd')).status).toBe(atNord ? 404 : 200)
      expect((await exportOf(citizen.id, 'jobcenter-musvaagevej')).status).toBe(atNord ? 200 : 404)
      expect((await exportOf(citizen.id, 'jobcenter-skelbaekgade')).status).toBe(atNord ? 404 : 200)
      for (const client of ['k-kassen', 'ydelse-dragoer', 'auditor-koebenhavn', 'administrator']) {
        expect(refusal(await exportOf(citizen.id, client))).toEqual([403, 'forbidden'])
      }
    }
    expect(refusal(await exportOf(newId()))).toEqual([404, 'not-found'])
    // A draft is its jobcenter's alone.
    expect((await exportOf(demo.orders.draft.citizen.id)).status).toBe(404)
    expect((await exportOf(demo.orders.draft.citizen.id, 'jobcenter-musvaagevej')).status).toBe(200)
  })

  test('a citizen of two jobcenters: each gets its own orders, the supplier both; an absence of both stands with each', async () => {
    const given = { cpr: freshCpr(), targetGroup: 'sickness-benefit', plan: { '2026-03-12': 120 } }
    const as = (client: string) => portal.as(client)
    const first: CourseOrder = await runningOrder(as, given)
    const second: CourseOrder = await runningOrder(as, { ...given, jobcenter: 'jobcenter-skelbaekgade' })
    must(await absent(portal, first, '2026-03-12'))
    const orders = async (client: string) => {
      const { records } = must(await exportOf(first.citizenId, client)).body
      return {
        orders: records.orders.map(({ id }: { id: string }) => id),
        held: records.absences.map(({ heldAgainst }: { heldAgainst: string[] }) => [...heldAgainst].sort()),
        plan: new Set(records.plannedDays.map(({ orderId }: { orderId: string }) => orderId)).size,
        history: new Set(records.changeLog.map(({ organisationId }: { organisationId: string }) => organisationId))
          .size,
      }
    }
    const own = (id: string) => ({ orders: [id], held: [[id]], plan: 1, history: 1 })
    expect(await orders('jobcenter-musvaagevej')).toEqual(own(first.id))
    expect(await orders('jobcenter-skelbaekgade')).toEqual(own(second.id))
    // Every line that the supplier wrote of these orders is there, whatever it is about.
    const [lines] = await portal.sql<{ count: number }>(
      `select count(*)::int as count from change_log where order_id = any ($1) and organisation_id = $2`,
      [[first.id, second.id], demo.organisations.supplierNord.id],
    )
    expect(must(await exportOf(first.citizenId)).body.records.changeLog).toHaveLength(lines?.count ?? -1)
    const both = [first.id, second.id].sort()
    expect(await orders('supplier-nord')).toEqual({ orders: both, held: [both], plan: 2, history: 1 })
  })
})

describe('the document to read', () => {
  test('is a Danish page that loads nothing, and shows texts as text', async () => {
    const page = await exportOf(order.citizen.id, 'supplier-nord', 'text/html')
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(page.text).toContain('<html lang="da">')
    expect(page.text).toContain('Indsigt i registrerede oplysninger')
    expect(page.text).toContain('&lt;b&gt;&amp;')
    expect(page.text).not.toContain('<b>')
    expect(page.text).toContain(order.citizen.name)
    expect(page.text).toContain(order.citizen.cpr)
    expect(page.text).toContain('Udeblevet uden besked')
    expect(page.text).toContain('<dt>Udvikling i fokusområderne</dt>')
    for (const name of sectionNames) expect(page.text).toContain(`<h2>${exportSections[name]} (`)
    expect((await exportOf(order.citizen.id, 'supplier-nord', 'application/pdf')).status).toBe(406)
  })

  test('reports stand under the headings of the template they were written in, choices in words', async () => {
    const field = (title: string) => ({
      id: 'c',
      title: 'Valget',
      type: 'choice',
      required: true,
      options: [
        { code: 'x1', title },
        { code: 'x2', title: 'Skidt' },
      ],
    })
    const template = async (heading: string, option: string): Promise<string> =>
      must(
        await portal.as('administrator').post('/v1/report-templates', {
          kind: 'handover',
          title: 'Valg',
          validFrom: '2026-03-13',
          sections: [{ id: 'mood', title: heading, fields: [field(option)] }],
        }),
      ).body.id
    const first = await template('Modet', 'Meget godt')
    const second = await template('En helt anden overskrift', 'Noget andet')
    const own = await course(portal, { '2026-03-12': 120 }, { cpr: freshCpr() })
    must(await ask(portal, own, { kind: 'handover', templateId: first }))
    const changes = { templateId: first, sections: { mood: { c: 'x1' } } }
    must(await submitReport(portal, own, 'handover', changes))
    const { text } = must(await exportOf(own.citizenId, 'jobcenter-musvaagevej', 'text/html'))
    expect(text).toContain('<dt>Modet: Valget</dt><dd dir="auto">Meget godt</dd>')
    expect(text).not.toContain('x1')
    expect(text).not.toContain('En helt anden overskrift')
    expect(second).not.toBe(first)
  })

  test('has a Danish word for every member that people read', async () => {
    const columns = await portal.sql<{ name: string }>(
      `select distinct column_name as name from information_schema.columns
        where table_schema = 'public' and table_name = any ($1) order by 1`,
      [sectionNames.map(snake)],
    )
    const unread =
      /(?:^id|_ids?|cipher|_key|sha256|^request_id|^content|^client_id|_told_at|^committed_oere|^position)$/
    const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase())
    const silent = columns.map(({ name }) => name).filter((name) => !unread.test(name))
    expect(silent.map(camel).filter((name) => !Object.hasOwn(memberWords, name))).toEqual([])
  })
})

describe('a big citizen', () => {
  test('takes as many statements as a small one, and one snapshot', async () => {
    const statements = countStatements(portal.database.pool)
    const counted = async () => {
      const before = statements()
      const { records } = must(await exportOf(demo.orders.dragoer.citizen.id)).body
      return { absences: records.absences.length, statements: statements() - before }
    }
    const few = await counted()
    await portal.sql(
      `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes,
         held_against, reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at, registered_by, client_id, request_id, routed_to)
       select uuidv7(), a.supplier_id, a.citizen_id, a.order_id, a.activity_id, date '2011-01-01' + n, true, 120, 120, a.held_against,
         'no-notice', '0155', now(), date '2011-01-01' + n, 0, now(), '{"name":"Liv"}', 'c', 'r', '[]'
         from absences a, generate_series(1, 5000) n where a.order_id = $1`,
      [demo.orders.dragoer.id],
    )
    expect(await counted()).toEqual({ absences: 5001, statements: few.statements })
    const page = await exportOf(demo.orders.dragoer.citizen.id, 'jobcenter-musvaagevej', 'text/html')
    expect(page.status).toBe(200)
  })
})
