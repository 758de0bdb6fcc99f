import { beforeAll, describe, expect, test } from 'vitest'
import { dutyTexts, freshCpr, liv, must } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absent, type CourseOrder, course, monthOf, submit } from './support.ts'

let portal: TestPortal
const second = '2026-03-12'
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
type Part = { code: string; minutes: number }

beforeAll(async () => {
  portal = await testPortal()
})

/** Two orders of a citizen at one supplier, by two jobcenters, with an hour each on two days; the first one attended. */
const two = async (now = `${second}T10:00:00.000Z`): Promise<{ mine: CourseOrder; other: CourseOrder }> => {
  portal.clock.set('2026-03-10T10:00:00.000Z')
  const [cpr, plan] = [freshCpr(), { '2026-03-02': 60, [second]: 60 }]
  const mine = await course(portal, plan, { cpr })
  const other = await course(portal, plan, { cpr, jobcenter: 'jobcenter-skelbaekgade' })
  for (const order of [mine, other]) await record(order, '2026-03-02', 60)
  portal.clock.set(now)
  return { mine, other }
}

const record = async (order: CourseOrder, date: string, attendedMinutes: number, parts: Part[] = []) =>
  must(
    await portal.as('supplier-nord').put(`/v1/orders/${order.id}/attendance/${date}`, {
      entries: [{ activityId: order.activityId, attendedMinutes, absent: parts }],
      registeredBy: liv,
    }),
  )

const end = async (order: CourseOrder, endedOn: string) =>
  must(
    await portal
      .as('jobcenter-musvaagevej')
      .post(`/v1/orders/${order.id}/termination`, { endedOn, cause: 'benefit-stopped', registeredBy: sally }),
  )

const leaveOf = async (order: CourseOrder, client: string) =>
  must(
    await portal
      .as(client)
      .post(`/v1/orders/${order.id}/leave-approvals`, { from: second, to: second, reason: 'Møde', approvedBy: sally }),
  )

const standing = async (order: CourseOrder, client = 'supplier-nord') => {
  const { differences, explained, stale, staleDates } = (await monthOf(portal, order, '2026-03', client)).body
  return { differences, explained, stale, staleDates }
}
const notInProtocol = [{ date: second, because: 'registration-not-in-protocol', minutes: 60 }]

describe('§ 6: a registration on a course that goes on is not explained by another course of the citizen', () => {
  test('one that was over by then', async () => {
    const { mine, other } = await two()
    await end(mine, '2026-03-10')
    must(await absent(portal, other, second, { absentMinutes: 60 }))
    await record(other, second, 60)
    expect(await standing(other)).toMatchObject({ differences: notInProtocol, explained: [] })
    expect((await submit(portal, other, '2026-03')).body.code).toBe('protocol-does-not-reconcile')
  })

  test('one that turned out to be over when it had been registered, save for minutes that only it has room for', async () => {
    const one = await two()
    must(await absent(portal, one.other, second, { absentMinutes: 60 }))
    await record(one.other, second, 60)
    await end(one.mine, '2026-03-10')
    expect(await standing(one.other)).toMatchObject({ differences: notInProtocol, explained: [] })
    const both = await two()
    must(await absent(portal, both.other, second))
    await record(both.other, second, 0, [{ code: 'unauthorised', minutes: 60 }])
    await end(both.mine, '2026-03-10')
    expect(await standing(both.other)).toMatchObject({
      differences: [],
      explained: [{ date: second, because: 'after-the-course' }],
    })
  })

  test('one that the citizen had not come to', async () => {
    portal.clock.set('2026-03-10T10:00:00.000Z')
    const cpr = freshCpr()
    await course(portal, { [second]: 60 }, { cpr, firstMeeting: null })
    const other = await course(portal, { [second]: 60 }, { cpr, jobcenter: 'jobcenter-skelbaekgade' })
    portal.clock.set(`${second}T10:00:00.000Z`)
    must(await absent(portal, other, second, { absentMinutes: 60 }))
    await record(other, second, 60)
    expect(await standing(other)).toMatchObject({ differences: notInProtocol, explained: [] })
  })
})

