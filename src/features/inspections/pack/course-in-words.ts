import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { PackOfCourse } from './course-records.queries.ts'
import type { Places } from './door.queries.ts'
import { type PackWords, packCode, packWordsIn } from './pack-words.ts'

/** A cell of a part: text; a number stands to the right, a document may be opened by its id. */
export type PackCell = { readonly text: string; readonly isNumber?: boolean; readonly documentId?: string }

/** A part of the pack as people read it: what it says by name, a table, or both; `empty` where there is nothing to list. */
export type PackPart = {
  readonly heading: string
  readonly pairs: readonly (readonly [string, string])[]
  readonly headings: readonly { readonly text: string; readonly isNumber?: boolean }[]
  readonly rows: readonly (readonly PackCell[])[]
  readonly empty: string
}

/** What one needs before the door, in a row of a list of many courses: planned minutes of today, what and where, what is recorded. */
export type AtTheDoor = {
  readonly minutes: number
  readonly activities: string
  readonly address: string
  readonly recorded: string
}

/** A drawn course as people read it: what is needed before the door, then what the registers hold. */
export type CourseInWords = {
  readonly atTheDoor: AtTheDoor
  readonly door: PackPart
  readonly parts: readonly PackPart[]
}

type Given = {
  readonly pack: PackOfCourse
  readonly places: Places
  readonly reasons: ReadonlyMap<string, string>
  readonly today: LocalDate
  readonly language: Language
}
type Protocol = PackOfCourse['protocols'][number]
type Day = Protocol['days'][number]

const written = (language: Language) => {
  const locale = language === 'da' ? 'da-DK' : 'en-GB'
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const month = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' })
  const short = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Copenhagen' } as const
  const moment = new Intl.DateTimeFormat(locale, short)
  const hours = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const atMidnight = (day: LocalDate): number => dayNumber(day) * 86_400_000
  return {
    date: (day: LocalDate | null): string => (day === null ? '–' : date.format(atMidnight(day))),
    month: (text: string): string => month.format(atMidnight(`${text}-01` as LocalDate)),
    moment: (at: Instant | null): string => (at === null ? '–' : moment.format(epochMilliseconds(at))),
    hours: (minutes: number): string => hours.format(minutes / 60),
  }
}
const writings = { da: written('da'), en: written('en') }

const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
const nothing = { pairs: [], headings: [], rows: [], empty: '' } as const
const text = (value: string): PackCell => ({ text: value })
const number = (value: number | string): PackCell => ({ text: String(value), isNumber: true })
const attendedOn = ({ entries }: Day): number => entries.reduce((sum, { attendedMinutes }) => sum + attendedMinutes, 0)

/** How a day went, without its date. */
const dayInWords = (say: PackWords, protocol: Protocol, day: Day): string => {
  const told = [
    ...(day.status === 'recorded' ? [] : [say[day.status]]),
    ...(day.recordedLate ? [say.recordedLate] : []),
    ...(protocol.documentationMissing.some(({ date }) => date === day.date) ? [say.undocumented] : []),
    ...(protocol.differences.some(({ date }) => date === day.date) ? [say.differs] : []),
  ]
  const minutes = `${day.entries.length === 0 ? '–' : attendedOn(day)}/${day.plannedMinutes}`
  return told.length === 0 ? minutes : `${minutes} (${told.join(', ')})`
}

const ofMonth = (date: LocalDate): string => String(Number(date.slice(8)))

/** Days of a month as numbers; those that follow each other as from and to. */
const numbersOf = (dates: readonly LocalDate[]): string => {
  const runs: { from: LocalDate; to: LocalDate }[] = []
  for (const date of dates) {
    const last = runs.at(-1)
    if (last !== undefined && dayNumber(date) === dayNumber(last.to) + 1) last.to = date
    else runs.push({ from: date, to: date })
  }
  return runs.map(({ from, to }) => (from === to ? ofMonth(from) : `${ofMonth(from)}–${ofMonth(to)}`)).join(', ')
}

/** The days of a month in one line; planned days in a row that went alike are told together. */
const daysInWords = (say: PackWords, protocol: Protocol): string => {
  const alike: { dates: LocalDate[]; words: string }[] = []
  for (const day of protocol.days) {
    const words = dayInWords(say, protocol, day)
    const last = alike.at(-1)
    if (last?.words === words) last.dates.push(day.date)
    else alike.push({ dates: [day.date], words })
  }
  return alike.map(({ dates, words }) => `${numbersOf(dates)}: ${words}`).join('; ')
}

