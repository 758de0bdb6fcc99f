import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import type { Language } from '#platform/http/problems/problem.ts'

/** Something to choose in a form: what is sent, and what it is called. */
export type Choice = {
  readonly value: string
  readonly name: string
  /** Not so any more, as a supplier that ended; its figures are still asked for. */
  readonly isOver?: boolean
}

/** What the figures can be narrowed to. */
export type Choices = {
  readonly suppliers: readonly Choice[]
  readonly jobcenters: readonly Choice[]
  readonly targetGroups: readonly Choice[]
  readonly agreements: readonly Choice[]
}

const jobcenters = (trx: Trx): Promise<Choice[]> =>
  trx
    .selectFrom('organisations')
    .select(['id as value', 'name'])
    .where(sql<boolean>`'jobcenter' = any (kinds)`)
    .orderBy('name')
    .orderBy('id')
    .execute()

/** Whoever supplies, and whoever had an agreement and supplies no more: those last. */
const suppliers = (trx: Trx): Promise<Choice[]> =>
  trx
    .selectFrom('organisations as o')
    .select(['o.id as value', 'o.name', sql<boolean>`not 'supplier' = any (o.kinds)`.as('isOver')])
    .where((eb) =>
      eb.or([
        sql<boolean>`'supplier' = any (o.kinds)`,
        eb.exists(eb.selectFrom('frameworkAgreements as a').select('a.id').whereRef('a.supplierId', '=', 'o.id')),
      ]),
    )
    .orderBy('isOver')
    .orderBy('o.name')
    .orderBy('o.id')
    .execute()

/** The codes of a set by their names in a language, each once: by the latest version of its code. */
export const labelsOf = async (
  trx: Trx,
  set: 'target-groups' | 'absence-reasons',
  language: Language,
): Promise<Choice[]> => {
  const { rows } = await sql<Choice>`
    select value, name from (
      select distinct on (code) code as value, ${sql.ref(language === 'da' ? 'label_da' : 'label_en')} as name, position
        from code_values where set_name = ${set} order by code, valid_from desc) as latest
     order by position, value`.execute(trx)
  return rows
}

/** What an agreement calls an offer; its code where it names it no more. */
export const offerTitle = async (trx: Trx, agreementId: string, code: string): Promise<string> => {
  const row = await trx
    .selectFrom('agreementOffers')
    .select('title')
    .where('agreementId', '=', agreementId)
    .where('code', '=', code)
    .executeTakeFirst()
  return row?.title ?? code
}

/** Everything that the figures can be narrowed to: the directory and reference data, which every auditor reads. */
export const choicesFor = async (trx: Trx, language: Language): Promise<Choices> => ({
  suppliers: await suppliers(trx),
  jobcenters: await jobcenters(trx),
  targetGroups: await labelsOf(trx, 'target-groups', language),
  agreements: await trx
    .selectFrom('frameworkAgreements as a')
    .innerJoin('organisations as o', 'o.id', 'a.supplierId')
    .select(['a.id as value', sql<string>`a.title || ', ' || o.name`.as('name')])
    .orderBy('a.title')
    .orderBy('a.id')
    .execute(),
})
