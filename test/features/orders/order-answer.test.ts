import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approval, approved, attend, dorte, draft, gorm, liv, must, plan, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const jobcenter = () => as('jobcenter-musvaagevej')
const audited = { headers: { 'x-purpose': 'Tilsyn' } }
const orderAs = async (client: string, id: string) => must(await as(client).get(`/v1/orders/${id}`, audited)).body

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => portal.clock.set('2026-03-13T10:00:00.000Z'))

describe('the ETag of an order changes with its answer', () => {
  /** Reads with the last ETag: what is answered 304 is what stood before. */
  const reader = async (id: string) => {
    let last = must(await nord().get(`/v1/orders/${id}`))
    return async (): Promise<number> => {
      const next = await nord().get(`/v1/orders/${id}`, { headers: { 'if-none-match': last.headers['etag'] ?? '' } })
      const now = await nord().get(`/v1/orders/${id}`)
      expect(next.status === 304, now.text).toBe(now.text === last.text)
      last = now
      return next.status
    }
  }

  test('with an activity that is added, proposed or decided, the plan, the first meeting and the end', async () => {
    const order = await approved(as)
    const read = await reader(order.id)
    const place = { kind: 'authority' }
    const dates = { startDate: '2026-03-02', endDate: '2026-05-22' }
    const add = (client: string, registeredBy: object) =>
      as(client).post(`/v1/orders/${order.id}/activities`, {
        ...{ kind: 'coordination', title: 'Læge', place, ...dates, registeredBy },
      })
    must(await add('jobcenter-musvaagevej', dorte))
    expect(await read()).toBe(200)
    const { id } = must(await add('supplier-nord', liv)).body
    expect(await read()).toBe(200)
    must(await jobcenter().post(`/v1/activities/${id}/decision`, { decision: 'approved', decidedBy: gorm }))
    expect(await read()).toBe(200)
    expect(await read()).toBe(304)
    must(await plan(nord(), order, { '2026-03-02': 60 }))
    expect(await read()).toBe(200)
    must(await attend(nord(), order.id, '2026-03-02'))
    expect(await read()).toBe(200)
    const end = { endedOn: '2026-03-12', cause: 'employment', registeredBy: liv }
    must(await nord().post(`/v1/orders/${order.id}/termination`, end))
    expect(await read()).toBe(200)
  })

  test('a missed first meeting changes it too', async () => {
    const { id } = await approved(as)
    const read = await reader(id)
    must(
      await nord().post(`/v1/orders/${id}/first-meeting`, { outcome: 'missed', on: '2026-03-02', registeredBy: liv }),
    )
    expect(await read()).toBe(200)
  })

  test('that of the empty plan changes with the hours, and not with the rest of the order', async () => {
    const { id, activities } = await approved(as)
    const etag = async () => must(await nord().get(`/v1/orders/${id}/plan`)).headers['etag']
    const amend = (changes: Record<string, unknown>) =>
      jobcenter().patch(`/v1/orders/${id}`, { reason: 'Ændret', registeredBy: dorte, ...changes }, { ifMatch: '*' })
    const first = await etag()
    must(await amend({ caseworker: { name: 'Ny', email: 'ny@jobcenter.example' } }))
    expect(await etag()).toBe(first)
    must(await amend({ orderedMinutes: 60 }))
    const second = await etag()
    expect(second).not.toBe(first)
    const days = { '2026-03-02': 60 }
    expect(refusal(await plan(nord(), { id, activities }, days, { ifMatch: first ?? '' }))).toEqual([
      412,
      'precondition-failed',
    ])
    expect((await plan(nord(), { id, activities }, days, { ifMatch: second ?? '' })).status).toBe(201)
  })
})

describe('§ 1: the order names its four eyes', () => {
  test('to its jobcenter and auditors with the role, to its supplier by name, to no benefits office, in no list', async () => {
    const drafted = await draft(as)
    expect([drafted.draftedBy, drafted.approvedBy]).toEqual([{ name: dorte.name }, undefined])
    const answer = must(await jobcenter().post(`/v1/orders/${drafted.id}/approval`, approval({ role: 'delegate' })))
    const full = { draftedBy: { name: dorte.name }, approvedBy: { name: gorm.name, role: 'delegate' } }
    expect(answer.body).toMatchObject(full)
    for (const client of ['jobcenter-musvaagevej', 'auditor-koebenhavn']) {
      const { draftedBy, approvedBy } = await orderAs(client, drafted.id)
      expect({ draftedBy, approvedBy }, client).toEqual(full)
    }
    const supplier = await orderAs('supplier-nord', drafted.id)
    expect([supplier.draftedBy, supplier.approvedBy]).toEqual([{ name: dorte.name }, { name: gorm.name }])
    const office = await orderAs('k-kassen', drafted.id)
    expect([office.draftedBy, office.approvedBy]).toEqual([undefined, undefined])
    const list = must(await jobcenter().get(`/v1/orders?citizenId=${drafted.citizen.id}`)).body
    expect(list.items[0]).not.toHaveProperty('approvedBy')
  })

  test('a supplier’s own write answers as it reads', async () => {
    const { id } = await approved(as)
    expect(must(await attend(nord(), id, '2026-03-02')).body.approvedBy).toEqual({ name: gorm.name })
  })
})

describe('the free text of how an order ended', () => {
  const text = 'Noget fortroligt om borgeren'
  test('of a termination: for those who act on it, not for auditors', async () => {
    const { id } = await approved(as)
    must(await attend(nord(), id, '2026-03-02'))
    const end = { endedOn: '2026-03-12', cause: 'interrupted', text, registeredBy: liv }
    must(await nord().post(`/v1/orders/${id}/termination`, end))
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen']) {
      expect((await orderAs(client, id)).termination, client).toMatchObject({ cause: 'interrupted', text })
    }
    const { termination } = await orderAs('auditor-koebenhavn', id)
    expect([termination.cause, termination.endedOn, termination.text]).toEqual(['interrupted', '2026-03-12', undefined])
  })

  test('of a cancellation likewise', async () => {
    const { id } = await approved(as)
    must(await jobcenter().post(`/v1/orders/${id}/cancellation`, { cause: 'other', text, registeredBy: dorte }))
    expect((await orderAs('supplier-nord', id)).cancellation.text).toBe(text)
    const { cancellation } = await orderAs('auditor-koebenhavn', id)
    expect([cancellation.cause, cancellation.text]).toEqual(['other', undefined])
  })
})
