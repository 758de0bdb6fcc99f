import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  approved,
  atTheFund,
  attend,
  demoOrders,
  dorte,
  draft,
  dutyTexts,
  eventsOf,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const end = (id: string, changes: Record<string, unknown> = {}, client = 'supplier-nord') =>
  as(client).post(`/v1/orders/${id}/termination`, {
    endedOn: '2026-03-12',
    cause: 'employment',
    registeredBy: liv,
    ...changes,
  })
/** An order whose citizen came on the first day, planned on some days. */
const running = async (days: Record<string, number> = {}, changes: Record<string, unknown> = {}) => {
  const order = await approved(as, changes)
  if (Object.keys(days).length > 0) must(await plan(nord(), order, days))
  must(await attend(nord(), order.id, '2026-03-02'))
  return order
}
const absence = (order: { id: string; activities: { id: string }[] }, date: string) =>
  nord().post('/v1/absences', {
    orderId: order.id,
    activityId: order.activities[0]?.id,
    date,
    wholeDay: true,
    reason: 'no-notice',
    registeredBy: liv,
  })

beforeAll(async () => {
  portal = await testPortal()
})

describe('a course is ended', () => {
  test('by the supplier: order and course are over, three parties are told, the final report is due', async () => {
    const { id } = await running()
    const answer = await end(id, { text: 'Begyndt på arbejde' })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({
      status: 'ended',
      course: { status: 'ended', endedOn: '2026-03-12' },
      planConflict: false,
      termination: {
        endedOn: '2026-03-12',
        cause: 'employment',
        text: 'Begyndt på arbejde',
        endedBy: 'supplier',
        endedAt: '2026-03-13T10:00:00.000Z',
      },
    })
    const told = (await eventsOf(portal, id)).at(-1)
    expect(told?.type).toBe('course.ended')
    expect([...(told?.recipients ?? [])].sort()).toEqual(
      [organisations.supplierNord.id, organisations.jobcenterMusvaagevej.id, organisations.kKassen.id].sort(),
    )
    expect(told?.data).toEqual({ orderId: id, endedOn: '2026-03-12', courseStatus: 'ended' })
    // § 3: a Thursday; five whole working days lie between.
    expect(await dutyTexts(portal, id)).toContain('final-report final 2026-03-20 open')
    const [log] = await portal.sql<{ changes: unknown }>(
      `select changes from change_log where entity_id = $1 and action = 'ended'`,
      [id],
    )
    expect(log?.changes).toMatchObject({ cause: 'employment', status: { from: 'approved', to: 'ended' } })
    expect(JSON.stringify(log)).not.toContain('Begyndt')
  })

  test('by the ordering jobcenter; the recipient of the group is the jobcenter itself, once', async () => {
    const { id } = await running({}, { targetGroup: 'sickness-benefit' })
    must(await end(id, { cause: 'moved', registeredBy: dorte }, 'jobcenter-musvaagevej'))
    const told = (await eventsOf(portal, id)).at(-1)
    expect([...(told?.recipients ?? [])].sort()).toEqual(
      [organisations.supplierNord.id, organisations.jobcenterMusvaagevej.id].sort(),
    )
  })

  test('§ 8: by K-kassen, because the benefit stopped and for nothing else, also in the past; what came after is flagged', async () => {
    const order = await running({ '2026-03-09': 60, '2026-03-11': 60 })
    const registered = must(await absence(order, '2026-03-11')).body
    expect(refusal(await end(order.id, {}, 'k-kassen'))).toEqual([403, 'termination-cause-not-allowed'])
    const back = { endedOn: '2026-03-09', cause: 'benefit-stopped' }
    const answer = await end(order.id, back, 'k-kassen')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ planConflict: true, termination: { endedBy: 'benefits-office' } })
    expect((await nord().get(`/v1/absences/${registered.id}`)).body.status).toBe('registered')
    expect((await dutyTexts(portal, order.id)).filter((duty) => duty.startsWith('final'))).toEqual([
      // Told on Friday, 13 March.
      'final-report final 2026-03-23 open',
    ])
    const later = await running({ '2026-03-11': 60 })
    must(await absence(later, '2026-03-11'))
    const refused = await end(later.id, { endedOn: '2026-03-09' })
    expect(refusal(refused)).toEqual([422, 'termination-date'])
    expect(refused.body.recordedAfter).toEqual(['2026-03-11'])
  })

  test('ours: a benefit stopped on the day before the course at the earliest; to a supplier it is a cause like any other', async () => {
    const stopped = { cause: 'benefit-stopped' }
    for (const client of ['k-kassen', 'jobcenter-musvaagevej']) {
      const { id } = await running()
      const early = await end(id, { ...stopped, endedOn: '2026-02-28' }, client)
      expect(refusal(early)).toEqual([422, 'termination-date'])
      expect(early.body).toMatchObject({ from: '2026-03-01' })
      must(await end(id, { ...stopped, endedOn: '2026-03-01' }, client))
    }
    const { id } = await running()
    expect(refusal(await end(id, { ...stopped, endedOn: '2026-03-01' }))).toEqual([422, 'termination-date'])
    must(await end(id, stopped))
  })

  test('§ 7 course-has-started: the cause never-started is no cause for what was attended or registered', async () => {
    const never = { cause: 'never-started' }
    const came = await running()
    const answer = await end(came.id, never)
    expect(refusal(answer)).toEqual([422, 'course-has-started'])
    expect(answer.body.recordedOn).toEqual(['2026-03-02'])
    expect(refusal(await end(came.id, never, 'jobcenter-musvaagevej'))).toEqual([422, 'course-has-started'])
    const fund = await approved(as, atTheFund)
    const akasse = as('supplier-akasse')
    must(await plan(akasse, fund, { '2026-03-03': 60, '2026-03-04': 60, '2026-03-05': 60 }))
    const activityId = fund.activities[0].id
    const record = (date: string, entry: Record<string, unknown>) =>
      akasse.put(`/v1/orders/${fund.id}/attendance/${date}`, { entries: [{ activityId, ...entry }], registeredBy: liv })
    must(await record('2026-03-05', { attendedMinutes: 0, absent: [{ code: 'sick-reported', minutes: 60 }] }))
    must(await record('2026-03-03', { attendedMinutes: 60 }))
    const absent = { orderId: fund.id, activityId, date: '2026-03-04', wholeDay: true, reason: 'no-notice' }
    must(await akasse.post('/v1/absences', { ...absent, registeredBy: liv }))
    const refused = await end(fund.id, never, 'supplier-akasse')
    expect([refusal(refused), refused.body.recordedOn]).toEqual([
      [422, 'course-has-started'],
      ['2026-03-03', '2026-03-04'],
    ])
    const empty = await approved(as, atTheFund)
    expect(must(await end(empty.id, never, 'supplier-akasse')).body.course.status).toBe('never-started')
  })

  test('§ 7: one that nobody ever came to never started, whatever the cause, and owes no final report', async () => {
    const { id } = await approved(as)
    must(
      await as('supplier-nord').post(`/v1/orders/${id}/first-meeting`, {
        outcome: 'missed',
        on: '2026-03-02',
        registeredBy: liv,
      }),
    )
    const answer = await end(id, { cause: 'completed' })
    expect(answer.body).toMatchObject({ status: 'ended', course: { status: 'never-started' } })
    expect((await dutyTexts(portal, id)).filter((duty) => duty.startsWith('final-report'))).toEqual([])
    const fund = await approved(as, atTheFund)
    const ofFund = await end(fund.id, { cause: 'completed' }, 'supplier-akasse')
    expect(ofFund.body.course.status).toBe('ended')
  })

  test('termination-date: on a day of the course that does not lie ahead', async () => {
    const { id } = await running()
    for (const endedOn of ['2026-03-01', '2026-03-14']) {
      const answer = await end(id, { endedOn })
      expect(refusal(answer)).toEqual([422, 'termination-date'])
      expect(answer.body).toMatchObject({ endedOn, from: '2026-03-02', to: '2026-03-13' })
    }
    must(await end(id, { endedOn: '2026-03-13' }))
  })

  test('unknown-termination-cause: from the code set as it is that day', async () => {
    const { id } = await running()
    expect(refusal(await end(id, { cause: 'weather' }))).toEqual([422, 'unknown-termination-cause'])
  })

  test('order-state: once, and neither a draft nor a cancelled order; the answer says where it is', async () => {
    const { id } = await running()
    must(await end(id))
    const again = await end(id)
    expect(refusal(again)).toEqual([409, 'order-state'])
    expect(again.body).toMatchObject({ orderStatus: 'ended', courseStatus: 'ended', allowedIn: ['approved'] })
    const drafted = await draft(as)
    expect(refusal(await end(drafted.id, {}, 'jobcenter-musvaagevej'))).toEqual([409, 'order-state'])
    const cancelled = await approved(as)
    must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${cancelled.id}/cancellation`, {
        cause: 'other',
        registeredBy: dorte,
      }),
    )
    const answer = await end(cancelled.id)
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({ orderStatus: 'cancelled', allowedIn: ['approved'] })
    const jobcenter = as('jobcenter-musvaagevej')
    const cancel = await jobcenter.post(`/v1/orders/${id}/cancellation`, { cause: 'other', registeredBy: dorte })
    expect(refusal(cancel)).toEqual([409, 'order-state'])
    expect(refusal(await attend(nord(), id, '2026-03-12'))).toEqual([409, 'first-meeting-already-settled'])
  })

  test('another’s order is not there; auditors do not end courses', async () => {
    const { id } = await running()
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade', 'ydelse-dragoer']) {
      expect([client, ...refusal(await end(id, { cause: 'benefit-stopped' }, client))]).toEqual([
        client,
        404,
        'not-found',
      ])
    }
    const fund = await approved(as, atTheFund)
    expect(refusal(await end(fund.id, { cause: 'benefit-stopped' }, 'k-kassen'))).toEqual([404, 'not-found'])
    expect(refusal(await end(id, {}, 'auditor-koebenhavn'))).toEqual([403, 'forbidden'])
    expect(refusal(await end(demoOrders.draft.id))).toEqual([404, 'not-found'])
  })

  test('ten at once, from both sides: one ends it, once', async () => {
    const { id } = await running()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => end(id, {}, index % 2 ? 'supplier-nord' : 'jobcenter-musvaagevej')),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
    expect((await eventsOf(portal, id)).filter((event) => event.type === 'course.ended')).toHaveLength(1)
  })

  test('ended while an absence of a later day is registered: the absence came first, or there is none', async () => {
    for (let round = 0; round < 5; round++) {
      const order = await running({ '2026-03-12': 60 })
      const [ended, absent] = await Promise.all([
        end(order.id, { endedOn: '2026-03-11' }),
        absence(order, '2026-03-12'),
      ])
      expect([ended.status, absent.status].sort()).toEqual(ended.status === 200 ? [200, 422] : [201, 422])
    }
  })
})
