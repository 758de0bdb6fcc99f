import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { systemClock } from '#platform/clock.ts'
import { openDatabase } from '#platform/db/pool.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { sources } from '../../migrations/compliance/facts.ts'
import type { BenchDatabase } from '../database.ts'
import type { Numbering } from '../numbering.ts'
import { quantile, rounded } from '../quantiles.ts'
import type { ServerProcess } from '../server-process.ts'
import type { FreshnessFigures, RecountFigures } from './compliance-figures.ts'

const { id: supplierId } = demo.organisations.supplierNord
const writes = 10
/** How long a write may take to show; the promise is a minute. */
const mostSeconds = 120

/**
 * Registers absences one after the other, at moments that have nothing to do with the worker's, and asks until the supplier's day
 * shows each. A worker has to run.
 */
export const measureFreshness = async (server: ServerProcess, numbering: Numbering): Promise<FreshnessFigures> => {
  const [supplier, auditor] = [await server.token('supplier-nord'), await server.token('auditor-koebenhavn')]
  const registered = async (date: LocalDate): Promise<number> => {
    const answer = await fetch(`${server.url}/v1/compliance/summary?from=${date}&to=${date}&supplierId=${supplierId}`, {
      headers: { authorization: `Bearer ${auditor}` },
    })
    const { totals } = (await answer.json()) as { totals: { figures: { absencesRegistered: number } } }
    return totals.figures.absencesRegistered
  }
  const seconds: number[] = []
  for (let write = 0; write < writes; write++) {
    const body = numbering.next()
    const before = await registered(body.date)
    const answer = await fetch(`${server.url}/v1/absences`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${supplier}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(`an absence was answered with ${answer.status}`)
    const began = performance.now()
    while ((await registered(body.date)) === before) {
      if (performance.now() - began > mostSeconds * 1000)
        throw new Error(`a write did not show in ${mostSeconds} seconds`)
      await sleep(50)
    }
    seconds.push((performance.now() - began) / 1000)
    await sleep(Math.random() * 3000)
  }
  return { writes, p50: rounded(quantile(seconds, 0.5), 2), longest: rounded(Math.max(...seconds), 2) }
}

const openWorkers = (database: BenchDatabase) =>
  openDatabase({
    url: database.applicationUrl,
    poolSize: 1,
    name: 'udbudsportal-bench-compliance',
    role: 'portal_worker',
    statementMs: 120_000,
    onError: () => undefined,
  })

/** Counts what was written, as the worker does, until nothing is left. */
export const drain = async (database: BenchDatabase): Promise<number> => {
  const workers = openWorkers(database)
  try {
    return await drainCompliance({ database: workers, clock: systemClock })
  } finally {
    await workers.close()
  }
}

/**
 * Counts a past month of one supplier again as the worker does.
 * @throws Error when a cell is other than it was loaded
 */
export const recountMonth = async (database: BenchDatabase, today: LocalDate): Promise<RecountFigures> => {
  const month = `${addDays(today, -150).slice(0, 7)}-01`
  const workers = openWorkers(database)
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  try {
    const sums = async (): Promise<string> => {
      const found: string[] = []
      for (const table of [...sources.map((source) => `compliance_${source}`), 'register_differences']) {
        const { rows } = await client.query<{ sum: string | null }>(
          `select count(*) || ' ' || sum(hashtextextended(c::text, 0)) as sum from ${table} c
            where supplier_id = $1 and day between $2::date and $2::date + interval '1 month' - interval '1 day'`,
          [supplierId, month],
        )
        found.push(`${table} ${rows[0]?.sum}`)
      }
      return found.join(', ')
    }
    const before = await sums()
    const began = performance.now()
    await workers.pool.query(
      `select portal_touch_compliance($1, $2::date, ($2::date + interval '1 month' - interval '1 day')::date)`,
      [supplierId, month],
    )
    const cells = await drainCompliance({ database: workers, clock: systemClock })
    const milliseconds = performance.now() - began
    const after = await sums()
    if (after !== before) throw new Error(`cells were counted otherwise than they were loaded:\n${before}\n${after}`)
    return { cells, millisecondsEach: rounded(milliseconds / cells) }
  } finally {
    await Promise.all([client.end(), workers.close()])
  }
}
