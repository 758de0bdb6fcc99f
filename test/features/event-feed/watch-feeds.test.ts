import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { watchFeeds } from '#features/event-feed/watch-feeds.ts'
import { openDatabase } from '#platform/db/pool.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { countStatements } from '#test/support/count-statements.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'

const world = await testDatabase()
const sequence = async (): Promise<void> => {
  for (let left = 1; left > 0; ) {
    const round = await sequenceEvents(world.workerDatabase)
    left = round === 'held-elsewhere' ? 1 : round.events
  }
}

describe('one watch', () => {
  const forever = () => () => undefined
  const goneAlready = (gone: () => void) => {
    gone()
    return () => undefined
  }
  const waiter = (after: number) => ({ organisationId: nord, after, milliseconds: 60_000, whenGone: forever })
  const last = async (): Promise<number> => {
    await sequence()
    const [row] = await world.sql<{ last: string }>('select last from event_sequence')
    return Number(row?.last)
  }
  const watchOn = () => {
    const database = openDatabase({ url: world.applicationUrl, poolSize: 2, name: 'watch', onError: () => undefined })
    const failures: unknown[] = []
    const watch = watchFeeds({ database, accepting: () => true, failed: (error) => failures.push(error) })
    afterwards(async () => {
      watch.stop()
      await database.close()
    })
    return { database, watch, failures }
  }

  test('asks the database once for all who wait, and nothing once nobody does', async () => {
    const { database, watch } = watchOn()
    const after = await last()
    const statements = countStatements(database.pool)
    const outcomes = Promise.all(Array.from({ length: 300 }, () => watch.wait(waiter(after))))
    // Many looks with three hundred waiting: a statement for each would be thousands.
    await until(() => statements() >= 5)
    expect(database.pool.totalCount).toBe(1)
    expect(statements()).toBeLessThan(50)
    await writtenEvent(world.database)
    await sequence()
    expect(new Set(await outcomes)).toEqual(new Set(['ahead']))
    const looks = statements()
    await sleep(500)
    expect(statements()).toBe(looks)
  })

  test('sees at once what came between a read and its waiting', async () => {
    const { watch } = watchOn()
    const after = await last()
    const early = watch.wait(waiter(after + 1))
    await writtenEvent(world.database)
    await sequence()
    // The watch may have seen the number before this one waits.
    await sleep(400)
    expect(await watch.wait(waiter(after))).toBe('ahead')
    watch.stop()
    expect(await early).toBe('over')
  })

  test('lets go of whoever is gone', async () => {
    const { watch } = watchOn()
    let leave: () => void = () => undefined
    let listening = true
    const whenGone = (gone: () => void) => {
      leave = gone
      return () => {
        listening = false
      }
    }
    const outcome = watch.wait({ ...waiter(await last()), whenGone })
    leave()
    expect(await outcome).toBe('over')
    expect(listening).toBe(false)
    expect(await watch.wait({ ...waiter(await last()), whenGone: goneAlready })).toBe('over')
  })

  test('outlives the database being away', async () => {
    const { hostname, port } = new URL(world.applicationUrl)
    const proxy = await tcpProxy(hostname, Number(port))
    const database = openDatabase({
      url: throughProxy(world.applicationUrl, proxy),
      poolSize: 2,
      name: 'watch-through-proxy',
      onError: () => undefined,
    })
    const failures: unknown[] = []
    const watch = watchFeeds({ database, accepting: () => true, failed: (error) => failures.push(error) })
    afterwards(async () => {
      watch.stop()
      await database.close()
    })
    const outcome = watch.wait(waiter(await last()))
    await until(() => database.pool.totalCount === 1)
    await proxy.cut()
    await until(() => failures.length > 0)
    await writtenEvent(world.database)
    await sequence()
    await proxy.restore()
    expect(await outcome).toBe('ahead')
    expect(failures).toHaveLength(1)
  })
})
