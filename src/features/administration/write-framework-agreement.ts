import { type SqlBool, sql } from 'kysely'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { present } from '#platform/http/present.ts'
import { demand, HttpProblem, invalid, missing } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { budgetCoversCommitment } from '#rules/reference-data/agreement-change.ts'
import { notInThePast } from '#rules/reference-data/dated-versions.ts'
import { recordAdministration } from './administration-change.ts'
import type { AgreementTemplate, ChangeAgreement, CreateAgreement } from './framework-agreement.schema.ts'
import { agreementPage } from './framework-agreements.queries.ts'

type AgreementRow = Awaited<ReturnType<typeof agreementPage>>[number]

/** An agreement as it is shown. */
export const agreementDocument = ({ version: _version, ...row }: AgreementRow) => present(row)

/** One agreement; `supplierId` null: of whichever supplier. @throws HttpProblem `not-found` */
export const agreementAnswer = async (
  trx: Trx,
  given: { id: string; supplierId: string | null; status: number },
): Promise<Answer> => {
  const { id, supplierId, status } = given
  const [row] = await agreementPage(trx, { id, supplierId, after: undefined, limit: 0 })
  if (!row) throw new HttpProblem('not-found')
  const location = status === 201 ? { location: `/v1/framework-agreements/${row.id}` } : {}
  return { status, body: agreementDocument(row), headers: { etag: etagOf(row.version), ...location } }
}

const demandOrderedDates = (validFrom: LocalDate, validTo: LocalDate): void => {
  if (validTo >= validFrom) return
  throw invalid('/validTo', 'before-start', { da: 'Ligger før validFrom.', en: 'Lies before validFrom.' })
}

/**
 * § 3: the templates that reports follow, one for each kind and offer.
 * @throws HttpProblem `not-found` or `invalid-request` in the place of the first that cannot be
 */
const agreedTemplates = async (
  trx: Trx,
  given: readonly AgreementTemplate[],
  offers: readonly { readonly code: string }[],
): Promise<AgreementTemplate[]> => {
  const templates = given.map((one) => ({ ...one, templateId: one.templateId.toLowerCase() }))
  const seen = new Set<string>()
  for (const [index, { kind, templateId, offer }] of templates.entries()) {
    const pointer = `/reportTemplates/${index}`
    const place = `${kind} ${offer ?? ''}`
    if (seen.has(place)) {
      throw invalid(pointer, 'duplicate', { da: 'Står to gange.', en: 'Stands twice.' })
    }
    seen.add(place)
    if (offer !== undefined && !offers.some((one) => one.code === offer)) throw missing(`${pointer}/offer`)
    const template = await trx
      .selectFrom('reportTemplates')
      .select('kind')
      .where('id', '=', templateId)
      .where('kind', '=', kind)
      .limit(1)
      .executeTakeFirst()
    if (!template) throw missing(`${pointer}/templateId`)
  }
  return templates
}

/** § 14: what may be ordered of a supplier, for whom, when and at which price. */
export const createAgreement = (deps: Deps, request: PortalRequest<CreateAgreement>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { registeredBy: _by, offers, budgetOere, reportTemplates = [], ...terms } = request.body
    demandOrderedDates(terms.validFrom, terms.validTo)
    if (new Set(offers.map((offer) => offer.code)).size < offers.length) {
      throw invalid('/offers', 'duplicate', { da: 'En kode står to gange.', en: 'A code stands twice.' })
    }
    const supplier = await trx
      .selectFrom('organisations')
      .select('id')
      .where('id', '=', terms.supplierId)
      .where(sql<SqlBool>`'supplier' = any (kinds)`)
      .executeTakeFirst()
    if (!supplier) throw missing('/supplierId')
    const known = await trx
      .selectFrom('codeValues')
      .select('code')
      .distinct()
      .where('setName', '=', 'target-groups')
      .where('code', 'in', [...terms.targetGroups])
      .execute()
    if (known.length < terms.targetGroups.length) throw new HttpProblem('unknown-target-group')
    const prescribed = await agreedTemplates(trx, reportTemplates, offers)
    const id = newId()
    await trx
      .insertInto('frameworkAgreements')
      .values({
        id,
        ...terms,
        budgetOere: budgetOere ?? null,
        reportTemplates: JSON.stringify(prescribed),
        createdAt: request.arrivedAt,
      })
      .execute()
    await trx
      .insertInto('agreementOffers')
      .values(offers.map((offer) => ({ agreementId: id, ...offer })))
      .execute()
    const { supplierId, validFrom, validTo, unitPriceOere } = terms
    await recordAdministration(trx, request, {
      action: 'created',
      entity: 'framework-agreement',
      entityId: id,
      changes: { supplierId, validFrom, validTo, unitPriceOere, budgetOere: budgetOere ?? null },
    })
    return agreementAnswer(trx, { id, supplierId: null, status: 201 })
  })

/**
 * Changes an agreement's end, ceiling or report templates. Its row is locked as an approval locks it, so that the ceiling holds what is
 * approved (003). Ours: the end is today or later, and orders that were placed keep running.
 */
export const changeAgreement = (deps: Deps, request: PortalRequest<ChangeAgreement, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const found = await trx
      .selectFrom('frameworkAgreements')
      .selectAll()
      .where('id', '=', request.params.id)
      .forUpdate()
      .executeTakeFirst()
    if (!found) throw new HttpProblem('not-found')
    demandIfMatch(request.header('if-match'), etagOf(found.version))
    const { validTo = found.validTo, budgetOere = found.budgetOere } = request.body
    if (validTo !== found.validTo) {
      demandOrderedDates(found.validFrom, validTo)
      demand(notInThePast(validTo, localDateAt(request.arrivedAt)))
    }
    demand(budgetCoversCommitment(budgetOere, found.committedOere))
    const offers = await trx.selectFrom('agreementOffers').select('code').where('agreementId', '=', found.id).execute()
    const reportTemplates =
      request.body.reportTemplates === undefined
        ? (found.reportTemplates as unknown as AgreementTemplate[])
        : await agreedTemplates(trx, request.body.reportTemplates, offers)
    await trx
      .updateTable('frameworkAgreements')
      .set((eb) => ({
        validTo,
        budgetOere,
        reportTemplates: JSON.stringify(reportTemplates),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', found.id)
      .execute()
    await recordAdministration(trx, request, {
      action: 'changed',
      entity: 'framework-agreement',
      entityId: found.id,
      changes: {
        validTo: { from: found.validTo, to: validTo },
        budgetOere: { from: found.budgetOere, to: budgetOere },
        ...(request.body.reportTemplates ? { reportTemplates } : {}),
      },
    })
    return agreementAnswer(trx, { id: found.id, supplierId: null, status: 200 })
  })
