import { reachOf } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { checkpointPage } from '#platform/audit/checkpoints.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { momentAfter, pageAnswer, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { type AuditReach, auditEntries } from './audit-entries.queries.ts'
import { auditEntry } from './audit-entry.ts'
import type { AuditLogFilters } from './audit-log.schema.ts'

/** Ours: the administration reads all of the log, since it answers for the portal's clients; an auditor its citizens'. */
const auditReach = async (trx: Trx, caller: Caller): Promise<AuditReach> =>
  caller.organisation.kinds.includes('administrator') ? 'everyone' : (await reachOf(trx, caller)).audits

/**
 * The audit log, newest first: every write, every reading of personal data and every refusal that has its link. An
 * auditor of some municipalities reads what is about their citizens, as of each entry, and nothing that is about nobody.
 * Reading the log is a look-up itself; Ours: of the citizen that was asked for, not of all whom the page names by their ids.
 * @throws HttpProblem `purpose-required` to an auditor without a purpose, `invalid-cursor`, `invalid-request` where `to` lies before `from`
 */
export const readAuditLog = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, AuditLogFilters>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { query, caller } = request
  const limit = pageSize(query.limit)
  const before = momentAfter(query.cursor)
  const filters = {
    ...query,
    ...(query.from === undefined ? {} : { from: instantOf(query.from) }),
    ...(query.to === undefined ? {} : { to: instantOf(query.to) }),
  }
  if (filters.from !== undefined && filters.to !== undefined && filters.to < filters.from)
    throw invalid('to', 'before-from', { da: 'Ligger før from.', en: 'Lies before from.' })
  return read(deps.database, request, async (trx) => {
    const reach = await auditReach(trx, caller)
    const rows = await auditEntries(trx, { filters, reach, before, limit })
    const citizenId = query.citizenId?.toLowerCase() ?? null
    await recordLookup(trx, request, { operation: 'readAuditLog', citizenId, orderId: null, purpose })
    return pageAnswer({
      rows,
      limit,
      position: (row) => `${row.at}/${row.number}`,
      item: (row) => auditEntry(row, reach),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** The signed checkpoints of the chain, in its order: to be fetched and kept elsewhere. They hold no personal data. */
export const listCheckpoints = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, { limit?: number; cursor?: string }>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = sequenceAfter(request.query.cursor)
  return read(deps.database, request, async (trx) =>
    pageAnswer({
      rows: await checkpointPage(trx, after, limit + 1),
      limit,
      position: (row) => String(row.number),
      item: (row) => row,
      publicUrl: deps.publicUrl,
      url: request.url,
    }),
  )
}
