import { describe, expect, test } from 'vitest'
import {
  type Duty,
  meetObligations,
  openManyDuties,
  openObligations,
  waiveObligations,
} from '#features/obligations/lookups.ts'
import { endOfLocalDay, type Instant } from '#kernel/instant.ts'
import { localDate as d } from '#kernel/local-date.ts'
import { inTransaction, statementsWithin, type Trx } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { portalWithoutDuties } from '#test/support/prepared-duty.ts'
import type { TestPortal } from '#test/support/test-portal.ts'

const { orders, organisations } = demo
const order = {
  id: orders.activityReady.id,
  supplierId: orders.activityReady.supplierId,
  jobcenterId: orders.activityReady.jobcenterId,
  citizenId: orders.activityReady.citizen.id,
  residenceMunicipality: orders.activityReady.citizen.residenceMunicipality,
  targetGroup: orders.activityReady.targetGroup,
}
const at = (text: string): Instant => text as Instant
const march: Duty = { kind: 'attendance-protocol', subject: '2026-03', dueOn: d('2026-04-01'), because: 'plan' }
const april: Duty = { kind: 'attendance-protocol', subject: '2026-04', dueOn: d('2026-05-01'), because: 'plan' }
const report: Duty = { kind: 'final-report', subject: 'final', dueOn: d('2026-04-01'), because: 'course-ended' }

const asSupplier = <T>(portal: TestPortal, work: (trx: Trx) => Promise<T>): Promise<T> =>
  inTransaction(portal.database, organisations.supplierNord.id, work)
const open = (portal: TestPortal, duties: readonly Duty[], openedAt = '2026-03-02T10:00:00.000Z') =>
  asSupplier(portal, (trx) => openObligations(trx, order, duties, at(openedAt)))
const meet = (portal: TestPortal, duty: { kind: Duty['kind']; subject?: string }, metAt: string, by = 'x') =>
  asSupplier(portal, (trx) => meetObligations(trx, order.id, duty, at(metAt), by))

const listed = async (portal: TestPortal) => {
  const { body } = await portal.as('supplier-nord').get('/v1/obligations', { query: { orderId: order.id } })
  return body.items as Record<string, unknown>[]
}
const statuses = async (portal: TestPortal) =>
  Object.fromEntries((await listed(portal)).map((item) => [item['subject'], item['status']]))

