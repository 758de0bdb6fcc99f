import { addDays, daysBetween, isLocalDate, type LocalDate, localDate } from '#kernel/local-date.ts'
import { isUuid } from '#platform/ids.ts'
import { isPeriod } from '#rules/compliance/period.ts'
import type { Choice, Choices } from './choices.queries.ts'
import { html, type Markup } from './markup.ts'
import { knownPlace } from './signing-in/own-place.ts'
import type { Values } from './values.ts'
import type { FigureWords } from './words/words-of-figures.ts'

/** What the figures of a page are narrowed to. */
export type Filters = {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly supplierId?: string
  readonly jobcenterId?: string
  readonly targetGroup?: string
  readonly frameworkAgreementId?: string
}

/** What figures are narrowed to, besides their period. */
export type Narrowing = Exclude<keyof Filters, 'from' | 'to'>

/** Ours: a page shows at most so many days, five years and a leap day or two; compliance itself knows no longest period. */
export const mostDays = 1828

const fitsThePage = (period: { from: LocalDate; to: LocalDate }): boolean =>
  isPeriod(period) && daysBetween(period.from, period.to) < mostDays

/** Ours: the months that are looked at unless told: this one and the five before it. */
const usualMonths = 6

/** The first day of the month that lies `months` before a date's own. */
const firstOfMonthBefore = (date: LocalDate, months: number): LocalDate => {
  let first = localDate(`${date.slice(0, 7)}-01`)
  for (let passed = 0; passed < months; passed++) first = localDate(`${addDays(first, -1).slice(0, 7)}-01`)
  return first
}

/** The months of a period as `YYYY-MM`, the first one first. */
export const monthsOf = ({ from, to }: { from: LocalDate; to: LocalDate }): string[] => {
  const months: string[] = []
  for (
    let day = localDate(`${from.slice(0, 7)}-01`);
    day <= to;
    // The month after the last one that the calendar knows is none to be read.
    day = `${addDays(day, 31).slice(0, 7)}-01` as LocalDate
  ) {
    months.push(day.slice(0, 7))
  }
  return months
}

/** The days of a month that lie in a period. */
export const monthWithin = (month: string, { from, to }: Filters): { from: LocalDate; to: LocalDate } => {
  const first = localDate(`${month}-01`)
  const last = addDays(`${addDays(first, 31).slice(0, 7)}-01` as LocalDate, -1)
  return { from: first < from ? from : first, to: last > to ? to : last }
}

const codeOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[a-z0-9-]{1,100}$/.test(text) ? text : undefined
const idOf = (text: string | undefined): string | undefined =>
  text !== undefined && isUuid(text) ? text.toLowerCase() : undefined

/** What a query asks for, and what of it could not be done. */
export type AskedFilters = {
  readonly filters: Filters
  /** A period was asked for and is none, so the usual one stands. */
  readonly wrongPeriod: boolean
  /** What was asked to narrow down by and is no value of its kind, or is not there; it is left out. */
  readonly unknown: readonly Narrowing[]
}

/**
 * Reads the filters of a query; what is no value of its kind is left out.
 * @param today the usual period ends with it
 */
export const filtersOf = (query: Values, today: LocalDate): AskedFilters => {
  const usual = { from: firstOfMonthBefore(today, usualMonths - 1), to: today }
  const { from = '', to = '' } = query
  const asked = { from: from === '' ? usual.from : from, to: to === '' ? usual.to : to }
  const right =
    isLocalDate(asked.from) && isLocalDate(asked.to) && fitsThePage(asked as { from: LocalDate; to: LocalDate })
  const { from: first, to: last } = right ? (asked as { from: LocalDate; to: LocalDate }) : usual
  const narrowed = {
    supplierId: idOf(query['supplierId']),
    jobcenterId: idOf(query['jobcenterId']),
    targetGroup: codeOf(query['targetGroup']),
    frameworkAgreementId: idOf(query['frameworkAgreementId']),
  }
  const unknown = (Object.keys(narrowed) as Narrowing[]).filter(
    (name) => narrowed[name] === undefined && (query[name] ?? '') !== '',
  )
  const given = Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== undefined))
  return { filters: { from: first, to: last, ...given }, wrongPeriod: !right, unknown }
}

const choicesOf = {
  supplierId: 'suppliers',
  jobcenterId: 'jobcenters',
  targetGroup: 'targetGroups',
  frameworkAgreementId: 'agreements',
} as const satisfies Readonly<Record<Narrowing, keyof Choices>>

