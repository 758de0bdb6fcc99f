import { beforeAll, describe, expect, test } from 'vitest'
import { meetObligations, openObligations, reopenObligations } from '#features/obligations/lookups.ts'
import type { Instant } from '#kernel/instant.ts'
import { localDate } from '#kernel/local-date.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { move } from '#test/features/orders/moved-course.ts'
import { liv, must } from '#test/features/orders/support.ts'
import { absent, type CourseOrder, course } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { supplierNord, ydelseDragoer } = demo.organisations
const plan = Object.fromEntries(
  ['02', '03', '04', '05', '09', '10', '11', '12', '13', '16', '17', '18'].map((day) => [`2026-03-${day}`, 120]),
)
let portal: TestPortal
const begun = async (residenceMunicipality: string): Promise<CourseOrder> => {
  portal.clock.set('2026-03-02T12:00:00.000Z')
  return course(portal, plan, { residenceMunicipality })
}
const moved = async (from: string, to: string, at = '2026-03-10T08:00:00.000Z'): Promise<CourseOrder> => {
  const order = await begun(from)
  portal.clock.set(at)
  await move(portal, order, to)
  portal.clock.set('2026-03-13T14:00:00.000Z')
  return order
}
/** The municipality of an absence, and whether Dragør's office got a copy. */
const routed = (body: { residenceMunicipality: string; routedTo: { organisationId: string }[] }) => [
  body.residenceMunicipality,
  body.routedTo.some(({ organisationId }) => organisationId === ydelseDragoer.id),
]

beforeAll(async () => {
  portal = await testPortal()
})

describe('an absence carries the municipality as it was that day (000)', () => {
  test.each([
    [
      'into Dragør',
      '0101',
      '0155',
      [
        ['0101', false],
        ['0155', true],
        ['0155', true],
      ],
    ],
    [
      'out of Dragør',
      '0155',
      '0101',
      [
        ['0155', true],
        ['0101', false],
        ['0101', false],
      ],
    ],
  ])('registered after a move %s, of days before it, of its day and after', async (_way, from, to, expected) => {
    const order = await moved(from, to)
    const found = []
    for (const date of ['2026-03-09', '2026-03-10', '2026-03-11']) {
      found.push(routed(must(await absent(portal, order, date)).body))
    }
    expect(found).toEqual(expected)
    const listed = must(
      await portal.as('ydelse-dragoer').get('/v1/absences', { query: { citizenId: order.citizenId } }),
    )
    expect(listed.body.items).toHaveLength(expected.filter(([, copied]) => copied).length)
  })

  test('in a batch each of its own day', async () => {
    const order = await moved('0101', '0155')
    const items = ['2026-03-05', '2026-03-12'].map((date) => ({
      ...{ orderId: order.id, activityId: order.activityId, date, wholeDay: true, reason: 'no-notice' },
      registeredBy: liv,
    }))
    const { results } = must(await portal.as('supplier-nord').post('/v1/absences/batch', { items })).body
    expect(results.map(({ absence }: { absence: never }) => routed(absence))).toEqual([
      ['0101', false],
      ['0155', true],
    ])
  })

  test('who moved away and back: of each time what was so then; a move that came later changes nothing of it', async () => {
    const order = await moved('0155', '0101', '2026-03-04T08:00:00.000Z')
    portal.clock.set('2026-03-10T08:00:00.000Z')
    await move(portal, order, '0155')
    portal.clock.set('2026-03-11T14:00:00.000Z')
    const dates = ['2026-03-03', '2026-03-05', '2026-03-11']
    const made = []
    for (const date of dates) made.push(must(await absent(portal, order, date)).body)
    expect(made.map((body) => body.residenceMunicipality)).toEqual(['0155', '0101', '0155'])
    portal.clock.set('2026-03-12T08:00:00.000Z')
    await move(portal, order, '0185')
    const again = await Promise.all(made.map(({ id }) => portal.as('supplier-nord').get(`/v1/absences/${id}`)))
    expect(again.map(({ body }) => body.residenceMunicipality)).toEqual(['0155', '0101', '0155'])
  })

  test('a correction of a day before the move goes where the day was', async () => {
    const order = await begun('0155')
    portal.clock.set('2026-03-09T15:00:00.000Z')
    const { id } = must(await absent(portal, order, '2026-03-09')).body
    portal.clock.set('2026-03-10T08:00:00.000Z')
    await move(portal, order, '0101')
    const corrected = must(
      await absent(portal, order, '2026-03-09', { absentMinutes: 30, reason: 'late-arrival', replaces: id }),
    )
    expect(routed(corrected.body)).toEqual(['0155', true])
  })
})

