import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { listQuery, pageOf } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { AuditEntrySchema, AuditLogQuery, CheckpointSchema } from './audit-log.schema.ts'
import { listCheckpoints, readAuditLog } from './read-audit-log.ts'

/** The audit log and its checkpoints, for auditors and the administration. */
export const auditLog = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/audit-log',
      operationId: 'readAuditLog',
      tag: 'Audit log',
      summary: 'Every write, every reading of personal data, every refusal',
      description:
        'Newest first. An entry appears when it has its place in the chain, seconds after it was written. An auditor of some municipalities reads the entries about their citizens, with the municipality as of each entry. No entry holds a CPR number. Reading the log is a look-up itself.',
      callers: ['auditor', 'administrator'],
      scope: 'portal.audit',
      query: AuditLogQuery,
      answers: { 200: { description: 'A page of the log, newest first.', schema: pageOf(AuditEntrySchema) } },
      problems: ['purpose-required', 'invalid-cursor'],
      example: {
        client: 'auditor-koebenhavn',
        query: { citizenId: example.citizen, from: '2026-03-01T00:00:00Z', kind: 'look-up' },
        headers: { 'x-purpose': 'Stikprøve 2026-14' },
      },
    },
    (request) => readAuditLog(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/audit-log/checkpoints',
      operationId: 'listAuditCheckpoints',
      tag: 'Audit log',
      summary: 'Signed checkpoints of the chain',
      description:
        "Each says which hash the chain had at which number, signed by the portal's worker. One that is kept elsewhere shows, with `npm run audit:verify -- --checkpoint <file>`, an end that was cut off, or a history that was rewritten with all of its hashes.",
      callers: ['auditor', 'administrator'],
      scope: 'portal.audit',
      query: closed(listQuery),
      answers: { 200: { description: 'A page of checkpoints, oldest first.', schema: pageOf(CheckpointSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'auditor-koebenhavn', query: { limit: 10 } },
    },
    (request) => listCheckpoints(deps, request),
  )
}
