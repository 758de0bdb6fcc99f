import { isUnavailable } from '#platform/db/errors.ts'

/** A row of the audit log could not be written, so what it would have recorded must not happen. */
export class AuditNotWritten extends Error {
  override readonly name = 'AuditNotWritten'
  /** The database's, so that whoever tells errors apart by it still can. */
  readonly code: string | undefined

  constructor(cause: unknown) {
    super(`the audit log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.code = (cause as { code?: string } | null)?.code
  }
}

/**
 * Runs a statement that writes to the audit log alone.
 * @throws AuditNotWritten when it fails; what the whole database suffers from (it is away, a lock, a deadlock) as it is, so
 * that it is tried again and told as what it is
 */
export const writingAudit = async (statement: () => Promise<unknown>): Promise<void> => {
  try {
    await statement()
  } catch (error) {
    throw isUnavailable(error) ? error : new AuditNotWritten(error)
  }
}

const tables = ['change_log', 'lookups', 'refusals']
const namesTable = new RegExp(String.raw`\b(?:table|relation) "?(?:${tables.join('|')})\b`)

/**
 * Whether an error is one of writing the audit log: also where a statement writes it together with what it records, which
 * shows in the table that the database names.
 */
export const isAuditFailure = (error: unknown): boolean => {
  if (error instanceof AuditNotWritten) return true
  if (!(error instanceof Error) || isUnavailable(error)) return false
  const { code, table } = error as { code?: unknown; table?: unknown }
  if (typeof code !== 'string') return false
  return typeof table === 'string' ? tables.includes(table) : namesTable.test(error.message)
}