/** What the filters besides the period are called. */
export const namesOf = (filters: Filters, choices: Choices): string[] =>
  (Object.keys(choicesOf) as Narrowing[]).flatMap((name) =>
    choices[choicesOf[name]].flatMap((choice) => (choice.value === filters[name] ? [choice.name] : [])),
  )

const labelOf = {
  supplierId: 'supplier',
  jobcenterId: 'jobcenter',
  targetGroup: 'targetGroup',
  frameworkAgreementId: 'agreement',
} as const satisfies Readonly<Record<Narrowing, keyof FigureWords>>

/** The filters without those that name nothing there is to choose. */
export const amongChoices = (asked: AskedFilters, choices: Choices): AskedFilters => {
  const { filters } = asked
  const missing = (Object.keys(choicesOf) as Narrowing[]).filter(
    (name) => filters[name] !== undefined && !choices[choicesOf[name]].some(({ value }) => value === filters[name]),
  )
  if (missing.length === 0) return asked
  const there = Object.entries(filters).filter(([name]) => !missing.some((one) => one === name))
  return { ...asked, filters: Object.fromEntries(there) as Filters, unknown: [...asked.unknown, ...missing] }
}

/**
 * The filters that a path of these pages has, or those of where it was reached from, as a query: with the question mark, or
 * nothing.
 * @param without what is not kept
 */
export const filtersKept = (path: string, without?: Narrowing): string => {
  const { searchParams } = new URL(path, 'http://page.invalid')
  const back = knownPlace(searchParams.get('back') ?? undefined)
  if (back !== undefined) return filtersKept(back, without)
  const names = ['from', 'to', ...Object.keys(choicesOf)]
  const kept = new URLSearchParams(
    [...searchParams].filter(([name, value]) => names.includes(name) && name !== without && value !== ''),
  )
  return kept.size === 0 ? '' : `?${kept.toString()}`
}

/** What of the filters could not be done, in words. */
export const wrongFilters = (asked: Omit<AskedFilters, 'filters'>, say: FigureWords): Markup =>
  html`${asked.wrongPeriod ? html`<p class="alarm" role="alert">${say.wrongPeriod}</p>\n` : null}${
    asked.unknown.length === 0
      ? null
      : html`<p class="alarm" role="alert">${say.unknownFilter}: ${asked.unknown.map((name) => say[labelOf[name]]).join(', ')}. ${say.shownWithout}</p>\n`
  }`

/** A path of these pages with filters, and what else its query says. */
export const placeOf = (
  path: string,
  filters: Partial<Filters>,
  more: Readonly<Record<string, string>> = {},
): string => {
  const query = new URLSearchParams({ ...more, ...(filters as Record<string, string>) })
  return `${path}?${query.toString()}`
}

const select = (given: {
  name: keyof Filters
  label: string
  all: string
  over: string
  choices: readonly Choice[]
  chosen: string | undefined
}): Markup => html`<div class="field"><label for="${given.name}">${given.label}</label>
<select id="${given.name}" name="${given.name}"><option value="">${given.all}</option>
${given.choices.map(({ value, name, isOver }) => html`<option value="${value}"${value === given.chosen ? html` selected` : null}>${name}${isOver ? ` (${given.over})` : null}</option>\n`)}</select></div>`

/** The filters as a form that needs no script. */
export const filterForm = (
  given: AskedFilters & { readonly action: string; readonly choices: Choices; readonly say: FigureWords },
): Markup => {
  const { action, filters, choices, say } = given
  const day = (name: 'from' | 'to'): Markup =>
    html`<div class="field"><label for="${name}">${say[name]}</label><input id="${name}" name="${name}" type="date" value="${filters[name]}" min="1900-01-01" max="2199-12-31"></div>`
  const one = (name: Narrowing) =>
    select({
      ...{ name, label: say[labelOf[name]], all: say.all, over: say.over },
      ...{ choices: choices[choicesOf[name]], chosen: filters[name] },
    })
  return html`<form method="get" action="${action}" class="panel no-print" aria-label="${say.filter}">
${wrongFilters(given, say)}
<div class="fields">
${day('from')}
${day('to')}
${one('supplierId')}
${one('jobcenterId')}
${one('targetGroup')}
${one('frameworkAgreementId')}
<div class="buttons"><button type="submit">${say.apply}</button> <a class="button quiet" href="${action}">${say.reset}</a></div>
</div></form>`
}
