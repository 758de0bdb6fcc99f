import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#platform/db/pool.ts'
import { runSequencer, sequenceEvents } from '#platform/outbox/sequencer.ts'
import { musvaagevej, nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { countStatements } from '#test/support/count-statements.ts'
import { issueToken } from '#test/support/issue-token.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { silentLog, until } from '#test/support/until.ts'

type Page = { items: { id: string }[]; next: string | null }
const world = await testDatabase()
let accepting = true
const portal = await testPortal({
  on: world,
  accepting: () => accepting,
  // Far below what the readers here wait: nothing of HTTP may cut them off.
  timeouts: { head: 300, whole: 500, check: 50 },
})
const supplier = portal.as('supplier-nord')
const sequence = async (): Promise<void> => {
  for (let left = 1; left > 0; ) {
    const round = await sequenceEvents(world.workerDatabase)
    left = round === 'held-elsewhere' ? 1 : round.events
  }
}
const end = async (client = supplier): Promise<string> => {
  await sequence()
  for (let cursor: string | undefined; ; ) {
    const page: Page = (await client.get('/v1/events', { query: { limit: 500, ...(cursor ? { cursor } : {}) } })).body
    if (page.items.length === 0) return page.next ?? ''
    cursor = page.next ?? ''
  }
}
/** Connections that the portal's pool has given out. */
const inUse = (): number => portal.database.pool.totalCount - portal.database.pool.idleCount

let url = ''
beforeAll(async () => {
  await writtenEvent(world.database, { recipients: [nord, musvaagevej] })
  await sequence()
  url = (await portal.listen()).url
})

describe('a reader that waits', () => {
  test('is answered when there is something for it, and holds no connection until then', async () => {
    const [cursor, other] = [await end(), await end(portal.as('jobcenter-musvaagevej'))]
    const answered: string[] = []
    const reading = supplier.get('/v1/events', { query: { cursor, wait: 30 } }).then((page) => {
      answered.push('supplier')
      return page
    })
    const others = portal.as('jobcenter-musvaagevej').get('/v1/events', { query: { cursor: other, wait: 2 } })
    await until(() => inUse() === 0)
    const id = await writtenEvent(world.database)
    expect(answered).toEqual([])
    await sequence()
    expect((await reading).body.items.map((item: { id: string }) => item.id)).toEqual([`evt_${id}`])
    expect((await others).body).toEqual({ items: [], next: other })
  })

  test('gets an empty page and its cursor again when the time is over', async () => {
    const cursor = await end()
    const page = await supplier.get('/v1/events', { query: { cursor, wait: 1 } })
    expect(page.status).toBe(200)
    expect(page.body).toEqual({ items: [], next: cursor })
  })

  test('does not wait when there is something, and not at all unless it asks for it', async () => {
    const cursor = await end()
    const id = await writtenEvent(world.database)
    await sequence()
    const page = await supplier.get('/v1/events', { query: { cursor, wait: 30 } })
    expect(page.body.items).toHaveLength(1)
    expect(page.body.items[0].id).toBe(`evt_${id}`)
    expect((await supplier.get('/v1/events', { query: { cursor: page.body.next } })).body.items).toEqual([])
  })

  test('waits on when what came is left out by its filters, and its cursor has moved past that', async () => {
    const cursor = await end()
    const reading = supplier.get('/v1/events', { query: { cursor, wait: 30, type: 'report.returned' } })
    await writtenEvent(world.database)
    await sequence()
    const passed = await end()
    const id = await writtenEvent(world.database, { type: 'report.returned' })
    await sequence()
    expect((await reading).body.items.map((item: { id: string }) => item.id)).toEqual([`evt_${id}`])
    const none = await supplier.get('/v1/events', { query: { cursor, wait: 1, type: 'report.submitted' } })
    expect(none.body.items).toEqual([])
    expect(none.body.next).toBe(await end())
    expect(none.body.next).not.toBe(passed)
  })

  test('starts from nothing, too', async () => {
    const syd = portal.as('supplier-akasse')
    const before: Page = (await syd.get('/v1/events')).body
    expect(before).toEqual({ items: [], next: null })
    const me = await syd.get('/v1/me')
    const reading = syd.get('/v1/events', { query: { wait: 30 } })
    await sleep(200)
    const id = await writtenEvent(world.database, { recipients: [me.body.organisation.id] })
    await sequence()
    expect((await reading).body.items.map((item: { id: string }) => item.id)).toEqual([`evt_${id}`])
  })

  test.each([-1, 31, 0.5, 'x'])('cannot wait for %j seconds', async (wait) => {
    expect((await supplier.get('/v1/events', { query: { wait } })).body.code).toBe('invalid-request')
  })

  test('is not cut off by the time that a request may take to arrive', async () => {
    const token = await issueToken({ clientId: 'supplier-nord' })
    const answer = await fetch(`${url}/v1/events?wait=2&cursor=${await end()}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ items: [] })
  })
})

test('a reader that closes its connection waits no longer', async () => {
  const cursor = await end()
  const token = await issueToken({ clientId: 'supplier-nord' })
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  const statements = countStatements(portal.database.pool)
  socket.write(
    `GET /v1/events?wait=30&cursor=${cursor} HTTP/1.1\r\nHost: portal.test\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  // Reading takes four; the others are looks while it waits.
  await until(() => statements() > 10)
  socket.destroy()
  // Nobody waits any more when the looking ends, which for this wait would go on for half a minute.
  await until(async () => {
    const looks = statements()
    await sleep(500)
    return statements() === looks
  }, 15_000)
})

describe('a server that stops', () => {
  test('answers waiting readers at once and is not held up by them', async () => {
    const stopping = await testPortal({ on: world })
    const { url: there } = await stopping.listen()
    const token = await issueToken({ clientId: 'supplier-nord' })
    const cursor = await end()
    const readers = Array.from({ length: 5 }, () =>
      fetch(`${there}/v1/events?wait=30&cursor=${cursor}`, { headers: { authorization: `Bearer ${token}` } }),
    )
    const connections = () => new Promise<number>((done) => stopping.app.server.getConnections((_, n) => done(n)))
    await until(async () => (await connections()) === 5)
    await sleep(200)
    const closed = await Promise.race([stopping.app.close().then(() => 'closed'), sleep(15_000, 'still open')])
    expect(closed).toBe('closed')
    for (const answer of await Promise.all(readers)) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ items: [], next: cursor })
    }
  })

  test('answers them also while it only no longer takes work', async () => {
    const cursor = await end()
    const waited = supplier.get('/v1/events', { query: { cursor, wait: 30 } })
    await sleep(200)
    accepting = false
    try {
      expect((await Promise.race([waited, sleep(15_000)]))?.body).toEqual({ items: [], next: cursor })
      expect((await supplier.get('/v1/events', { query: { cursor, wait: 30 } })).body.items).toEqual([])
    } finally {
      accepting = true
    }
  })
})

test('with a sequencer at work, a waiting reader has each event as it comes', async () => {
  let cursor = await end()
  const stop = new AbortController()
  const running = runSequencer({ database: world.workerDatabase, log: silentLog, signal: stop.signal })
  for (let n = 0; n < 5; n++) {
    const reading = supplier.get('/v1/events', { query: { cursor, wait: 30 } })
    const id = await writtenEvent(world.database)
    const page: Page = (await reading).body
    expect(page.items.map((item) => item.id)).toEqual([`evt_${id}`])
    cursor = page.next ?? ''
  }
  stop.abort()
  await running
})

test('a reader that waits through an outage is answered after it; one that has to be read for in it hears 503', async () => {
  const { hostname, port } = new URL(world.applicationUrl)
  const proxy = await tcpProxy(hostname, Number(port))
  const database = openDatabase({
    url: throughProxy(world.applicationUrl, proxy),
    poolSize: 3,
    name: 'server-through-proxy',
    onError: () => undefined,
  })
  afterwards(() => database.close())
  const away = await testPortal({ on: world, database })
  const cursor = await end()
  const reading = away.as('supplier-nord').get('/v1/events', { query: { cursor, wait: 30 } })
  const failed = () => away.logLines.some((line) => line.includes('the look at the feeds failed'))
  await until(() => database.pool.totalCount > 0 && database.pool.idleCount === database.pool.totalCount)
  await proxy.cut()
  await until(failed)
  expect((await away.as('supplier-nord').get('/v1/events', { query: { cursor, wait: 30 } })).status).toBe(503)
  await proxy.restore()
  const id = await writtenEvent(world.database)
  await sequence()
  const answer = await reading
  expect(answer.status).toBe(200)
  expect(answer.body.items.map((item: { id: string }) => item.id)).toEqual([`evt_${id}`])
})
