import type { FastifyInstance } from 'fastify'
import {
  type ComplianceCase,
  complianceCases,
  complianceScope,
  complianceSummary,
} from '#features/compliance/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import { read } from '#platform/http/idempotency.ts'
import { isProblemSlug, problemCatalogue } from '#platform/http/problems/catalogue.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { type FigureName, figureNames, figures } from '#rules/compliance/figures.ts'
import { choicesFor } from './choices.queries.ts'
import { type AskedFilters, amongChoices, filtersOf, namesOf, placeOf, wrongFilters } from './filters.ts'
import { type Content, html } from './markup.ts'
import { knownPlace } from './signing-in/own-place.ts'
import { figureCell, hoursText, table } from './tables.ts'
import { definePage, type PageGround, type Visit } from './visit.ts'
import { type InWords, inWords } from './words/in-words.ts'
import { kindInWords } from './words/words-of-cases.ts'
import { type FigureWords, figureWordsIn } from './words/words-of-figures.ts'

/** Ours: cases on a page. */
const pageSize = 50

type Position = NonNullable<Parameters<typeof complianceCases>[3]['after']>

const positionText = ({ date, supplier, id }: ComplianceCase): string => `${date}~${supplier.id}~${id}`

/** Where a page goes on. @throws HttpProblem `invalid-cursor` */
const positionOf = (text: string | undefined): Position | undefined => {
  if (text === undefined) return undefined
  const [day = '', supplierId = '', id = '', ...rest] = text.split('~')
  if (!isLocalDate(day) || !isUuid(supplierId) || !isUuid(id) || rest.length > 0)
    throw new HttpProblem('invalid-cursor')
  return { day, supplierId, id }
}

const isFigure = (name: string | undefined): name is FigureName => figureNames.some((known) => known === name)

type Shown = AskedFilters & {
  readonly figure: FigureName
  readonly cases: readonly ComplianceCase[]
  /** The figure itself: of cases, or of minutes. */
  readonly total: number
  readonly next: string | null
  readonly isFirst: boolean
  readonly narrowedTo: readonly string[]
}

const lateOf = ({ daysLate, workingDaysLate }: ComplianceCase): string => {
  if (workingDaysLate !== null && workingDaysLate > 0) return `${workingDaysLate} (${daysLate ?? '–'})`
  return daysLate === null || daysLate === 0 ? '–' : `${daysLate}`
}

/** Of a duty what it is; of a refused attempt the rule by its title, its slug in small print. */
const kindOf = (figure: FigureName, code: string | null, language: Visit['language']): Content => {
  if (code === null) return '–'
  if (figures[figure].source !== 'refusals') return kindInWords(code, language)
  const title = isProblemSlug(code) ? problemCatalogue[code].title[language] : null
  return html`${title} <code class="slug">${code}</code>`
}

const casesTable = (shown: Shown, visit: Visit, say: FigureWords, words: InWords): Content => {
  const { figure, cases } = shown
  const { language } = visit
  const asHours = figures[figure].counts === 'minutes'
  const hasKinds = cases.some(({ kind }) => kind !== null)
  const isLate = cases.some((one) => lateOf(one) !== '–')
  const inWorkingDays = cases.some(({ workingDaysLate }) => workingDaysLate !== null)
  const here = encodeURIComponent(visit.path)
  return table({
    ...{ caption: say.cases, isTitled: true, scrollHint: say.scrollHint },
    headings: [
      ...[say.order, say.supplier, say.date].map((text) => ({ text })),
      ...(hasKinds ? [{ text: figures[figure].source === 'refusals' ? say.ruleOf : say.kind }] : []),
      ...(asHours ? [{ text: `${say.counted} (${say.hoursUnit})`, isNumber: true }] : []),
      ...(isLate ? [{ text: inWorkingDays ? say.workingDaysLateToo : say.daysLate, isNumber: true }] : []),
    ],
    rows: cases.map((one) => ({
      name:
        one.orderId === null
          ? say.noOrder
          : html`<a href="/auditor/orders/${one.orderId}?back=${here}">${one.orderNumber ?? one.orderId}</a>`,
      cells: [
        { content: one.supplier.name },
        { content: words.date(one.date) },
        ...(hasKinds ? [{ content: kindOf(figure, one.kind, language) }] : []),
        // Any other case counts one.
        ...(asHours ? [figureCell(hoursText(one.counts, words), null)] : []),
        ...(isLate ? [figureCell(lateOf(one), null)] : []),
      ],
    })),
  })
}

