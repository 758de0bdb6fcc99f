import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import type { Answer } from '#platform/http/route.ts'
import { csvMark, csvText, type WrittenCell } from '#platform/table-files/csv-text.ts'
import { writeWorkbook } from '#platform/table-files/write-workbook.ts'
import { instantCell, type MonthOfFile, protocolTable } from './protocol-table.ts'

/** Where a month stands with its submission, as its files tell above or beside the days. */
export type StandingOfFile = {
  readonly status: 'open' | 'submitted' | 'stale' | 'frozen'
  readonly version: number | null
  readonly submittedAt: Instant | null
  readonly submittedBy: Person | null
  readonly correctionReason?: string | null
  readonly sha256: string | null
  readonly incomplete: boolean
  readonly staleSince?: Instant | null
  readonly staleDates?: readonly LocalDate[]
  readonly dueOn?: LocalDate | null
  readonly acceptedOpenDays: readonly { readonly date: string; readonly explanation: string }[]
}

const statuses = {
  open: 'Ikke indsendt',
  submitted: 'Indsendt',
  stale: 'Ændret siden indsendelsen',
  frozen: 'Indsendt udgave',
} as const

type Line = readonly [string, WrittenCell]

/** What is known of the month beside its days; lines that say nothing are left out. */
const linesOf = (of: MonthOfFile, standing: StandingOfFile): Line[] => {
  const { totals } = of.content
  const lines: Line[] = [
    ['Bestilling', of.orderNumber],
    ['Borger', of.citizenName],
    ['Måned', of.month],
    ['Status', statuses[standing.status]],
    ['Frist', standing.dueOn ? { date: standing.dueOn } : null],
    ['Version', standing.version],
    ['Indsendt', instantCell(standing.submittedAt)],
    ['Indsendt af', standing.submittedBy?.name ?? null],
    ['Rettelse', standing.correctionReason ?? null],
    ['Ufuldstændig', standing.version === null ? null : standing.incomplete ? 'ja' : 'nej'],
    ...standing.acceptedOpenDays.map(({ date, explanation }): Line => [`Forklaring ${date}`, explanation]),
    ['Ændret siden', instantCell(standing.staleSince ?? null)],
    ['Ændrede dage', standing.staleDates?.join(', ') || null],
    ['SHA-256', standing.sha256],
    ['Planlagt i alt (min.)', totals.plannedMinutes],
    ['Fremmødt i alt (min.)', totals.attendedMinutes],
    ['Uberettiget fravær i alt (min.)', totals.unauthorisedMinutes],
    ['Godkendt fravær i alt (min.)', totals.leaveMinutes],
  ]
  return lines.filter(([, value]) => value !== null)
}

/**
 * A month as a file for people, with how it stands: above the days in CSV, on a second sheet of a workbook.
 * @param type `text/csv` (semicolons, UTF-8 with its mark, CRLF) or the type of a workbook
 * @param name of the file, without its ending
 */
export const protocolFile = async (
  of: MonthOfFile,
  standing: StandingOfFile,
  type: string,
  name: string,
): Promise<Answer> => {
  const { headings, widths, rows } = protocolTable(of)
  const lines = linesOf(of, standing)
  const csv = type === fileTypes.csv
  return {
    status: 200,
    bytes: csv
      ? Buffer.from(csvMark + csvText([...lines, [], headings, ...rows]))
      : await writeWorkbook([
          { name: `Protokol ${of.month}`, rows: [headings, ...rows], widths },
          { name: 'Om protokollen', rows: [['Oplysning', 'Værdi'], ...lines], widths: [32, 70] },
        ]),
    headers: {
      'content-type': csv ? `${fileTypes.csv}; charset=utf-8` : fileTypes.xlsx,
      'content-disposition': `attachment; filename="${name}.${csv ? 'csv' : 'xlsx'}"`,
      etag: contentEtag([type, lines, headings, rows]),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}
