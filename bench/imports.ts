import { createHash } from 'node:crypto'
import { recordDays } from '#features/attendance/commands.ts'
import { importLimits } from '#features/protocol-imports/run-import.ts'
import { runNextImport } from '#features/protocol-imports/run-imports.ts'
import { templateColumns } from '#features/protocol-imports/template-columns.ts'
import { systemClock } from '#platform/clock.ts'
import { type Database, openDatabase } from '#platform/db/pool.ts'
import { inPipelinedTransaction, inTransaction } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { readTable } from '#platform/table-files/read-table.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { rounded } from './quantiles.ts'
import { absenceNumber, type World } from './world.ts'

const { id: supplierId, clientId } = demo.organisations.supplierNord
const registeredBy = { name: 'Nora Nordstrup' }
/** Of each kind of file, and of the run without a file. */
const mostRows = 20_000

/** Rows per second of an import from taking it to its end, of reading its file alone, and of `recordDays` without a file. */
export type ImportFigures = {
  readonly rows: number
  readonly csvPerSecond: number
  readonly xlsxPerSecond: number
  readonly readCsvPerSecond: number
  readonly readXlsxPerSecond: number
  readonly recordDaysPerSecond: number
  /** CSV import over `recordDays` alone. */
  readonly ratio: number
}

type Row = { readonly orderId: string; readonly activityId: string; readonly date: string }

const timed = async (rows: number, run: () => Promise<void>): Promise<number> => {
  const started = performance.now()
  await run()
  return rounded((rows * 1000) / (performance.now() - started), 0)
}

/** The file of some days, each of them attended in full. */
const fileOf = async (application: Database, rows: readonly Row[]): Promise<WrittenCell[][]> => {
  const numbers = await inTransaction(application, supplierId, (trx) =>
    trx
      .selectFrom('orders')
      .select(['id', 'orderNumber'])
      .where('id', 'in', [...new Set(rows.map(({ orderId }) => orderId))])
      .execute(),
  )
  const byId = new Map(numbers.map(({ id, orderNumber }) => [id, orderNumber]))
  const cells = rows.map(({ orderId, activityId, date }) => {
    const filled: Partial<Record<string, WrittenCell>> = {
      orderNumber: byId.get(orderId) ?? null,
      citizen: 'Borger',
      date: { date },
      activityId,
      activity: 'Forløb',
      planned: 120,
      attended: 120,
    }
    return templateColumns.map(({ key }) => filled[key] ?? null)
  })
  return [templateColumns.map(({ heading }) => heading), ...cells]
}

const upload = (application: Database, content: Buffer, format: 'csv' | 'xlsx'): Promise<unknown> =>
  inTransaction(application, supplierId, (trx) =>
    trx
      .insertInto('protocolImports')
      .values({
        id: newId(),
        organisationId: supplierId,
        dryRun: false,
        format,
        sha256: createHash('sha256').update(content).digest(),
        content,
        status: 'waiting',
        registeredBy: JSON.stringify(registeredBy),
        clientId,
        requestId: newId(),
        arrivedAt: systemClock.now(),
      })
      .execute(),
  )

/**
 * Imports days of other citizens as CSV, as XLSX, and by `recordDays` without a file, as the worker does it.
 * @throws Error when an import is not completed
 */
export const measureImports = async (
  application: Database,
  databaseUrl: string,
  world: World,
): Promise<ImportFigures> => {
  const worker = openDatabase({
    url: databaseUrl,
    poolSize: 4,
    name: 'udbudsportal-bench-worker',
    role: 'portal_worker',
    onError: () => undefined,
  })
  const citizens = Math.min(Math.floor(mostRows / world.days.length), Math.floor(world.citizens / 3))
  const share = (part: number): Row[] =>
    world.days.flatMap((_, day) =>
      Array.from({ length: citizens }, (__, citizen) =>
        absenceNumber(world, day * world.citizens + part * citizens + citizen),
      ),
    )
  const rows = citizens * world.days.length
  const importing = async (content: Buffer, format: 'csv' | 'xlsx'): Promise<number> => {
    await upload(application, content, format)
    return timed(rows, async () => {
      const round = await runNextImport({ worker, application, clock: systemClock })
      if (round?.outcome !== 'completed') throw new Error(`an import ended as ${round?.outcome ?? 'nothing'}`)
    })
  }
  const reading = (content: Buffer, format: 'csv' | 'xlsx'): Promise<number> =>
    timed(rows, async () => {
      const { fault } = await readTable(content, format, importLimits)
      if (fault) throw new Error(`a file of the benchmark cannot be read: ${fault.code}`)
    })
  try {
    const csv = Buffer.from(csvText(await fileOf(application, share(0))))
    const cells = await fileOf(application, share(1))
    const xlsx = await writeWorkbook([{ name: 'Fremmøde', rows: cells, widths: [] }])
    const alone = share(2)
    const actor = { id: newId(), arrivedAt: systemClock.now(), caller: { clientId, organisation: { id: supplierId } } }
    const recordDaysPerSecond = await timed(rows, () =>
      inPipelinedTransaction(application, supplierId, async (trx) => {
        const outcomes = await recordDays(
          trx,
          actor,
          alone.map(({ orderId, activityId, date }) => ({
            orderId,
            date: date as World['days'][number],
            entries: [{ activityId, attendedMinutes: 120 }],
            registeredBy,
          })),
        )
        if (outcomes.some((outcome) => 'problem' in outcome)) throw new Error('a day of the benchmark was refused')
        return { commit: true, result: undefined }
      }),
    )
    const csvPerSecond = await importing(csv, 'csv')
    return {
      rows,
      csvPerSecond,
      xlsxPerSecond: await importing(xlsx, 'xlsx'),
      readCsvPerSecond: await reading(csv, 'csv'),
      readXlsxPerSecond: await reading(xlsx, 'xlsx'),
      recordDaysPerSecond,
      ratio: rounded(csvPerSecond / recordDaysPerSecond, 2),
    }
  } finally {
    await worker.close()
  }
}
