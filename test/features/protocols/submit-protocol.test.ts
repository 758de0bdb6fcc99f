import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { beforeAll, describe, expect, test } from 'vitest'
import { dutyTexts, eventsOf, liv, must, organisations, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, monthOf, recordedDay, submit } from './support.ts'

let portal: TestPortal
const path = (order: CourseOrder, rest = '') => `/v1/orders/${order.id}/protocols/2026-03${rest}`
const attended = (order: CourseOrder, date: string, minutes = 120) =>
  recordedDay(portal, order, date, { attended: minutes })
/** Two planned days, both attended. */
const ready = async (): Promise<CourseOrder> => {
  const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
  for (const date of ['2026-03-02', '2026-03-03']) await attended(order, date)
  return order
}
/** What B's hooks do after a change of a day, run as the supplier. */
const touch = (order: CourseOrder, date: string, at: string, because = 'absence-registered') =>
  portal.sql(
    `select set_config('portal.organisation', $1, false), portal_touch_protocols($1::uuid, $2, array[$3]::date[], array['|'],
       array[$6]::uuid[], array[$3]::date[], $4, $5, '2026-04-10')`,
    [organisations.supplierNord.id, order.citizenId, date, at, because, order.id],
  )

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-31T10:00:00.000Z' })
})

describe('§ 5: a month is submitted', () => {
  test('frozen as canonical JSON under its hash, its duty met, the jobcenter told', async () => {
    const order = await ready()
    const answer = await submit(portal, order, '2026-03')
    expect(answer.status, answer.text).toBe(201)
    expect(answer.body).toEqual({
      orderId: order.id,
      month: '2026-03',
      version: 1,
      submittedAt: '2026-03-31T10:00:00.000Z',
      submittedBy: liv,
      correctionReason: null,
      incomplete: false,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(answer.headers['location']).toBe(path(order, '/versions/1'))
    const { sha256 } = answer.body
    expect(answer.headers['etag']).toBe(`"${sha256}"`)
    const frozen = await portal.as('jobcenter-musvaagevej').get(path(order, '/versions/1'))
    expect(frozen.headers['etag']).toBe(`"${sha256}"`)
    expect(createHash('sha256').update(frozen.text, 'utf8').digest('hex')).toBe(sha256)
    expect(canonicalize(frozen.body)).toBe(frozen.text)
    expect(frozen.text).not.toMatch(/(?<![\da-z-])\d{6}-?\d{4}(?![\da-z-])/)
    expect(frozen.body).toMatchObject({ version: 1, previous: null, citizenId: order.citizenId, submittedBy: liv })
    expect(frozen.body.days.map((day: { date: string }) => day.date)).toEqual(['2026-03-02', '2026-03-03'])
    expect((await monthOf(portal, order, '2026-03')).body).toMatchObject({
      status: 'submitted',
      version: 1,
      sha256,
      stale: false,
      incomplete: false,
    })
    expect((await dutyTexts(portal, order.id)).filter((text) => text.startsWith('attendance-protocol'))).toEqual([
      'attendance-protocol 2026-03 2026-04-01 met',
    ])
    expect((await eventsOf(portal, order.id)).at(-1)).toEqual({
      type: 'attendance-protocol.submitted',
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: { orderId: order.id, month: '2026-03', version: 1, incomplete: false },
    })
    const [change] = await portal.sql(
      `select action, registered_by, changes from change_log where order_id = $1 and entity = 'protocol'`,
      [order.id],
    )
    expect(change).toEqual({
      action: 'submitted',
      registered_by: liv,
      changes: { month: '2026-03', version: { from: null, to: 1 }, incomplete: false, sha256 },
    })
  })

  test.each([
    ['the last day of the month', '2026-03-31T22:30:00.000Z', 0],
    ['the 1st, until midnight', '2026-04-01T21:59:59.999Z', 0],
    ['the 2nd', '2026-04-01T22:00:00.000Z', 1],
  ])('on %s: taken, and late by so many days', async (_when, at, daysLate) => {
    portal.clock.set('2026-03-31T10:00:00.000Z')
    const order = await ready()
    portal.clock.set(at)
    must(await submit(portal, order, '2026-03'))
    const [duty] = await portal.sql(
      `select days_late from obligations where order_id = $1 and kind = 'attendance-protocol'`,
      [order.id],
    )
    expect(duty).toEqual({ days_late: daysLate })
    portal.clock.set('2026-03-31T10:00:00.000Z')
  })

  test('of simultaneous submissions one is taken; the same key gives the same answer', async () => {
    const order = await ready()
    const answers = await Promise.all(Array.from({ length: 6 }, () => submit(portal, order, '2026-03')))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    expect(answers.filter(({ status }) => status === 409).map((one) => one.body.code)).toEqual(
      Array.from({ length: 5 }, () => 'month-already-submitted'),
    )
    const other = await ready()
    const first = must(await submit(portal, other, '2026-03', {}, { idempotencyKey: `once-${other.id}` }))
    const again = await submit(portal, other, '2026-03', {}, { idempotencyKey: `once-${other.id}` })
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })

  test('an absence and a submission at once: the protocol holds it or is refused for it', async () => {
    for (let round = 0; round < 3; round++) {
      const order = await ready()
      const [, submission] = await Promise.all([absent(portal, order, '2026-03-03'), submit(portal, order, '2026-03')])
      if (submission.status === 201) {
        const { body } = await portal.as('supplier-nord').get(path(order, '/versions/1'))
        expect(body.days.every((day: { absence: unknown }) => day.absence === null)).toBe(true)
      } else expect(refusal(submission)).toEqual([422, 'protocol-does-not-reconcile'])
    }
  })
})

test('a corrected day and a submission at once: the version holds it, or the month is stale', async () => {
  for (let round = 0; round < 4; round++) {
    const order = await ready()
    const sick = [{ code: 'sick-reported', minutes: 120 }]
    const [recorded, submission] = await Promise.all([
      portal.as('supplier-nord').put(`/v1/orders/${order.id}/attendance/2026-03-03`, {
        entries: [{ activityId: order.activityId, attendedMinutes: 0, absent: sick }],
        correctionReason: 'Var syg',
        registeredBy: liv,
      }),
      submit(portal, order, '2026-03'),
    ])
    must(recorded)
    must(submission)
    const frozen = must(await portal.as('supplier-nord').get(path(order, '/versions/1'))).body
    const { stale, totals } = must(await monthOf(portal, order, '2026-03')).body
    expect(stale).toBe(frozen.totals.attendedMinutes !== totals.attendedMinutes)
    expect([0, 120]).toContain(frozen.totals.attendedMinutes - totals.attendedMinutes)
  }
})

describe('what is refused', () => {
  test('month-not-over: a planned day lies ahead, unless the course ended before it', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-31': 120 })
    await attended(order, '2026-03-02')
    portal.clock.set('2026-03-30T10:00:00.000Z')
    const early = await submit(portal, order, '2026-03')
    expect(refusal(early)).toEqual([409, 'month-not-over'])
    expect(early.body.daysAhead).toEqual(['2026-03-31'])
    must(
      await portal.as('supplier-nord').post(`/v1/orders/${order.id}/termination`, {
        endedOn: '2026-03-27',
        cause: 'employment',
        registeredBy: liv,
      }),
    )
    must(await submit(portal, order, '2026-03'))
    portal.clock.set('2026-03-31T10:00:00.000Z')
  })

  test('nothing-planned-that-month', async () => {
    const order = await ready()
    expect(refusal(await submit(portal, order, '2026-02'))).toEqual([409, 'nothing-planned-that-month'])
  })

  test('protocol-incomplete: days without entry, and days that were planned otherwise since', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 })
    await attended(order, '2026-03-02', 90)
    await attended(order, '2026-03-03')
    const answer = await submit(portal, order, '2026-03')
    expect(refusal(answer)).toEqual([422, 'protocol-incomplete'])
    expect(answer.body).toMatchObject({ missingDates: ['2026-03-04'], outdatedDates: ['2026-03-02'] })
  })

  test('protocol-does-not-reconcile: date by date, either way round', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120 })
    await attended(order, '2026-03-02')
    await recordedDay(portal, order, '2026-03-03', { attended: 30, absent: [{ code: 'unauthorised', minutes: 90 }] })
    await attended(order, '2026-03-04')
    must(await absent(portal, order, '2026-03-04', { absentMinutes: 20, reason: 'left-early' }))
    const answer = await submit(portal, order, '2026-03')
    expect(refusal(answer)).toEqual([422, 'protocol-does-not-reconcile'])
    expect(answer.body.differences).toEqual([
      { date: '2026-03-03', because: 'absence-not-registered', minutes: 90 },
      { date: '2026-03-04', because: 'registration-not-in-protocol', minutes: 20 },
    ])
  })

  test('day-not-open: only open days are explained, each once', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
    await attended(order, '2026-03-02')
    const day = (date: string) => ({ date, explanation: 'Glemt' })
    const answer = await submit(portal, order, '2026-03', {
      acceptOpenDifferences: [day('2026-03-02'), day('2026-03-03'), day('2026-03-03')],
    })
    expect(refusal(answer)).toEqual([422, 'day-not-open'])
    expect(answer.body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([
      '/acceptOpenDifferences/0/date',
      '/acceptOpenDifferences/2/date',
    ])
    expect(answer.text).not.toContain('Glemt')
  })

  test('another supplier finds nothing, a jobcenter may not, a month has its form', async () => {
    const order = await ready()
    const body = { registeredBy: liv }
    expect(refusal(await portal.as('supplier-syd').post(path(order, '/submission'), body))).toEqual([404, 'not-found'])
    expect(refusal(await portal.as('jobcenter-musvaagevej').post(path(order, '/submission'), body))).toEqual([
      403,
      'forbidden',
    ])
    const wrong = await portal.as('supplier-nord').post(`/v1/orders/${order.id}/protocols/2026-13/submission`, body)
    expect(refusal(wrong)).toEqual([400, 'invalid-request'])
  })
})

