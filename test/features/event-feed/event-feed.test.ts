import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'

import { eventFor, musvaagevej, nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const sequence = async (): Promise<void> => {
  for (;;) {
    const round = await sequenceEvents(portal.workerDatabase)
    if (round !== 'held-elsewhere' && round.events === 0) return
  }
}
const supplier = portal.as('supplier-nord')
type Feed = { items: { id: string; type: string; sequence: string }[]; next: string | null }
const feed = async (query: Record<string, string | number> = {}, client = supplier): Promise<Feed> =>
  (await client.get('/v1/events', { query })).body

/** The cursor behind everything that is there. */
const end = async (client = supplier): Promise<string | undefined> => {
  await sequence()
  let next: string | null = null
  for (;;) {
    const page: Feed = await feed({ limit: 500, ...(next === null ? {} : { cursor: next }) }, client)
    if (page.items.length === 0) return page.next ?? undefined
    next = page.next
  }
}

let start: string
beforeAll(async () => {
  await writtenEvent(portal.database)
  start = (await end()) ?? ''
})

describe('the feed', () => {
  test('shows an event as it is documented, once it has its number', async () => {
    const id = await writtenEvent(portal.database)
    expect((await feed({ cursor: start })).items).toEqual([])
    await sequence()
    const page = await supplier.get('/v1/events', { query: { cursor: start } })
    expect(page.body.items).toEqual([
      {
        type: 'order.placed',
        id: `evt_${id}`,
        timestamp: '2026-03-13T09:00:00.000Z',
        sequence: expect.stringMatching(/^\d+$/),
        data: {
          orderId: '01890000-0000-7000-8000-000000060001',
          url: 'http://portal.test/v1/orders/01890000-0000-7000-8000-000000060001',
        },
      },
    ])
    expect(page.headers['link']).toBe(`<http://portal.test/v1/events?cursor=${page.body.next}>; rel="next"`)
  })

  test('gives back the cursor after an empty page, so that a reader polls on with it', async () => {
    const cursor = (await end()) ?? ''
    const page = await supplier.get('/v1/events', { query: { cursor } })
    expect(page.body).toEqual({ items: [], next: cursor })
    expect(page.headers['link']).toContain('rel="next"')
    const id = await writtenEvent(portal.database)
    await sequence()
    expect((await feed({ cursor })).items.map((item) => item.id)).toEqual([`evt_${id}`])
  })

  test('has no cursor where nothing ever was', async () => {
    const page = await portal.as('auditor-koebenhavn').get('/v1/events')
    expect(page.body).toEqual({ items: [], next: null })
    expect(page.headers['link']).toBeUndefined()
  })

  test('is read to its end in pages, in one order', async () => {
    const cursor = (await end()) ?? ''
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push(`evt_${await writtenEvent(portal.database)}`)
    await sequence()
    const read: Feed['items'] = []
    for (let next = cursor; ; ) {
      const page = await feed({ limit: 3, cursor: next })
      if (page.items.length === 0) break
      read.push(...page.items)
      next = page.next ?? ''
    }
    expect(read.map((item) => item.id)).toEqual(ids)
    const numbers = read.map((item) => Number(item.sequence))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  test('can be limited to a type', async () => {
    const cursor = (await end()) ?? ''
    await writtenEvent(portal.database)
    const id = await writtenEvent(portal.database, { type: 'report.returned' })
    await sequence()
    expect((await feed({ cursor, type: 'report.returned' })).items.map((item) => item.id)).toEqual([`evt_${id}`])
    expect((await supplier.get('/v1/events', { query: { type: 'order.exploded' } })).body.code).toBe('invalid-request')
  })

  test('shows an organisation its own events and no others', async () => {
    const cursors = {
      jobcenter: await end(portal.as('jobcenter-musvaagevej')),
      syd: await end(portal.as('supplier-syd')),
    }
    const both = await writtenEvent(portal.database, { recipients: [nord, musvaagevej] })
    const mine = await writtenEvent(portal.database)
    await sequence()
    const after = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })
    const seen = async (client: string, cursor: string | undefined) =>
      (await feed(after(cursor), portal.as(client))).items.map((item) => item.id)
    expect(await seen('jobcenter-musvaagevej', cursors.jobcenter)).toEqual([`evt_${both}`])
    expect(await seen('supplier-syd', cursors.syd)).toEqual([])
    expect(await seen('supplier-nord', start)).toEqual(expect.arrayContaining([`evt_${both}`, `evt_${mine}`]))
  })

  test.each(['x', 'MTp4', 'MTotMQ'])('the cursor %j is none of ours', async (cursor) => {
    expect((await supplier.get('/v1/events', { query: { cursor } })).body.code).toBe('invalid-cursor')
  })
})

describe('a reader that follows next', () => {
  test('misses no event, also not one whose transaction commits after a later one was read', async () => {
    const cursor = (await end()) ?? ''
    let late = ''
    let next = cursor
    const read: string[] = []
    const follow = async (): Promise<void> => {
      const page = await feed({ cursor: next })
      read.push(...page.items.map((item) => item.id))
      next = page.next ?? next
    }
    const early = await inTransaction(portal.database, musvaagevej, async (trx) => {
      late = await appendEvent(trx, eventFor())
      const committed = await writtenEvent(portal.database)
      await sequence()
      await follow()
      expect(read).toEqual([`evt_${committed}`])
      return committed
    })
    await sequence()
    await follow()
    expect(read).toEqual([`evt_${early}`, `evt_${late}`])
  })

  test('gets each event once while many are written', async () => {
    let next = (await end()) ?? ''
    const written: string[] = []
    const read: string[] = []
    let writing = true
    const follow = async (): Promise<number> => {
      const page = await feed({ cursor: next, limit: 20 })
      read.push(...page.items.map((item) => item.id))
      next = page.next ?? next
      return page.items.length
    }
    const reader = (async () => {
      while (writing) {
        await sequenceEvents(portal.workerDatabase)
        await follow()
      }
    })()
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (let n = 0; n < 60; n++) written.push(`evt_${await writtenEvent(portal.database)}`)
      }),
    )
    writing = false
    await reader
    await sequence()
    while ((await follow()) > 0);
    expect(read).toHaveLength(180)
    expect([...read].sort()).toEqual([...written].sort())
  })
})
