import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkMilestones, keepMilestones } from '#features/progress/commands.ts'
import { contentText, type ReportContent, sealContent } from '#features/reports/report-content.ts'
import type { Instant } from '#kernel/instant.ts'
import { localDate as d } from '#kernel/local-date.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { approved, atTheFund, liv, must, refusal } from '#test/features/orders/support.ts'
import { type CourseOrder, course, recordedDay } from '#test/features/protocols/support.ts'
import { sendBack, submitReport } from '#test/features/reports/reading-support.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const reach = (id: string, changes: Record<string, unknown> = {}, client = 'supplier-nord') =>
  as(client).post(`/v1/orders/${id}/milestones`, {
    milestone: 'cv',
    reachedOn: '2026-03-10',
    registeredBy: liv,
    ...changes,
  })
const withdraw = (id: string, client = 'supplier-nord') =>
  as(client).post(`/v1/milestones/${id}/withdrawal`, { reason: 'Forkert borger', registeredBy: liv })
const progressOf = async (id: string) => must(await as('jobcenter-musvaagevej').get(`/v1/orders/${id}/progress`)).body

/** A report's row of supplier-nord, for what refers to it. */
const report = async (order: { id: string }, kind = 'interim', at = '2026-03-12T10:00:00.000Z'): Promise<string> => {
  const id = newId()
  await portal.sql(
    `insert into reports (id, order_id, supplier_id, citizen_id, jobcenter_id, kind, subject, status, template_id, template_version, version, submitted_at)
     select $1::uuid, o.id, o.supplier_id, o.citizen_id, o.jobcenter_id, $3, $1::text, 'submitted', t.id, t.version, 1, $4
       from orders o, report_templates t where o.id = $2 and t.kind = $3 order by t.version limit 1`,
    [id, order.id, kind, at],
  )
  return id
}

beforeAll(async () => {
  portal = await testPortal()
})

describe('004: reached milestones', () => {
  test('registered, listed, withdrawn, and registered anew', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    const answer = await reach(id, { observedBy: 'Karl Konsulent' })
    expect(answer.status, answer.text).toBe(201)
    const milestone = {
      id: answer.body.id,
      orderId: id,
      milestone: 'cv',
      reachedOn: '2026-03-10',
      observedBy: 'Karl Konsulent',
      status: 'reached',
      registeredAt: '2026-03-13T10:00:00.000Z',
      registeredBy: liv,
    }
    expect(answer.body).toEqual(milestone)
    const again = await reach(id, { reachedOn: '2026-03-11' })
    expect(refusal(again)).toEqual([409, 'milestone-already-reached'])
    expect(again.body).toMatchObject({ milestoneId: milestone.id, reachedOn: '2026-03-10' })
    expect(refusal(await withdraw(milestone.id, 'supplier-syd'))).toEqual([404, 'not-found'])
    const withdrawn = await withdraw(milestone.id.toUpperCase())
    expect([withdrawn.status, withdrawn.headers['etag']]).toEqual([200, '"2"'])
    expect(refusal(await withdraw(milestone.id))).toEqual([409, 'milestone-already-withdrawn'])
    const second = must(await reach(id, { reachedOn: '2026-03-11' })).body
    const listed = await nord().get(`/v1/orders/${id}/milestones?limit=1`)
    expect(listed.body.items).toEqual([
      {
        ...milestone,
        status: 'withdrawn',
        withdrawal: { reason: 'Forkert borger', at: '2026-03-13T10:00:00.000Z', registeredBy: liv },
      },
    ])
    const rest = await nord().get(`/v1/orders/${id}/milestones?cursor=${listed.body.next}`)
    expect(rest.body).toEqual({ items: [second], next: null })
    const history = await portal.sql(
      `select action, changes from change_log where order_id = $1 and entity = 'milestone' order by position`,
      [id],
    )
    expect(history).toEqual([
      { action: 'reached', changes: { milestone: 'cv', reachedOn: '2026-03-10' } },
      { action: 'withdrawn', changes: { milestone: 'cv', reachedOn: '2026-03-10' } },
      { action: 'reached', changes: { milestone: 'cv', reachedOn: '2026-03-11' } },
    ])
  })

  test('refused: an unknown code, a day that lies ahead or outside, an order of somebody else', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    expect(refusal(await reach(id, { milestone: 'moon' }))).toEqual([422, 'unknown-milestone'])
    for (const reachedOn of ['2026-03-01', '2026-03-14']) {
      expect(refusal(await reach(id, { reachedOn }))).toEqual([422, 'milestone-date'])
    }
    expect(refusal(await reach(id, {}, 'supplier-syd'))).toEqual([404, 'not-found'])
    expect((await reach(id, {}, 'jobcenter-musvaagevej')).status).toBe(403)
  })

  test('of several at once one stands', async () => {
    const { id } = await course(portal, { '2026-03-02': 120 })
    const answers = await Promise.all(Array.from({ length: 6 }, () => reach(id)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.code)).toEqual(
      Array.from({ length: 5 }, () => 'milestone-already-reached'),
    )
  })
})

