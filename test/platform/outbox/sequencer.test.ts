import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { runSequencer, sequenceEvents, sequencerBacklog, sequencerLock } from '#platform/outbox/sequencer.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { silentLog, until } from '#test/support/until.ts'
import { eventFor, musvaagevej, nord, writtenEvent } from './written-event.ts'

const settled = async () => {
  const database = await testDatabase()
  while ((await sequencerBacklog(database.workerDatabase)).events > 0) {
    await sequenceEvents(database.workerDatabase)
  }
  return database
}

type Filters = { order_ids?: string[]; jobcenter_ids?: string[]; target_groups?: string[]; in_order?: boolean }

const addEndpoint = async (
  world: Awaited<ReturnType<typeof settled>>,
  organisationId: string,
  eventTypes: string[],
  { order_ids, jobcenter_ids, target_groups, in_order = true, deleted = false }: Filters & { deleted?: boolean } = {},
): Promise<string> => {
  const id = newId()
  await world.sql(
    `with made as (
       insert into webhook_endpoints (id, organisation_id, url, event_types, order_ids, jobcenter_ids, target_groups, in_order,
                                      deleted_at)
       values ($1, $2, 'https://receiver.example/', $3, $4, $5, $6, $7, ${deleted ? 'now()' : 'null'})
       returning id, organisation_id)
     insert into webhook_queues (endpoint_id, organisation_id) select id, organisation_id from made`,
    [id, organisationId, eventTypes, order_ids ?? null, jobcenter_ids ?? null, target_groups ?? null, in_order],
  )
  return id
}

describe('the order of events', () => {
  test('numbers go up without gaps in the order of writing', async () => {
    const world = await settled()
    const [{ last }] = (await world.sql<{ last: string }>('select last from event_sequence')) as [{ last: string }]
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await writtenEvent(world.database))
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 5, deliveries: 0 })
    const rows = await world.sql<{ id: string; sequence: string }>(
      'select id, sequence from events where id = any ($1) order by sequence',
      [ids],
    )
    expect(rows.map((row) => row.id)).toEqual(ids)
    expect(rows.map((row) => Number(row.sequence))).toEqual([1, 2, 3, 4, 5].map((n) => Number(last) + n))
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 0, deliveries: 0 })
  })

  test('an event whose transaction commits late gets a later number, not a lower one', async () => {
    const world = await settled()
    let late = ''
    let early = ''
    await inTransaction(world.database, musvaagevej, async (trx) => {
      late = await appendEvent(trx, eventFor())
      early = await writtenEvent(world.database)
      expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 1, deliveries: 0 })
    })
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 1, deliveries: 0 })
    const rows = await world.sql<{ id: string; position: string }>(
      'select id, position from events where id = any ($1) order by sequence',
      [[early, late]],
    )
    expect(rows.map((row) => row.id)).toEqual([early, late])
    expect(Number(rows[0]?.position)).toBeGreaterThan(Number(rows[1]?.position))
  })

  test('each recipient finds it in its feed once; a recipient that is not there holds nobody up', async () => {
    const world = await settled()
    const id = await writtenEvent(world.database, { recipients: [nord, musvaagevej, newId(), nord] })
    await sequenceEvents(world.workerDatabase)
    const rows = await world.sql('select organisation_id from event_feed where event_id = $1', [id])
    expect(rows.map((row) => row['organisation_id']).sort()).toEqual([nord, musvaagevej].sort())
  })
})

