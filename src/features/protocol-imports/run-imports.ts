import { isLockedOut } from '#platform/db/errors.ts'
import { endImport, mostAttempts, releaseImport, takeImport } from './import-work.queries.ts'
import { type ImportDeps, ImportLost, runImport } from './run-import.ts'

/** What became of the import that a worker took; null when there was none to take. */
export type ImportRound =
  | { readonly importId: string; readonly outcome: 'completed' | 'rejected' }
  | { readonly importId: string; readonly outcome: 'failed' | 'again' | 'lost'; readonly error: unknown }
  | null

/**
 * Takes the next import and works on it. What comes in between is tried again a little later, three times in all; an
 * import that a stopping worker gives back, or whose orders somebody held for too long, is not counted.
 */
export const runNextImport = async (deps: ImportDeps): Promise<ImportRound> => {
  const { worker, clock, signal } = deps
  const taken = await takeImport(worker, clock.now())
  if (!taken) return null
  const importId = taken.id
  const failed = async (error: unknown): Promise<ImportRound> => {
    const errors = [{ row: null, column: null, code: 'import-failed' }]
    await endImport(worker, taken, clock.now(), { status: 'failed', month: taken.month, errorCount: 1, errors })
    return { importId, outcome: 'failed', error }
  }
  // The workers that had it before were killed, each of them perhaps by it.
  if (taken.attempts > mostAttempts) return failed(new Error('its workers ended'))
  try {
    return { importId, outcome: await runImport(deps, taken) }
  } catch (error) {
    if (error instanceof ImportLost) return { importId, outcome: 'lost', error }
    const uncounted = signal?.aborted === true || isLockedOut(error)
    if (!uncounted && taken.attempts >= mostAttempts) return failed(error)
    await releaseImport(worker, taken, uncounted)
    return { importId, outcome: 'again', error }
  }
}
