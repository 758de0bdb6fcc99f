import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openDatabase } from '#platform/db/pool.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { runSequencer, sequencerBacklog } from '#platform/outbox/sequencer.ts'
import { demoOrganisations } from '#src/dev/demo-world/organisations.ts'
import { eventFor, musvaagevej, nord } from '#test/platform/outbox/written-event.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { silentLog, until } from '#test/support/until.ts'

const syd = demoOrganisations.supplierSyd.id
const [writers, transactions] = [200, 3]
const types = ['order.placed', 'report.returned', 'leave.approved'] as const

type Written = {
  readonly writer: number
  readonly id: string
  readonly type: string
  readonly recipients: readonly string[]
}
type Item = { readonly id: string; readonly sequence: string }

test('of 200 writers at once, 20 readers have each of their events once and in order', async () => {
  const world = await testDatabase()
  // Two servers on one database, each with its own watch.
  const portals = { one: await testPortal({ on: world }), other: await testPortal({ on: world }) }
  const stop = new AbortController()
  // As many transactions at once as the server's connections allow beside everything else.
  const writersDatabase = openDatabase({
    url: world.applicationUrl,
    poolSize: 50,
    name: 'test-writers',
    onError: () => undefined,
  })
  afterwards(() => writersDatabase.close())
  // Two of them, so that they meet.
  const sequencers = [1, 2].map(() =>
    runSequencer({ database: world.workerDatabase, log: silentLog, signal: stop.signal }),
  )
  await until(async () => (await sequencerBacklog(world.workerDatabase)).events === 0)
  await world.sql('delete from event_feed')

  const written: Written[] = []
  let writing = true
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; n < transactions; n++) {
      const told: Written[] = []
      await inTransaction(writersDatabase, musvaagevej, async (trx) => {
        told.length = 0
        for (let m = 0; m <= n % 3; m++) {
          const type = types[(writer + m) % types.length] ?? types[0]
          const recipients = writer % 3 === 0 ? [nord, syd] : [writer % 3 === 1 ? nord : syd]
          const id = await appendEvent(trx, eventFor({ type, recipients }))
          told.push({ writer, id: `evt_${id}`, type, recipients })
        }
        // Some hold on to what they wrote while others write and commit after them.
        if (writer % 10 === 0) await sleep(20 + (writer % 7) * 10)
      })
      written.push(...told)
    }
  }

  const read = async (reader: number) => {
    const recipient = reader % 4 < 2 ? nord : syd
    const client = portals[reader % 3 === 0 ? 'one' : 'other'].as(recipient === nord ? 'supplier-nord' : 'supplier-syd')
    const type = reader % 5 === 4 ? types[1] : undefined
    const query = { limit: 3 + (reader % 3) * 20, ...(type === undefined ? {} : { type }) }
    const wait = reader % 2 === 0 ? 5 : 0
    const items: Item[] = []
    for (let cursor: string | undefined; ; ) {
      // Read before asking: when all is written and numbered by then, an empty page is the end.
      const ended = !writing
      const answer = await client.get('/v1/events', {
        query: { ...query, wait: ended ? 0 : wait, ...(cursor === undefined ? {} : { cursor }) },
      })
      expect(answer.status, answer.text).toBe(200)
      const { items: found, next } = answer.body as { items: Item[]; next: string | null }
      items.push(...found)
      if (ended && found.length === 0 && next === (cursor ?? null)) return { recipient, type, items }
      cursor = next ?? undefined
      if (found.length === 0 && wait === 0) await sleep(50)
    }
  }

  const readers = Array.from({ length: 20 }, (_, reader) => read(reader))
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  await until(async () => (await sequencerBacklog(world.workerDatabase)).events === 0)
  writing = false
  const seen = await Promise.all(readers)
  stop.abort()
  await Promise.all(sequencers)

  expect(written).toHaveLength(writers * (transactions / 3) * 6)
  for (const { recipient, type, items } of seen) {
    const meant = written.filter((e) => e.recipients.includes(recipient) && (type === undefined || e.type === type))
    expect(items.map((item) => item.id).sort()).toEqual(meant.map((event) => event.id).sort())
    // What one writer told, one after the other, is read in that order.
    const places = new Map(items.map((item, place) => [item.id, place]))
    for (let writer = 0; writer < writers; writer++) {
      const own = meant.filter((event) => event.writer === writer).map((event) => places.get(event.id) ?? -1)
      expect(own).toEqual([...own].sort((a, b) => a - b))
    }
    const numbers = items.map((item) => Number(item.sequence))
    expect(numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))).toBe(true)
  }
}, 180_000)
