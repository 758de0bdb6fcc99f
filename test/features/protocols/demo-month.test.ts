import { beforeAll, describe, expect, test } from 'vitest'
import { dutiesOf, dutyTexts, eventsOf, freshCpr, liv, must, refusal } from '#test/features/orders/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, monthOf, submit } from './support.ts'

let portal: TestPortal
const nord = () => portal.as('supplier-nord')
const jobcenter = () => portal.as('jobcenter-musvaagevej')
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
const noonOf = (date: string): void => portal.clock.set(`${date}T11:00:00.000Z`)

type Month = CourseOrder & { readonly offSiteId: string; readonly placementId: string }
type Entry = Record<string, unknown>

const attendance = (order: CourseOrder, date: string, entry: Entry, changes: Record<string, unknown> = {}) =>
  nord().put(`/v1/orders/${order.id}/attendance/${date}`, {
    entries: [{ activityId: order.activityId, ...entry }],
    registeredBy: liv,
    ...changes,
  })

const document = async (): Promise<string> => {
  const { body, options } = documentForm()
  return must(await nord().post('/v1/documents', body, options)).body.id
}

const activity = async (order: CourseOrder, kind: string, title: string): Promise<string> =>
  must(
    await jobcenter().post(`/v1/orders/${order.id}/activities`, {
      kind,
      title,
      place: { kind: 'company', name: 'Opfundet Handel ApS' },
      startDate: '2026-03-02',
      endDate: '2026-05-22',
      registeredBy: sally,
    }),
  ).body.id

const days = {
  present: '2026-03-02',
  late: '2026-03-03',
  leftEarly: '2026-03-04',
  sickReported: '2026-03-05',
  sickAccepted: '2026-03-06',
  leave: '2026-03-09',
  offSite: '2026-03-10',
  offSiteUndocumented: '2026-03-11',
  placement: '2026-03-12',
  refused: '2026-03-13',
  last: '2026-03-31',
} as const

/** A citizen's March, planned: three hours each of the days. */
const planned = async (): Promise<Month> => {
  noonOf('2026-02-26')
  const plan = Object.fromEntries(Object.values(days).map((date) => [date, 180]))
  const order = await course(portal, plan, { cpr: freshCpr(), firstMeeting: null })
  const offSiteId = await activity(order, 'off-site', 'Virksomhedsbesøg')
  const placementId = await activity(order, 'work-placement', 'Praktik')
  const at = { [days.offSite]: offSiteId, [days.offSiteUndocumented]: offSiteId, [days.placement]: placementId }
  const current = must(await nord().get(`/v1/orders/${order.id}/plan`))
  must(
    await nord().put(
      `/v1/orders/${order.id}/plan`,
      {
        complete: false,
        days: Object.values(days).map((date) => ({
          date,
          activityId: (at as Record<string, string>)[date] ?? order.activityId,
          plannedMinutes: 180,
        })),
      },
      { ifMatch: current.headers['etag'] ?? '' },
    ),
  )
  return { ...order, offSiteId, placementId }
}

