import { expect, test } from 'vitest'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { sampleEvents } from '#platform/outbox/sample-events.ts'

test('there is a sample of every type, and its path names what its data names', () => {
  expect(Object.keys(sampleEvents).sort()).toEqual(Object.keys(eventTypes).sort())
  for (const [type, { data, path }] of Object.entries(sampleEvents)) {
    const named = /[0-9a-f-]{36}/.exec(path)?.[0]
    expect(Object.values(data), type).toContain(named)
    expect(type.startsWith('webhook-endpoint.') || 'orderId' in data, type).toBe(true)
  }
})

test('samples name nothing that there is: their ids are of 1970', () => {
  const ids = JSON.stringify(sampleEvents).match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? []
  expect(ids.length).toBeGreaterThan(Object.keys(sampleEvents).length)
  expect(ids.filter((id) => !id.startsWith('00000000-0000-7000-8000-0000000000'))).toEqual([])
})
