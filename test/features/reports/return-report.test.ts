import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type CourseOrder, course } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { dutiesOf, end, eventsAbout, finalSections, sally, sendBack, submitReport } from './reading-support.ts'

const { organisations } = demo
const beskaeftigelsescenter = 'supplier-beskaeftigelsescenter'
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-16T10:00:00.000Z' })
})

/** A course that ended on Friday 13 March, so its report is due on Monday 23. */
const endedCourse = async (): Promise<CourseOrder> => {
  portal.clock.set('2026-03-16T10:00:00.000Z')
  const order = await course(portal, { '2026-03-02': 120 })
  await end(portal, order, '2026-03-13')
  return order
}
const submitted = async (): Promise<{ order: CourseOrder; id: string }> => {
  const order = await endedCourse()
  return { order, id: must(await submitReport(portal, order)).body.id }
}
const report = async (id: string) => must(await portal.as('jobcenter-musvaagevej').get(`/v1/reports/${id}`)).body

describe('§ 3: the jobcenter sends a report back', () => {
  test('with a reason and a date: a duty of its own, an event to the supplier, both versions kept', async () => {
    const { order, id } = await submitted()
    const first = await report(id)
    const returned = must(await sendBack(portal, { id }, { dueOn: '2026-03-20' })).body
    expect(returned).toEqual({
      id,
      orderId: order.id,
      kind: 'final',
      status: 'returned',
      version: 1,
      dueOn: '2026-03-20',
      returnedBy: sally,
      returnedAt: portal.clock.now(),
    })
    const revision = `final-report-revision ${id} v2 2026-03-20`
    const duties = () => dutiesOf(portal, order, 'final-report', 'final-report-revision')
    expect(await duties()).toEqual([`${revision} open`, 'final-report final 2026-03-23 met'].sort())
    expect(await eventsAbout(portal, 'reportId', id)).toMatchObject([
      { type: 'report.submitted' },
      {
        type: 'report.returned',
        recipients: [organisations.supplierNord.id],
        data: { orderId: order.id, reportId: id, kind: 'final', version: 1, dueOn: '2026-03-20' },
        path: `/v1/reports/${id}`,
      },
    ])
    portal.clock.set('2026-03-23T10:00:00.000Z')
    const goal = 'Målet om et job i butik er realistisk, mener borgeren selv.'
    const again = must(await submitReport(portal, order, 'final', { sections: { ...finalSections, goal } })).body
    expect(again).toMatchObject({ id, version: 2, status: 'submitted', dueOn: '2026-03-20', workingDaysLate: 1 })
    expect(await duties()).toEqual([`${revision} met-late`, 'final-report final 2026-03-23 met'].sort())
    const both = await report(id)
    expect(both).toMatchObject({ status: 'submitted', version: 2, sections: { goal } })
    expect(both.versions.map((one: { version: number }) => one.version)).toEqual([1, 2])
    expect(both.returns).toEqual([
      {
        version: 1,
        reason: 'Borgerens egne ord mangler, kodeord paraply.',
        dueOn: '2026-03-20',
        returnedBy: sally,
        returnedAt: '2026-03-16T10:00:00.000Z',
      },
    ])
    const old = must(await portal.as('supplier-nord').get(`/v1/reports/${id}`, { query: { version: 1 } })).body
    expect(old).toMatchObject({ version: 1, latestVersion: 2, sections: first.sections, sha256: first.sha256 })
    // The second version can be returned as well, and owes a third.
    must(await sendBack(portal, { id }, { dueOn: '2026-03-30' }))
    expect(await duties()).toContain(`final-report-revision ${id} v3 2026-03-30 open`)
  })

  test('any kind of report can be sent back', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    const { id } = must(await submitReport(portal, order, 'interim')).body
    must(await sendBack(portal, { id }))
    expect(await dutiesOf(portal, order, 'final-report-revision')).toEqual([
      `final-report-revision ${id} v2 2026-04-10 open`,
    ])
    expect(must(await submitReport(portal, order, 'interim')).body).toMatchObject({ id, version: 2 })
  })

  test('order-state: not on a cancelled order, whose open revision is waived, overdue or not', async () => {
    portal.clock.set('2026-03-02T06:00:00.000Z')
    const ahead = { startDate: '2026-04-02', endDate: '2026-05-22', firstMeeting: null }
    const order = await course(portal, { '2026-04-02': 240 }, ahead)
    const [sent, kept] = [await submitReport(portal, order, 'interim'), await submitReport(portal, order, 'handover')]
    must(await sendBack(portal, must(sent).body, { dueOn: '2026-03-04' }))
    portal.clock.set('2026-03-09T06:00:00.000Z')
    const cancellation = { cause: 'citizen-not-available', registeredBy: sally }
    must(await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/cancellation`, cancellation))
    expect(await dutiesOf(portal, order, 'final-report-revision')).toEqual([
      `final-report-revision ${sent.body.id} v2 2026-03-04 waived`,
    ])
    const refused = await sendBack(portal, must(kept).body)
    expect([refusal(refused), refused.body.orderStatus]).toEqual([[409, 'order-state'], 'cancelled'])
  })

  test('its deadline is extended as any other, and both dates are kept', async () => {
    const { order, id } = await submitted()
    must(await sendBack(portal, { id }, { dueOn: '2026-03-18' }))
    const { body } = await portal
      .as('supplier-nord')
      .get('/v1/obligations', { query: { orderId: order.id, kind: 'final-report-revision' } })
    const extended = must(
      await portal.as('jobcenter-musvaagevej').post(`/v1/obligations/${body.items[0].id}/extension`, {
        dueOn: '2026-03-25',
        reason: 'Aftalt',
        agreedBy: sally,
      }),
    ).body
    expect(extended).toMatchObject({ dueOn: '2026-03-25', originalDueOn: '2026-03-18' })
    portal.clock.set('2026-03-25T22:59:59.000Z')
    expect(must(await submitReport(portal, order)).body).toMatchObject({ version: 2, dueOn: '2026-03-25', late: false })
  })

  test('report-already-returned: once for each version', async () => {
    const { id } = await submitted()
    must(await sendBack(portal, { id }))
    const again = await sendBack(portal, { id })
    expect(refusal(again)).toEqual([409, 'report-already-returned'])
    expect(again.body).toMatchObject({ version: 1, reportStatus: 'returned' })
  })

  test('return-date-invalid: not yesterday, and of a year that the calendar knows; today will do', async () => {
    const { id } = await submitted()
    expect(refusal(await sendBack(portal, { id }, { dueOn: '2026-03-15' }))).toEqual([422, 'return-date-invalid'])
    expect((await sendBack(portal, { id }, { dueOn: '2190-01-01' })).body.errors[0].pointer).toBe('/dueOn')
    expect((await sendBack(portal, { id }, { reason: '  ' })).body.errors[0].pointer).toBe('/reason')
    const [refused] = await portal.sql<{ rule: string; text: string }>(
      `select rule, r::text as text from refusals r where rule = 'return-date-invalid'`,
    )
    expect(refused?.text).not.toContain('paraply')
    expect((await sendBack(portal, { id }, { dueOn: '2026-03-16' })).status).toBe(200)
  })

  test('only by the jobcenter that ordered it', async () => {
    const { id } = await submitted()
    for (const client of ['jobcenter-skelbaekgade', beskaeftigelsescenter]) {
      expect(refusal(await sendBack(portal, { id }, {}, client))).toEqual([404, 'not-found'])
    }
    for (const client of ['supplier-nord', 'k-kassen', 'ydelse-dragoer', 'auditor-koebenhavn', 'administrator']) {
      expect(refusal(await sendBack(portal, { id }, {}, client))).toEqual([403, 'forbidden'])
    }
    const capitals = await sendBack(portal, { id: id.toUpperCase() })
    expect([capitals.status, capitals.body.id]).toEqual([200, id])
  })

  test('the reason stands nowhere in clear', async () => {
    const { id } = await submitted()
    const key = { idempotencyKey: 'return-1' }
    const answer = must(await sendBack(portal, { id }, {}, 'jobcenter-musvaagevej', key))
    const again = await sendBack(portal, { id }, {}, 'jobcenter-musvaagevej', key)
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([answer.text, 'true'])
    for (const table of ['report_returns', 'reports', 'change_log', 'events', 'idempotency_keys', 'obligations']) {
      const [row] = await portal.sql<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${table} t`,
      )
      expect(row?.text, table).not.toContain('paraply')
    }
    expect(portal.logLines.join('\n')).not.toContain('paraply')
  })
})

