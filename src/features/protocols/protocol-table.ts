import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { codeOf, minutesUnder } from '#rules/protocol/day-facts.ts'
import type { ProtocolDocument } from './protocol-document.ts'

/** A cell of the month's table. Minutes are whole numbers. */
export type TableCell =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'date'; readonly date: LocalDate }
  | { readonly kind: 'minutes'; readonly minutes: number }
  | null

type Day = ProtocolDocument['days'][number]
type Entry = Day['entries'][number]
/** A row is an activity of a day; `first` tells the day's own facts, which stand once. */
type Row = {
  readonly protocol: ProtocolDocument
  readonly day: Day
  readonly activity: { readonly title: string; readonly kind: string; readonly plannedMinutes: number } | undefined
  readonly entry: Entry | undefined
  readonly first: boolean
}

const danish: Readonly<Record<string, string>> = {
  recorded: 'Ført',
  outdated: 'Ført efter en tidligere plan',
  missing: 'Mangler',
  'not-started': 'Før første fremmøde',
  ahead: 'Ikke kommet endnu',
  unplanned: 'Ikke planlagt',
  sick: 'syg',
  'approved-leave': 'godkendt fravær',
  'on-site': 'På leveringsadressen',
  'off-site': 'Ude af huset',
  coordination: 'Koordinering',
  'work-placement': 'Virksomhedspraktik',
  'wage-subsidy': 'Løntilskud',
  'other-legislation': 'Anden lovgivning',
  'absence-not-registered': 'Fravær mangler at blive registreret',
  'registration-not-in-protocol': 'Registreret fravær står ikke i protokollen',
  sickness: 'Sygdom',
  'non-participation': 'Mødt, men deltog ikke',
  'before-first-attendance': 'Før første fremmøde',
  'after-the-course': 'Efter forløbets slutning',
}
const inDanish = (code: string): string => danish[code] ?? code

/** Copenhagen's clock, as `2026-03-02 09:12`; Swedish writes it so. */
const copenhagen = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Copenhagen',
  dateStyle: 'short',
  timeStyle: 'short',
})

const text = (value: string | null | undefined): TableCell => (value ? { kind: 'text', text: value } : null)
const minutes = (value: number | undefined): TableCell =>
  value === undefined ? null : { kind: 'minutes', minutes: value }
const date = (value: LocalDate | undefined): TableCell => (value === undefined ? null : { kind: 'date', date: value })
const instant = (value: Instant | null): TableCell =>
  value === null ? null : { kind: 'text', text: copenhagen.format(epochMilliseconds(value)) }
const yes = (value: boolean | undefined): TableCell => (value ? { kind: 'text', text: 'ja' } : null)

const under = (entry: Entry | undefined, ...codes: string[]): TableCell =>
  entry ? minutes(minutesUnder([entry], ...codes)) : null

const known = new Set<string>(Object.values(codeOf))
const others = (entry: Entry | undefined): TableCell =>
  entry
    ? minutes(minutesUnder([entry], ...entry.absent.map(({ code }) => code).filter((code) => !known.has(code))))
    : null

const accepted = (entry: Entry | undefined) => entry?.absent.find(({ code }) => code === codeOf.sickAccepted)

const statusText = ({ status, excusedCode }: Day): string =>
  excusedCode === undefined ? inDanish(status) : `${inDanish(status)} (${inDanish(excusedCode)})`

/** What stands between the two registers on the day, in words. */
const comparison = ({ protocol, day }: Row): string => {
  const differing = protocol.differences
    .filter((difference) => difference.date === day.date)
    .map(({ because, minutes: by }) => `${inDanish(because)}: ${by} min.`)
  const explained = protocol.explained.filter((one) => one.date === day.date).map(({ because }) => inDanish(because))
  return [...differing, ...explained].join('; ')
}