/** The month as it went, each day told on the day. */
const lived = async (): Promise<Month> => {
  const order = await planned()
  noonOf(days.present)
  must(
    await nord().post(`/v1/orders/${order.id}/first-meeting`, {
      outcome: 'attended',
      on: days.present,
      registeredBy: liv,
    }),
  )
  must(await attendance(order, days.present, { attendedMinutes: 180 }))
  const away = (minutes: number) => ({
    attendedMinutes: 180 - minutes,
    absent: [{ code: 'unauthorised', minutes }],
  })
  noonOf(days.late)
  must(await absent(portal, order, days.late, { absentMinutes: 30, reason: 'late-arrival' }))
  must(await attendance(order, days.late, away(30)))
  noonOf(days.leftEarly)
  const early = must(await attendance(order, days.leftEarly, away(45)))
  expect(early.body.missing).toEqual([expect.objectContaining({ code: 'absence-registration', minutes: 45 })])
  expect(await dutyTexts(portal, order.id)).toContain('absence-registration 2026-03-04 2026-03-04 open')
  must(await absent(portal, order, days.leftEarly, { absentMinutes: 45, reason: 'left-early' }))
  expect(await dutyTexts(portal, order.id)).toContain('absence-registration 2026-03-04 2026-03-04 met')
  noonOf(days.sickReported)
  must(
    await attendance(order, days.sickReported, {
      attendedMinutes: 0,
      absent: [{ code: 'sick-reported', minutes: 180 }],
    }),
  )
  noonOf(days.sickAccepted)
  const message = { code: 'sick-accepted', minutes: 180, messageOn: days.sickAccepted, periodTo: days.sickAccepted }
  must(await attendance(order, days.sickAccepted, { attendedMinutes: 0, absent: [message] }))
  must(
    await jobcenter().post(`/v1/orders/${order.id}/leave-approvals`, {
      from: days.leave,
      to: days.leave,
      reason: 'Flytning',
      approvedBy: sally,
    }),
  )
  noonOf(days.leave)
  must(await attendance(order, days.leave, { attendedMinutes: 0, absent: [{ code: 'approved-leave', minutes: 180 }] }))
  noonOf(days.offSite)
  const visit = { place: 'Opfundet Handel ApS', content: 'Rundvisning og samtale om løntilskud' }
  const { offSiteId, placementId } = order
  const withDocument = { ...visit, documentId: await document() }
  must(await attendance(order, days.offSite, { activityId: offSiteId, attendedMinutes: 180, offSite: withDocument }))
  noonOf(days.offSiteUndocumented)
  must(
    await attendance(order, days.offSiteUndocumented, { activityId: offSiteId, attendedMinutes: 180, offSite: visit }),
  )
  noonOf(days.placement)
  const evidence = { place: 'Lageret', content: 'Praktik på lageret', documentId: await document() }
  must(await attendance(order, days.placement, { activityId: placementId, attendedMinutes: 180, offSite: evidence }))
  noonOf(days.refused)
  must(await attendance(order, days.refused, { attendedMinutes: 180 }))
  const refusing = { reason: 'non-participation', elaboration: 'Mødte, men nægtede at deltage.', priorWarning: true }
  must(await absent(portal, order, days.refused, refusing))
  noonOf(days.last)
  expect(refusal(await submit(portal, order, '2026-03'))).toEqual([422, 'protocol-incomplete'])
  must(await attendance(order, days.last, { attendedMinutes: 180 }))
  return order
}

const lateness = async (order: Month) =>
  (
    await portal.sql(
      `select days_late from obligations where order_id = $1 and kind = 'attendance-protocol' and subject = '2026-03'`,
      [order.id],
    )
  )[0]

beforeAll(async () => {
  portal = await testPortal({ now: '2026-02-26T11:00:00.000Z' })
})