describe('deliveries', () => {
  test('go to live endpoints of the recipients that ask for the type or for all', async () => {
    const world = await settled()
    const all = await addEndpoint(world, nord, ['*'])
    const this1 = await addEndpoint(world, nord, ['order.placed', 'order.amended'])
    await addEndpoint(world, nord, ['order.cancelled'])
    await addEndpoint(world, nord, ['*'], { deleted: true })
    await addEndpoint(world, musvaagevej, ['*'])
    const id = await writtenEvent(world.database)
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 1, deliveries: 2 })
    const rows = await world.sql('select * from webhook_deliveries where event_id = $1', [id])
    expect(rows.map((row) => row['endpoint_id']).sort()).toEqual([all, this1].sort())
    expect(rows.every((row) => row['status'] === 'pending' && row['attempts'] === 0)).toBe(true)
    expect(rows.every((row) => row['due_at'] !== null)).toBe(true)
  })

  test('fit the filters of the endpoint: jobcenter, target group and order as they stand when it is numbered', async () => {
    const world = await settled()
    const { id: orderId } = demo.orders.activityReady
    const fits = [
      await addEndpoint(world, nord, ['*'], { order_ids: [orderId] }),
      await addEndpoint(world, nord, ['*'], { jobcenter_ids: [musvaagevej] }),
      await addEndpoint(world, nord, ['order.placed'], { target_groups: ['cash-benefit-activity-ready'] }),
    ]
    for (const filters of [
      { order_ids: [newId()] },
      { jobcenter_ids: [nord] },
      { target_groups: ['sickness-benefit'] },
    ]) {
      await addEndpoint(world, nord, ['*'], filters)
    }
    const id = await writtenEvent(world.database, { orderId })
    await writtenEvent(world.database, { orderId: null })
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 2, deliveries: 3 })
    const rows = await world.sql('select endpoint_id from webhook_deliveries where event_id = $1', [id])
    expect(rows.map((row) => row['endpoint_id']).sort()).toEqual(fits.sort())
  })

  test('of one order wait for each other unless the endpoint does without; others do not wait', async () => {
    const world = await settled()
    const inOrder = await addEndpoint(world, nord, ['*'])
    const asTheyCome = await addEndpoint(world, nord, ['*'], { in_order: false })
    const [one, two] = [demo.orders.activityReady.id, demo.orders.sicknessBenefit.id]
    for (const orderId of [one, one, two, null, null]) await writtenEvent(world.database, { orderId })
    await sequenceEvents(world.workerDatabase)
    await writtenEvent(world.database, { orderId: one })
    await sequenceEvents(world.workerDatabase)
    const due = (endpointId: string) =>
      world.sql<{ due: boolean }>(
        'select due_at is not null as due from webhook_deliveries where endpoint_id = $1 order by sequence',
        [endpointId],
      )
    expect((await due(inOrder)).map((row) => row.due)).toEqual([true, false, true, true, true, false])
    expect((await due(asTheyCome)).map((row) => row.due)).toEqual([true, true, true, true, true, true])
  })

  test('a batch that fails leaves nothing behind', async () => {
    const world = await settled()
    await addEndpoint(world, nord, ['*'])
    const id = await writtenEvent(world.database)
    await world.sql('alter table webhook_deliveries add constraint broken check (false) not valid')
    await expect(sequenceEvents(world.workerDatabase)).rejects.toThrow('broken')
    expect(await world.sql('select from event_feed where event_id = $1', [id])).toEqual([])
    await world.sql('alter table webhook_deliveries drop constraint broken')
    expect(await sequencerBacklog(world.workerDatabase)).toMatchObject({ events: 1 })
    expect(await sequenceEvents(world.workerDatabase)).toEqual({ events: 1, deliveries: 1 })
  })
})

describe('several sequencers at once', () => {
  test('give each event one number, one place in the feed and one delivery per endpoint', async () => {
    const world = await settled()
    const endpoints = [await addEndpoint(world, nord, ['*']), await addEndpoint(world, nord, ['order.placed'])]
    const stop = new AbortController()
    const running = [1, 2, 3].map(() =>
      runSequencer({ database: world.workerDatabase, log: silentLog, signal: stop.signal }),
    )
    const ids: string[] = []
    const writers = [1, 2, 3, 4].map(async () => {
      for (let n = 0; n < 40; n++) {
        await inTransaction(world.database, musvaagevej, async (trx) => {
          for (let m = 0; m < 10; m++) ids.push(await appendEvent(trx, eventFor()))
          await sleep(n % 3)
        })
      }
    })
    await Promise.all(writers)
    await until(async () => (await sequencerBacklog(world.workerDatabase)).events === 0)
    stop.abort()
    await Promise.all(running)
    const [sums] = await world.sql(
      `select count(*)::int as events, count(distinct sequence)::int as numbers,
              (max(sequence) - min(sequence) + 1)::int as span from events where id = any ($1)`,
      [ids],
    )
    expect(sums).toEqual({ events: 1600, numbers: 1600, span: 1600 })
    const [made] = await world.sql(
      `select count(*)::int as deliveries, count(distinct (endpoint_id, event_id))::int as different,
              (select count(*)::int from event_feed where event_id = any ($1)) as fed
         from webhook_deliveries where event_id = any ($1)`,
      [ids],
    )
    const deliveries = 1600 * endpoints.length
    expect(made).toEqual({ deliveries, different: deliveries, fed: 1600 })
  })

  test('one that finds another at work leaves it to that one', async () => {
    const world = await settled()
    await writtenEvent(world.database)
    await world.workerDatabase.kysely.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${sequencerLock})`.execute(trx)
      expect(await sequenceEvents(world.workerDatabase)).toBe('held-elsewhere')
    })
    expect(await sequenceEvents(world.workerDatabase)).toMatchObject({ events: 1 })
  })
})

test('a sequencer goes on after its connections were cut', async () => {
  const world = await settled()
  const stop = new AbortController()
  const running = runSequencer({
    database: world.workerDatabase,
    log: silentLog,
    signal: stop.signal,
  })
  for (let round = 0; round < 3; round++) {
    await world.sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'test-worker'`)
    await writtenEvent(world.database)
    await until(async () => (await world.sql('select from events where sequence is null')).length === 0)
  }
  stop.abort()
  await running
  expect(await world.sql('select from events where sequence is null')).toEqual([])
})
