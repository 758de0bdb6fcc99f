import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { newId } from '#platform/ids.ts'
import { obligationStatus, obligationStatuses } from '#rules/obligation/obligation-state.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { everyPage } from '#test/support/pages.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { testPortal } from '#test/support/test-portal.ts'

const { orders, organisations } = demo
const portal = await testPortal()
const now = portal.clock.now()

/** On K-kassen's group, on one that it does not decide on, in Dragør, and at the other supplier and jobcenter. */
const duties = {
  kKassen: await preparedDuty(portal),
  sickness: await preparedDuty(portal, { order: orders.sicknessBenefit, kind: 'final-report', dueOn: '2026-03-12' }),
  dragoer: await preparedDuty(portal, { order: orders.dragoer, dueOn: '2026-03-20' }),
  syd: await preparedDuty(portal, { order: orders.supplierSyd }),
  met: await preparedDuty(portal, { dueOn: '2026-03-11', metAt: '2026-03-11T22:59:59.999Z' }),
  // at 24:00 in Copenhagen of the day it was due
  metLate: await preparedDuty(portal, { dueOn: '2026-03-11', metAt: '2026-03-11T23:00:00.000Z' }),
  waived: await preparedDuty(portal, { dueOn: '2026-03-11', waivedAt: '2026-03-10T10:00:00.000Z' }),
  today: await preparedDuty(portal, { dueOn: '2026-03-13' }),
}
type Name = keyof typeof duties
const nameOf = (id: string): string => Object.entries(duties).find(([, own]) => own === id)?.[0] ?? 'another'

const headers = { 'x-purpose': 'Stikprøve' }

const listed = async (client: string, query: Record<string, string | number> = {}): Promise<string[]> => {
  const answer = await portal.as(client).get('/v1/obligations', { headers, query: { limit: 500, ...query } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body.items
    .map(({ id }: { id: string }) => nameOf(id))
    .filter((name: string) => name !== 'another')
    .sort()
}
const all = Object.keys(duties).sort() as Name[]
const but = (...names: Name[]) => all.filter((name) => !names.includes(name))

describe('each caller sees its own', () => {
  test.each([
    ['supplier-nord', but('syd')],
    ['supplier-syd', ['syd']],
    ['supplier-akasse', []],
    ['jobcenter-musvaagevej', but('syd')],
    ['jobcenter-skelbaekgade', ['syd']],
    // K-kassen decides on all of these groups but sickness benefit.
    ['k-kassen', but('sickness')],
    ['ydelse-dragoer', []],
    ['auditor-koebenhavn', all],
    ['auditor-dragoer', ['dragoer']],
    ['administrator', []],
  ])('%s', async (client, expected) => {
    expect(await listed(client)).toEqual(expected)
  })

  test('another’s is not there', async () => {
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade', 'ydelse-dragoer', 'administrator']) {
      const answer = await portal.as(client).get(`/v1/obligations/${duties.kKassen}`)
      expect([client, answer.status, answer.body.code]).toEqual([client, 404, 'not-found'])
    }
    expect(await listed('jobcenter-skelbaekgade', { supplierId: organisations.supplierNord.id })).toEqual([])
    expect((await portal.as('supplier-nord').get(`/v1/obligations/${newId()}`)).status).toBe(404)
  })

  test('without portal.read nobody sees any', async () => {
    const answer = await portal.as('supplier-nord').get('/v1/obligations', { scopes: ['portal.write'] })
    expect([answer.status, answer.body.code]).toEqual([403, 'insufficient-scope'])
  })
})

describe('filters', () => {
  test.each([
    ['open', ['dragoer', 'kKassen', 'today']],
    ['overdue', ['sickness']],
    ['met', ['met']],
    ['met-late', ['metLate']],
    ['waived', ['waived']],
  ])('status %s', async (status, expected) => {
    expect(await listed('supplier-nord', { status })).toEqual(expected)
  })

  test('the status of an answer is the one that it is found by, at the turn of the day too', async () => {
    try {
      for (const at of [
        '2026-03-13T10:00:00.000Z',
        '2026-03-13T22:59:59.999Z',
        '2026-03-13T23:00:00.000Z',
      ] as Instant[]) {
        portal.clock.set(at)
        for (const status of obligationStatuses) {
          const { body } = await portal
            .as('auditor-koebenhavn')
            .get('/v1/obligations', { headers, query: { status, limit: 500 } })
          for (const item of body.items) {
            expect([item.id, item.status]).toEqual([item.id, status])
            expect(obligationStatus(item, at)).toBe(status)
          }
        }
        const found = (
          await Promise.all(obligationStatuses.map((status) => listed('auditor-koebenhavn', { status })))
        ).flat()
        expect(found.sort()).toEqual(all)
        expect((await listed('supplier-nord', { status: 'overdue' })).includes('today')).toBe(
          at.endsWith('23:00:00.000Z'),
        )
      }
    } finally {
      portal.clock.set(now)
    }
  })

  test('kind, dates, supplier, jobcenter and order', async () => {
    expect(await listed('supplier-nord', { kind: 'final-report' })).toEqual(['sickness'])
    expect(await listed('supplier-nord', { dueOnFrom: '2026-03-13', dueOnTo: '2026-03-16' })).toEqual([
      'kKassen',
      'today',
    ])
    expect(await listed('supplier-nord', { dueOnFrom: '2026-03-17' })).toContain('dragoer')
    expect(await listed('auditor-koebenhavn', { supplierId: organisations.supplierSyd.id.toUpperCase() })).toEqual([
      'syd',
    ])
    expect(await listed('k-kassen', { jobcenterId: organisations.jobcenterSkelbaekgade.id })).toEqual(['syd'])
    expect(await listed('supplier-nord', { orderId: orders.dragoer.id })).toEqual(['dragoer'])
  })

  test('a status, kind or date that there is not is a fault of the parameter', async () => {
    for (const query of [{ status: 'late' }, { kind: 'invoice' }, { dueOnFrom: '2026-02-30' }, { unknown: '1' }]) {
      const answer = await portal.as('supplier-nord').get('/v1/obligations', { query: query as Record<string, string> })
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, Object.keys(query)[0]])
    }
  })
})