const standing = (say: PackWords, language: Language, protocol: Protocol): string => {
  const { moment } = writings[language]
  const { version, submittedAt, incomplete, staleSince, staleDates } = protocol
  if (version === null) return say.open
  return [
    filled(say.submitted, { version, at: moment(submittedAt) }),
    ...(incomplete ? [say.incompleteMonth] : []),
    ...(staleSince === null ? [] : [filled(say.staleSince, { at: moment(staleSince) })]),
    ...(staleSince === null || staleDates.length === 0 ? [] : [filled(say.staleDays, { days: numbersOf(staleDates) })]),
  ].join('; ')
}

const doorOf = ({ pack, places, today, language }: Given): { atTheDoor: AtTheDoor; door: PackPart } => {
  const say = packWordsIn(language)
  const { order, plan, protocols } = pack
  const isGoing = today >= order.startDate && today <= (order.course.endedOn ?? order.endDate)
  const planned = isGoing ? plan.days.filter(({ date }) => date === today) : []
  const minutes = planned.reduce((sum, day) => sum + day.plannedMinutes, 0)
  const activities = planned.map(({ activityId, plannedMinutes }) => {
    const { title = '', place = '' } = places.activities.get(activityId) ?? {}
    const where = place === '' || place === places.address ? '' : `, ${place}`
    return `${filled(say.minutes, { minutes: plannedMinutes })} ${title}${where}`
  })
  const day = protocols.flatMap(({ days }) => days).find(({ date }) => date === today)
  const recorded =
    day === undefined || day.entries.length === 0
      ? say.nothingYet
      : filled(say.attendedOf, { attended: attendedOn(day), planned: day.plannedMinutes })
  const absent = pack.absences.filter(({ date, status }) => date === today && status === 'registered')
  const absentMinutes = absent.reduce((sum, one) => sum + one.absentMinutes, 0)
  const pairs: readonly (readonly [string, string])[] = [
    [say.due, minutes > 0 ? say.yes : say.no],
    ...(minutes > 0
      ? ([
          [say.plannedToday, activities.join('; ')],
          [say.recordedToday, recorded],
        ] as const)
      : []),
    [say.absentToday, absentMinutes === 0 ? say.none : filled(say.minutes, { minutes: absentMinutes })],
    [say.address, places.address],
  ]
  const heading = `${say.door}, ${writings[language].date(today)}`
  const told = absentMinutes === 0 ? recorded : `${recorded}; ${say.absentToday}: ${absentMinutes}`
  return {
    atTheDoor: { minutes, activities: activities.join('; '), address: places.address, recorded: told },
    door: { ...nothing, heading, pairs },
  }
}

const partsOf = ({ pack, reasons, language }: Given): PackPart[] => {
  const say = packWordsIn(language)
  const { date, month, moment, hours } = writings[language]
  const { order, plan, protocols, absences, documents, reports } = pack
  const amounts = { planned: hours(plan.plannedMinutes), ordered: hours(plan.orderedMinutes) }
  const head = (...names: readonly (string | readonly [string])[]): PackPart['headings'] =>
    names.map((one) => (typeof one === 'string' ? { text: one } : { text: one[0], isNumber: true }))
  const listed = { pairs: [], empty: say.nothing }
  return [
    {
      ...listed,
      heading: say.months,
      pairs: [[say.plan, `${filled(say.hoursOf, amounts)}, ${order.planComplete ? say.complete : say.incomplete}`]],
      headings: head(say.month, [say.planned], [say.attended], say.protocol, say.days),
      rows: protocols.map((one) => [
        text(month(one.month)),
        number(hours(one.totals.plannedMinutes)),
        number(hours(one.totals.attendedMinutes)),
        text(standing(say, language, one)),
        text(daysInWords(say, one)),
      ]),
    },
    {
      ...listed,
      heading: say.absences,
      headings: head(say.date, [say.absentMinutes], say.reason, say.registered, [say.daysLate], say.status),
      rows: absences.map((one) => [
        text(date(one.date)),
        number(one.absentMinutes),
        text(reasons.get(one.reason) ?? one.reason),
        text(moment(one.registeredAt)),
        number(one.daysLate),
        text(packCode(one.status, language)),
      ]),
    },
    {
      ...listed,
      heading: say.documents,
      headings: head(say.document, say.kind, say.uploaded),
      rows: documents.map((one) => [
        { text: one.fileName, documentId: one.id },
        text(packCode(one.kind, language)),
        text(moment(one.uploadedAt)),
      ]),
    },
    {
      ...listed,
      heading: say.reports,
      headings: head(say.report, say.status, say.dueOn, say.submittedAt, [say.workingDaysLate]),
      rows: reports.map((one) => [
        text(packCode(one.kind, language)),
        text(packCode(one.status, language)),
        text(date(one.dueOn)),
        text(moment(one.submittedAt)),
        number(one.workingDaysLate),
      ]),
    },
  ]
}

/** A drawn course's pack in words, as paper and page show it. @param given.today the day on which somebody stands before the door */
export const courseInWords = (given: Given): CourseInWords => ({ ...doorOf(given), parts: partsOf(given) })
