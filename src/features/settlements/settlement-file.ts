import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import type { Answer } from '#platform/http/route.ts'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { localTime, monthCell, municipalityCell } from '#platform/table-files/danish-cells.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import type { SettlementDocument } from './settlement.schema.ts'

const columns = [
  ['CPR-nummer', 14],
  ['Leverandør', 30],
  ['Leverandørtype', 18],
  ['Bestilling', 12],
  ['Rammeaftale', 30],
  ['Afregnes efter', 24],
  ['Første dag', 12],
  ['Sidste dag', 12],
  ['Dage', 8],
  ['Leveret (min.)', 14],
  ['Heraf efter forløbets ophør (min.)', 18],
  ['Timepris (øre)', 14],
  ['Beløb (øre)', 14],
  ['Protokol', 24],
] as const

const bases = { 'actual-cost': 'Afholdt udgift', 'budgeted-unit-price': 'Budgetteret enhedspris' } as const
const kinds: Readonly<Record<string, string>> = {
  external: 'Ekstern',
  municipal: 'Kommunal',
  'unemployment-fund': 'A-kasse',
}

type Line = SettlementDocument['lines'][number]

const protocolText = ({ protocol }: Line): string => {
  if (protocol === null) return 'Ikke indsendt'
  const notes = [...(protocol.incomplete ? ['ufuldstændig'] : []), ...(protocol.outdated ? ['dage rettet siden'] : [])]
  return `Version ${protocol.version}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

/** With its hyphen a spreadsheet keeps the number as it is; as ten digits it would lose a leading zero. */
const hyphened = (cpr: string): string => `${cpr.slice(0, 6)}-${cpr.slice(6)}`

const date = (of: LocalDate): WrittenCell => ({ date: of })

const rowOf = (line: Line): WrittenCell[] => [
  hyphened(line.cpr),
  line.supplier.name,
  kinds[line.supplier.kind] ?? line.supplier.kind,
  line.orderNumber,
  line.frameworkAgreement.title,
  bases[line.basis],
  date(line.firstDay),
  date(line.lastDay),
  line.days,
  line.deliveredMinutes,
  line.afterEndMinutes,
  line.unitPriceOere,
  line.amountOere,
  protocolText(line),
]

/** Ours: beside the local time stands the instant to the millisecond, under which the same settlement is had again. */
const linesAbove = (document: SettlementDocument, csv: boolean) => {
  const { municipality, month, asOf, monthOver, debtor, creditor, totals } = document
  return [
    ...(monthOver ? [] : [['Foreløbig', 'Foreløbig: måneden er ikke slut'] as const]),
    ['Kommune', municipalityCell(municipality, csv)],
    ['Måned', monthCell(month, csv)],
    ['Opgjort efter registrene pr. (dansk tid)', localTime(asOf as Instant)],
    ['Tidspunktet i UTC (asOf)', asOf],
    ['Betales af', municipalityCell(debtor, csv)],
    ['Betales til', creditor === null ? 'Ingen: kommunens egne udgifter' : municipalityCell(creditor, csv)],
    ['Borgere', totals.citizens],
    ['Leveret i alt (min.)', totals.deliveredMinutes],
    ['Beløb i alt (øre)', totals.amountOere],
    ['Heraf afholdte udgifter (øre)', totals.actualCost.amountOere],
    ['Heraf efter budgetteret enhedspris (øre)', totals.budgetedUnitPrice.amountOere],
    ['Heraf uden indsendt protokol (øre)', totals.withoutProtocol.amountOere],
    ['Afrunding', 'Hver linje til hele øre, en halv rundes op; summer er af linjerne'],
  ] as const satisfies readonly (readonly [string, WrittenCell])[]
}

/**
 * A settlement as a file for people, in Danish: the sums above the lines in CSV (semicolons, UTF-8 with its mark, CRLF), on a
 * second sheet of a workbook.
 * @param type `text/csv` or the type of a workbook
 */
export const settlementFile = async (document: SettlementDocument, type: string): Promise<Answer> => {
  const csv = type === fileTypes.csv
  const above = linesAbove(document, csv)
  const headings = columns.map(([heading]) => heading)
  const rows = document.lines.map(rowOf)
  const { municipality, month } = document
  return {
    status: 200,
    bytes: csv
      ? Buffer.from(csvMark + csvText([...above, [], headings, ...rows]))
      : await writeWorkbook([
          { name: `Afregning ${month}`, rows: [headings, ...rows], widths: columns.map(([, width]) => width) },
          { name: 'Om afregningen', rows: [['Oplysning', 'Værdi'], ...above], widths: [42, 60] },
        ]),
    headers: {
      'content-type': csv ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx,
      'content-disposition': `attachment; filename="afregning-${municipality}-${month}.${csv ? 'csv' : 'xlsx'}"`,
      etag: contentEtag([type, above, headings, rows]),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}