describe('due is due', () => {
  test('open days are named and explained: the version is incomplete, the duty is met', async () => {
    const order = await course(portal, { '2026-03-02': 120, '2026-03-03': 120 })
    await recordedDay(portal, order, '2026-03-02', { attended: 0, absent: [{ code: 'unauthorised', minutes: 120 }] })
    const acceptOpenDifferences = [
      { date: '2026-03-02', explanation: 'Registreringen blev glemt.' },
      { date: '2026-03-03', explanation: 'Fremmødelisten er bortkommet.' },
    ]
    const some = await submit(portal, order, '2026-03', { acceptOpenDifferences: acceptOpenDifferences.slice(0, 1) })
    expect(refusal(some)).toEqual([422, 'protocol-incomplete'])
    const answer = must(await submit(portal, order, '2026-03', { acceptOpenDifferences }))
    expect(answer.body.incomplete).toBe(true)
    const frozen = await portal.as('supplier-nord').get(path(order, '/versions/1'))
    expect(frozen.body).toMatchObject({
      incomplete: true,
      acceptedOpenDays: acceptOpenDifferences,
      daysWithoutEntry: ['2026-03-03'],
      differences: [{ date: '2026-03-02', because: 'absence-not-registered', minutes: 120 }],
    })
    const event = (await eventsOf(portal, order.id)).at(-1)
    expect(event?.data).toEqual({ orderId: order.id, month: '2026-03', version: 1, incomplete: true })
    expect(await dutyTexts(portal, order.id)).toContain('attendance-protocol 2026-03 2026-04-01 met')
  })
})

