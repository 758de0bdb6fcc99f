import { isLocalDate, type LocalDate } from '#kernel/local-date.ts'
import { isUuid } from '#platform/ids.ts'
import { isPlainText, plainText } from '#platform/plain-text.ts'
import type { CellFaultCode } from './row-errors.ts'

/** What a cell says, or what is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly fault: CellFaultCode }

const fault = (code: CellFaultCode): Read<never> => ({ fault: code })

/** `B-000123`, also in small letters. */
export const orderNumberIn = (cell: string): Read<string> =>
  /^b-\d{1,12}$/i.test(cell) ? { value: cell.toUpperCase() } : fault(cell === '' ? 'missing' : 'wrong-order-number')

const danishDate = /^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})$/

/** A date as the template has it, or as Danish Excel writes one: day, month, year. */
export const dateIn = (cell: string): Read<LocalDate> => {
  const [, day = '', month = '', year = ''] = danishDate.exec(cell) ?? []
  const text = year === '' ? cell : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isLocalDate(text) ? { value: text } : fault(cell === '' ? 'missing' : 'wrong-date')
}

/** Whole minutes of a day. */
export const minutesIn = (cell: string): Read<number> =>
  /^\d{1,4}$/.test(cell) && Number(cell) <= 1440 ? { value: Number(cell) } : fault('wrong-minutes')

/** A UUID, in small letters. */
export const idIn = (cell: string): Read<string> =>
  isUuid(cell) ? { value: cell.toLowerCase() } : fault(cell === '' ? 'missing' : 'wrong-id')

/** Text of at most so many characters, as a day's own route takes it. */
export const textIn = (cell: string, most: number): Read<string> => {
  if (cell !== '' && !isPlainText(cell)) return fault('characters-not-allowed')
  return [...cell].length <= most ? { value: plainText(cell) } : fault('too-long')
}
