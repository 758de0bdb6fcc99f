import type { Static } from 'typebox'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { read } from '#platform/http/idempotency.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { controlPoints } from '#rules/inspection/control-points.ts'
import { type FindingCount, type Tally, tallyByPoint } from '#rules/inspection/yearly-table.ts'
import { discardedIn } from '../drawing/preceding-draws.queries.ts'
import { yearOf } from './yearly.queries.ts'
import type { YearQuery } from './yearly.schema.ts'

/**
 * The table for the committee: what the inspections drawn in a year looked at and found, per supplier and framework
 * agreement, with totals. Counts are of the findings that stand, in open inspections too; an inspection over several
 * suppliers or agreements is counted at each and once in the totals. Draws that were discarded count for nothing and are
 * named, with who discarded them and why.
 */
export const yearlyTable = async (trx: Trx, year: number) => {
  const { lookedAt, counted, countedCourses, totals } = await yearOf(trx, year)
  const counts = counted as unknown as readonly (FindingCount & (typeof counted)[number])[]
  const rows = lookedAt.map(({ supplierId, supplier, frameworkAgreementId, agreement, ...seen }) => {
    const isOwn = (one: { supplierId: string | null; frameworkAgreementId: string | null }): boolean =>
      one.supplierId === supplierId && one.frameworkAgreementId === frameworkAgreementId
    return {
      supplier: { id: supplierId, name: supplier },
      frameworkAgreement: { id: frameworkAgreementId, title: agreement },
      ...seen,
      ...tallyByPoint(counts.filter(isOwn), countedCourses.filter(isOwn)),
    }
  })
  const discarded = await discardedIn(trx, year)
  const coursesDrawn = lookedAt.reduce((sum, row) => sum + row.coursesDrawn, 0)
  const overAll = countedCourses.filter(({ supplierId }) => supplierId === null)
  return {
    year,
    rows,
    totals: { ...totals, discardedInspections: discarded.length, coursesDrawn, ...tallyByPoint(counts, overAll) },
    discarded,
  }
}
export type YearlyTable = Awaited<ReturnType<typeof yearlyTable>>

const tallyHeadings = [
  'Vurderede kontrolpunkter',
  'I orden',
  'Ikke relevant',
  'Uregelmæssigheder',
  'Heraf lette (1)',
  'Heraf mærkbare (2)',
  'Heraf alvorlige (3)',
  'Heraf uden alvor',
  'Vurderede forløb',
  'Forløb med uregelmæssigheder',
]
const tallyCells = (tally: Tally): WrittenCell[] => [
  ...[tally.judged, tally.inOrder, tally.notApplicable, tally.irregularities],
  ...[tally.slight, tally.notable, tally.grave, tally.unrated],
  ...[tally.coursesJudged, tally.coursesIrregular],
]
const partyHeadings = ['Leverandør', 'Rammeaftale']
const partyCells = (row: YearlyTable['rows'][number]): WrittenCell[] => [
  row.supplier.name,
  row.frameworkAgreement.title,
]
const seenHeadings = [
  'Tilsyn',
  'Heraf lukkede',
  'Heraf lukkede uden vurdering',
  'Kasserede udtræk',
  'Forløb',
  'Udtræk af forløb',
]
const seenCells = (row: YearlyTable['rows'][number]): WrittenCell[] => [
  row.inspections,
  row.closedInspections,
  row.closedUnjudged,
  row.discardedInspections,
  row.courses,
  row.coursesDrawn,
]

/** Per supplier and agreement, a row each. */
const agreementsSheet = ({ rows }: YearlyTable): WrittenCell[][] => [
  [...partyHeadings, ...seenHeadings, ...tallyHeadings],
  ...rows.map((row) => [...partyCells(row), ...seenCells(row), ...tallyCells(row)]),
]

/** Per supplier, agreement and control point, a row each. */
const pointsSheet = ({ rows }: YearlyTable): WrittenCell[][] => [
  [...partyHeadings, ...seenHeadings, 'Kontrolpunkt', 'Kode', 'Bestemmelse', ...tallyHeadings],
  ...rows.flatMap((row) =>
    controlPoints.map(({ code, da, section }) => [
      ...partyCells(row),
      ...seenCells(row),
      ...[da, code, section],
      ...tallyCells(row.controlPoints.find(({ controlPoint }) => controlPoint === code) as Tally),
    ]),
  ),
]

const seedFrom = { person: 'en person', portal: 'portalen' } as const

/** The draws that were discarded, a row each. */
const discardedSheet = ({ rows, discarded }: YearlyTable): WrittenCell[][] => [
  [
    'Udtrukket af',
    'Udtrukket',
    'Udtrukket af person',
    'Frø',
    'Frø fra',
    'Kasseret',
    'Kasseret af person',
    'Begrundelse',
  ],
  ...discarded.map((draw) => [
    rows.find(({ supplier }) => supplier.id === draw.supplierId)?.supplier.name ??
      draw.residenceMunicipality ??
      draw.supplierId ??
      '',
    ...[
      draw.drawnAt,
      draw.drawnBy.name,
      draw.seed,
      seedFrom[draw.seedGivenBy],
      draw.discardedAt,
      draw.discardedBy.name,
      draw.discardReason ?? '',
    ],
  ]),
]

const widthsOf = (rows: readonly (readonly WrittenCell[])[]): number[] =>
  (rows[0] ?? []).map((heading, column) => (column < 2 ? 32 : Math.max(10, String(heading).length + 2)))

/** A year's table in the form that `Accept` prefers: JSON, CSV (a row for each control point) or a workbook of both tables. */
export const getYearly = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof YearQuery>>,
): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', fileTypes.csv, fileTypes.xlsx])
  const { year } = request.query
  const body = await read(deps.database, request, (trx) => yearlyTable(trx, year))
  const vary = 'Authorization, Accept, Accept-Language'
  if (asked === 'application/json') return { status: 200, headers: { etag: contentEtag(body), vary }, body }
  const csv = asked === fileTypes.csv
  const [agreements, points, discarded] = [agreementsSheet(body), pointsSheet(body), discardedSheet(body)]
  return {
    status: 200,
    bytes: csv
      ? Buffer.from(csvMark + csvText(points))
      : await writeWorkbook([
          { name: `Tilsyn ${year}`, rows: agreements, widths: widthsOf(agreements) },
          { name: 'Kontrolpunkter', rows: points, widths: widthsOf(points) },
          { name: 'Kasserede udtræk', rows: discarded, widths: widthsOf(discarded) },
        ]),
    headers: {
      'content-type': csv ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx,
      'content-disposition': `attachment; filename="tilsyn-${year}.${csv ? 'csv' : 'xlsx'}"`,
      etag: contentEtag([asked, agreements, points, discarded]),
      vary,
    },
  }
}