describe('the duty to refer the citizen is of the day on which it is due (§ 8)', () => {
  const referrals = (order: CourseOrder) =>
    portal.sql<{ due: string; where: string }>(
      `select due_on::text as due, residence_municipality as "where" from obligations
        where order_id = $1 and kind = 'refer-citizen' order by due_on`,
      [order.id],
    )

  test('one that is due before the move stays where it was, one of after is of where they live then', async () => {
    const order = await begun('0101')
    portal.clock.set('2026-03-03T15:00:00.000Z')
    must(await absent(portal, order, '2026-03-03'))
    portal.clock.set('2026-03-09T15:00:00.000Z')
    must(await absent(portal, order, '2026-03-09'))
    portal.clock.set('2026-03-10T08:00:00.000Z')
    await move(portal, order, '0155')
    expect(await referrals(order)).toEqual([
      { due: '2026-03-04', where: '0101' },
      { due: '2026-03-10', where: '0155' },
    ])
    portal.clock.set('2026-03-11T15:00:00.000Z')
    must(await absent(portal, order, '2026-03-11'))
    expect((await referrals(order)).at(-1)).toEqual({ due: '2026-03-12', where: '0155' })
  })

  test('registered late, together, and due before the move: of where they lived then', async () => {
    const order = await moved('0101', '0155')
    const items = ['2026-03-03', '2026-03-11'].map((date) => ({
      ...{ orderId: order.id, activityId: order.activityId, date, wholeDay: true, reason: 'no-notice' },
      registeredBy: liv,
    }))
    must(await portal.as('supplier-nord').post('/v1/absences/batch', { items }))
    expect(await referrals(order)).toEqual([
      { due: '2026-03-04', where: '0101' },
      { due: '2026-03-12', where: '0155' },
    ])
  })
})

describe('a duty whose settling is taken back after a move', () => {
  test('is where it would have been had it stayed open; one that was due before stays where it was', async () => {
    const order = await begun('0101')
    const metAt = '2026-03-03T12:00:00.000Z' as Instant
    const whole = { ...order, supplierId: supplierNord.id, jobcenterId: demo.organisations.jobcenterMusvaagevej.id }
    const duties = ['2026-03-04', '2026-03-27'].map((day) => ({
      ...{ kind: 'interim-report' as const, subject: `until ${day}`, dueOn: localDate(day), because: 'test' },
    }))
    await inTransaction(portal.database, supplierNord.id, async (trx) => {
      await openObligations(trx, { ...whole, targetGroup: 'cash-benefit-activity-ready' }, duties, metAt)
      for (const { kind, subject } of duties) await meetObligations(trx, order.id, { kind, subject }, metAt, 'a-report')
    })
    portal.clock.set('2026-03-10T08:00:00.000Z')
    await move(portal, order, '0155')
    const where = () =>
      portal.sql<{ m: string }>(
        `select residence_municipality as m from obligations where order_id = $1 and kind = 'interim-report' order by due_on`,
        [order.id],
      )
    expect(await where()).toEqual([{ m: '0101' }, { m: '0101' }])
    await inTransaction(portal.database, supplierNord.id, (trx) =>
      reopenObligations(trx, order.id, { settledAt: metAt, because: ['a-report'] }),
    )
    expect(await where()).toEqual([{ m: '0101' }, { m: '0155' }])
  })
})
