import { describe, expect, test } from 'vitest'
import { purgeFeed } from '#features/event-feed/purge-feed.ts'
import type { Instant } from '#kernel/instant.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { ConfigError, readConfig } from '#src/config.ts'
import { musvaagevej, nord } from '#test/platform/outbox/written-event.ts'
import { testPortal } from '#test/support/test-portal.ts'

const boundary = '2026-01-01T00:00:00.000Z' as Instant
const [before, after] = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z']

/** A portal, and how to write events that are as old as is said. */
const aging = async () => {
  const portal = await testPortal()
  let written = 0
  const sequence = async (): Promise<void> => {
    for (let left = 1; left > 0; ) {
      const round = await sequenceEvents(portal.workerDatabase)
      left = round === 'held-elsewhere' ? 1 : round.events
    }
  }
  await sequence()
  // What the demo's making has told is in the way.
  await portal.sql('delete from event_feed')
  const write = async (at: string, recipients: string[] = [nord], type = 'order.placed'): Promise<string> => {
    written += 1
    const milliseconds = Date.parse(at).toString(16).padStart(12, '0')
    const id = `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-${String(written).padStart(12, '0')}`
    // The business time says nothing of its age: a sandbox's clock can be anywhere.
    await portal.sql(
      `insert into events (id, type, occurred_at, producer_id, recipients, data, path)
       values ($1, $2, '2031-05-05', $3, $4, '{}', '/v1/orders/x')`,
      [id, type, musvaagevej, recipients],
    )
    await sequence()
    return `evt_${id}`
  }
  const get = (client: string, query: Record<string, string | number> = {}) =>
    portal.as(client).get('/v1/events', { query })
  return { portal, write, get, purge: () => purgeFeed(portal.workerDatabase, boundary) }
}
const idsOf = (answer: { body: { items: { id: string }[] } }): string[] => answer.body.items.map((item) => item.id)

