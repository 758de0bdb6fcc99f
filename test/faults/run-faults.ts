import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { demo } from '#src/dev/demo-world/demo.ts'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { portalProcess, until } from '#test/processes/child.ts'
import { afterwards } from '#test/support/test-database.ts'
import { testKeyringText } from '#test/support/test-keyring.ts'
import { killableDatabase } from './database-server.ts'
import { fickleReceiver } from './fickle-receiver.ts'
import { findLosses, type Losses } from './find-losses.ts'
import { steadyCaller } from './steady-caller.ts'

/** What a run counted. */
export type FaultReport = {
  readonly seed: number
  readonly kills: Readonly<Record<string, number>>
  readonly posts: number
  readonly repeated: number
  readonly mishaps: number
  readonly forged: number
  readonly losses: Losses
}

/** A day on which the citizen of a demo order is planned. */
export type Day = { readonly orderId: string; readonly activityId: string; readonly date: string }

/** What suppliers were told, to be held against what is there. */
export type Told = {
  /** Absences that were answered 201. */
  readonly registered: Set<string>
  /** Withdrawals that were answered 200. */
  readonly withdrawn: Set<string>
  /** Days of calls that were made once and never repeated, with the answer's absence, if there was an answer. */
  readonly abandoned: Map<string, string | null>
}

/** Random numbers that a seed brings again (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const recipients = ['k-kassen', 'jobcenter-musvaagevej', 'supplier-nord'] as const

/**
 * Suppliers post while server, workers and PostgreSQL are killed in random order, connections to the database go dead, and
 * receivers answer as badly as they can. Then everything calms down and is counted.
 * @param options.seconds of trouble
 * @param options.seed of all chance
 */
