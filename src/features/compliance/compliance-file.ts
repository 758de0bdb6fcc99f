import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import type { Answer } from '#platform/http/route.ts'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { type FigureName, figureNames, figures } from '#rules/compliance/figures.ts'
import { riskParts } from '#rules/compliance/risk-score.ts'
import { shareNames, shares } from '#rules/compliance/shares.ts'
import type { ComplianceCase } from './cases.queries.ts'
import type { Grouping } from './compliance.schema.ts'
import type { SupplierAtRisk } from './risk.queries.ts'
import type { Counted, GroupKey, Summary } from './summary.queries.ts'

type Sheet = { readonly name: string; readonly rows: readonly (readonly WrittenCell[])[] }

/** A number as Danish Excel reads it from a CSV file: with a decimal comma. */
const withComma = (cell: WrittenCell): WrittenCell =>
  typeof cell === 'number' && !Number.isInteger(cell) ? String(cell).replace('.', ',') : cell

/**
 * Tables as a file: the first sheet alone as CSV (semicolons, decimal commas, UTF-8 with its mark, CRLF), all of them as a workbook. The
 * first row of a sheet is its headings. Text that a spreadsheet would calculate is kept from it.
 */
const tableFile = async (
  sheets: readonly Sheet[],
  type: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const csv = type === fileTypes.csv
  const [first] = sheets
  return {
    status: 200,
    bytes: csv
      ? Buffer.from(csvMark + csvText((first?.rows ?? []).map((row) => row.map(withComma))))
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
      etag: contentEtag([type, sheets]),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}

/** What groups are called in a file. */
const headings: Readonly<Record<Grouping, readonly string[]>> = {
  supplier: ['Leverandør', 'supplierId'],
  jobcenter: ['Jobcenter', 'jobcenterId'],
  frameworkAgreement: ['Rammeaftale', 'frameworkAgreementId'],
  targetGroup: ['Målgruppe'],
  residenceMunicipality: ['Bopælskommune'],
  month: ['Måned'],
}

const keyCells = (group: GroupKey, by: Grouping): WrittenCell[] => {
  switch (by) {
    case 'supplier':
    case 'jobcenter':
      return [group[by]?.name ?? null, group[by]?.id ?? null]
    case 'frameworkAgreement':
      return [group.frameworkAgreement?.title ?? null, group.frameworkAgreement?.id ?? null]
    default:
      return [group[by] ?? null]
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

/** A summary as a file: a row for each group and one of all; what the names mean on a second sheet. */
export const summaryFile = (
  summary: Omit<Summary, 'last'> & {
    readonly from: LocalDate
    readonly to: LocalDate
    readonly groupBy: readonly Grouping[]
  },
  type: string,
): Promise<Answer> => {
  const { from, to, freshAsOf, groupBy, groups, totals } = summary
  const keys = groupBy.flatMap((by) => headings[by])
  const rows: (readonly WrittenCell[])[] = [
    ['Fra', 'Til', 'Opgjort', ...keys, ...figureNames, ...shareNames.map((name) => `${name} (andel)`)],
    ...groups.map((group) => [
      { date: from },
      { date: to },
      freshAsOf,
      ...groupBy.flatMap((by) => keyCells(group, by)),
      ...valueCells(group),
    ]),
    [
      { date: from },
      { date: to },
      freshAsOf,
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

/** A page of cases as a file. */
export const caseFile = (
  figure: FigureName,
  cases: readonly ComplianceCase[],
  type: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> =>
  tableFile(
    [
      {
        name: 'Sager',
        rows: [
          [
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
          ],
          ...cases.map((one) => [
            one.orderNumber,
            one.supplier.name,
            { date: one.date },
            one.kind,
            one.counts,
            one.daysLate,
            one.workingDaysLate,
            one.targetGroup,
            one.residenceMunicipality,
            one.orderId,
            one.id,
          ]),
        ],
      },
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
