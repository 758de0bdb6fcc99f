import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import type { Language } from '#platform/http/problems/problem.ts'

const locales = { da: 'da-DK', en: 'en-GB' } as const

/** Numbers, dates and moments as people of a language write them. */
export type InWords = {
  number(value: number): string
  /** 0 to 1 as per cent with one decimal, always shown, so that columns align. */
  share(value: number): string
  /** Minutes as hours with one decimal, always shown, so that columns align. */
  hours(minutes: number): string
  /** Minutes as they are, with their unit. */
  minutes(minutes: number): string
  /** With two decimals, always shown. */
  decimals(value: number): string
  date(date: LocalDate): string
  /** `YYYY-MM` as month and year. */
  month(month: string): string
  /** In Copenhagen, to the minute. */
  moment(at: Instant): string
}

const made = (language: Language): InWords => {
  const locale = locales[language]
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const hours = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const minutes = new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' })
  const decimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const month = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Europe/Copenhagen',
  })
  const atMidnight = (day: LocalDate): number => dayNumber(day) * 86_400_000
  return {
    number: (value) => number.format(value),
    share: (value) => share.format(value),
    hours: (value) => hours.format(value / 60),
    minutes: (value) => minutes.format(value),
    decimals: (value) => decimals.format(value),
    date: (day) => date.format(atMidnight(day)),
    month: (text) => month.format(atMidnight(`${text}-01` as LocalDate)),
    moment: (at) => moment.format(epochMilliseconds(at)),
  }
}

const words = { da: made('da'), en: made('en') }

/** How a language writes numbers and times. */
export const inWords = (language: Language): InWords => words[language]