export const runFaults = async (options: { seconds: number; seed: number }): Promise<FaultReport> => {
  const random = randomFrom(options.seed)
  const database = await killableDatabase('2026-03-13')
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-faulty-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  const [port, ...metrics] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const base = `http://127.0.0.1:${port}`
  const environment = {
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: base,
    METRICS_PORT: String(metrics[0]),
    DATABASE_URL: database.applicationUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    CPR_KEYS: testKeyringText,
    RATE_LIMIT: '1000000',
  }
  const log = join(folder, 'log')
  const server = portalProcess('src/server.ts', environment, log)
  const workers = metrics
    .slice(1)
    .map((each) => portalProcess('src/worker.ts', { ...environment, WORKER_METRICS_PORT: String(each) }, log))
  const { call, attempt } = steadyCaller(base)
  await until('the server', async () => (await attempt('supplier-nord', '/v1/orders?limit=1'))?.status === 200)
  const waiting = async (what: string): Promise<number> => {
    const rows = await database.sql<{ count: string }>(`select count(*) from ${what}`)
    return Number(rows[0]?.count)
  }
  // What the demo world tells of itself is numbered before anybody listens.
  await until('the demo events', async () => (await waiting('events where sequence is null')) === 0)

  const receiver = await fickleReceiver(random)
  const [{ last: heardFrom }] = (await database.sql<{ last: string }>('select last from event_sequence')) as [
    { last: string },
  ]
  for (const recipient of recipients) {
    for (const which of ['first', 'second']) {
      const name = `${recipient}-${which}`
      const body = { url: receiver.urlFor(name), eventTypes: ['*'] }
      const { status, body: endpoint } = await call(recipient, '/v1/webhook-endpoints', body, name)
      if (status !== 201) throw new Error(`no endpoint: ${JSON.stringify(endpoint)}`)
      receiver.open(name, String(endpoint['secret']))
    }
  }

  const days = await database.sql<Day>(
    `select order_id as "orderId", activity_id as "activityId", date::text from planned_days
      where order_id = any ($1::uuid[]) order by md5(order_id::text || date)`,
    [[demo.orders.activityReady.id, demo.orders.sicknessBenefit.id, demo.orders.dragoer.id]],
  )
  const told: Told = { registered: new Set(), withdrawn: new Set(), abandoned: new Map() }
  const count = { posts: 0, repeated: 0 }
  const by = { name: 'Liv Leverandør' }
  const absenceOn = (day: Day) => ({ ...day, wholeDay: true, reason: 'no-notice', registeredBy: by })
  const used = new Set<string>()
  let troubled = true
  let number = 0
  const supplier = async (): Promise<void> => {
    for (let day = days.shift(); day && troubled; day = days.shift()) {
      count.posts += 1
      const key = `call-${number++}`
      const place = `${day.orderId} ${day.date}`
      // Only a day that nobody has written to, so that what is found there can be this call's alone.
      if (!used.has(place) && random() < 0.1) {
        const answer = await attempt('supplier-nord', '/v1/absences', absenceOn(day), key)
        told.abandoned.set(place, answer?.status === 201 ? String(answer.body['id']) : null)
        continue
      }
      used.add(place)
      const registered = await call('supplier-nord', '/v1/absences', absenceOn(day), key)
      if (registered.status !== 201) throw new Error(`${registered.status} ${JSON.stringify(registered.body)}`)
      const id = String(registered.body['id'])
      told.registered.add(id)
      count.repeated += registered.calls - 1
      if (random() < 0.5) continue
      count.posts += 1
      const path = `/v1/absences/${id}/withdrawal`
      const withdrawn = await call('supplier-nord', path, { reason: 'Fejl', registeredBy: by }, `${key}-withdrawal`)
      if (withdrawn.status !== 200) throw new Error(`${withdrawn.status} ${JSON.stringify(withdrawn.body)}`)
      told.withdrawn.add(id)
      count.repeated += withdrawn.calls - 1
      // The day is free again.
      days.push(day)
    }
  }

  const kills = { server: 0, worker: 0, postgres: 0, 'dead connections': 0 }
  const trouble: [keyof typeof kills, () => Promise<void>][] = [
    ['server', () => server.restart()],
    ['worker', () => (workers[Math.floor(random() * workers.length)] ?? workers[0])?.restart() ?? Promise.resolve()],
    ['postgres', () => database.kill()],
    ['dead connections', async () => database.blackHole()],
  ]
  const makeTrouble = async (): Promise<void> => {
    // Each kind once for sure, then by chance.
    const first = [...trouble].sort(() => random() - 0.5)
    for (const began = performance.now(); performance.now() - began < options.seconds * 1000 || first.length > 0; ) {
      await sleep(500 + random() * 2500)
      const [what, act] = first.pop() ?? trouble[Math.floor(random() * trouble.length)] ?? ['server', server.restart]
      await act()
      kills[what] += 1
    }
    troubled = false
  }
  /** Retries come in minutes and hours; here their clock runs fast. */
  let hurrying = true
  const hurry = async (): Promise<void> => {
    for (; hurrying; await sleep(500)) {
      await database
        .sql(`update webhook_deliveries set due_at = now() where status = 'pending' and due_at > now()`)
        .catch(() => undefined)
    }
  }
  const hurried = hurry()
  await Promise.all([...Array.from({ length: 6 }, supplier), makeTrouble()])
  receiver.calmDown()
  const settled = async (): Promise<boolean> =>
    (await waiting('events where sequence is null')) === 0 &&
    // Numbered while somebody held the endpoint's queue, and not in it yet.
    (await waiting('webhook_backlogs')) === 0 &&
    (await waiting(`webhook_deliveries where status = 'pending'`)) === 0
  await until('what is owed to be delivered', settled, 180_000).catch(async (error: Error) => {
    const left = await database.sql(
      `select q.*, w.url, w.status as endpoint_status, (select count(*) from events where sequence is null) as unsequenced,
              (select jsonb_agg(d) from (select status, due_at, attempts, lane, last_error, last_attempt_at from webhook_deliveries d
                where d.endpoint_id = q.endpoint_id and d.status = 'pending' order by sequence limit 3) as d) as open
         from webhook_queues q join webhook_endpoints w on w.id = q.endpoint_id`,
    )
    error.message += `; left: ${JSON.stringify(left, null, 1)}; the log ends:\n${readFileSync(log, 'utf8').slice(-3000)}`
    throw error
  })
  hurrying = false
  await hurried
  const losses = await findLosses(database.sql, told, receiver.mailboxes, Number(heardFrom))
  const { mishaps, forged } = receiver.state
  return { seed: options.seed, kills, ...count, mishaps, forged, losses }
}