const columns: readonly { readonly heading: string; readonly width: number; readonly cell: (row: Row) => TableCell }[] =
  [
    { heading: 'Bestilling', width: 12, cell: ({ protocol }) => text(protocol.orderNumber) },
    { heading: 'Borger', width: 24, cell: ({ protocol }) => text(protocol.citizen.name) },
    { heading: 'Dato', width: 12, cell: ({ day }) => date(day.date) },
    { heading: 'Status', width: 20, cell: ({ day }) => text(statusText(day)) },
    { heading: 'Aktivitet', width: 28, cell: ({ activity }) => text(activity?.title) },
    { heading: 'Aktivitetstype', width: 20, cell: ({ activity }) => text(activity && inDanish(activity.kind)) },
    { heading: 'Planlagt (min.)', width: 14, cell: ({ activity }) => minutes(activity?.plannedMinutes) },
    { heading: 'Fremmødt (min.)', width: 15, cell: ({ entry }) => minutes(entry?.attendedMinutes) },
    { heading: 'Uberettiget fravær (min.)', width: 22, cell: ({ entry }) => under(entry, codeOf.unauthorised) },
    { heading: 'Syg efter eget udsagn (min.)', width: 24, cell: ({ entry }) => under(entry, codeOf.sickReported) },
    { heading: 'Accepteret sygdom (min.)', width: 22, cell: ({ entry }) => under(entry, codeOf.sickAccepted) },
    { heading: 'Kontaktcentrets besked', width: 20, cell: ({ entry }) => date(accepted(entry)?.messageOn) },
    { heading: 'Syg til og med', width: 14, cell: ({ entry }) => date(accepted(entry)?.periodTo) },
    { heading: 'Godkendt fravær (min.)', width: 20, cell: ({ entry }) => under(entry, codeOf.approvedLeave) },
    { heading: 'Andet fravær (min.)', width: 18, cell: ({ entry }) => others(entry) },
    { heading: 'Sted ude af huset', width: 24, cell: ({ entry }) => text(entry?.offSite?.place) },
    { heading: 'Indhold ude af huset', width: 32, cell: ({ entry }) => text(entry?.offSite?.content) },
    { heading: 'Dokumentation mangler', width: 20, cell: ({ entry }) => yes(entry?.documentationMissing) },
    { heading: 'Ført', width: 17, cell: ({ day, first }) => (first ? instant(day.recordedAt) : null) },
    { heading: 'Ført for sent', width: 13, cell: ({ day, first }) => yes(first && day.recordedLate) },
    {
      heading: 'Registreret fravær (min.)',
      width: 22,
      cell: ({ day, first }) => (first ? minutes(day.absence?.absentMinutes) : null),
    },
    { heading: 'Årsag', width: 18, cell: ({ day, first }) => (first ? text(day.absence?.reason) : null) },
    { heading: 'Dage for sent', width: 13, cell: ({ day, first }) => (first ? minutes(day.absence?.daysLate) : null) },
    {
      heading: 'Jobcentrets godkendelse (min.)',
      width: 26,
      cell: ({ day, first }) => (first && day.leaveMinutes > 0 ? minutes(day.leaveMinutes) : null),
    },
    { heading: 'Afstemning', width: 36, cell: (row) => (row.first ? text(comparison(row)) : null) },
  ]

const rowsOf =
  (protocol: ProtocolDocument) =>
  (day: Day): Row[] => {
    const recorded = day.entries.map((entry) => ({ activity: entry, entry }))
    const planned = day.planned.map((activity) => ({ activity, entry: undefined }))
    const rows: Pick<Row, 'activity' | 'entry'>[] = recorded.length > 0 ? recorded : planned
    return (rows.length > 0 ? rows : [{ activity: undefined, entry: undefined }]).map((row, index) => ({
      ...row,
      protocol,
      day,
      first: index === 0,
    }))
  }

/** A month as a table for people: Danish headings, a row for each activity of each day. Widths in characters. */
export const protocolTable = (protocol: ProtocolDocument) => ({
  headings: columns.map(({ heading, width }) => ({ heading, width })),
  rows: protocol.days.flatMap(rowsOf(protocol)).map((row) => columns.map((column) => column.cell(row))),
})
