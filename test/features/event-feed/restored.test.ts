import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { openDatabase } from '#platform/db/pool.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { urlOf } from '#test/support/provided-server.ts'
import { afterwards, type TestDatabase, testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'

type Page = { items: { id: string; sequence: string }[]; next: string }

const sequence = async (world: TestDatabase): Promise<void> => {
  for (let left = 1; left > 0; ) {
    const round = await sequenceEvents(world.workerDatabase)
    left = round === 'held-elsewhere' ? 1 : round.events
  }
}

/** The same server, brought up from a backup that was taken now. */
const restoredCopy = async (of: TestDatabase): Promise<TestDatabase> => {
  const { adminUrl, application, owner } = inject('testServer')
  const source = new URL(of.adminUrl).pathname.slice(1)
  const name = `${source}_${randomBytes(3).toString('hex')}`
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  // A copy is made of a database that nobody is on; the pools open new connections afterwards.
  await until(async () => {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [source])
    return admin.query(`create database ${name} template ${source} owner ${owner.role}`).then(
      () => true,
      (error: { code?: string }) => {
        if (error.code !== '55006') throw error
        return false
      },
    )
  })
  const applicationUrl = urlOf(adminUrl, name, application)
  const options = { url: applicationUrl, poolSize: 3, onError: () => undefined }
  const database = openDatabase({ ...options, name: 'restored-server' })
  const workerDatabase = openDatabase({ ...options, name: 'restored-worker', role: 'portal_worker' })
  const superuser = new pg.Pool({ connectionString: urlOf(adminUrl, name), max: 1 })
  superuser.on('error', () => undefined)
  afterwards(async () => {
    await Promise.allSettled([database.close(), workerDatabase.close(), superuser.end()])
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  return {
    database,
    workerDatabase,
    applicationUrl,
    ownerUrl: urlOf(adminUrl, name, owner),
    adminUrl: urlOf(adminUrl, name),
    sql: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await superuser.query<Row>(text, [...values])).rows,
  }
}

const followed = async (portal: Awaited<ReturnType<typeof testPortal>>, from: string): Promise<Page> => {
  const items: Page['items'] = []
  for (let cursor = from; ; ) {
    const answer = await portal.as('supplier-nord').get('/v1/events', { query: { limit: 2, cursor } })
    expect(answer.status, answer.text).toBe(200)
    if (answer.body.items.length === 0) return { items, next: cursor }
    items.push(...answer.body.items)
    cursor = answer.body.next
  }
}
const start = Buffer.from('1:0').toString('base64url')
const idsOf = (page: Page): string[] => page.items.map((item) => item.id)

describe('a cursor', () => {
  test('survives a restart of the server', async () => {
    const world = await testDatabase()
    const portal = await testPortal({ on: world })
    const ids = [await writtenEvent(world.database)]
    await sequence(world)
    const { next } = await followed(portal, start)
    await portal.app.close()
    const again = await testPortal({ on: world })
    for (let n = 0; n < 3; n++) ids.push(await writtenEvent(world.database))
    await sequence(world)
    expect(idsOf(await followed(again, next))).toEqual(ids.slice(1).map((id) => `evt_${id}`))
  })

  test('survives a restore from before what its reader has seen: no new event is missed, no number given twice', async () => {
    const world = await testDatabase()
    const portal = await testPortal({ on: world })
    await writtenEvent(world.database)
    await sequence(world)
    const backedUp = await followed(portal, start)
    // Committed and not yet numbered when the backup is taken.
    const waiting = `evt_${await writtenEvent(world.database)}`
    const copy = await restoredCopy(world)

    // What happens after the backup is lost, but not to the reader who saw it.
    for (let n = 0; n < 5; n++) await writtenEvent(world.database)
    await sequence(world)
    const lost = await followed(portal, backedUp.next)
    expect(idsOf(lost)[0]).toBe(waiting)
    expect(lost.items).toHaveLength(6)

    const restored = await testPortal({ on: copy })
    expect(await followed(restored, lost.next)).toEqual({ items: [], next: lost.next })
    const ids = [waiting]
    for (let n = 0; n < 3; n++) {
      ids.push(`evt_${await writtenEvent(copy.database)}`)
      await sequence(copy)
    }
    const news = await followed(restored, lost.next)
    expect(idsOf(news)).toEqual(ids)
    // Whoever stands where the backup was taken goes on as well.
    expect(idsOf(await followed(restored, backedUp.next))).toEqual(ids)
    const given = new Set([...backedUp.items, ...lost.items].map((item) => item.sequence))
    expect(news.items.filter((item) => given.has(item.sequence))).toEqual([])
    const numbers = news.items.map((item) => Number(item.sequence))
    expect(numbers[0]).toBeGreaterThan(1_000_000)
    // It jumps once, not with every round.
    expect(numbers.map((number) => number - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3])
    expect(await copy.sql('select from events where sequence is null')).toEqual([])

    // The old one, should it live on, goes on where it was.
    await writtenEvent(world.database)
    await sequence(world)
    const later = await followed(portal, lost.next)
    expect(Number(later.items[0]?.sequence)).toBe(Number(lost.items.at(-1)?.sequence) + 1)
  })

  test('survives a disk put back from a snapshot, which shows in nothing but a later start', async () => {
    const world = await testDatabase()
    await sequence(world)
    await writtenEvent(world.database)
    await sequence(world)
    const [was] = await world.sql<{ last: string; written_on: string; started: string }>(
      `select last, written_on, extract(epoch from pg_postmaster_start_time())::text as started from event_sequence`,
    )
    expect(was?.written_on.endsWith(`/${was.started}`)).toBe(true)
    await world.sql('update event_sequence set written_on = $1', [
      was?.written_on.replace(/[^/]+$/, '1700000000.000000'),
    ])
    await writtenEvent(world.database)
    await sequence(world)
    const [now] = await world.sql<{ last: string; written_on: string }>('select last, written_on from event_sequence')
    expect(Number(now?.last)).toBe(Number(was?.last) + 1_000_001)
    expect(now?.written_on).toBe(was?.written_on)
  })

  test('survives a restore of a restore', async () => {
    const world = await testDatabase()
    await sequence(world)
    const first = await restoredCopy(world)
    await writtenEvent(first.database)
    await sequence(first)
    const second = await restoredCopy(first)
    const seen: string[] = []
    for (const copy of [first, second]) {
      const id = await writtenEvent(copy.database)
      await sequence(copy)
      const [row] = await copy.sql<{ sequence: string }>(
        'select f.sequence from event_feed f where f.event_id = $1 and f.organisation_id = $2',
        [id, nord],
      )
      seen.push(row?.sequence ?? '')
    }
    expect(Number(seen[1]) - Number(seen[0])).toBeGreaterThan(900_000)
  })
})
