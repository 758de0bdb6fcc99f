import type { Selectable } from 'kysely'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { ReportTemplates } from '#platform/db/schema.d.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid, missing } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { beginsAlone, notInThePast, placeVersion } from '#rules/reference-data/dated-versions.ts'
import {
  type ReportTemplate,
  type TemplateSection,
  templateFaults,
  templateHoldsItsParts,
} from '#rules/report/template.ts'
import { templateSchema } from '#rules/report/template-schema.ts'
import { recordAdministration, takeTurns } from './administration-change.ts'
import type { AddTemplate } from './report-template.schema.ts'

/** What of a version is shown. */
export const shown = ['id', 'version', 'kind', 'title', 'validFrom', 'validTo', 'sections'] as const
type TemplateRow = Pick<Selectable<ReportTemplates>, (typeof shown)[number]>

/** One version with the schema that a report in it is held against. */
export const templateAnswer = (row: TemplateRow): Answer => {
  const body = { ...row, jsonSchema: templateSchema(row as unknown as ReportTemplate) }
  return { status: 200, body, headers: { etag: contentEtag(body) } }
}

/** A new template, or a new version of one with all its sections; the version before ends the day before (§ 3). */
export const addTemplate = (deps: Deps, request: PortalRequest<AddTemplate>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { kind, title, validFrom } = request.body
    const id = request.body.id?.toLowerCase() ?? newId()
    await takeTurns(trx, `report-template ${id}`)
    const versions = await trx
      .selectFrom('reportTemplates')
      .select(shown)
      .where('id', '=', id)
      .orderBy('validFrom', 'desc')
      .execute()
    const [known] = versions
    if (request.body.id !== undefined && !known) throw missing('/id')
    if (known && known.kind !== kind) {
      throw invalid('/kind', 'differs', {
        da: 'Skabelonen er af en anden art.',
        en: 'The template is of another kind.',
      })
    }
    const sections = request.body.sections ?? (known?.sections as unknown as TemplateSection[] | undefined) ?? []
    const faults = templateFaults(sections)
    if (faults.length > 0) throw new HttpProblem('invalid-request', { faults: faults.slice(0, 50) })
    demand(
      firstRefusal(
        () => templateHoldsItsParts(kind, sections),
        () => notInThePast(validFrom, localDateAt(request.arrivedAt)),
        () => beginsAlone(validFrom, versions),
      ),
    )
    const { closes, validTo } = placeVersion(validFrom, versions)
    if (closes) {
      await trx
        .updateTable('reportTemplates')
        .set({ validTo: closes.validTo })
        .where('id', '=', id)
        .where('version', '=', closes.version.version)
        .execute()
    }
    const template = await trx
      .insertInto('reportTemplates')
      .values({
        id,
        version: Math.max(0, ...versions.map((one) => one.version)) + 1,
        kind,
        title,
        validFrom,
        validTo,
        sections: JSON.stringify(sections),
        createdAt: request.arrivedAt,
      })
      .returning(shown)
      .executeTakeFirstOrThrow()
    await recordAdministration(trx, request, {
      action: 'version-added',
      entity: 'report-template',
      entityId: id,
      changes: {
        kind,
        version: template.version,
        validFrom,
        validTo,
        closed: closes?.version.version ?? null,
        sections: sections.length,
      },
    })
    const answer = templateAnswer(template)
    const location = `/v1/report-templates/${id}?version=${template.version}`
    return { ...answer, status: 201, headers: { ...answer.headers, location } }
  })