const casesPage = (visit: Visit, shown: Shown, say: FigureWords, words: InWords): Content => {
  const { language, query } = visit
  const { figure, filters, cases, next, total } = shown
  const { from, to } = filters
  const back = knownPlace(query['back'])
  const place = (more: Record<string, string>): string =>
    placeOf('/auditor/cases', filters, { figure, ...(back === undefined ? {} : { back }), ...more })
  const inAll =
    figures[figure].counts === 'minutes'
      ? html`${hoursText(total, words)} ${say.hoursUnit}`
      : html`${words.number(total)}`
  return html`<p class="no-print"><a href="${back ?? placeOf('/auditor', filters)}">← ${say.backToOverview}</a></p>
<h1>${say.casesOf}</h1>
${wrongFilters(shown, say)}
<p class="lead">${figures[figure].definition[language]} <a class="slug" href="/auditor/definitions#${figure}"><code>${figure}</code></a></p>
<p>${words.date(from)} – ${words.date(to)}${shown.narrowedTo.map((name) => `, ${name}`)}</p>
<p class="total">${say.totalIs}: <strong>${inAll}</strong>${total === 0 ? null : html` <span class="hint">${say.perPage}</span>`}</p>
${cases.length === 0 ? html`<p class="empty">${say.noCases}</p>` : casesTable(shown, visit, say, words)}
<p class="note">${say.casesIntro} ${say.casesLogged}</p>
<ul class="steps no-print">${shown.isFirst ? null : html`<li><a class="button quiet" href="${place({})}">${say.firstPage}</a></li>`}
${next === null ? null : html`<li><a class="button" rel="next" href="${place({ after: next })}">${say.nextPage}</a></li>`}</ul>`
}

/** The cases behind a figure: ids of orders and dates, nobody's name. A look-up all the same, with its purpose. */
export const cases = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/cases' }, async (visit) => {
    const { caller, query, language } = visit
    const { figure, after } = query
    if (!isFigure(figure)) throw new HttpProblem('not-found')
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    const now = request.arrivedAt
    const today = localDateAt(now)
    const asked = filtersOf(query, today)
    const position = positionOf(after)
    const shown = await read(ground.deps.database, request, async (trx): Promise<Shown> => {
      const scope = await complianceScope(trx, caller)
      const choices = await choicesFor(trx, language)
      const known = amongChoices(asked, choices)
      const { filters } = known
      const page = { after: position, limit: pageSize }
      const found = await complianceCases(trx, scope, { ...filters, figure, today }, page)
      const { totals } = await complianceSummary(trx, scope, { ...filters, groupBy: [], now })
      const onPage = found.slice(0, pageSize)
      const citizenIds = onPage.flatMap(({ citizenId }) => citizenId ?? [])
      const lookup = { operation: 'listComplianceCases', citizenId: null, orderId: null, purpose, citizenIds }
      await recordLookup(trx, request, lookup)
      const last = onPage.at(-1)
      const narrowedTo = namesOf(filters, choices)
      const next = found.length > pageSize && last ? positionText(last) : null
      const total = totals.figures[figure]
      return { ...known, figure, cases: onPage, total, next, isFirst: position === undefined, narrowedTo }
    })
    const say = figureWordsIn(language)
    return { title: say.casesOf, content: casesPage(visit, shown, say, inWords(language)) }
  })
}
