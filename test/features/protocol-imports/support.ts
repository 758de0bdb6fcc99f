import { parse } from 'csv-parse/sync'
import { type ImportRound, runNextImport } from '#features/protocol-imports/run-imports.ts'
import { must } from '#test/features/orders/support.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

export const importsPath = '/v1/protocol-imports'
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

type Query = Record<string, string | number>

/** Sends a file as the whole body. */
export const upload = (
  portal: TestPortal,
  content: Buffer | string,
  given: { query?: Query; type?: string; client?: string; idempotencyKey?: string } = {},
): Promise<TestAnswer> =>
  portal.as(given.client ?? 'supplier-nord').post(importsPath, content, {
    headers: { 'content-type': given.type ?? 'text/csv' },
    query: { registeredByName: 'Liv Leverandør', ...given.query },
    ...(given.idempotencyKey === undefined ? {} : { idempotencyKey: given.idempotencyKey }),
  })

/** Does what the worker does, once. */
export const work = (portal: TestPortal): Promise<ImportRound> =>
  runNextImport({ worker: portal.workerDatabase, application: portal.database, clock: portal.clock })

/** Uploads, lets the worker work, and gives what the import says then. */
export const imported = async (
  portal: TestPortal,
  content: Buffer | string,
  given: Parameters<typeof upload>[2] = {},
): Promise<TestAnswer> => {
  const { id } = must(await upload(portal, content, given)).body
  await work(portal)
  return must(await portal.as(given.client ?? 'supplier-nord').get(`${importsPath}/${id}`))
}

/** The template as rows of cells. */
export const templateOf = async (
  portal: TestPortal,
  query: Query = {},
  client = 'supplier-nord',
): Promise<string[][]> => {
  const { bytes } = must(
    await portal.as(client).get(`${importsPath}/template`, { query: { month: '2026-03', ...query } }),
  )
  return parse(bytes, { bom: true, delimiter: ';', record_delimiter: '\r\n' }) as unknown as string[][]
}

/** Rows as a file. */
export const csvOf = (rows: readonly (readonly string[])[]): string => rows.map((row) => row.join(';')).join('\r\n')

/** The template with cells filled in by heading, for each row that `fill` says something about. */
export const filled = (
  template: readonly (readonly string[])[],
  fill: (row: Readonly<Record<string, string>>) => Record<string, string> | undefined,
): string[][] => {
  const [headings = [], ...rows] = template
  return [
    [...headings],
    ...rows.map((row) => {
      const named = Object.fromEntries(headings.map((heading, index) => [heading, row[index] ?? '']))
      const changes = fill(named) ?? {}
      return headings.map((heading, index) => changes[heading] ?? row[index] ?? '')
    }),
  ]
}

/** What a row says of someone who was there all the time. */
export const present = (row: Readonly<Record<string, string>>) => ({ 'Fremmødt (min)': row['Planlagt (min)'] ?? '' })

/** Status, days written and errors of an import: `row column code`. */
export const outcome = ({ body }: TestAnswer) => ({
  status: body.status,
  daysWritten: body.daysWritten,
  errors: body.errors.map(
    (error: { row: number; column: string; code: string }) => `${error.row} ${error.column} ${error.code}`,
  ),
})