describe('§ 5: the demo month', () => {
  test('stands day by day, and is submitted on its last day', async () => {
    const order = await lived()
    const month = must(await monthOf(portal, order, '2026-03', 'jobcenter-musvaagevej')).body
    expect(month.days.map((day: { status: string }) => day.status)).toEqual(Object.values(days).map(() => 'recorded'))
    expect(month).toMatchObject({
      totals: {
        plannedMinutes: 1980,
        attendedMinutes: 1365,
        unauthorisedMinutes: 75,
        leaveMinutes: 180,
      },
      daysWithoutEntry: [],
      daysRecordedLate: [],
      documentationMissing: [{ date: days.offSiteUndocumented, activityId: order.offSiteId }],
      differences: [],
      explained: [
        { date: days.sickReported, because: 'sickness' },
        { date: days.sickAccepted, because: 'sickness' },
        { date: days.leave, because: 'approved-leave' },
        { date: days.refused, because: 'non-participation' },
      ],
    })
    must(await submit(portal, order, '2026-03'))
    expect(await lateness(order)).toEqual({ days_late: 0 })
    // Sickness told nobody anything.
    const told = JSON.stringify(await eventsOf(portal, order.id))
    expect(told).not.toMatch(/sick|2026-03-05|2026-03-06/)
    for (const path of ['', '/2026-03', '/2026-03/versions/1']) {
      expect(refusal(await portal.as('k-kassen').get(`/v1/orders/${order.id}/protocols${path}`))).toEqual([
        403,
        'forbidden',
      ])
    }
  })

  test('is in time on the 1st, and late by a day on the 2nd', async () => {
    const [first, second] = [await lived(), await lived()]
    portal.clock.set('2026-04-01T21:30:00.000Z')
    must(await submit(portal, first, '2026-03'))
    expect(await lateness(first)).toEqual({ days_late: 0 })
    portal.clock.set('2026-04-01T22:30:00.000Z')
    must(await submit(portal, second, '2026-03'))
    expect(await lateness(second)).toEqual({ days_late: 1 })
  })

  test('is corrected: a day, a registration, a withdrawal and leave make it stale; the next version meets the duty', async () => {
    const order = await lived()
    must(await submit(portal, order, '2026-03'))
    noonOf('2026-04-07')
    const unreasoned = await attendance(order, days.present, {
      attendedMinutes: 170,
      absent: [{ code: 'unauthorised', minutes: 10 }],
    })
    expect(refusal(unreasoned)).toEqual([409, 'month-already-submitted'])
    const corrected = { correctionReason: 'Gik ti minutter før' }
    const shorter = { attendedMinutes: 170, absent: [{ code: 'unauthorised', minutes: 10 }] }
    must(await attendance(order, days.present, shorter, corrected))
    const stale = must(await monthOf(portal, order, '2026-03')).body
    expect(stale).toMatchObject({ status: 'stale', version: 1, staleDates: [days.present] })
    const duty = (text: string) => text.startsWith('attendance-protocol-correction')
    // Easter Monday was the day before; five working days after the 7th.
    expect((await dutyTexts(portal, order.id)).filter(duty)).toEqual([
      'attendance-protocol-correction 2026-03 v2 2026-04-14 open',
    ])
    const because = { correctionReason: 'Gik ti minutter før' }
    expect(refusal(await submit(portal, order, '2026-03', because))).toEqual([422, 'protocol-does-not-reconcile'])
    must(await absent(portal, order, days.present, { absentMinutes: 10, reason: 'left-early' }))
    must(await submit(portal, order, '2026-03', because))
    expect((await dutyTexts(portal, order.id)).filter(duty)).toEqual([
      'attendance-protocol-correction 2026-03 v2 2026-04-14 met',
    ])

    // A registration is withdrawn: taken always, and the month is stale again.
    const live = must(await monthOf(portal, order, '2026-03')).body.days.find(
      (day: { date: string }) => day.date === days.late,
    ).absence
    must(await nord().post(`/v1/absences/${live.id}/withdrawal`, { reason: 'Forkert borger', registeredBy: liv }))
    const after = must(await monthOf(portal, order, '2026-03')).body
    expect(after).toMatchObject({ status: 'stale', version: 2, staleDates: [days.late] })
    expect(after.differences).toEqual([{ date: days.late, because: 'absence-not-registered', minutes: 30 }])
    must(
      await jobcenter().post(`/v1/orders/${order.id}/leave-approvals`, {
        from: days.leftEarly,
        to: days.leftEarly,
        minutes: 45,
        reason: 'Lægebesøg',
        approvedBy: sally,
      }),
    )
    expect((await monthOf(portal, order, '2026-03')).body.staleDates).toEqual([days.late, days.leftEarly])
    const open = (await dutiesOf(portal, order.id)).filter(({ kind }) => kind === 'attendance-protocol-correction')
    expect(open.map(({ subject, state }) => `${subject} ${state}`)).toEqual(['2026-03 v2 met', '2026-03 v3 open'])
    const accepted = [{ date: days.late, explanation: 'Registreres på ny i morgen.' }]
    const third = must(
      await submit(portal, order, '2026-03', {
        correctionReason: 'Efter tilbagetrækning',
        acceptOpenDifferences: accepted,
      }),
    )
    expect(third.body).toMatchObject({ version: 3, incomplete: true })
    const versions = must(await nord().get(`/v1/orders/${order.id}/protocols/2026-03/versions`)).body.items
    expect(versions.map((one: { version: number; incomplete: boolean }) => [one.version, one.incomplete])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
  })
})
