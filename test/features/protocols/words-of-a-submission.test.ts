import { expect, test } from 'vitest'
import { must, refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { course, submit } from './support.ts'

test('citizen-number-in-text: what is frozen names no CPR number', async () => {
  const portal = await testPortal({ now: '2026-03-31T10:00:00.000Z' })
  const order = await course(portal, { '2026-03-02': 120 })
  const explanation = 'Sygemeldt, se 010770-1234'
  const named = await submit(portal, order, '2026-03', {
    acceptOpenDifferences: [{ date: '2026-03-02', explanation }],
  })
  expect(refusal(named)).toEqual([422, 'citizen-number-in-text'])
  expect(named.body.errors[0].pointer).toBe('/acceptOpenDifferences/0/explanation')
  expect(named.text).not.toContain('010770')
  const accepted = [{ date: '2026-03-02', explanation: 'Glemt; se bestillingen' }]
  must(await submit(portal, order, '2026-03', { acceptOpenDifferences: accepted }))
  const again = await submit(portal, order, '2026-03', {
    correctionReason: 'Om 0107701234',
    acceptOpenDifferences: accepted,
  })
  expect([...refusal(again), again.body.errors[0].pointer]).toEqual([
    422,
    'citizen-number-in-text',
    '/correctionReason',
  ])
})
