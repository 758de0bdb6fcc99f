import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import type { Language } from '#platform/http/problems/problem.ts'

const locales = { da: 'da-DK', en: 'en-GB' } as const

/** Numbers, dates and moments as people of a language write them. */
export type InWords = {
  number(value: number): string
  /** 0 to 1 as per cent with one decimal. */
  share(value: number): string
  /** Minutes as hours with one decimal. */
  hours(minutes: number): string
  date(date: LocalDate): string
  /** `YYYY-MM` as month and year. */
  month(month: string): string
  /** In Copenhagen. */
  moment(at: Instant): string
}

const made = (language: Language): InWords => {
  const locale = locales[language]
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const hours = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const month = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'Europe/Copenhagen',
  })
  const atMidnight = (day: LocalDate): number => dayNumber(day) * 86_400_000
  return {
    number: (value) => number.format(value),
    share: (value) => share.format(value),
    hours: (minutes) => hours.format(minutes / 60),
    date: (day) => date.format(atMidnight(day)),
    month: (text) => month.format(atMidnight(`${text}-01` as LocalDate)),
    moment: (at) => moment.format(epochMilliseconds(at)),
  }
}

const words = { da: made('da'), en: made('en') }

/** How a language writes numbers and times. */
export const inWords = (language: Language): InWords => words[language]
