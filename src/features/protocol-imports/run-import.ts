import { checkDays, lockOrdersOf, recordDays } from '#features/attendance/commands.ts'
import type { Caller } from '#kernel/caller.ts'
import { type Refusal, recordRefusals } from '#platform/audit/refusals.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/db/pool.ts'
import { inPipelinedTransaction, type PipelinedTrx } from '#platform/db/transaction.ts'
import { isRuleRefusal } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { readTable } from '#platform/table-files/read-table.ts'
import { columnLetters, type TableLimits } from '#platform/table-files/table-file.ts'
import {
  codeNames,
  completeImport,
  endImport,
  type ImportEnd,
  ordersByNumber,
  showProgress,
  type TakenImport,
  waitForLocks,
} from './import-work.queries.ts'
import { type ReadDays, type ReportedDay, readDays } from './read-days.ts'
import { nameOfCode } from './read-row.ts'
import { errorsOfRefusal } from './refused-days.ts'
import { mostErrors, type RowError } from './row-errors.ts'
import { headingOf } from './template-columns.ts'

/** Ours: what is read of a file. Row 1 has the headings; the inflated bytes hold 20,000 rows several times over. */
export const importLimits: TableLimits = {
  rows: 20_001,
  columns: 100,
  // Of a text of 4,000 characters; some of them count double here.
  cellCharacters: 8000,
  characters: 33_554_432,
  inflatedBytes: 67_108_864,
}

/** Ours: days that are checked and written at a time. */
const daysAtATime = 2000
/** Ours: how often a worker shows that it lives. Milliseconds; well below the lease. */
const heartbeatMs = 10_000

export type ImportDeps = {
  /** The worker's own role: takes imports of everybody and shows their progress. */
  readonly worker: Database
  /** The application's role: writes in the supplier's name, behind its walls. */
  readonly application: Database
  readonly clock: Clock
  readonly signal?: AbortSignal
}

type Checked = {
  readonly errors: RowError[]
  readonly refusals: Refusal[]
  rowsChecked: number
  daysWritten: number
  daysUnchanged: number
}

/** Another worker has taken the import up, so that this one's days must not be written. */
export class ImportLost extends Error {
  override readonly name = 'ImportLost'
}

type Ended = ImportEnd<'completed' | 'rejected'>

const byRow = (one: RowError, other: RowError): number => (one.row ?? 0) - (other.row ?? 0)

const rejection = (read: Pick<ReadDays, 'month' | 'rowsRead' | 'rowsEmpty'>, errors: readonly RowError[]): Ended => ({
  status: 'rejected',
  month: read.month,
  rowsRead: read.rowsRead,
  rowsEmpty: read.rowsEmpty,
  errorCount: errors.length,
  errors: errors.toSorted(byRow).slice(0, mostErrors),
})

const codesIn = async (application: Database, organisationId: string): Promise<Map<string, string>> =>
  inPipelinedTransaction(application, organisationId, async (trx) => {
    const rows = await trx.run<{ code: string; da: string; en: string }>(codeNames, [])
    const names = rows.flatMap(({ code, da, en }) => [da, en, code].map((name) => [nameOfCode(name), code] as const))
    return { commit: false, result: new Map(names) }
  })

/**
 * Holds the days against the rules, as if each was sent alone when the file arrived; what was recorded since is not
 * overwritten. With `write` their orders are locked and what is taken is written; else nothing is locked.
 */
const record = async (
  deps: ImportDeps,
  trx: PipelinedTrx,
  taken: TakenImport,
  days: readonly ReportedDay[],
  write: boolean,
): Promise<Checked> => {
  const checked: Checked = { errors: [], refusals: [], rowsChecked: 0, daysWritten: 0, daysUnchanged: 0 }
  const supplierId = taken.organisationId
  const numbers = [...new Set(days.map(({ orderNumber }) => orderNumber))]
  const orders = new Map(
    (await trx.run<{ id: string; orderNumber: string }>(ordersByNumber, [supplierId, numbers])).map((order) => [
      order.orderNumber,
      order.id,
    ]),
  )
  const found = days.flatMap((day) => {
    const orderId = orders.get(day.orderNumber)
    if (orderId !== undefined) return [{ day, orderId }]
    for (const { row } of day.rows) {
      checked.errors.push({ row, column: headingOf('orderNumber'), code: 'unknown-order' })
    }
    return []
  })
  if (write) {
    await trx.run(waitForLocks, [])
    // All at once and by their ids, as everybody does.
    await lockOrdersOf(trx, supplierId, [...orders.values()])
  }
  const organisation = { id: supplierId }
  const actor = { id: taken.requestId, arrivedAt: taken.arrivedAt, caller: { clientId: taken.clientId, organisation } }
  for (let at = 0; at < found.length; at += daysAtATime) {
    const some = found.slice(at, at + daysAtATime)
    const outcomes = await (write ? recordDays : checkDays)(
      trx,
      actor,
      some.map(({ day, orderId }) => ({
        orderId,
        date: day.date,
        entries: day.entries,
        correctionReason: day.correctionReason ?? taken.correctionReason ?? undefined,
        registeredBy: taken.registeredBy,
      })),
      { unlessChangedSince: taken.arrivedAt },
    )
    for (const [index, outcome] of outcomes.entries()) {
      const one = some[index]
      if (!one) continue
      checked.rowsChecked += one.day.rows.length
      if ('problem' in outcome) {
        checked.errors.push(...errorsOfRefusal(one.day, outcome.problem))
        if (isRuleRefusal(outcome.problem.slug)) {
          checked.refusals.push({ rule: outcome.problem.slug, orderId: one.orderId })
        }
      } else if (outcome.recorded.change === 'unchanged') checked.daysUnchanged += 1
      else checked.daysWritten += 1
    }
    await showProgress(deps.worker, taken, write ? {} : { rowsChecked: checked.rowsChecked })
    if (deps.signal?.aborted) throw new Error('the import was stopped')
  }
  return checked
}

