import { beforeAll, describe, expect, test } from 'vitest'
import { approved, dutyTexts, eventsOf, liv, must, organisations, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { faults, outcome, reSummon } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const missed = (id: string, on: string) => outcome(nord(), id, { outcome: 'missed', on })
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 7: the letter after a missed meeting', () => {
  test('sets the new meeting, meets its duty by the day it was sent, and the jobcenter is told', async () => {
    const { id } = await approved(as)
    must(await missed(id, '2026-03-02'))
    const answer = await reSummon(nord(), id, {
      reminders: [{ channel: 'sms', at: '2026-03-06T10:30:00+01:00', reached: false }],
    })
    expect(answer.status).toBe(201)
    expect(answer.headers['location']).toBe(`/v1/re-summons/${answer.body.id}`)
    expect(answer.body).toMatchObject({
      orderId: id,
      missedOn: '2026-03-02',
      letterSentOn: '2026-03-03',
      letterMethod: 'quick-letter',
      letterDueOn: '2026-03-03',
      letterLate: false,
      newMeetingAt: '2026-03-09T08:00:00.000Z',
      contactAttempts: 1,
      reached: 0,
      reminders: [{ channel: 'sms', at: '2026-03-06T09:30:00.000Z', reached: false }],
    })
    expect(must(await nord().get(`/v1/re-summons/${answer.body.id}`)).body).toEqual(answer.body)
    expect(must(await nord().get(`/v1/orders/${id}/re-summons`)).body).toEqual({ items: [answer.body], next: null })
    expect((await eventsOf(portal, id)).at(-1)).toEqual({
      type: 'first-meeting.re-summoned',
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: {
        orderId: id,
        reSummonsId: answer.body.id,
        missedOn: '2026-03-02',
        letterSentOn: '2026-03-03',
        letterLate: false,
        newMeetingOn: '2026-03-09',
      },
    })
    expect(await dutyTexts(portal, id)).toEqual([
      'first-meeting-outcome 2026-03-02 2026-03-02 met',
      'first-meeting-outcome 2026-03-09 2026-03-09 open',
      're-summons-letter 2026-03-02 2026-03-03 met',
    ])
    const [duty] = await portal.sql(
      `select (met_at at time zone 'UTC')::text as met_at, days_late from obligations where order_id = $1 and kind = 're-summons-letter'`,
      [id],
    )
    expect(duty).toEqual({ met_at: '2026-03-03 22:59:59.999', days_late: 0 })
    expect(must(await nord().get(`/v1/orders/${id}/first-meeting`)).body.pendingMeetingAt).toBe(
      '2026-03-09T08:00:00.000Z',
    )
  })

  test('a late letter is taken and marked, and so is its duty', async () => {
    const { id } = await approved(as)
    const answer = await reSummon(nord(), id, { letterSentOn: '2026-03-05' })
    expect([answer.status, answer.body.letterLate, answer.body.letterDueOn]).toEqual([201, true, '2026-03-03'])
    const [duty] = await portal.sql(
      `select days_late, working_days_late from obligations where order_id = $1 and kind = 're-summons-letter'`,
      [id],
    )
    expect(duty).toEqual({ days_late: 2, working_days_late: 2 })
  })

  test('of a meeting whose outcome nobody told it says that it was missed', async () => {
    const { id } = await approved(as)
    must(await reSummon(nord(), id))
    expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual([
      'order.placed',
      'first-meeting.missed',
      'first-meeting.re-summoned',
    ])
    const second = await reSummon(nord(), id, {
      missedOn: '2026-03-09',
      letterSentOn: '2026-03-10',
      newMeetingAt: '2026-03-20T08:00:00Z',
    })
    expect(second.status).toBe(201)
    expect((await eventsOf(portal, id)).map((event) => event.type).slice(3)).toEqual([
      'first-meeting.missed-again',
      'first-meeting.re-summoned',
    ])
    const theCase = must(await nord().get(`/v1/orders/${id}/first-meeting`)).body
    expect([theCase.timesMissed, theCase.pendingMeetingAt]).toEqual([2, '2026-03-20T08:00:00.000Z'])
  })

  test('already-re-summoned: one letter for each missed meeting, also of many at the same moment', async () => {
    const { id } = await approved(as)
    const answers = await Promise.all(Array.from({ length: 8 }, () => reSummon(nord(), id)))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    for (const answer of answers)
      if (answer.status !== 201) expect(refusal(answer)).toEqual([409, 'already-re-summoned'])
    expect(must(await nord().get(`/v1/orders/${id}/re-summons`)).body.items).toHaveLength(1)
  })

  test.each([
    ['the second working day after', '2026-03-04T08:00:00Z', [422, 'new-meeting-too-early']],
    ['the third working day after', '2026-03-05T08:00:00Z', [201, undefined]],
    ['the fourteenth day', '2026-03-16T08:00:00Z', [201, undefined]],
    [
      'the fifteenth day, though it is still the fourteenth in Greenwich',
      '2026-03-16T23:30:00Z',
      [422, 'new-meeting-outside-window'],
    ],
  ])('the new meeting is on %s', async (_, newMeetingAt, expected) => {
    const { id } = await approved(as)
    const answer = await reSummon(nord(), id, { newMeetingAt })
    expect(refusal(answer)).toEqual(expected)
    if (answer.status !== 201) {
      expect(answer.body).toMatchObject({ earliestOn: '2026-03-05', latestOn: '2026-03-16' })
      expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual(['order.placed'])
    }
  })

  test('working days skip Easter: missed on the Wednesday before, the earliest is Thursday of the week after', async () => {
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const { id } = await approved(as, { firstMeetingAt: '2026-04-01T08:00:00Z' })
    const easter = { missedOn: '2026-04-01', letterSentOn: '2026-04-01' }
    const early = await reSummon(nord(), id, { ...easter, newMeetingAt: '2026-04-08T08:00:00Z' })
    expect([refusal(early), early.body.earliestOn]).toEqual([[422, 'new-meeting-too-early'], '2026-04-09'])
    expect((await reSummon(nord(), id, { ...easter, newMeetingAt: '2026-04-09T08:00:00Z' })).status).toBe(201)
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('first-meeting-date: not after the order ends, and of no other day than the missed meeting', async () => {
    portal.clock.set('2026-05-18T10:00:00.000Z')
    const { id } = await approved(as, { firstMeetingAt: '2026-05-18T08:00:00Z' })
    const last = { missedOn: '2026-05-18', letterSentOn: '2026-05-18' }
    const answer = await reSummon(nord(), id, { ...last, newMeetingAt: '2026-05-26T08:00:00Z' })
    expect([refusal(answer), faults(answer)]).toEqual([
      [422, 'first-meeting-date'],
      [['/newMeetingAt', 'out-of-range']],
    ])
    expect(refusal(await reSummon(nord(), id, { ...last, missedOn: '2026-05-15' }))).toEqual([
      422,
      'first-meeting-date',
    ])
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test.each([
    ['before the meeting', { letterSentOn: '2026-03-01' }],
    ['tomorrow', { letterSentOn: '2026-03-14', newMeetingAt: '2026-03-16T08:00:00Z' }],
    ['after the new meeting', { letterSentOn: '2026-03-10' }],
  ])('letter-date-invalid: %s', async (_, changes) => {
    const { id } = await approved(as)
    expect(refusal(await reSummon(nord(), id, changes))).toEqual([422, 'letter-date-invalid'])
  })

  test('first-meeting-already-settled: nobody is summoned who has come', async () => {
    const { id } = await approved(as)
    must(await outcome(nord(), id, { outcome: 'attended', on: '2026-03-02' }))
    expect(refusal(await reSummon(nord(), id))).toEqual([409, 'first-meeting-already-settled'])
  })

  test('another way than a quick letter is taken and shown', async () => {
    const { id } = await approved(as)
    expect(must(await reSummon(nord(), id, { letterMethod: 'digital-post' })).body.letterMethod).toBe('digital-post')
  })

  test('a key gives the first answer again', async () => {
    const { id } = await approved(as)
    const send = () =>
      nord().post(
        `/v1/orders/${id}/re-summons`,
        {
          missedOn: '2026-03-02',
          letterSentOn: '2026-03-03',
          letterMethod: 'quick-letter',
          newMeetingAt: '2026-03-09T08:00:00Z',
          registeredBy: liv,
        },
        { idempotencyKey: `letter-${id}` },
      )
    const [first, second] = [await send(), await send()]
    expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
  })
})

describe('§ 7: text messages and calls', () => {
  const remind = (id: string, changes: Record<string, unknown> = {}) =>
    nord().post(`/v1/re-summons/${id}/reminders`, {
      channel: 'phone',
      at: '2026-03-12T12:00:00Z',
      registeredBy: liv,
      ...changes,
    })

  test('each is added to the log, the version grows, and the counts follow; also after the citizen came', async () => {
    const { id: orderId } = await approved(as)
    const { id } = must(await reSummon(nord(), orderId)).body
    const first = must(await remind(id, { reached: true }))
    expect([first.status, first.headers['etag'], first.body.contactAttempts, first.body.reached]).toEqual([
      201,
      '"2"',
      1,
      1,
    ])
    must(await outcome(nord(), orderId, { outcome: 'attended', on: '2026-03-12' }))
    const second = must(await remind(id.toUpperCase(), { channel: 'sms' }))
    expect([second.headers['etag'], second.body.contactAttempts, second.body.reached]).toEqual(['"3"', 2, 1])
    expect(second.body.reminders[1]).not.toHaveProperty('reached')
  })

  test('at the same moment none is lost', async () => {
    const { id: orderId } = await approved(as)
    const { id } = must(await reSummon(nord(), orderId)).body
    await Promise.all(Array.from({ length: 10 }, () => remind(id)))
    const answer = must(await nord().get(`/v1/re-summons/${id}`))
    expect([answer.headers['etag'], answer.body.contactAttempts]).toEqual(['"11"', 10])
  })

  test('reminder-date-invalid: one that lies ahead is a fault where it stands', async () => {
    const { id: orderId } = await approved(as)
    const reminders = [
      { channel: 'sms', at: '2026-03-13T10:00:00Z' },
      { channel: 'sms', at: '2026-03-13T10:00:01Z' },
    ]
    const early = await reSummon(nord(), orderId, { reminders })
    expect([refusal(early), faults(early)]).toEqual([
      [422, 'reminder-date-invalid'],
      [['/reminders/1/at', 'out-of-range']],
    ])
    const { id } = must(await reSummon(nord(), orderId)).body
    const answer = await remind(id, { at: '2026-03-13T10:00:01Z' })
    expect([refusal(answer), faults(answer)]).toEqual([[422, 'reminder-date-invalid'], [['/at', 'out-of-range']]])
    expect(
      refusal(
        await as('supplier-syd').post(`/v1/re-summons/${id}/reminders`, {
          channel: 'sms',
          at: '2026-03-12T12:00:00Z',
          registeredBy: liv,
        }),
      ),
    ).toEqual([404, 'not-found'])
  })
})