test('pages neither skip nor repeat, while duties are opened and settled', async () => {
  const before = new Set<string>()
  for (const item of (await portal.as('supplier-nord').get('/v1/obligations', { query: { limit: 500 } })).body.items) {
    before.add(item.id)
  }
  const seen = await everyPage(portal.as('supplier-nord'), '/v1/obligations?limit=3', async () => {
    await preparedDuty(portal, { kind: 'contact-request' })
  })
  const ids = seen.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  for (const id of before) expect(ids).toContain(id)
})

describe('one duty', () => {
  test('is shown whole, and unchanged answers 304', async () => {
    const supplier = portal.as('supplier-nord')
    const answer = await supplier.get(`/v1/obligations/${duties.kKassen.toUpperCase()}`)
    expect(answer.body).toEqual({
      id: duties.kKassen,
      kind: 'interim-report',
      orderId: orders.activityReady.id,
      supplierId: organisations.supplierNord.id,
      jobcenterId: organisations.jobcenterMusvaagevej.id,
      subject: duties.kKassen,
      status: 'open',
      openedAt: '2026-03-02T08:00:00.000Z',
      openedAfterDue: false,
      openedBecause: 'order-approved',
      dueOn: '2026-03-16',
      dueAt: '2026-03-16T23:00:00.000Z',
      originalDueOn: '2026-03-16',
      metAt: null,
      metBy: null,
      daysLate: null,
      workingDaysLate: null,
      waivedAt: null,
      waivedBecause: null,
      extensions: [],
    })
    const headers = { 'if-none-match': answer.headers['etag'] ?? '' }
    expect((await supplier.get(`/v1/obligations/${duties.kKassen}`, { headers })).status).toBe(304)
    portal.clock.set('2026-03-16T23:00:00.000Z')
    const overdue = await supplier.get(`/v1/obligations/${duties.kKassen}`, { headers })
    portal.clock.set(now)
    expect([overdue.status, overdue.body.status]).toEqual([200, 'overdue'])
  })
})
