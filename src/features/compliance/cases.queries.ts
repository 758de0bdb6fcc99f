import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { addDays, daysBetween, type LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { FigureSource } from '#rules/compliance/figure.ts'
import { type FigureName, figures } from '#rules/compliance/figures.ts'
import type { Days } from '#rules/compliance/period.ts'
import {
  all,
  type ComplianceFilters,
  type ComplianceScope,
  countsOn,
  isAskedFor,
  namesOf,
  within,
} from './cells.queries.ts'

export type CasesAsked = Days &
  ComplianceFilters & {
    readonly figure: FigureName
    /** Of duties their kind, of refused attempts the rule. */
    readonly kind?: string | undefined
    readonly today: LocalDate
  }

/** Where a page begins: after this case. */
export type CasePosition = { readonly day: string; readonly supplierId: string; readonly id: string }

export type ComplianceCase = {
  readonly id: string
  readonly date: LocalDate
  readonly supplier: { readonly id: string; readonly name: string }
  readonly jobcenterId: string | null
  readonly frameworkAgreementId: string | null
  readonly targetGroup: string | null
  readonly residenceMunicipality: string | null
  readonly orderId: string | null
  readonly orderNumber: string | null
  readonly kind: string | null
  readonly counts: number
  readonly daysLate: number | null
  readonly workingDaysLate: number | null
  /** Where to look, below the public URL. */
  readonly path: string
  /** For the look-up log; told to nobody. */
  readonly citizenId: string | null
}

type Row = {
  id: string
  day: LocalDate
  supplierId: string
  jobcenterId: string | null
  frameworkAgreementId: string | null
  targetGroup: string | null
  residenceMunicipality: string | null
  orderId: string | null
  orderNumber: string | null
  kind: string
  counts: number
  daysLate: number | null
  workingDaysLate: number | null
  citizenId: string | null
  /** The last day on which what is open is in time, where that is not `day`. */
  openUntil: LocalDate | null
  /** Of attendance: whether the day has a record. */
  recorded: boolean
}

/** A day of a supplier that has cases by the cells. */
type Place = { readonly day: LocalDate; readonly supplierId: string }

const pathOf: Readonly<Record<FigureSource, (row: Row) => string>> = {
  duties: ({ id }) => `/v1/obligations/${id}`,
  absences: ({ id }) => `/v1/absences/${id}`,
  // A day without a record has none to lead to, only the plan that it stands in.
  attendance: ({ orderId, day, recorded }) => `/v1/orders/${orderId}/${recorded ? `attendance/${day}` : 'plan'}`,
  protocols: ({ orderId, day }) => `/v1/orders/${orderId}/protocols/${day.slice(0, 7)}`,
  courses: ({ orderId }) => `/v1/orders/${orderId}`,
  meetings: ({ orderId }) => `/v1/orders/${orderId}/re-summons`,
  contacts: ({ orderId }) => `/v1/orders/${orderId}`,
  differences: ({ orderId, day }) => `/v1/orders/${orderId}/protocols/${day.slice(0, 7)}`,
  refusals: ({ orderId, day }) =>
    `/v1/refusals?${orderId === null ? '' : `orderId=${orderId}&`}arrivedFrom=${addDays(day, -1)}T00:00:00Z&arrivedTo=${addDays(day, 1)}T00:00:00Z`,
}

/** What the cells `c` of the cases are known by, from a day on. */
const cellsOf = (scope: ComplianceScope, asked: CasesAsked, from: LocalDate): RawBuilder<SqlBool>[] => [
  sql<SqlBool>`c.span = 'day'`,
  within(sql.ref('c.day'), { from, to: asked.to }),
  countsOn(asked.figure, 'c', asked.today),
  sql<SqlBool>`${sql.ref(`c.${figures[asked.figure].measure}`)} <> 0`,
  ...(asked.kind === undefined ? [] : [sql<SqlBool>`c.kind = ${asked.kind}`]),
  isAskedFor('c', scope, asked),
]

/** How many cases there are, by the cells; null where the figure is minutes, of which the cells know the sum alone. */
export const casesInAll = async (trx: Trx, scope: ComplianceScope, asked: CasesAsked): Promise<number | null> => {
  const { source, counts, measure } = figures[asked.figure]
  if (counts !== 'cases') return null
  const { rows } = await sql<{ cases: string }>`
    select sum(${sql.ref(`c.${measure}`)})::text as cases from ${sql.table(`compliance_${source}`)} c
     where ${all(cellsOf(scope, asked, asked.from))}`.execute(trx.withoutPlugins())
  return Number(rows[0]?.cases ?? 0)
}

/**
 * The days of suppliers on which the next `most` cases lie by the cells: as many as it takes. Each is found by supplier and day
 * then, so a page of a year over all suppliers reads a page's worth of cases.
 * @param from where they begin: with the place of a case that was told, or after a place of which all cases are read
 */
const placesOf = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: CasesAsked,
  from: CasePosition | Place | undefined,
  most: number,
): Promise<Place[]> => {
  const { source, counts } = figures[asked.figure]
  const measure = sql.ref(`c.${figures[asked.figure].measure}`)
  const here = sql`(c.day, c.supplier_id)`
  const there = from && sql`(${from.day}::date, ${from.supplierId}::uuid)`
  const resumed = from !== undefined && 'id' in from
  const conditions = [
    ...cellsOf(scope, asked, from && from.day > asked.from ? (from.day as LocalDate) : asked.from),
    ...(there ? [resumed ? sql<SqlBool>`${here} >= ${there}` : sql<SqlBool>`${here} > ${there}`] : []),
  ]
  // Of minutes, each group of a day has one case at least; the day that the last page ended in may have none left.
  const cases = counts === 'cases' ? sql`sum(${measure})` : sql`count(*)`
  const left = resumed ? sql`case when ${here} = ${there} then 0 else ${cases} end` : cases
  const { rows } = await sql<Place>`
    select p.day, p.supplier_id as "supplierId" from (
      select d.day, d.supplier_id, sum(d.cases) over (order by d.day, d.supplier_id) - d.cases as before from (
        select c.day, c.supplier_id, ${left} as cases from ${sql.table(`compliance_${source}`)} c
         where ${all(conditions)} group by c.day, c.supplier_id order by c.day, c.supplier_id limit ${most + 1}) d) p
     where p.before < ${most} order by p.day, p.supplier_id`.execute(trx.withoutPlugins())
  return rows
}