test('§ 6: leave on one order explains nothing of what the protocol of the other denies', async () => {
  const { mine, other } = await two()
  await leaveOf(mine, 'jobcenter-musvaagevej')
  must(await absent(portal, other, second, { absentMinutes: 60 }))
  await leaveOf(other, 'jobcenter-skelbaekgade')
  await record(mine, second, 0, [{ code: 'approved-leave', minutes: 60 }])
  await record(other, second, 60)
  expect((await standing(other)).differences).toEqual(notInProtocol)
  await record(other, second, 0, [{ code: 'approved-leave', minutes: 60 }])
  expect(await standing(other)).toMatchObject({
    differences: [],
    explained: [{ date: second, because: 'approved-leave' }],
  })
})

test('§ 10: who was sick all day did not come and refuse', async () => {
  const { mine, other } = await two()
  const refusal = { reason: 'non-participation', elaboration: 'Ville ikke deltage i noget', priorWarning: true }
  must(await absent(portal, mine, second, { absentMinutes: 60, ...refusal }))
  for (const order of [mine, other]) await record(order, second, 0, [{ code: 'sick-reported', minutes: 60 }])
  expect((await standing(mine)).differences).toEqual(notInProtocol)
  await record(mine, second, 60)
  expect(await standing(mine)).toMatchObject({
    differences: [],
    explained: [{ date: second, because: 'non-participation' }],
  })
})

describe("what another order's attendance changes", () => {
  test("is not told in this one's protocol, and leaves its submitted month alone while the day agrees", async () => {
    const { mine, other } = await two('2026-03-31T10:00:00.000Z')
    await record(mine, second, 60)
    must(await submit(portal, mine, '2026-03'))
    await record(other, second, 60)
    await record(other, second, 0, [{ code: 'sick-reported', minutes: 60 }])
    expect(await standing(mine, 'jobcenter-musvaagevej')).toEqual({
      differences: [],
      explained: [],
      stale: false,
      staleDates: [],
    })
    expect((await dutyTexts(portal, mine.id)).filter((text) => text.includes('correction'))).toEqual([])
  })

  test('makes it stale when the day stands otherwise than it says; not again once it says so', async () => {
    const { mine, other } = await two('2026-03-31T10:00:00.000Z')
    await record(mine, second, 60)
    must(await submit(portal, mine, '2026-03'))
    await record(other, second, 0, [{ code: 'unauthorised', minutes: 60 }])
    expect(await standing(mine)).toMatchObject({ stale: true, staleDates: [second] })
    const accepted = [{ date: second, explanation: 'Registreres på den anden bestilling' }]
    must(await submit(portal, mine, '2026-03', { correctionReason: 'Ændret', acceptOpenDifferences: accepted }))
    await record(mine, '2026-03-02', 60)
    expect(await standing(mine)).toMatchObject({ stale: false })
    // Registered on the other one, its minutes held against this one too.
    must(await absent(portal, other, second, { absentMinutes: 60 }))
    expect(await standing(mine)).toMatchObject({ stale: true, staleDates: [second], differences: [] })
  })
})

test('§ 9: sickness that nobody accepted is a list of its own, with who recorded it and how often', async () => {
  const { mine } = await two()
  await record(mine, second, 60)
  await record(mine, second, 0, [{ code: 'sick-reported', minutes: 60 }])
  const list = async () => (await monthOf(portal, mine, '2026-03', 'jobcenter-musvaagevej')).body.sickNotAccepted
  expect(await list()).toEqual([{ date: second, registeredBy: liv, versions: 2 }])
  const accepted = { code: 'sick-accepted', minutes: 60, messageOn: second, periodTo: second }
  await record(mine, second, 0, [accepted])
  expect(await list()).toEqual([])
})
