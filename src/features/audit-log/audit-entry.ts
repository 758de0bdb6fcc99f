import type { AuditEntryRow, AuditReach } from './audit-entries.queries.ts'

const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined))

/**
 * An entry as the API shows it: no CPR number, no free text of a case. Of a list it names the citizens of the reader's
 * municipalities alone.
 */
export const auditEntry = (row: AuditEntryRow, reach: AuditReach): Record<string, unknown> => {
  const known = row.citizens.filter(([, municipality]) => reach === 'everyone' || reach.includes(municipality))
  const citizenIds = [...new Set(known.map(([citizenId]) => citizenId))]
  const shows = row.citizenId !== null && (reach === 'everyone' || citizenIds.includes(row.citizenId))
  const { number, at, kind, action, operation, rule, entity, entityId, purpose } = row
  return {
    number,
    at,
    kind,
    ...present({ action, operation, rule, entity, entityId }),
    orderId: row.orderId,
    citizenId: shows ? row.citizenId : null,
    ...(row.isList ? { citizenIds } : {}),
    clientId: row.clientId,
    organisation: { id: row.organisationId, name: row.organisationName ?? '' },
    ...present({ registeredBy: row.registeredBy && { name: row.registeredBy.name }, purpose }),
    requestId: row.requestId,
    hash: row.hash,
  }
}