describe('milestones that a report carries', () => {
  const supplierId = demo.organisations.supplierNord.id
  const actor = {
    id: 'test',
    arrivedAt: '2026-03-13T10:00:00.000Z' as Instant,
    caller: { clientId: 'supplier-nord', organisation: { id: supplierId } },
  }
  const ofCourse = ({ id, citizenId }: CourseOrder) => ({
    id,
    supplierId,
    citizenId,
    startDate: d('2026-03-02'),
    endDate: d('2026-05-22'),
    endedOn: null,
  })
  const given = (order: CourseOrder, reportId: string, reachedOn: string) => ({
    order: ofCourse(order),
    reportId,
    milestones: [{ milestone: 'cv', reachedOn: d(reachedOn) }],
    registeredBy: liv,
  })
  const keep = (order: CourseOrder, reportId: string, reachedOn: string) =>
    inTransaction(portal.database, supplierId, (trx) => keepMilestones(trx, actor, given(order, reportId, reachedOn)))
  const listed = async (order: CourseOrder) =>
    (await nord().get(`/v1/orders/${order.id}/milestones`)).body.items.map(
      (item: { reachedOn: string; status: string; reportId?: string }) => [item.reachedOn, item.status, item.reportId],
    )

  test('are kept once; a later version corrects the date, another report does not', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    const [first, other] = [await report(order), await report(order)]
    await keep(order, first, '2026-03-10')
    await keep(order, first, '2026-03-10')
    await keep(order, other, '2026-03-10')
    await keep(order, first, '2026-03-11')
    expect(await listed(order)).toEqual([
      ['2026-03-10', 'withdrawn', first],
      ['2026-03-11', 'reached', first],
    ])
    await expect(keep(order, other, '2026-03-12')).rejects.toMatchObject({ slug: 'milestone-already-reached' })
    await expect(keep(order, first, '2026-03-14')).rejects.toMatchObject({ slug: 'milestone-date' })
  })

  test('a later version with another observer replaces it; another report with one repeats it', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    const [first, other] = [await report(order), await report(order)]
    const observed = (reportId: string, observedBy?: string) => {
      const one = given(order, reportId, '2026-03-10')
      const milestones = one.milestones.map((milestone) => ({ ...milestone, ...(observedBy ? { observedBy } : {}) }))
      return inTransaction(portal.database, supplierId, (trx) => keepMilestones(trx, actor, { ...one, milestones }))
    }
    await observed(first, 'Nora')
    await observed(first, 'Peter')
    await observed(first, 'Peter')
    await observed(other, 'Karl')
    const { body } = must(await nord().get(`/v1/orders/${order.id}/milestones`))
    expect(
      body.items.map((item: Record<string, unknown>) => [item['observedBy'], item['status'], item['reachedOn']]),
    ).toEqual([
      ['Nora', 'withdrawn', '2026-03-10'],
      ['Peter', 'reached', '2026-03-10'],
    ])
  })

  test('a check writes nothing, and names what stands twice', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    const one = given(order, newId(), '2026-03-10')
    const check = (milestones: typeof one.milestones) =>
      inTransaction(portal.database, supplierId, (trx) => checkMilestones(trx, actor, { ...one, milestones }))
    expect(await check(one.milestones)).toHaveLength(1)
    await expect(check([...one.milestones, ...one.milestones])).rejects.toMatchObject({ slug: 'invalid-request' })
    expect(await listed(order)).toEqual([])
  })
})