describe('duties', () => {
  test('are opened once for a kind and a subject', async () => {
    const portal = await portalWithoutDuties()
    await open(portal, [march, april])
    await open(portal, [{ ...march, dueOn: d('2026-04-20') }, report])
    const items = await listed(portal)
    expect(items.map(({ subject, dueOn, openedAt }) => [subject, dueOn, openedAt])).toEqual([
      ['2026-03', '2026-04-01', '2026-03-02T10:00:00.000Z'],
      ['2026-04', '2026-05-01', '2026-03-02T10:00:00.000Z'],
      ['final', '2026-04-01', '2026-03-02T10:00:00.000Z'],
    ])
    for (const item of items) expect(item['dueAt']).toBe(endOfLocalDay(d(item['dueOn'] as string)))
    await open(portal, [])
  })

  test('of which one call names the same twice are opened once', async () => {
    const portal = await portalWithoutDuties()
    await open(portal, [march, march])
    expect(await listed(portal)).toHaveLength(1)
  })

  test('opened at the same moment are opened once', async () => {
    const portal = await portalWithoutDuties()
    await Promise.all(Array.from({ length: 6 }, () => open(portal, [march, april])))
    expect(await listed(portal)).toHaveLength(2)
  })

  test('are met once, in time or late by days and working days', async () => {
    const portal = await portalWithoutDuties()
    await open(portal, [march, april, report])
    await meet(portal, { kind: 'attendance-protocol', subject: '2026-03' }, '2026-04-01T21:59:59.999Z', 'protocol-1')
    // Good Friday to Easter Monday lie between.
    await meet(portal, { kind: 'final-report' }, '2026-04-08T10:00:00.000Z')
    await meet(portal, { kind: 'final-report' }, '2026-04-20T10:00:00.000Z', 'y')
    const facts = (await listed(portal)).map((item) =>
      ['subject', 'status', 'metAt', 'metBy', 'daysLate', 'workingDaysLate'].map((member) => item[member]),
    )
    expect(facts).toEqual([
      ['2026-03', 'met', '2026-04-01T21:59:59.999Z', 'protocol-1', 0, 0],
      ['2026-04', 'open', null, null, null, null],
      ['final', 'met-late', '2026-04-08T10:00:00.000Z', 'x', 7, 2],
    ])
  })

  test('are waived as far as they are meant, and what is settled stays as it is', async () => {
    const portal = await portalWithoutDuties()
    const waive = (given: Parameters<typeof waiveObligations>[2]) =>
      asSupplier(portal, (trx) =>
        waiveObligations(trx, order.id, given, at('2026-04-10T10:00:00.000Z'), 'order-cancelled'),
      )
    await open(portal, [march, april, report])
    await meet(portal, { kind: 'final-report' }, '2026-03-20T10:00:00.000Z')
    portal.clock.set('2026-04-10T10:00:00.000Z')
    await waive({ dueAfter: at('2026-04-10T10:00:00.000Z') })
    expect(await statuses(portal)).toEqual({ '2026-03': 'overdue', '2026-04': 'waived', final: 'met' })
    await waive({ kinds: ['interim-report'] })
    await waive({ subjects: ['2026-05'] })
    expect((await statuses(portal))['2026-03']).toBe('overdue')
    await waive({})
    expect(await statuses(portal)).toEqual({ '2026-03': 'waived', '2026-04': 'waived', final: 'met' })
    await meet(portal, { kind: 'attendance-protocol' }, '2026-04-11T10:00:00.000Z')
    expect((await statuses(portal))['2026-03']).toBe('waived')
  })

  test('that were waived are opened again with the new date, to be told anew', async () => {
    const portal = await portalWithoutDuties()
    await open(portal, [march])
    await portal.sql('update obligations set due_soon_told_at = now() where order_id = $1', [order.id])
    await asSupplier(portal, (trx) =>
      waiveObligations(trx, order.id, {}, at('2026-03-10T10:00:00.000Z'), 'plan-changed'),
    )
    await open(portal, [{ ...march, dueOn: d('2026-04-02') }], '2026-03-12T10:00:00.000Z')
    const [row] = await portal.sql(
      `select due_on::text as due, original_due_on::text as original, waived_at as waived, waived_because as because,
              due_soon_told_at as told from obligations where order_id = $1`,
      [order.id],
    )
    expect(row).toEqual({ due: '2026-04-02', original: '2026-04-02', waived: null, because: null, told: null })
  })

  test('that were extended and waived are opened again with the agreed date, where it is the later one', async () => {
    for (const [opened, due] of [
      ['2026-04-02', '2026-04-10'],
      ['2026-04-20', '2026-04-20'],
    ] as const) {
      for (const many of [false, true]) {
        const portal = await portalWithoutDuties()
        await open(portal, [march])
        const [duty] = await listed(portal)
        const agreed = { dueOn: '2026-04-10', reason: 'Aftalt', agreedBy: { name: 'Sally Sagsbehandler' } }
        await portal.as('jobcenter-musvaagevej').post(`/v1/obligations/${duty?.['id']}/extension`, agreed)
        await asSupplier(portal, (trx) => waiveObligations(trx, order.id, {}, at('2026-03-10T10:00:00.000Z'), 'x'))
        const again = { ...march, dueOn: d(opened) }
        const openedAt = at('2026-03-12T10:00:00.000Z')
        await asSupplier(portal, (trx) =>
          many
            ? openManyDuties(statementsWithin(trx), [{ ...again, orderId: order.id }], openedAt, 'plan')
            : openObligations(trx, order, [again], openedAt),
        )
        expect((await listed(portal))[0]).toMatchObject({
          status: 'open',
          dueOn: due,
          dueAt: endOfLocalDay(d(due)),
          originalDueOn: opened,
        })
      }
    }
  })

  test('are met either before or after an extension that comes at the same moment', async () => {
    const portal = await portalWithoutDuties()
    await open(portal, [report])
    const [duty] = await listed(portal)
    const [extended] = await Promise.all([
      portal.as('jobcenter-musvaagevej').post(`/v1/obligations/${duty?.['id']}/extension`, {
        dueOn: '2026-04-10',
        reason: 'Aftalt',
        agreedBy: { name: 'Sally Sagsbehandler' },
      }),
      meet(portal, { kind: 'final-report' }, '2026-04-08T10:00:00.000Z'),
    ])
    const [after] = await listed(portal)
    expect([extended.status, after?.['status'], after?.['daysLate']]).toEqual(
      extended.status === 200 ? [200, 'met', 0] : [409, 'met-late', 7],
    )
  })
})