/** The cases of some places after a case, by day, supplier and id, at most `most`. */
const casesAt = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: CasesAsked,
  places: readonly Place[],
  { after, most }: { readonly after: CasePosition | undefined; readonly most: number },
): Promise<Row[]> => {
  const { source, measure } = figures[asked.figure]
  const counts = sql.ref(`f.${measure}`)
  const [days, suppliers] = [places.map(({ day }) => day), places.map(({ supplierId }) => supplierId)]
  const { rows } = await sql<Row>`
    select f.id, f.day, f.supplier_id as "supplierId", f.jobcenter_id as "jobcenterId",
        f.framework_agreement_id as "frameworkAgreementId", f.target_group as "targetGroup",
        f.residence_municipality as "residenceMunicipality", f.order_id as "orderId", f.order_number as "orderNumber",
        f.kind, f.counts, f.days_late as "daysLate", f.working_days_late as "workingDaysLate", f.citizen_id as "citizenId",
        f.open_until as "openUntil", f.recorded
      from unnest(${days}::date[], ${suppliers}::uuid[]) k (day, supplier_id)
      cross join lateral (select f.*, ${counts} as counts, ${source === 'attendance' ? sql`f.days_recorded <> 0` : sql`true`} as recorded
         from ${sql.table(`compliance_${source}_cases`)} f
        where f.supplier_id = k.supplier_id and f.day = k.day
          ${source === 'protocols' ? sql`and f.month = to_char(k.day, 'YYYY-MM')` : sql``}
          and ${counts} <> 0 and ${countsOn(asked.figure, 'f', asked.today)} and ${isAskedFor('f', scope, asked)}
          ${asked.kind === undefined ? sql`` : sql`and f.kind = ${asked.kind}`} offset 0) f
     ${after ? sql`where (f.day, f.supplier_id, f.id) > (${after.day}::date, ${after.supplierId}::uuid, ${after.id}::uuid)` : sql``}
     order by f.day, f.supplier_id, f.id limit ${most}`.execute(trx.withoutPlugins())
  return rows
}

/**
 * A page of the cases that a figure counts, by day, supplier and id, and one more when there is a next page. Places that have
 * fewer cases than the cells say, since they were not counted again yet, are followed by further ones until the page is full.
 */
export const complianceCases = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: CasesAsked,
  page: { readonly after: CasePosition | undefined; readonly limit: number },
): Promise<ComplianceCase[]> => {
  const { source } = figures[asked.figure]
  const { after, limit } = page
  const rows: Row[] = []
  let from: CasePosition | Place | undefined = after
  while (rows.length <= limit) {
    const most = limit + 1 - rows.length
    const places: Place[] = await placesOf(trx, scope, asked, from, most)
    from = places.at(-1)
    if (from === undefined) break
    rows.push(...(await casesAt(trx, scope, asked, places, { after, most })))
  }
  const names = await namesOf(
    trx,
    rows.map(({ supplierId }) => supplierId),
  )
  const overdue = asked.figure === 'dutiesOverdue' || figures[asked.figure].whenOf === 'open-until'
  return rows.map((row) => {
    const { day, supplierId, kind, daysLate, openUntil, recorded: _, ...rest } = row
    return {
      ...rest,
      date: day,
      supplier: { id: supplierId, name: names.get(supplierId) ?? '' },
      kind: kind === '' ? null : kind,
      daysLate: overdue ? Math.max(0, daysBetween(openUntil ?? day, asked.today)) : daysLate,
      path: pathOf[source](row),
    }
  })
}

/**
 * The duties of an order that count for nobody, since the authority opened them when their date was over already; as far as
 * the caller reads compliance.
 */
export const dutiesOpenedLateByAuthority = async (trx: Trx, orderId: string): Promise<ReadonlySet<string>> => {
  const { rows } = await sql<{ id: string }>`
    select id from compliance_duties_cases where order_id = ${orderId} and opened_after_due > 0`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}