describe('what is older than the feed reaches back', () => {
  test('is gone, which a reader behind it hears, with a cursor to go on from; others read on', async () => {
    const { portal, write, get, purge } = await aging()
    const first = await write(before)
    const { next: early } = (await get('supplier-nord')).body
    await write(before)
    const second = (await get('supplier-nord', { cursor: early })).body
    const kept = await write(after)
    const { next: quiet } = (await get('jobcenter-musvaagevej')).body
    expect(quiet).toBeNull()
    expect(await purge()).toBe(2)
    expect(await purge()).toBe(0)

    for (const wait of [0, 30]) {
      const gone = await get('supplier-nord', { cursor: early, wait })
      expect(gone.status).toBe(410)
      expect(gone.body).toMatchObject({ code: 'events-gone', oldestCursor: second.next })
    }
    const gone = await get('supplier-nord', { cursor: early, type: 'report.returned' })
    expect(gone.body.code).toBe('events-gone')
    expect(idsOf(await get('supplier-nord', { cursor: gone.body.oldestCursor }))).toEqual([kept])
    expect(idsOf(await get('supplier-nord', { cursor: second.next }))).toEqual([kept])
    expect(idsOf(await get('supplier-nord'))).toEqual([kept])
    expect(first).not.toBe(kept)
    // The events themselves are still there for deliveries.
    expect(await portal.sql('select from events where id = $1', [first.slice(4)])).toHaveLength(1)
  })

  test('of one organisation does not make the cursor of another old', async () => {
    const { write, get, purge } = await aging()
    const mine = await write(before, [musvaagevej, nord])
    const { next: cursor } = (await get('jobcenter-musvaagevej')).body
    for (let n = 0; n < 5; n++) await write(before)
    expect(await purge()).toBe(7)
    const answer = await get('jobcenter-musvaagevej', { cursor })
    expect(answer.body).toEqual({ items: [], next: cursor })
    const later = await write(after, [musvaagevej])
    expect(idsOf(await get('jobcenter-musvaagevej', { cursor }))).toEqual([later])
    expect(later).not.toBe(mine)
  })

  test('has not left a filtered reader behind that kept following next', async () => {
    const { write, get, purge } = await aging()
    const type = 'report.returned'
    const found = await write(before, [nord], type)
    const first = await get('supplier-nord', { type })
    expect(idsOf(first)).toEqual([found])
    for (let n = 0; n < 3; n++) await write(before)
    const second = await get('supplier-nord', { type, cursor: first.body.next })
    expect(second.body.items).toEqual([])
    await purge()
    const answer = await get('supplier-nord', { type, cursor: second.body.next })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ items: [], next: second.body.next })
  })

  test('a feed that was emptied is read from there on without a cursor', async () => {
    const { write, get, purge } = await aging()
    await write(before)
    const { next } = (await get('supplier-nord')).body
    await purge()
    expect((await get('supplier-nord')).body).toEqual({ items: [], next })
    const later = await write(after)
    expect(idsOf(await get('supplier-nord', { cursor: next }))).toEqual([later])
  })

  test('stays behind something younger, so that nothing goes missing in the middle', async () => {
    const { write, get, purge } = await aging()
    const ids = [await write(before), await write(after), await write(before)]
    expect(await purge()).toBe(1)
    expect(idsOf(await get('supplier-nord'))).toEqual(ids.slice(1))
  })

  test('goes in batches, also with several workers at it, and the floor is the last that went', async () => {
    const { portal, get } = await aging()
    const many = 3500
    await portal.sql(
      `with written as (
         insert into events (id, sequence, type, occurred_at, producer_id, recipients, data, path)
         select uuidv7(interval '-2 years'), 1000000 + n, 'order.placed', now(), $2, array[$1::uuid, $2], '{}', '/x'
           from generate_series(1, ${many}) as n returning id, sequence)
       insert into event_feed (organisation_id, sequence, event_id)
       select o, sequence, id from written, unnest(array[$1::uuid, $2::uuid]) as o`,
      [nord, musvaagevej],
    )
    const deleted = await Promise.all([1, 2, 3].map(() => purgeFeed(portal.workerDatabase, boundary)))
    const left = await purgeFeed(portal.workerDatabase, boundary)
    expect([...deleted, left].reduce((sum, n) => sum + n, 0)).toBe(2 * many)
    expect(await portal.sql('select organisation_id, sequence::int from event_feed_floors order by 1')).toEqual(
      [nord, musvaagevej].sort().map((id) => ({ organisation_id: id, sequence: 1_000_000 + many })),
    )
    expect((await get('supplier-nord')).body.items).toEqual([])
  })

  test('a reader in the middle of it misses nothing without being told', async () => {
    const { portal, write, get } = await aging()
    const ids: string[] = []
    for (let n = 0; n < 60; n++) ids.push(await write(before))
    const start = Buffer.from('1:0').toString('base64url')
    const readers = Array.from({ length: 8 }, async () => {
      const read: string[] = []
      for (let cursor = start; ; ) {
        const answer = await get('supplier-nord', { cursor, limit: 4 })
        if (answer.status === 410) return { read, told: true }
        expect(answer.status).toBe(200)
        if (answer.body.items.length === 0) return { read, told: false }
        read.push(...idsOf(answer))
        cursor = answer.body.next
      }
    })
    await purgeFeed(portal.workerDatabase, boundary)
    for (const { read, told } of await Promise.all(readers)) {
      expect(read).toEqual(ids.slice(0, read.length))
      if (!told) expect(read).toEqual(ids)
    }
  })
})

test('how long is a setting', () => {
  expect(readConfig({}).eventRetentionDays).toBe(400)
  expect(readConfig({ EVENT_RETENTION_DAYS: '30' }).eventRetentionDays).toBe(30)
  for (const wrong of ['0', '3651', 'long'])
    expect(() => readConfig({ EVENT_RETENTION_DAYS: wrong })).toThrow(ConfigError)
})