describe('at the same moment', () => {
  test('of twenty returns one is taken', async () => {
    const { order, id } = await submitted()
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendBack(portal, { id })))
    expect(answers.map((answer) => answer.body.code ?? answer.status).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 'report-already-returned'),
    ])
    expect(await dutiesOf(portal, order, 'final-report-revision')).toHaveLength(1)
  })

  test('returns and new versions take turns: each version is returned at most once, and none follows one that was not', async () => {
    const { order, id } = await submitted()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? sendBack(portal, { id }) : submitReport(portal, order))),
    )
    const allowed = [200, 201, 'report-already-returned', 'report-already-submitted']
    for (const answer of answers) expect(allowed).toContain(answer.body.code ?? answer.status)
    const { status, latestVersion, versions, returns } = await report(id)
    const taken = answers.filter((answer) => answer.status === 201).length
    expect(versions.map((one: { version: number }) => one.version)).toEqual(
      Array.from({ length: taken + 1 }, (_, i) => i + 1),
    )
    expect(latestVersion).toBe(taken + 1)
    expect(returns.map((one: { version: number }) => one.version)).toEqual(
      Array.from({ length: status === 'returned' ? taken + 1 : taken }, (_, i) => i + 1),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(returns.length)
    const open = (await dutiesOf(portal, order, 'final-report-revision')).filter((duty) => duty.endsWith(' open'))
    expect(open).toHaveLength(status === 'returned' ? 1 : 0)
  })
})