describe('where a course stands', () => {
  test('an area that a report alone told of stands behind the recorded ones, by the latest that does', async () => {
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const order = await course(portal, { '2026-03-02': 120 })
    const areas = [{ area: 'health', start: 4, assessedOn: '2026-03-03' }]
    must(await nord().put(`/v1/orders/${order.id}/focus-areas`, { areas, registeredBy: liv }))
    const told = (start: number, end: number) => [
      { area: 'Mødestabilitet', start, end },
      { area: 'Health', start: 4, end: 6 },
    ]
    const first = must(await submitReport(portal, order, 'interim', { focusAreas: told(2, 3) })).body
    const twice = await submitReport(portal, order, 'interim', { focusAreas: [...told(2, 3), ...told(2, 3)] })
    expect(refusal(twice)).toEqual([422, 'report-incomplete'])
    const latest = { assessment: 3, reportId: first.id, submittedAt: first.submittedAt }
    expect((await progressOf(order.id)).focusAreas).toEqual([
      { ...areas[0], latest: { ...latest, assessment: 6 }, end: null },
      { area: 'Mødestabilitet', start: 2, assessedOn: null, latest, end: null },
    ])
    must(await sendBack(portal, first))
    expect((await progressOf(order.id)).focusAreas).toEqual([{ ...areas[0], latest: null, end: null }])
  })

  test('targets of its groups with their dates, reached in time, late, open and missed', async () => {
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const order = await approved(as, { effortGroup: 'preparation', startDate: '2025-12-01', endDate: '2026-12-31' })
    must(
      await nord().post(`/v1/orders/${order.id}/first-meeting`, {
        outcome: 'attended',
        on: '2025-12-01',
        registeredBy: liv,
      }),
    )
    must(await reach(order.id, { milestone: 'motivation', reachedOn: '2026-03-02' }))
    must(await reach(order.id, { milestone: 'realistic-goal', reachedOn: '2026-03-03' }))
    must(await reach(order.id, { milestone: 'cv', reachedOn: '2026-03-03' }))
    const { targets, countedFrom, reached, of } = await progressOf(order.id)
    expect([countedFrom, reached, of]).toEqual(['2025-12-01', 2, 5])
    expect(
      targets.map((target: Record<string, unknown>) => [
        target['milestone'],
        target['weeks'],
        target['targetOn'],
        target['reachedOn'],
        target['status'],
      ]),
    ).toEqual([
      ['everyday-mastery', 13, '2026-03-02', null, 'missed'],
      ['motivation', 13, '2026-03-02', '2026-03-02', 'reached'],
      ['realistic-goal', 13, '2026-03-02', '2026-03-03', 'reached-late'],
      ['taster-placement', 13, '2026-03-02', null, 'missed'],
      ['company-placement', 26, '2026-06-01', null, 'open'],
    ])
    expect(targets[0].labels.da).toBe('Hverdagsmestring inden for 13 uger')
  })

  test('no target without an effort group, and 23 weeks to the rehabilitation team in clarification', async () => {
    const none = await approved(as, {})
    expect(await progressOf(none.id)).toMatchObject({ countedFrom: '2026-03-02', of: 0, targets: [] })
    const { id } = await approved(as, { effortGroup: 'clarification' })
    expect((await progressOf(id)).targets).toMatchObject([
      { milestone: 'rehabilitation-team-decision', weeks: 23, targetOn: '2026-08-10', status: 'open' },
    ])
    const fund = await approved(as, atTheFund)
    expect(refusal(await nord().get(`/v1/orders/${fund.id}/progress`))).toEqual([404, 'not-found'])
  })

  test('weeks at companies from the attendance, and focus areas with what reports say of them', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-05': 300, '2026-03-09': 300 })
    const placement = must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/activities`, {
        kind: 'work-placement',
        title: 'Praktik på lager',
        place: { kind: 'company', name: 'Lager A/S' },
        startDate: '2026-03-02',
        endDate: '2026-05-22',
        registeredBy: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
      }),
    ).body.id as string
    await recordedDay(portal, order, '2026-03-02', { attended: 120 })
    await recordedDay(portal, order, '2026-03-05', {
      attended: 200,
      absent: [{ code: 'unauthorised', minutes: 100 }],
      activityId: placement,
    })
    await recordedDay(portal, order, '2026-03-09', { attended: 300, activityId: placement })
    must(
      await nord().put(`/v1/orders/${order.id}/focus-areas`, {
        areas: [{ area: 'health', title: 'Helbred', start: 4, assessedOn: '2026-03-03' }],
        registeredBy: liv,
      }),
    )
    const before = await progressOf(order.id)
    expect(before.company).toEqual({
      attendedMinutes: 500,
      weeks: [
        { week: '2026-W10', from: '2026-03-02', plannedMinutes: 300, attendedMinutes: 200 },
        { week: '2026-W11', from: '2026-03-09', plannedMinutes: 300, attendedMinutes: 300 },
      ],
    })
    expect(before.focusAreas).toEqual([
      { area: 'health', title: 'Helbred', start: 4, assessedOn: '2026-03-03', latest: null, end: null },
    ])
    const submitted = async (kind: string, end: number, at: string) => {
      const id = await report(order, kind, at)
      const content: ReportContent = {
        sections: {},
        focusAreas: [{ area: 'Health', start: 4, end }],
        milestones: [],
        confirmations: [],
      }
      const { text, sha256 } = contentText(content)
      const sealed = sealContent(testKeyring, text, id, 1)
      await portal.sql(
        `insert into report_versions (report_id, version, supplier_id, template_id, template_version, content_cipher, content_key, sha256, submitted_by, submitted_at, client_id, request_id)
         select r.id, 1, r.supplier_id, r.template_id, r.template_version, $2, $3, $4, '{}', r.submitted_at, 'c', 'r' from reports r where r.id = $1`,
        [id, sealed.cipher, sealed.key, sha256],
      )
      return id
    }
    await submitted('interim', 6, '2026-03-11T10:00:00.000Z')
    const final = await submitted('final', 8, '2026-03-12T10:00:00.000Z')
    expect((await progressOf(order.id)).focusAreas).toMatchObject([
      { latest: { assessment: 8, reportId: final, submittedAt: '2026-03-12T10:00:00.000Z' }, end: 8 },
    ])
    // What was returned does not count until it comes back.
    await portal.sql(`update reports set status = 'returned' where id = $1`, [final])
    expect((await progressOf(order.id)).focusAreas).toMatchObject([{ latest: { assessment: 6 }, end: null }])
  })

  test('nobody rewrites what was recorded: a milestone is withdrawn, focus areas get a version', async () => {
    const change = (statement: string) =>
      inTransaction(portal.database, demo.organisations.supplierNord.id, (trx) => sql.raw(statement).execute(trx))
    for (const statement of [
      `update milestones set reached_on = '2026-03-03'`,
      `delete from milestones`,
      `update focus_areas set areas = '[]'`,
      `delete from focus_areas`,
    ]) {
      await expect(change(statement), statement).rejects.toMatchObject({ code: '42501' })
    }
    await expect(
      inTransaction(portal.database, demo.organisations.jobcenterMusvaagevej.id, (trx) =>
        sql`insert into milestones (id, order_id, supplier_id, citizen_id, milestone, reached_on, registered_by, registered_at)
          select ${newId()}::uuid, o.id, o.supplier_id, o.citizen_id, 'job', '2026-03-10', '{}', now() from orders o
           where o.id = ${demo.orders.activityReady.id}`.execute(trx),
      ),
    ).rejects.toMatchObject({ code: '42501' })
  })

  test('K-kassen, which reads the order, sees no row of it in the database either', async () => {
    const counts = await inTransaction(portal.database, demo.organisations.kKassen.id, async (trx) => {
      const { rows } = await sql<{
        n: number
      }>`select (select count(*) from focus_areas)::int + (select count(*) from milestones)::int
        + (select count(*) from reports)::int + (select count(*) from report_versions)::int as n`.execute(trx)
      return rows[0]?.n
    })
    expect(counts).toBe(0)
  })
})
