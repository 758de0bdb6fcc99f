import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Trx } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { draft, must, refusal } from '#test/features/orders/support.ts'
import { type CourseOrder, course } from '#test/features/protocols/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { ask, dutiesOf, end, eventsAbout, sally, submitReport, templates } from './reading-support.ts'

const { organisations } = demo
const jobcenter = 'jobcenter-musvaagevej'
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-13T10:00:00.000Z' })
})
const running = (): Promise<CourseOrder> => {
  portal.clock.set('2026-03-13T10:00:00.000Z')
  return course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
}
const amend = async (order: { id: string }, reports: Record<string, unknown>) => {
  const client = portal.as(jobcenter)
  const { headers } = must(await client.get(`/v1/orders/${order.id}`))
  return must(
    await client.patch(
      `/v1/orders/${order.id}`,
      { reports, reason: 'Længere forløb', amendedBy: sally },
      { ifMatch: headers['etag'] ?? '' },
    ),
  )
}

describe('§ 3, § 11: the jobcenter asks for a report beside the schedule', () => {
  test.each([
    ['interim', 'interim-report'],
    ['social-action-plan', 'social-action-plan'],
    ['handover', 'handover-report'],
  ] as const)('%s: owed by the date under %s, told at once, met by the report that answers it', async (kind, duty) => {
    const order = await running()
    const asked = must(await ask(portal, order, { kind })).body
    expect(asked).toEqual({
      id: asked.id,
      orderId: order.id,
      kind,
      dueOn: '2026-04-10',
      requestedBy: sally,
      requestedAt: portal.clock.now(),
    })
    expect(await dutiesOf(portal, order, duty)).toEqual([`${duty} ${asked.id} 2026-04-10 open`])
    expect(await eventsAbout(portal, 'reportRequestId', asked.id)).toEqual([
      {
        type: 'order.amended',
        recipients: [organisations.supplierNord.id],
        data: { orderId: order.id, reportRequestId: asked.id, kind, dueOn: '2026-04-10', changed: 'reports' },
        path: `/v1/report-requests/${asked.id}`,
      },
    ])
    const open = must(await portal.as('supplier-nord').get(`/v1/report-requests/${asked.id}`)).body
    expect(open).toEqual({ ...asked, text: 'Til den sociale handleplan, kodeord gummistøvle.', reportId: null })
    portal.clock.set('2026-04-13T10:00:00.000Z')
    const report = must(await submitReport(portal, order, kind)).body
    expect(report).toMatchObject({ kind, subject: asked.id, late: true, daysLate: 3, workingDaysLate: 1 })
    expect(await dutiesOf(portal, order, duty)).toEqual([`${duty} ${asked.id} 2026-04-10 met-late`])
    const answered = must(await portal.as(jobcenter).get(`/v1/report-requests/${asked.id}`)).body
    expect(answered).toEqual({ ...open, reportId: report.id })
  })

  test('without a text, and with a template of its own that the report then has to follow', async () => {
    const order = await running()
    const own = must(
      await portal.as('administrator').post('/v1/report-templates', {
        kind: 'handover',
        title: 'Overlevering til psykiatrien',
        validFrom: '2026-03-13',
        sections: [{ id: 'all', title: 'Det hele' }],
      }),
    ).body
    const asked = must(
      await ask(portal, order, { kind: 'handover', text: undefined, templateId: own.id.toUpperCase() }),
    ).body
    expect(asked).toMatchObject({ templateId: own.id })
    expect(must(await portal.as('supplier-nord').get(`/v1/report-requests/${asked.id}`)).body).not.toHaveProperty(
      'text',
    )
    expect(refusal(await submitReport(portal, order, 'handover'))).toEqual([422, 'wrong-template'])
    const sections = { all: 'Borgeren møder stabilt.' }
    must(await submitReport(portal, order, 'handover', { templateId: own.id, templateVersion: 1, sections }))
  })

  test('a template that is not there, is over or is of another kind is no template for it', async () => {
    const order = await running()
    const unknown = await ask(portal, order, { templateId: order.id })
    expect(refusal(unknown)).toEqual([404, 'not-found'])
    expect(unknown.body.errors[0].pointer).toBe('/templateId')
    const other = await ask(portal, order, { templateId: templates.final })
    expect([...refusal(other), other.body.errors[0].code]).toEqual([400, 'invalid-request', 'differs'])
  })

  test('request-date-invalid: by a date that can be kept', async () => {
    const order = await running()
    expect(refusal(await ask(portal, order, { dueOn: '2026-03-12' }))).toEqual([422, 'request-date-invalid'])
    expect((await ask(portal, order, { dueOn: '2190-01-01' })).body.errors[0].pointer).toBe('/dueOn')
    must(await ask(portal, order, { dueOn: '2026-03-13' }))
  })

  test('order-state: not on a draft; after the end no interim report, and still a handover', async () => {
    const unplaced = await draft((client) => portal.as(client))
    expect(refusal(await ask(portal, unplaced))).toEqual([409, 'order-state'])
    const order = await running()
    await end(portal, order, '2026-03-12')
    expect(refusal(await ask(portal, order, { kind: 'interim' }))).toEqual([409, 'order-state'])
    const asked = must(await ask(portal, order, { kind: 'handover' })).body
    expect(must(await submitReport(portal, order, 'handover')).body).toMatchObject({ subject: asked.id, late: false })
  })

  test('only by the jobcenter that ordered it; read by supplier, jobcenter and auditors', async () => {
    const order = await running()
    const path = `/v1/orders/${order.id}/report-requests`
    for (const client of ['jobcenter-skelbaekgade', 'supplier-beskaeftigelsescenter']) {
      expect(refusal(await ask(portal, order, {}, client))).toEqual([404, 'not-found'])
    }
    for (const client of ['supplier-nord', 'k-kassen', 'auditor-koebenhavn', 'administrator']) {
      expect(refusal(await ask(portal, order, {}, client))).toEqual([403, 'forbidden'])
    }
    const ids: string[] = []
    for (const kind of ['interim', 'handover', 'interim']) ids.push(must(await ask(portal, order, { kind })).body.id)
    const single = `/v1/report-requests/${ids[0]}`
    const purpose = { headers: { 'x-purpose': 'tilsyn' } }
    for (const client of ['supplier-nord', jobcenter, 'auditor-koebenhavn']) {
      const list = must(await portal.as(client).get(path, purpose)).body
      expect(list.items.map(({ id }: { id: string }) => id)).toEqual(ids)
      expect(
        must(
          await portal
            .as(client)
            .get(single.toUpperCase().replace('/V1/REPORT-REQUESTS', '/v1/report-requests'), purpose),
        ).body,
      ).toEqual(list.items[0])
    }
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade', 'auditor-dragoer']) {
      expect((await portal.as(client).get(path, purpose)).status).toBe(404)
      expect((await portal.as(client).get(single, purpose)).status).toBe(404)
    }
    for (const client of ['k-kassen', 'ydelse-dragoer', 'administrator']) {
      expect((await portal.as(client).get(path)).status).toBe(403)
      expect((await portal.as(client).get(single)).status).toBe(403)
    }
    expect(refusal(await portal.as('auditor-koebenhavn').get(single))).toEqual([400, 'purpose-required'])
    expect((await everyPage(portal.as('supplier-nord'), `${path}?limit=1`)).map(({ id }) => id)).toEqual(ids)
  })

  test('a course that never starts owes no contribution any more', async () => {
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const order = await course(portal, { '2026-03-16': 120 }, { startDate: '2026-03-13', firstMeeting: null })
    const asked = must(await ask(portal, order)).body
    const answer = await portal.as('supplier-nord').post(`/v1/orders/${order.id}/termination`, {
      endedOn: '2026-03-13',
      cause: 'moved',
      registeredBy: { name: 'Liv Leverandør' },
    })
    expect(must(answer).body.course.status).toBe('never-started')
    expect(await dutiesOf(portal, order, 'social-action-plan')).toEqual([
      `social-action-plan ${asked.id} 2026-04-10 waived`,
    ])
    expect(refusal(await ask(portal, order))).toEqual([409, 'order-state'])
  })

  test('row-level security by itself shows requests to supplier, jobcenter and the auditor, and the jobcenter alone writes', async () => {
    const order = await running()
    const { id } = must(await ask(portal, order)).body
    for (const { id: organisation, clientId } of Object.values(organisations)) {
      const attempt = (statement: (trx: Trx) => Promise<{ rows: unknown[] }>) =>
        portal.database.kysely.transaction().execute(async (trx) => {
          await sql`select set_config('portal.organisation', ${organisation}, true)`.execute(trx)
          return (await statement(trx)).rows.length
        })
      const seen = await attempt((trx) => sql`select 1 from report_requests where id = ${id}`.execute(trx))
      expect(seen, clientId).toBe(['supplier-nord', jobcenter, 'auditor-koebenhavn'].includes(clientId) ? 1 : 0)
      const copied = attempt((trx) =>
        sql`insert into report_requests (id, order_id, jobcenter_id, supplier_id, kind, due_on, requested_by, requested_at)
          values (uuidv7(), ${order.id}, ${organisations.jobcenterMusvaagevej.id}, ${organisations.supplierNord.id}, 'handover',
            '2026-04-10', '{}', now()) returning 1`.execute(trx),
      )
      if (clientId === jobcenter) expect(await copied).toBe(1)
      else await expect(copied, clientId).rejects.toThrow(/row-level security/)
    }
  })

  test('its text stands nowhere in clear', async () => {
    const order = await running()
    const key = { idempotencyKey: 'request-1' }
    const answer = must(await ask(portal, order, {}, jobcenter, key))
    expect((await ask(portal, order, {}, jobcenter, key)).text).toBe(answer.text)
    for (const table of ['report_requests', 'change_log', 'events', 'idempotency_keys', 'obligations']) {
      const [row] = await portal.sql<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${table} t`,
      )
      expect(row?.text, table).not.toContain('gummist')
    }
    expect(portal.logLines.join('\n')).not.toContain('gummist')
  })
})

describe('§ 3: interim reports at intervals', () => {
  test('an amendment orders them; each report answers the first one due that has come, and the end waives what would come after it', async () => {
    const order = await running()
    expect(await dutiesOf(portal, order, 'interim-report')).toEqual([])
    await amend(order, { interimEveryWeeks: 4, interimDueWorkingDays: 3 })
    expect(await dutiesOf(portal, order, 'interim-report')).toEqual([
      'interim-report 2026-03-30 2026-04-07 open',
      'interim-report 2026-04-27 2026-04-30 open',
    ])
    portal.clock.set('2026-04-08T10:00:00.000Z')
    const first = must(await submitReport(portal, order, 'interim')).body
    expect(first).toMatchObject({ subject: '2026-03-30', dueOn: '2026-04-07', late: true, workingDaysLate: 1 })
    const twice = await submitReport(portal, order, 'interim')
    expect([refusal(twice), twice.body.nextSubject]).toEqual([[409, 'report-already-submitted'], '2026-04-27'])
    const second = must(await submitReport(portal, order, 'interim', { subject: '2026-04-27' })).body
    expect(second).toMatchObject({ subject: '2026-04-27', late: false, version: 1 })
    expect(await dutiesOf(portal, order, 'interim-report')).toEqual([
      'interim-report 2026-03-30 2026-04-07 met-late',
      'interim-report 2026-04-27 2026-04-30 met',
    ])
    // Every two weeks from now on: what was answered stays answered.
    await amend(order, { interimEveryWeeks: 2 })
    const open = (await dutiesOf(portal, order, 'interim-report')).filter((duty) => duty.endsWith('open'))
    expect(open).toEqual(['interim-report 2026-04-13 2026-04-20 open', 'interim-report 2026-05-11 2026-05-19 open'])
    await end(portal, order, '2026-04-07')
    expect((await dutiesOf(portal, order, 'interim-report')).filter((duty) => duty.endsWith('open'))).toEqual([])
  })

  test('another schedule, or none, takes away no report that was asked for by itself', async () => {
    const order = await running()
    await amend(order, { interimEveryWeeks: 4 })
    const asked = must(await ask(portal, order, { kind: 'interim', dueOn: '2026-03-20' })).body
    const requested = `interim-report ${asked.id} 2026-03-20 open`
    await amend(order, { interimEveryWeeks: 6 })
    expect(await dutiesOf(portal, order, 'interim-report')).toContain(requested)
    await amend(order, {})
    const open = (await dutiesOf(portal, order, 'interim-report')).filter((duty) => duty.endsWith('open'))
    expect(open).toEqual([requested])
    expect(must(await submitReport(portal, order, 'interim')).body).toMatchObject({ subject: asked.id })
  })
})
