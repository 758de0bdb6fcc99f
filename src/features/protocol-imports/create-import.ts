import { sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { tableFileKind } from '#platform/table-files/table-file-kind.ts'
import { importFileIsAllowed, importsAreFew } from '#rules/protocol/import-rules.ts'
import { findImport } from './import.queries.ts'
import type { ImportAsked, ImportUpload } from './import.schema.ts'
import { importDocument } from './import-document.ts'

/** Ours: how soon a caller that waits asks again. Seconds. */
export const askAgainAfter = '2'

const whoAnswers = ({ body, query }: PortalRequest<ImportUpload, unknown, ImportAsked>): Person => {
  const { registeredByName: name, registeredByEmail: email } = query
  if (body.registeredBy) return body.registeredBy
  if (name === undefined) {
    throw invalid('/registeredBy', 'missing', {
      da: 'Skal være der; når filen er hele indholdet, som registeredByName.',
      en: 'Has to be there; as registeredByName where the file is the whole body.',
    })
  }
  return { name, ...(email === undefined ? {} : { email }) }
}

/** The organisation's imports that are not over, counted; whoever counts at the same time waits. */
const unfinishedOf = async (trx: Trx, organisationId: string): Promise<number> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`protocol-imports ${organisationId}`}, 0))`.execute(trx)
  const row = await trx
    .selectFrom('protocolImports')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organisationId', '=', organisationId)
    .where('status', 'in', ['waiting', 'running'])
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Takes a file in, for the worker to read, check and write. What it says of the type is not asked. */
export const createImport = (
  deps: Deps,
  request: PortalRequest<ImportUpload, unknown, ImportAsked>,
): Promise<Answer> => {
  const { body, query, caller } = request
  const { file } = body
  const registeredBy = whoAnswers(request)
  const kind = tableFileKind(file.content)
  return write(deps.database, request, async (trx) => {
    demand(importFileIsAllowed(kind))
    if (kind.kind === null) throw new Error('a file of no kind was taken')
    demand(importsAreFew(await unfinishedOf(trx, caller.organisation.id)))
    const id = newId()
    const dryRun = (body.dryRun ?? query.dryRun) === 'true'
    const month = body.month ?? query.month ?? null
    await trx
      .insertInto('protocolImports')
      .values({
        id,
        organisationId: caller.organisation.id,
        month,
        dryRun,
        format: kind.kind,
        sha256: file.sha256,
        content: file.content,
        status: 'waiting',
        correctionReason: body.correctionReason ?? query.correctionReason ?? null,
        registeredBy: JSON.stringify(registeredBy),
        clientId: caller.clientId,
        requestId: request.id,
        arrivedAt: request.arrivedAt,
      })
      .execute()
    await recordChange(trx, request, {
      action: 'uploaded',
      entity: 'protocol-import',
      entityId: id,
      orderId: null,
      registeredBy,
      changes: { month, dryRun, format: kind.kind, sizeBytes: file.content.length },
    })
    return {
      status: 202,
      headers: { location: `/v1/protocol-imports/${id}`, 'retry-after': askAgainAfter },
      body: importDocument(await findImport(trx, caller, id), languageOf(request.header('accept-language'))),
    }
  })
}
