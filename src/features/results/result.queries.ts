import { sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { ResultFigure, ResultGrouping } from '#rules/results/result-measures.ts'
import type { GroupKeys } from './group-cursor.ts'

/** What narrows the courses; what is left out narrows nothing. `effortGroup` `none`: courses without one. */
export type ResultFilter = {
  readonly supplierId?: string
  readonly supplierKind?: string
  readonly jobcenterId?: string
  readonly frameworkAgreementId?: string
  readonly targetGroup?: string
  readonly effortGroup?: string
  readonly residenceMunicipality?: string
}

/** Courses that began from the one day to the other, both included, as of today. */
export type ResultPeriod = { readonly from: LocalDate; readonly to: LocalDate; readonly today: LocalDate }

/**
 * A group's courses at one horizon. Without a milestone: those that began, and those whose weeks are over. With one: those
 * that reached it in time, and of them those whose weeks are over. `keys` by the place of their grouping; null where it was
 * not asked for.
 */
export type CountedResult = {
  /** None: of all groups together, those of other pages too. */
  readonly keys: GroupKeys | null
  readonly milestone: string | null
  readonly weeks: number
  readonly courses: number
  readonly past: number
}

/** Groups by their keys, from the first after `after`, at most so many. */
export type ResultPage = { readonly after: GroupKeys | null; readonly most: number }

/** Counts what the caller may: an auditor's municipalities, by the residence that the order names now. */
export const countResults = async (
  trx: Trx,
  { from, to, today }: ResultPeriod,
  by: readonly ResultGrouping[],
  only: ResultFilter,
  horizons: readonly number[],
  { after, most }: ResultPage,
): Promise<CountedResult[]> => {
  const { rows } = await sql<CountedResult>`
    select * from portal_results(${from}::date, ${to}::date, ${today}::date, ${[...by]}::text[], ${JSON.stringify(only)}::jsonb,
      ${[...horizons]}::integer[], ${after && [...after]}::text[], ${most}::integer)`.execute(trx)
  return rows
}

/** A course that a figure counts. No name and no CPR number. */
export type ResultCase = {
  readonly orderId: string
  readonly orderNumber: string
  readonly supplierId: string
  readonly supplierName: string
  readonly supplierKind: string | null
  readonly jobcenterId: string
  readonly frameworkAgreementId: string
  readonly targetGroup: string
  readonly effortGroup: string | null
  readonly residenceMunicipality: string
  readonly begunOn: LocalDate
  /** When the milestone that was asked about was reached, if it was. */
  readonly reachedOn: LocalDate | null
  /** The last day of the weeks that were asked about. */
  readonly horizonOn: LocalDate | null
  /** For the look-up log; told to nobody. */
  readonly citizenId: string
}

/** The courses that a figure counts, by id, after `after`; one more than `limit` when there are more. */
export const resultCases = async (
  trx: Trx,
  { from, to, today }: ResultPeriod,
  asked: {
    readonly only: ResultFilter
    readonly figure: ResultFigure
    readonly milestone: string | null
    readonly weeks: number | null
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<ResultCase[]> => {
  const { rows } = await sql<ResultCase>`
    select * from portal_result_cases(${from}::date, ${to}::date, ${today}::date, ${JSON.stringify(asked.only)}::jsonb,
      ${asked.figure}, ${asked.milestone}, ${asked.weeks}::integer, ${asked.after ?? null}::uuid, ${asked.limit + 1}::integer)`.execute(
    trx,
  )
  return rows
}

/** What ids are called: organisations by name, framework agreements by title. */
export const namesOf = async (
  trx: Trx,
  ids: { readonly organisations: readonly string[]; readonly agreements: readonly string[] },
): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from organisations where id = any (${[...ids.organisations]}::uuid[])
    union all select id, title from framework_agreements where id = any (${[...ids.agreements]}::uuid[])`.execute(trx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** A milestone of the reference data with its names; each code once, as it is called on the day. */
export type NamedMilestone = { readonly code: string; readonly labels: { readonly da: string; readonly en: string } }

/** The milestones that could be reached on some day up to `to`, in the order of the code set. */
export const namedMilestones = async (trx: Trx, to: LocalDate): Promise<NamedMilestone[]> => {
  const { rows } = await sql<{ code: string; labelDa: string; labelEn: string }>`
    select code, label_da, label_en from (
      select distinct on (code) code, label_da, label_en, position from code_values
       where set_name = 'milestones' and valid_from <= ${to}::date order by code, valid_from desc) c
     order by position, code`.execute(trx)
  return rows.map(({ code, labelDa, labelEn }) => ({ code, labels: { da: labelDa, en: labelEn } }))
}
