import type { Person } from '#kernel/caller.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { ListedImport } from './import.queries.ts'
import { type RowError, wordsOf } from './row-errors.ts'

/** An import as a list shows it. */
export const listedImport = (row: ListedImport) => ({
  id: row.id,
  status: row.status,
  dryRun: row.dryRun,
  month: row.month,
  format: row.format,
  sha256: row.sha256.toString('hex'),
  ...(row.correctionReason === null ? {} : { correctionReason: row.correctionReason }),
  registeredBy: row.registeredBy as Person,
  arrivedAt: row.arrivedAt,
  ...(row.takenAt === null ? {} : { startedAt: row.takenAt }),
  ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
  rowsRead: row.rowsRead,
  rowsEmpty: row.rowsEmpty,
  rowsChecked: row.rowsChecked,
  daysWritten: row.daysWritten,
  daysUnchanged: row.daysUnchanged,
  errorCount: row.errorCount,
})

/** An import with its errors, in the reader's language. */
export const importDocument = (row: ListedImport & { errors: unknown }, language: Language) => ({
  ...listedImport(row),
  errors: (row.errors as RowError[]).map((error) => ({ ...error, detail: wordsOf(error.code, language) })),
})