/** Refusals leave their mark although nothing was written; one for each rule and order. */
const keepRefusals = async (deps: ImportDeps, taken: TakenImport, refusals: readonly Refusal[]): Promise<void> => {
  const different = new Map(refusals.map((refusal) => [`${refusal.rule} ${refusal.orderId}`, refusal]))
  const organisation = { id: taken.organisationId, name: '', kinds: ['supplier' as const] }
  const caller: Caller = { clientId: taken.clientId, organisation, scopes: [] }
  const request = { caller, arrivedAt: taken.arrivedAt, id: taken.requestId, operation: 'createProtocolImport' }
  await recordRefusals(deps.application, request, [...different.values()])
}

const work = async (deps: ImportDeps, taken: TakenImport): Promise<Ended | null> => {
  const { application, worker, clock, signal } = deps
  const table = await readTable(taken.content, taken.format, importLimits, signal ? { signal } : {})
  if (table.fault) {
    const { row, column, code } = table.fault
    const nothing = { month: taken.month, rowsRead: 0, rowsEmpty: 0 }
    return rejection(nothing, [{ row, column: column === null ? null : columnLetters(column), code }])
  }
  const read = readDays(table.rows, await codesIn(application, taken.organisationId), taken.month)
  const { rowsRead, rowsEmpty, month } = read
  await showProgress(worker, taken, { rowsRead, rowsEmpty })
  // First without a lock: a file that is wrong, or only tried, is in nobody's way.
  let checked = await inPipelinedTransaction(application, taken.organisationId, async (trx) => ({
    commit: false,
    result: await record(deps, trx, taken, read.days, false),
  }))
  if (checked.errors.length + read.errors.length === 0 && !taken.dryRun) {
    const written = await inPipelinedTransaction(application, taken.organisationId, async (trx) => {
      const result = await record(deps, trx, taken, read.days, true)
      const commit = result.errors.length === 0
      if (commit) {
        const { rowsChecked, daysWritten, daysUnchanged } = result
        const counts = [month, rowsRead, rowsEmpty, rowsChecked, daysWritten, daysUnchanged]
        const done = await trx.run(completeImport, [taken.id, taken.attempts, ...counts, clock.now(), newId()])
        if (done.length === 0) throw new ImportLost()
      }
      return { commit, result: { ...result, commit } }
    })
    if (written.commit) return null
    checked = written
  }
  const errors = [...read.errors, ...checked.errors]
  const { rowsChecked, daysWritten, daysUnchanged } = checked
  if (errors.length === 0) {
    const counts = { rowsRead, rowsEmpty, rowsChecked, daysWritten, daysUnchanged }
    return { status: 'completed', month, ...counts, errorCount: 0, errors }
  }
  if (!taken.dryRun) await keepRefusals(deps, taken, checked.refusals)
  return { ...rejection(read, errors), rowsChecked }
}

/**
 * Works on an import that was taken: reads the file, checks all of it, and writes all of it or nothing. A dry run does the
 * same and keeps none of it.
 * @throws whatever comes in between; nothing was written then
 */
export const runImport = async (deps: ImportDeps, taken: TakenImport): Promise<'completed' | 'rejected'> => {
  const beat = setInterval(() => void showProgress(deps.worker, taken).catch(() => undefined), heartbeatMs)
  try {
    const end = await work(deps, taken)
    if (end) await endImport(deps.worker, taken, deps.clock.now(), end)
    return end?.status ?? 'completed'
  } finally {
    clearInterval(beat)
  }
}
