import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import type { Answer } from '#platform/http/route.ts'
import type { WrittenCell } from '#platform/table-files/csv-text.ts'
import { csvFile, hashOfRows, localTime, monthCell, municipalityCell } from '#platform/table-files/danish-cells.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { type FigureName, figureNames, figures } from '#rules/compliance/figures.ts'
import { riskParts } from '#rules/compliance/risk-score.ts'
import { shareNames, shares } from '#rules/compliance/shares.ts'
import type { ComplianceCase } from './cases.queries.ts'
import type { Grouping } from './compliance.schema.ts'
import type { SupplierAtRisk } from './risk.queries.ts'
import type { Counted, GroupKey, Summary } from './summary.queries.ts'

type Sheet = { readonly name: string; readonly rows: readonly (readonly WrittenCell[])[] }

/**
 * Tables as a file: all of them as a workbook, or below each other as CSV (semicolons, decimal commas, UTF-8 with its mark, CRLF,
 * an empty line between). The first row of a sheet is its headings. Text that a spreadsheet would calculate is kept from it.
 */
const tableFile = async (
  sheets: readonly Sheet[],
  type: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const csv = type === fileTypes.csv
  const rows = sheets.flatMap((sheet, at) => (at === 0 ? [...sheet.rows] : [[], ...sheet.rows]))
  return {
    status: 200,
    bytes: csv
      ? await csvFile(rows)
      : await writeWorkbook(
          sheets.map((sheet) => ({
            ...sheet,
            widths: (sheet.rows[0] ?? []).map((_, column) => (column < 2 ? 28 : 20)),
          })),
        ),
    headers: {
      ...headers,
      'content-type': csv ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx,
      'content-disposition': `attachment; filename="${name}.${csv ? 'csv' : 'xlsx'}"`,
      etag: contentEtag([type, await hashOfRows(rows)]),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}

/** What a column counts, in Danish, with the name that the API has for it in brackets. */
const headingOf = (definition: { readonly da: string }, name: string): string =>
  `${definition.da.replace(/\.$/, '')} (${name})`
const figureHeadings = figureNames.map((name) => headingOf(figures[name].definition, name))
const shareHeadings = shareNames.map((name) => headingOf(shares[name].definition, `${name}, andel`))

/** What groups are called in a file. */
const headings: Readonly<Record<Grouping, readonly string[]>> = {
  supplier: ['Leverandør', 'supplierId'],
  jobcenter: ['Jobcenter', 'jobcenterId'],
  frameworkAgreement: ['Rammeaftale', 'frameworkAgreementId'],
  targetGroup: ['Målgruppe'],
  residenceMunicipality: ['Bopælskommune'],
  month: ['Måned'],
}

const keyCells = (group: GroupKey, by: Grouping, csv: boolean): WrittenCell[] => {
  switch (by) {
    case 'supplier':
    case 'jobcenter':
      return [group[by]?.name ?? null, group[by]?.id ?? null]
    case 'frameworkAgreement':
      return [group.frameworkAgreement?.title ?? null, group.frameworkAgreement?.id ?? null]
    case 'residenceMunicipality':
      return [municipalityCell(group.residenceMunicipality ?? null, csv)]
    case 'month':
      return [monthCell(group.month ?? null, csv)]
    case 'targetGroup':
      return [group.targetGroup ?? null]
  }
}

const valueCells = (counted: Counted): WrittenCell[] => [
  ...figureNames.map((name) => counted.figures[name]),
  ...shareNames.map((name) => counted.shares[name].share),
]

const definitionRows = (): (readonly WrittenCell[])[] => [
  ['Tal', 'Hvad det tæller', 'Kilde'],
  ...figureNames.map((name) => [name, figures[name].definition.da, figures[name].basis.da]),
  ...shareNames.map((name) => [`${name} (andel)`, shares[name].definition.da, shares[name].basis.da]),
]

/** A summary as a file: a row for each group and one of all; what the names mean on a second sheet, in CSV below. */
export const summaryFile = (
  summary: Omit<Summary, 'last'> & {
    readonly from: LocalDate
    readonly to: LocalDate
    readonly groupBy: readonly Grouping[]
  },
  type: string,
): Promise<Answer> => {
  const { from, to, freshAsOf, groupBy, groups, totals } = summary
  const csv = type === fileTypes.csv
  const counted = freshAsOf && localTime(freshAsOf)
  const keys = groupBy.flatMap((by) => headings[by])
  const rows: (readonly WrittenCell[])[] = [
    ['Fra', 'Til', 'Opgjort (dansk tid)', ...keys, ...figureHeadings, ...shareHeadings],
    ...groups.map((group) => [
      { date: from },
      { date: to },
      counted,
      ...groupBy.flatMap((by) => keyCells(group, by, csv)),
      ...valueCells(group),
    ]),
    [
      { date: from },
      { date: to },
      counted,
      ...keys.map((_, index) => (index === 0 ? 'I alt' : null)),
      ...valueCells(totals),
    ],
  ]
  return tableFile(
    [
      { name: 'Overholdelse', rows },
      { name: 'Definitioner', rows: definitionRows() },
    ],
    type,
    `overholdelse-${from}-${to}`,
  )
}

const caseHeadings = [
  'Bestilling',
  'Leverandør',
  'Dato',
  'Slags',
  'Tæller',
  'Dage for sent',
  'Arbejdsdage for sent',
  'Målgruppe',
  'Bopælskommune',
  'orderId',
  'id',
]

/** A case as a row of a file. */
export const caseRow = (one: ComplianceCase, type: string): WrittenCell[] => [
  one.orderNumber,
  one.supplier.name,
  { date: one.date },
  one.kind,
  one.counts,
  one.daysLate,
  one.workingDaysLate,
  one.targetGroup,
  municipalityCell(one.residenceMunicipality, type === fileTypes.csv),
  one.orderId,
  one.id,
]

/** What a file of cases holds; with `goesOn` there are more, which it says in its last row, of `inAll` where that is known. */
export type CaseRows = {
  readonly rows: readonly (readonly WrittenCell[])[]
  readonly goesOn: boolean
  readonly inAll: number | null
}

/** The cases of a figure as a file. */
export const caseFile = (
  figure: FigureName,
  { rows, goesOn, inAll }: CaseRows,
  type: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> => {
  const cut = `${rows.length} sager her${inAll === null ? '' : ` af ${inAll} i alt`}; flere sager findes`
  return tableFile(
    [
      { name: 'Sager', rows: [caseHeadings, ...rows, ...(goesOn ? [[cut]] : [])] },
      {
        name: 'Definition',
        rows: [
          ['Tal', 'Hvad det tæller'],
          [figure, figures[figure].definition.da],
        ],
      },
    ],
    type,
    `sager-${figure}`,
    headers,
  )
}

/** The risk order as a file: a row for each part of each supplier's score. */
export const riskFile = (
  risk: {
    readonly from: LocalDate
    readonly to: LocalDate
    readonly freshAsOf: Instant | null
    readonly suppliers: readonly SupplierAtRisk[]
  },
  type: string,
): Promise<Answer> =>
  tableFile(
    [
      {
        name: 'Risiko',
        rows: [
          [
            'Leverandør',
            'Del',
            'Plads',
            'Score',
            'Galt',
            'Af',
            'Andel',
            'Alles andel',
            'Dæmpet andel',
            'Vægt',
            'Bidrag',
            'Hvorfor',
          ],
          ...risk.suppliers.flatMap(({ place, supplier, score, parts }) =>
            parts.map((part) => [
              supplier.name,
              part.name,
              place,
              score,
              part.wrong,
              part.of,
              part.share,
              part.averageShare,
              part.dampedShare,
              part.weight,
              part.contribution,
              riskParts[part.name].because.da,
            ]),
          ),
        ],
      },
    ],
    type,
    `risiko-${risk.from}-${risk.to}`,
  )
