import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import type { Answer } from '#platform/http/route.ts'
import type { WrittenCell } from '#platform/table-files/csv-text.ts'
import { csvFile, monthCell, municipalityCell } from '#platform/table-files/danish-cells.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import type { ResultsDocument } from './result.schema.ts'

type Group = ResultsDocument['groups'][number]

const groupColumns: Readonly<Record<string, readonly [string, (group: Group, csv: boolean) => WrittenCell]>> = {
  supplier: ['Leverandør', ({ supplier }) => supplier?.name ?? null],
  supplierKind: ['Leverandørtype', ({ supplierKind }) => supplierKind ?? null],
  jobcenter: ['Jobcenter', ({ jobcenter }) => jobcenter?.name ?? null],
  frameworkAgreement: ['Rammeaftale', ({ frameworkAgreement }) => frameworkAgreement?.name ?? null],
  targetGroup: ['Målgruppe', ({ targetGroup }) => targetGroup ?? null],
  effortGroup: ['Indsatsgruppe', ({ effortGroup }) => effortGroup ?? null],
  residenceMunicipality: [
    'Bopælskommune',
    ({ residenceMunicipality = null }, csv) => municipalityCell(residenceMunicipality, csv),
  ],
  month: ['Begyndt i', ({ month = null }, csv) => monthCell(month, csv)],
}

const measures = [
  'Forløb begyndt',
  'Milepæl',
  'Uger',
  'Mål i 004',
  'Uger gået',
  'Nået',
  'Ikke nået',
  'Andel',
  'Uger ikke gået',
  'Heraf allerede nået',
] as const

const rowsOf = (of: Pick<Group, 'begun' | 'milestones'>, keys: readonly WrittenCell[]): WrittenCell[][] =>
  of.milestones.map((one) => [
    ...keys,
    of.begun,
    one.labels.da,
    one.weeks,
    one.target ? 'ja' : 'nej',
    one.past,
    one.reached,
    one.notReached,
    one.share,
    one.underWay,
    one.reachedUnderWay,
  ])

/**
 * The results as a file for people, in Danish: a row for each group, milestone and number of weeks, and all groups together at
 * the end; what the columns count stands below the rows in CSV and on a second sheet of a workbook.
 * @param type `text/csv` or the type of a workbook
 */
export const resultsFile = async (document: ResultsDocument, type: string): Promise<Answer> => {
  const csv = type === fileTypes.csv
  const keyed = document.groupBy.flatMap((name) => (groupColumns[name] ? [groupColumns[name]] : []))
  const headings = [...keyed.map(([heading]) => heading), ...measures]
  const rows = [
    ...document.groups.flatMap((group) =>
      rowsOf(
        group,
        keyed.map(([, value]) => value(group, csv)),
      ),
    ),
    ...rowsOf(
      document.totals,
      keyed.map((_, at) => (at === 0 ? 'I alt' : null)),
    ),
  ]
  const about: WrittenCell[][] = [
    ['Forløb begyndt fra', { date: document.from }],
    ['Forløb begyndt til', { date: document.to }],
    ['Opgjort', { date: document.countedOn }],
    ...document.definitions.map(({ figure, text }) => [figure, text.da]),
  ]
  const name = `resultater-${document.from}-${document.to}`
  return {
    status: 200,
    bytes: csv
      ? await csvFile([headings, ...rows, [], ...about])
      : await writeWorkbook([
          { name: 'Resultater', rows: [headings, ...rows], widths: headings.map(() => 18) },
          { name: 'Om resultaterne', rows: [['Oplysning', 'Betydning'], ...about], widths: [24, 100] },
        ]),
    headers: {
      'content-type': csv ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx,
      'content-disposition': `attachment; filename="${name}.${csv ? 'csv' : 'xlsx'}"`,
      etag: contentEtag([type, headings, rows, about]),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}
