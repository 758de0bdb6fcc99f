import type { LocalDate } from '#kernel/local-date.ts'
import { type AbsentPart, codeOf, type OffSite } from '#rules/protocol/day-facts.ts'
import { dateIn, idIn, minutesIn, orderNumberIn, type Read, textIn } from './read-cells.ts'
import type { CellFaultCode } from './row-errors.ts'
import { type ColumnKey, headingOf } from './template-columns.ts'

/** Which code of the set `attendance-codes` a cell means: the code itself, or what a person calls it. */
export type CodesByName = ReadonlyMap<string, string>

/** One activity of a day as a row says it. */
export type ReadRow = {
  readonly row: number
  readonly orderNumber: string
  readonly date: LocalDate
  readonly activityId: string
  /** Null: nothing was filled in, and the row reports nothing. */
  readonly entry: {
    readonly attendedMinutes: number
    readonly absent: readonly AbsentPart[]
    readonly offSite?: OffSite
  } | null
  readonly correctionReason: string | undefined
}

export type RowFault = { readonly column: string; readonly code: CellFaultCode }

/** Ours: the lengths that a day's own route takes. */
const most = { place: 1000, content: 4000, correctionReason: 1000 }

const columnsOfReport = ['attended', 'code', 'minutes', 'secondCode', 'secondMinutes'] as const
const columnsBeside = ['messageOn', 'periodTo'] as const

/** Reads a row; every fault of its cells is told, not only the first. `cell` gives the text of a column, '' for none. */
export const readRow = (
  row: number,
  cell: (key: ColumnKey) => string,
  codes: CodesByName,
): {
  readonly read: ReadRow | null
  /** Which day of which order the row is about, as far as it can be told. */
  readonly about: { readonly orderNumber: string; readonly date: LocalDate } | null
  readonly faults: readonly RowFault[]
} => {
  const faults: RowFault[] = []
  const found = (key: ColumnKey, code: CellFaultCode): void => {
    faults.push({ column: headingOf(key), code })
  }
  const take = <T>(key: ColumnKey, reader: (text: string) => Read<T>): T | undefined => {
    const read = reader(cell(key))
    if ('value' in read) return read.value
    found(key, read.fault)
    return undefined
  }
  const optional = <T>(key: ColumnKey, reader: (text: string) => Read<T>): T | undefined =>
    cell(key) === '' ? undefined : take(key, reader)
  const orderNumber = take('orderNumber', orderNumberIn)
  const date = take('date', dateIn)
  const activityId = take('activityId', idIn)
  const correctionReason = optional('correctionReason', (text) => textIn(text, most.correctionReason))
  const reported = columnsOfReport.some((key) => cell(key) !== '')
  const attendedMinutes = optional('attended', minutesIn)
  const messageOn = optional('messageOn', dateIn)
  const periodTo = optional('periodTo', dateIn)
  const absent: AbsentPart[] = []
  for (const [codeKey, minutesKey] of [
    ['code', 'minutes'],
    ['secondCode', 'secondMinutes'],
  ] as const) {
    const name = cell(codeKey)
    const minutes = optional(minutesKey, minutesIn)
    if (name === '' && minutes !== undefined && minutes > 0) found(codeKey, 'minutes-without-code')
    if (name === '') continue
    if (cell(minutesKey) === '' || minutes === 0) found(minutesKey, 'code-without-minutes')
    if (minutes === undefined || minutes === 0) continue
    // What is no code of the set is refused by the rule, with the codes that are.
    const code = codes.get(nameOfCode(name)) ?? name.slice(0, 100)
    absent.push({
      code,
      minutes,
      ...(code === codeOf.sickAccepted && messageOn !== undefined ? { messageOn } : {}),
      ...(code === codeOf.sickAccepted && periodTo !== undefined ? { periodTo } : {}),
    })
  }
  const accepted = absent.some(({ code }) => code === codeOf.sickAccepted)
  for (const key of columnsBeside) {
    if (cell(key) !== '' && !accepted) found(key, 'only-with-accepted-sickness')
  }
  const offSite = readOffSite(cell, take, found)
  if (!reported && offSite !== undefined) found('attended', 'missing')
  const about = orderNumber === undefined || date === undefined ? null : { orderNumber, date }
  if (faults.length > 0 || about === null || activityId === undefined) return { read: null, about, faults }
  const entry = reported
    ? { attendedMinutes: attendedMinutes ?? 0, absent, ...(offSite === undefined ? {} : { offSite }) }
    : null
  return { read: { row, ...about, activityId, entry, correctionReason }, about, faults }
}

/** How codes and their labels are compared. */
export const nameOfCode = (name: string): string => name.trim().toLowerCase()

const readOffSite = (
  cell: (key: ColumnKey) => string,
  take: <T>(key: ColumnKey, reader: (text: string) => Read<T>) => T | undefined,
  found: (key: ColumnKey, code: CellFaultCode) => void,
): OffSite | undefined => {
  const filled = (['place', 'content', 'documentId'] as const).filter((key) => cell(key) !== '')
  if (filled.length === 0) return undefined
  const place = take('place', (text) => textIn(text, most.place))
  const content = take('content', (text) => textIn(text, most.content))
  const documentId = cell('documentId') === '' ? undefined : take('documentId', idIn)
  for (const key of ['place', 'content'] as const) {
    if (cell(key) === '') found(key, 'off-site-incomplete')
  }
  return place === undefined || content === undefined
    ? undefined
    : { place, content, ...(documentId === undefined ? {} : { documentId }) }
}
