import autocannon from 'autocannon'
import pg from 'pg'
import { findOrderOfProtocol, loadProtocol } from '#features/protocols/protocol.queries.ts'
import { localDateAt } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database } from '#platform/db/pool.ts'
import { inPipelinedTransaction, inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { quantile, rounded } from './quantiles.ts'
import { orderNumber, type World } from './world.ts'

const { id: supplierId, clientId, name } = demo.organisations.supplierNord

/** What reading months did under load. Times in milliseconds. */
export type ReadResult = {
  readonly reads: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

const resultOf = (times: readonly number[], elapsedMs: number): ReadResult => ({
  reads: times.length,
  perSecond: rounded((times.length * 1000) / elapsedMs),
  p50: rounded(quantile(times, 0.5), 2),
  p99: rounded(quantile(times, 0.99), 2),
})

/**
 * Records the attendance of every planned day, as superuser and without foreign-key checks: present, and away where an
 * absence was registered.
 */
export const recordAttendance = async (adminUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`set local session_replication_role = 'replica'`)
    await client.query(
      `insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes,
         unauthorised_minutes, entries, recorded_late, first_recorded_at, recorded_at)
       select p.order_id, p.date, p.supplier_id, p.citizen_id, p.planned_minutes, p.planned_minutes - coalesce(a.absent_minutes, 0),
           coalesce(a.absent_minutes, 0), jsonb_build_array(jsonb_build_object('activityId', p.activity_id,
             'plannedMinutes', p.planned_minutes, 'attendedMinutes', p.planned_minutes - coalesce(a.absent_minutes, 0),
             'absent', case when a.id is null then '[]'::jsonb
               else jsonb_build_array(jsonb_build_object('code', 'unauthorised', 'minutes', a.absent_minutes)) end)),
           false, p.date + time '15:00', p.date + time '15:00'
         from planned_days p
         left join absences a on a.supplier_id = p.supplier_id and a.citizen_id = p.citizen_id and a.date = p.date and a.withdrawn_at is null
        where p.order_id::text like $1
       on conflict do nothing`,
      [`${orderNumber(0).slice(0, 25)}%`],
    )
    await client.query('commit')
    await client.query('vacuum analyze attendance_days, absences')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

/** Gives orders of the world out in mixed order, over and over, and the month of its first day. */
const mixed = (world: World) => {
  let given = 0
  const month = (world.days[0] ?? '').slice(0, 7)
  return () => ({ orderId: orderNumber((given++ * 61_803) % world.citizens), month })
}

/**
 * Reads months over HTTP for so many seconds, each of another citizen.
 * @throws Error when an answer is not 200, or a request was not answered at all
 */
export const readProtocols = (options: {
  url: string
  token: string
  world: World
  connections: number
  seconds: number
}): Promise<ReadResult> =>
  new Promise((done, failed) => {
    const next = mixed(options.world)
    const times: number[] = []
    let others = 0
    let started = performance.now()
    let last = started
    const run = autocannon(
      {
        url: options.url,
        connections: options.connections,
        duration: options.seconds,
        timeout: 60,
        requests: [
          {
            method: 'GET',
            setupRequest: (request) => {
              const { orderId, month } = next()
              return {
                ...request,
                path: `/v1/orders/${orderId}/protocols/${month}`,
                headers: { authorization: `Bearer ${options.token}` },
              }
            },
          },
        ],
      },
      (error, result) => {
        if (error) return failed(error)
        if (result.errors + result.timeouts + result.resets + others > 0)
          return failed(
            new Error(`not every protocol was read: ${others} answers other than 200, ${result.errors} errors`),
          )
        done(resultOf(times, last - started))
      },
    )
    run.on('start', () => {
      started = performance.now()
    })
    run.on('response', (_client, status, _bytes, milliseconds) => {
      last = performance.now()
      if (status === 200) times.push(milliseconds)
      else others++
    })
  })

/** The same loads without HTTP: the feature's own queries in the portal's own transactions, so many at a time. */
export const readDirectly = async (
  database: Database,
  options: { world: World; connections: number; seconds: number },
): Promise<ReadResult> => {
  const next = mixed(options.world)
  const today = localDateAt(systemClock.now())
  const caller = {
    clientId,
    organisation: { id: supplierId, name, kinds: ['supplier'] },
    scopes: ['portal.read'],
  } as const
  const times: number[] = []
  const started = performance.now()
  const worker = async (): Promise<void> => {
    while (performance.now() - started < options.seconds * 1000) {
      const { orderId, month } = next()
      const sent = performance.now()
      const order = await inTransaction(database, supplierId, (trx) => findOrderOfProtocol(trx, caller, orderId))
      const { month: read } = await inPipelinedTransaction(database, supplierId, async (trx) => ({
        commit: false,
        result: await loadProtocol(trx, order, month, today),
      }))
      if (read.days.length === 0) throw new Error('a month was empty')
      times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: options.connections }, worker))
  return resultOf(times, performance.now() - started)
}
