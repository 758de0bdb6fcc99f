import { type Selectable, sql } from 'kysely'
import type { InspectionCourses, InspectionFindings, Inspections } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { CoursePhase } from '#rules/inspection/control-points.ts'

export type InspectionRow = Selectable<Inspections> & {
  /** Whether the caller drew it or sees all of its courses: what is said of the whole is for them. */
  readonly isWholeToCaller: boolean
}
export type CourseRow = Selectable<InspectionCourses>
export type FindingRow = Selectable<InspectionFindings>

/** A stratum as far as the caller sees it, over its municipalities. */
export type StratumRow = {
  readonly inspectionId: string
  readonly phase: CoursePhase
  readonly frameworkAgreementId: string
  readonly targetGroup: string
  readonly population: number
  readonly drawn: number
}

/** Whether the caller drew an inspection or sees all of its courses. @param of the name under which a statement has it */
export const wholeToCaller = (of: string) => sql<boolean>`(${sql.ref(of)}.organisation_id = portal_organisation()
  or (select count(*) from inspection_courses w where w.inspection_id = ${sql.ref(of)}.id) = ${sql.ref(of)}.courses)`

/** Inspections that the caller sees. */
const inspectionsSeen = (trx: Trx) =>
  trx.selectFrom('inspections').selectAll().select(wholeToCaller('inspections').as('isWholeToCaller'))

/**
 * An inspection that the caller sees: row-level security shows an auditor its own, and of others' those in which a course
 * of its municipalities was drawn, with its courses alone.
 * @throws HttpProblem `not-found`
 */
export const findInspection = async (trx: Trx, id: string): Promise<InspectionRow> => {
  const row = await inspectionsSeen(trx).where('id', '=', id).executeTakeFirst()
  if (!row) throw new HttpProblem('not-found')
  return row
}

/**
 * The same, locked until the transaction ends: what is found, the closing and the discarding come one after the other.
 * @throws HttpProblem `not-found`, and `inspection-of-others` of one that the caller reads and can change nothing of
 */
export const lockInspection = async (trx: Trx, id: string): Promise<InspectionRow> => {
  const row = await inspectionsSeen(trx).where('id', '=', id).forUpdate().executeTakeFirst()
  if (row) return row
  await findInspection(trx, id)
  throw new HttpProblem('inspection-of-others')
}

/** Which inspections are listed; discarded ones when asked for. */
export type AskedInspections = {
  readonly supplierId?: string | undefined
  readonly residenceMunicipality?: string | undefined
  readonly status?: string | undefined
}

const inspectionsAsked = (trx: Trx, asked: AskedInspections) =>
  inspectionsSeen(trx)
    .$if(asked.supplierId !== undefined, (q) => q.where('supplierId', '=', asked.supplierId as string))
    .$if(asked.residenceMunicipality !== undefined, (q) =>
      q.where('residenceMunicipality', '=', asked.residenceMunicipality as string),
    )
    .where('discardedAt', asked.status === 'discarded' ? 'is not' : 'is', null)
    .$if(asked.status === 'open', (q) => q.where('closedAt', 'is', null))
    .$if(asked.status === 'closed', (q) => q.where('closedAt', 'is not', null))

/** How many inspections of those asked for the caller sees. */
export const countInspections = async (trx: Trx, asked: AskedInspections): Promise<number> => {
  const { count } = await inspectionsAsked(trx, asked)
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** A page of the inspections that the caller sees, by id (the order of their drawing), and one more. */
export const inspectionPage = (
  trx: Trx,
  asked: AskedInspections & { readonly after?: string | undefined; readonly limit: number },
): Promise<InspectionRow[]> =>
  inspectionsAsked(trx, asked)
    .$if(asked.after !== undefined, (q) => q.where('id', '>', asked.after as string))
    .orderBy('id')
    .limit(asked.limit + 1)
    .execute()

/** The strata of some inspections, as far as the caller sees them. */
export const strataOfInspections = async (trx: Trx, ids: readonly string[]): Promise<StratumRow[]> => {
  const { rows } = await sql<StratumRow>`
    select inspection_id as "inspectionId", phase, framework_agreement_id as "frameworkAgreementId",
        target_group as "targetGroup", sum(population)::integer as population, sum(drawn)::integer as drawn
      from inspection_strata where inspection_id = any (${[...ids]}::uuid[])
     group by 1, 2, 3, 4 order by inspection_id, phase desc, framework_agreement_id, target_group`.execute(trx)
  return rows
}

/** The drawn courses that the caller sees, the running ones first, then by framework agreement and target group. */
export const coursesOf = (trx: Trx, inspectionId: string): Promise<CourseRow[]> =>
  trx
    .selectFrom('inspectionCourses')
    .selectAll()
    .where('inspectionId', '=', inspectionId)
    .orderBy('phase', 'desc')
    .orderBy('frameworkAgreementId')
    .orderBy('targetGroup')
    .orderBy('orderId')
    .execute()

/** One drawn course that the caller sees. @throws HttpProblem `not-found` */
export const findCourse = async (trx: Trx, inspectionId: string, orderId: string): Promise<CourseRow> => {
  const row = await trx
    .selectFrom('inspectionCourses')
    .selectAll()
    .where('inspectionId', '=', inspectionId)
    .where('orderId', '=', orderId)
    .executeTakeFirst()
  if (!row) throw new HttpProblem('not-found')
  return row
}

/** How many of an inspection's courses the caller sees. */
export const seenCourses = async (trx: Trx, inspectionId: string): Promise<number> => {
  const { count } = await trx
    .selectFrom('inspectionCourses')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('inspectionId', '=', inspectionId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The latest version of each finding, of all courses or of one, withdrawn ones too. */
export const latestFindings = (trx: Trx, inspectionId: string, orderId?: string): Promise<FindingRow[]> =>
  trx
    .selectFrom('inspectionFindings')
    .selectAll()
    .distinctOn(['orderId', 'controlPoint'])
    .where('inspectionId', '=', inspectionId)
    .$if(orderId !== undefined, (q) => q.where('orderId', '=', orderId as string))
    .orderBy('orderId')
    .orderBy('controlPoint')
    .orderBy('version', 'desc')
    .execute()

/** The findings among the latest that stand. */
export const standing = (latest: readonly FindingRow[]): FindingRow[] =>
  latest.filter(({ outcome }) => outcome !== 'withdrawn')

/** The findings that stand, of all courses or of one: the latest version of each that was not withdrawn. */
export const standingFindings = async (trx: Trx, inspectionId: string, orderId?: string): Promise<FindingRow[]> =>
  standing(await latestFindings(trx, inspectionId, orderId))

/** Every version of one finding, the first one first. */
export const findingVersions = (
  trx: Trx,
  of: { readonly inspectionId: string; readonly orderId: string; readonly controlPoint: string },
): Promise<FindingRow[]> =>
  trx
    .selectFrom('inspectionFindings')
    .selectAll()
    .where('inspectionId', '=', of.inspectionId)
    .where('orderId', '=', of.orderId)
    .where('controlPoint', '=', of.controlPoint)
    .orderBy('version')
    .execute()

/** Every version of each finding of a course, the first one first. */
export const courseFindings = (trx: Trx, inspectionId: string, orderId: string): Promise<FindingRow[]> =>
  trx
    .selectFrom('inspectionFindings')
    .selectAll()
    .where('inspectionId', '=', inspectionId)
    .where('orderId', '=', orderId)
    .orderBy('controlPoint')
    .orderBy('version')
    .execute()