describe('corrections', () => {
  test('a change makes the month stale and opens the duty; the next version meets it and names both', async () => {
    const order = await ready()
    const { sha256 } = must(await submit(portal, order, '2026-03')).body
    portal.clock.set('2026-04-02T10:00:00.000Z')
    await touch(order, '2026-03-03', '2026-04-02T09:00:00.000Z')
    expect((await monthOf(portal, order, '2026-03')).body).toMatchObject({
      status: 'stale',
      stale: true,
      version: 1,
      staleSince: '2026-04-02T09:00:00.000Z',
      staleDates: ['2026-03-03'],
      staleBecause: ['absence-registered'],
    })
    expect(await dutyTexts(portal, order.id)).toContain('attendance-protocol-correction 2026-03 v2 2026-04-10 open')
    expect(refusal(await submit(portal, order, '2026-03'))).toEqual([409, 'month-already-submitted'])
    const by = { name: 'Nora Nordstrup' }
    const again = must(
      await submit(portal, order, '2026-03', { correctionReason: 'Mødt efter frokost', registeredBy: by }),
    )
    expect(again.body).toMatchObject({ version: 2, correctionReason: 'Mødt efter frokost', submittedBy: by })
    expect(await dutyTexts(portal, order.id)).toContain('attendance-protocol-correction 2026-03 v2 2026-04-10 met')
    expect((await monthOf(portal, order, '2026-03')).body).toMatchObject({
      status: 'submitted',
      version: 2,
      stale: false,
      staleDates: [],
      staleBecause: [],
    })
    const second = await portal.as('supplier-nord').get(path(order, '/versions/2'))
    expect(second.body.previous).toEqual({
      version: 1,
      sha256,
      submittedAt: '2026-03-31T10:00:00.000Z',
      submittedBy: liv,
    })
    const page = await portal.as('supplier-nord').get(path(order, '/versions'), { query: { limit: 1 } })
    expect(page.body.items).toMatchObject([{ version: 1, sha256 }])
    const rest = await portal.as('supplier-nord').get(path(order, '/versions'), { query: { cursor: page.body.next } })
    expect(rest.body).toMatchObject({ items: [{ version: 2 }], next: null })
    expect(refusal(await portal.as('supplier-nord').get(path(order, '/versions/3')))).toEqual([404, 'not-found'])
    portal.clock.set('2026-03-31T10:00:00.000Z')
  })

  test('with a reason a next version is taken also when nothing changed', async () => {
    const order = await ready()
    must(await submit(portal, order, '2026-03'))
    const again = must(await submit(portal, order, '2026-03', { correctionReason: 'Anden forklaring' }))
    expect(again.body.version).toBe(2)
  })
})
