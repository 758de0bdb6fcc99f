import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { WrittenCell } from '#platform/table-files/csv-text.ts'
import { codeOf, minutesUnder } from '#rules/protocol/day-facts.ts'
import type { monthContent } from './protocol-document.ts'

/** What the files of a month are made of: the month as it stands, or a version as it was frozen. */
export type MonthOfFile = {
  readonly orderNumber: string
  readonly citizenName: string
  readonly month: string
  readonly content: ReturnType<typeof monthContent>
  /** What codes are called in Danish, by `set code`. */
  readonly labels: ReadonlyMap<string, string>
}

type Day = MonthOfFile['content']['days'][number]
type Entry = Day['entries'][number]
/** A row is an activity of a day; `first` tells the day's own facts, which stand once. */
type Row = {
  readonly of: MonthOfFile
  readonly day: Day
  readonly activity:
    | { readonly activityId: string; readonly title: string; readonly kind: string; readonly plannedMinutes: number }
    | undefined
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
  'approved-leave': 'Godkendt fravær',
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

const text = (value: string | null | undefined): WrittenCell => value || null
const minutes = (value: number | undefined): WrittenCell => value ?? null
const date = (value: LocalDate | undefined): WrittenCell => (value === undefined ? null : { date: value })
/** A moment as people read it, on Copenhagen's clock. */
export const instantCell = (value: Instant | null): WrittenCell =>
  value === null ? null : copenhagen.format(epochMilliseconds(value))
const yes = (value: boolean | undefined): WrittenCell => (value ? 'ja' : null)

const under = (entry: Entry | undefined, ...codes: string[]): WrittenCell =>
  entry ? minutes(minutesUnder([entry], ...codes)) : null

const known = new Set<string>(Object.values(codeOf))
const others = (entry: Entry | undefined): WrittenCell =>
  entry
    ? minutes(minutesUnder([entry], ...entry.absent.map(({ code }) => code).filter((code) => !known.has(code))))
    : null

const accepted = (entry: Entry | undefined) => entry?.absent.find(({ code }) => code === codeOf.sickAccepted)

/** A code as its set calls it; the code itself where the set has it no more. */
const called = (of: MonthOfFile, set: string, code: string): string => of.labels.get(`${set} ${code}`) ?? code

/** Sickness is called as the attendance codes call it. */
const excused = (of: MonthOfFile, code: string): string =>
  called(of, 'attendance-codes', code === 'sick' ? codeOf.sickReported : code)

const statusText = ({ of, day: { status, excusedCode } }: Row): string =>
  excusedCode === undefined ? inDanish(status) : `${inDanish(status)} (${excused(of, excusedCode)})`

/** Of a day that was planned otherwise since it was recorded: what is planned of the activity now. Minutes. */
const plannedNow = ({ day, activity }: Row): WrittenCell =>
  day.status !== 'outdated' || activity === undefined
    ? null
    : (day.planned.find(({ activityId }) => activityId === activity.activityId)?.plannedMinutes ?? 0)

/** What stands between the two registers on the day, in words. */
const comparison = ({ of, day }: Row): string => {
  const differing = of.content.differences
    .filter((difference) => difference.date === day.date)
    .map(({ because, minutes: by }) => `${inDanish(because)}: ${by} min.`)
  const explained = of.content.explained.filter((one) => one.date === day.date).map(({ because }) => inDanish(because))
  return [...differing, ...explained].join('; ')
}

type Column = { readonly heading: string; readonly width: number; readonly cell: (row: Row) => WrittenCell }

const columnsOf = (of: MonthOfFile): readonly Column[] => {
  const code = (name: string): string => `${called(of, 'attendance-codes', name)} (min.)`
  return [
    { heading: 'Bestilling', width: 12, cell: () => text(of.orderNumber) },
    { heading: 'Borger', width: 24, cell: () => text(of.citizenName) },
    { heading: 'Dato', width: 12, cell: ({ day }) => date(day.date) },
    { heading: 'Status', width: 20, cell: (row) => text(statusText(row)) },
    { heading: 'Aktivitet', width: 28, cell: ({ activity }) => text(activity?.title) },
    { heading: 'Aktivitetstype', width: 20, cell: ({ activity }) => text(activity && inDanish(activity.kind)) },
    { heading: 'Planlagt (min.)', width: 14, cell: ({ activity }) => minutes(activity?.plannedMinutes) },
    { heading: 'Planlagt nu (min.)', width: 16, cell: plannedNow },
    { heading: 'Fremmødt (min.)', width: 15, cell: ({ entry }) => minutes(entry?.attendedMinutes) },
    { heading: code(codeOf.unauthorised), width: 22, cell: ({ entry }) => under(entry, codeOf.unauthorised) },
    { heading: code(codeOf.sickReported), width: 24, cell: ({ entry }) => under(entry, codeOf.sickReported) },
    { heading: code(codeOf.sickAccepted), width: 22, cell: ({ entry }) => under(entry, codeOf.sickAccepted) },
    { heading: 'Kontaktcentrets besked', width: 20, cell: ({ entry }) => date(accepted(entry)?.messageOn) },
    { heading: 'Syg til og med', width: 14, cell: ({ entry }) => date(accepted(entry)?.periodTo) },
    { heading: code(codeOf.approvedLeave), width: 20, cell: ({ entry }) => under(entry, codeOf.approvedLeave) },
    { heading: 'Andet fravær (min.)', width: 18, cell: ({ entry }) => others(entry) },
    { heading: 'Sted ude af huset', width: 24, cell: ({ entry }) => text(entry?.offSite?.place) },
    { heading: 'Indhold ude af huset', width: 32, cell: ({ entry }) => text(entry?.offSite?.content) },
    { heading: 'Dokumentation mangler', width: 20, cell: ({ entry }) => yes(entry?.documentationMissing) },
    { heading: 'Ført', width: 17, cell: ({ day, first }) => (first ? instantCell(day.recordedAt) : null) },
    { heading: 'Ført for sent', width: 13, cell: ({ day, first }) => yes(first && day.recordedLate) },
    {
      heading: 'Registreret fravær (min.)',
      width: 22,
      cell: ({ day, first }) => (first ? minutes(day.absence?.absentMinutes) : null),
    },
    {
      heading: 'Årsag',
      width: 18,
      cell: ({ day, first }) => (first ? text(day.absence && called(of, 'absence-reasons', day.absence.reason)) : null),
    },
    { heading: 'Dage for sent', width: 13, cell: ({ day, first }) => (first ? minutes(day.absence?.daysLate) : null) },
    {
      heading: 'Jobcentrets godkendelse (min.)',
      width: 26,
      cell: ({ day, first }) => (first && day.leaveMinutes > 0 ? minutes(day.leaveMinutes) : null),
    },
    { heading: 'Afstemning', width: 36, cell: (row) => (row.first ? text(comparison(row)) : null) },
  ]
}

const rowsOf =
  (of: MonthOfFile) =>
  (day: Day): Row[] => {
    const recorded = day.entries.map((entry) => ({ activity: entry, entry }))
    const unrecorded = day.planned
      .filter(({ activityId }) => !day.entries.some((entry) => entry.activityId === activityId))
      .map((activity) => ({
        activity: { ...activity, ...(recorded.length > 0 ? { plannedMinutes: 0 } : {}) },
        entry: undefined,
      }))
    const rows: Pick<Row, 'activity' | 'entry'>[] = [...recorded, ...unrecorded]
    return (rows.length > 0 ? rows : [{ activity: undefined, entry: undefined }]).map((row, index) => ({
      ...row,
      of,
      day,
      first: index === 0,
    }))
  }

/** A month as a table for people: Danish headings, a row for each activity of each day. Widths in characters. */
export const protocolTable = (of: MonthOfFile) => {
  const columns = columnsOf(of)
  return {
    headings: columns.map(({ heading }) => heading),
    widths: columns.map(({ width }) => width),
    rows: of.content.days.flatMap(rowsOf(of)).map((row) => columns.map((column) => column.cell(row))),
  }
}
