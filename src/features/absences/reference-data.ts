import { type SqlBool, sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Party, RoutingPolicy } from '#rules/routing/absence-recipients.ts'

type Dated = { readonly validFrom: LocalDate; readonly validTo: LocalDate | null }

/** The reference data that absences are held against, asked by date. */
export type ReferenceData = {
  readonly reasonsOn: (date: LocalDate) => ReadonlySet<string>
  /** Whether the group has the first-meeting procedure on that date; a group that is not known has it. */
  readonly firstMeetingProcedure: (targetGroup: string, on: LocalDate) => boolean
  readonly policiesOn: (date: LocalDate) => readonly RoutingPolicy[]
  /** The benefits office that gets copies of a municipality's absences. */
  readonly copyTo: (municipality: string) => Party | undefined
  /** The organisations that are benefits offices, by id. */
  readonly benefitsOffices: ReadonlySet<string>
}

/** Ours: reference data is read anew at most every five seconds; it changes by validity dates, ahead of time. */
const rememberForMs = 5000

const on = <T extends Dated>(rows: readonly T[], date: LocalDate): T[] =>
  rows.filter((row) => row.validFrom <= date && (row.validTo === null || row.validTo >= date))

const memoByDate = <T>(make: (date: LocalDate) => T): ((date: LocalDate) => T) => {
  const made = new Map<LocalDate, T>()
  return (date) => {
    const known = made.get(date)
    if (known !== undefined) return known
    const value = make(date)
    made.set(date, value)
    return value
  }
}

const load = async ({ kysely }: Database): Promise<ReferenceData> => {
  const [codes, policies, offices] = await Promise.all([
    kysely
      .selectFrom('codeValues')
      .select(['setName', 'code', 'attributes', 'validFrom', 'validTo'])
      .where('setName', 'in', ['absence-reasons', 'target-groups'])
      .execute(),
    kysely
      .selectFrom('routingPolicies as p')
      .leftJoin('organisations as o', 'o.id', 'p.recipientId')
      .select(['p.targetGroup', 'p.because', 'p.validFrom', 'p.validTo', 'o.id', 'o.name'])
      .execute(),
    kysely
      .selectFrom('organisations')
      .select(['id', 'name', 'kinds', 'copiesForMunicipality'])
      .where(sql<SqlBool>`(copies_for_municipality is not null or 'benefits-office' = any (kinds))`)
      .execute(),
  ])
  const reasons = codes.filter((code) => code.setName === 'absence-reasons')
  const groups = codes.filter((code) => code.setName === 'target-groups')
  const copies = new Map(offices.map((office) => [office.copiesForMunicipality, { id: office.id, name: office.name }]))
  const benefitsOffices = offices
    .filter((office) => office.kinds.includes('benefits-office'))
    .map((office) => office.id)
  return {
    reasonsOn: memoByDate((date) => new Set(on(reasons, date).map((reason) => reason.code))),
    firstMeetingProcedure: (targetGroup, date) => {
      const group = on(groups, date).find((candidate) => candidate.code === targetGroup)
      return (group?.attributes as { firstMeetingProcedure?: boolean } | undefined)?.firstMeetingProcedure !== false
    },
    policiesOn: memoByDate((date) =>
      on(policies, date).map((policy) => ({
        targetGroup: policy.targetGroup,
        recipient: policy.id !== null && policy.name !== null ? { id: policy.id, name: policy.name } : null,
        because: policy.because,
      })),
    ),
    copyTo: (municipality) => copies.get(municipality),
    benefitsOffices: new Set(benefitsOffices),
  }
}

/** Reads the reference data through a short memory. `monotonicMs`: a clock that only runs forward. */
export const referenceData = (database: Database, monotonicMs: () => number): (() => Promise<ReferenceData>) => {
  let known: { data: Promise<ReferenceData>; at: number } | null = null
  return () => {
    if (known === null || monotonicMs() - known.at > rememberForMs) {
      const data = load(database)
      const entry = { data, at: monotonicMs() }
      known = entry
      data.catch(() => {
        if (known === entry) known = null
      })
    }
    return known.data
  }
}
