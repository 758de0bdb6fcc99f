import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { activityReady, dragoer } = demo.orders
const headers = { 'x-purpose': 'Stikprøve' }

/** Two duties and a refusal, of a citizen of København and of one of Dragør. */
const world = async (): Promise<{ portal: TestPortal; duty: string }> => {
  const portal = await testPortal()
  const duty = await preparedDuty(portal)
  await preparedDuty(portal, { order: dragoer })
  for (const { id: orderId, activityId } of [activityReady, dragoer]) {
    const absence = { orderId, activityId, date: '2026-03-13', wholeDay: true, reason: 'own-sickness' }
    const answer = await portal.as('supplier-nord').post('/v1/absences', { ...absence, registeredBy: { name: 'Nora' } })
    expect(answer.status).toBe(422)
  }
  return { portal, duty }
}

/** Sends a reading. @returns its answer, and whom its look-ups name and why */
const read = async (portal: TestPortal, client: string, address: string, more: Record<string, string> = {}) => {
  const requestId = newId()
  const answer = await portal.as(client).get(address, { headers: { 'x-request-id': requestId, ...more } })
  const lookups = await portal.sql<{ operation: string; purpose: string | null; citizens: string[] }>(
    `select operation, purpose, array_remove(citizen_ids || citizen_id, null) as citizens from lookups where request_id = $1`,
    [requestId],
  )
  return { answer, lookups }
}

describe('duties and refusals tell of a course, so their readings are kept', () => {
  const both = [activityReady.citizen.id, dragoer.citizen.id].sort()
  const addresses = [
    ['listObligations', '/v1/obligations?limit=500'],
    ['listRefusals', '/v1/refusals?limit=500'],
  ] as const

  test.each(addresses)('%s leaves one row with the citizens of the page', async (operation, address) => {
    const { portal } = await world()
    const nord = await read(portal, 'supplier-nord', address)
    expect(nord.lookups).toHaveLength(1)
    expect(nord.lookups[0]).toMatchObject({ operation, purpose: null })
    expect(nord.lookups[0]?.citizens).toEqual(expect.arrayContaining(both))
    const page = await read(portal, 'supplier-nord', address.replace('500', '1'))
    expect(page.lookups[0]?.citizens).toHaveLength(1)
    const audited = await read(portal, 'auditor-dragoer', address, headers)
    expect(audited.lookups).toEqual([{ operation, purpose: 'Stikprøve', citizens: [dragoer.citizen.id] }])
  })

  test('getObligation leaves one, of the citizen and the order', async () => {
    const { portal, duty } = await world()
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen']) {
      const { answer, lookups } = await read(portal, client, `/v1/obligations/${duty}`)
      expect([client, answer.status]).toEqual([client, 200])
      expect(lookups).toEqual([{ operation: 'getObligation', purpose: null, citizens: [activityReady.citizen.id] }])
    }
  })

  test('an auditor states a purpose', async () => {
    const { portal, duty } = await world()
    for (const address of [...addresses.map(([, path]) => path), `/v1/obligations/${duty}`]) {
      const { answer, lookups } = await read(portal, 'auditor-koebenhavn', address)
      expect([address, answer.status, answer.body.code]).toEqual([address, 400, 'purpose-required'])
      expect(lookups).toEqual([])
    }
  })
})

describe('a purpose', () => {
  test('that holds a CPR number is refused, since it goes to the citizen, and is not repeated', async () => {
    const { portal } = await world()
    const { cpr } = dragoer.citizen
    const parted = [...cpr].join(' ')
    for (const number of [cpr, `${cpr.slice(0, 6)}-${cpr.slice(6)}`, `${cpr.slice(0, 6)}/${cpr.slice(6)}`, parted]) {
      const purpose = { 'x-purpose': `Sag om ${number}` }
      const { answer, lookups } = await read(portal, 'auditor-koebenhavn', '/v1/orders', purpose)
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request'])
      expect(answer.body.errors).toMatchObject([{ pointer: 'X-Purpose', code: 'citizen-number-in-text' }])
      expect(answer.text + portal.logLines.join()).not.toContain(number)
      expect(lookups).toEqual([])
    }
    const { answer } = await read(portal, 'auditor-koebenhavn', '/v1/orders', { 'x-purpose': 'Journal 9912345678' })
    expect(answer.status).toBe(200)
  })
})
