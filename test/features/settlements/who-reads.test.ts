import { describe, expect, test } from 'vitest'
import { refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const settlement = (client: string, given: { municipality?: string; month?: string; asOf?: string } = {}) =>
  portal.as(client).get(`/v1/settlements/${given.municipality ?? '0155'}/${given.month ?? '2026-03'}`, {
    headers: { 'x-purpose': 'Månedlig afregning' },
    ...(given.asOf ? { query: { asOf: given.asOf } } : {}),
  })

describe('who reads it', () => {
  test.each([
    ['ydelse-dragoer', '0155', 200],
    ['ydelse-dragoer', '0101', 404],
    ['k-kassen', '0155', 404],
    ['k-kassen', '0101', 404],
    ['auditor-dragoer', '0155', 200],
    ['auditor-dragoer', '0101', 404],
    ['auditor-koebenhavn', '0155', 200],
    ['auditor-koebenhavn', '0101', 200],
    ['administrator', '0155', 200],
    ['supplier-nord', '0155', 403],
    ['jobcenter-musvaagevej', '0155', 403],
  ])('%s of %s: %d', async (client, municipality, status) => {
    expect((await settlement(client, { municipality })).status).toBe(status)
  })

  test('an auditor states a purpose; an instant that lies ahead and a month that is none are refused', async () => {
    expect(refusal(await portal.as('auditor-dragoer').get('/v1/settlements/0155/2026-03'))).toEqual([
      400,
      'purpose-required',
    ])
    const ahead = await settlement('ydelse-dragoer', { asOf: '2026-03-13T10:00:00.001Z' })
    expect([...refusal(ahead), ahead.body.errors[0].pointer]).toEqual([400, 'invalid-request', 'asOf'])
    expect((await settlement('ydelse-dragoer', { month: '2026-13' })).status).toBe(400)
    expect((await settlement('ydelse-dragoer', { municipality: '155' })).status).toBe(400)
  })
})
