import type { FastifyInstance } from 'fastify'
import { type ComplianceCase, complianceCases, complianceScope } from '#features/compliance/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { type FigureName, figureNames, figures } from '#rules/compliance/figures.ts'
import { choicesFor } from './choices.queries.ts'
import { type AskedFilters, amongChoices, filtersOf, placeOf, wrongFilters } from './filters.ts'
import { type InWords, inWords } from './in-words.ts'
import { type Content, html } from './markup.ts'
import { figureCell, table } from './tables.ts'
import { definePage, type PageGround, type Visit } from './visit.ts'
import { kindInWords } from './words-of-cases.ts'
import { type FigureWords, figureWordsIn } from './words-of-figures.ts'

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
  readonly next: string | null
  readonly isFirst: boolean
  readonly narrowedTo: readonly string[]
}

const casesPage = ({ language }: Visit, shown: Shown, say: FigureWords, words: InWords): Content => {
  const { figure, filters, cases, next } = shown
  const { from, to } = filters
  const place = (more: Record<string, string>): string => placeOf('/auditor/cases', filters, { figure, ...more })
  const asMinutes = figures[figure].counts === 'minutes'
  const lateOf = ({ daysLate, workingDaysLate }: ComplianceCase): string => {
    if (workingDaysLate !== null && workingDaysLate > 0) return `${workingDaysLate} (${daysLate ?? '–'})`
    return daysLate === null || daysLate === 0 ? '–' : `${daysLate}`
  }
  return html`<h1>${say.casesOf}: ${figures[figure].definition[language]}</h1>
${wrongFilters(shown, say)}
<p>${words.date(from)} – ${words.date(to)}${shown.narrowedTo.map((name) => `, ${name}`)}</p>
<p class="note">${say.casesIntro} ${say.casesLogged}</p>
${
  cases.length === 0
    ? html`<p>${say.noCases}</p>`
    : table({
        caption: say.cases,
        scrollHint: say.scrollHint,
        headings: [
          { text: say.order },
          { text: say.supplier },
          { text: say.date },
          { text: say.kind },
          { text: asMinutes ? `${say.counted} (${say.minutesUnit})` : say.counted, isNumber: true },
          { text: say.daysLate, isNumber: true },
        ],
        rows: cases.map((one) => ({
          name:
            one.orderId === null
              ? say.noOrder
              : html`<a href="/auditor/orders/${one.orderId}">${one.orderNumber ?? one.orderId}</a>`,
          cells: [
            { content: one.supplier.name },
            { content: words.date(one.date) },
            { content: one.kind === null ? '–' : kindInWords(one.kind, language) },
            figureCell(words.number(one.counts), null),
            figureCell(lateOf(one), null),
          ],
        })),
      })
}
<ul class="steps">${shown.isFirst ? null : html`<li><a class="button quiet" href="${place({})}">${say.firstPage}</a></li>`}
${next === null ? null : html`<li><a class="button" rel="next" href="${place({ after: next })}">${say.nextPage}</a></li>`}
<li><a class="button quiet" href="${placeOf('/auditor', filters)}">${say.backToOverview}</a></li></ul>`
}

/** The cases behind a figure: ids of orders and dates, nobody's name. A look-up all the same, with its purpose. */
export const cases = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/cases' }, async (visit) => {
    const { caller, query, language } = visit
    const { figure, after } = query
    if (!isFigure(figure)) throw new HttpProblem('not-found')
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    const today = localDateAt(request.arrivedAt)
    const asked = filtersOf(query, today)
    const position = positionOf(after)
    const shown = await read(ground.deps.database, request, async (trx): Promise<Shown> => {
      const scope = await complianceScope(trx, caller)
      const choices = await choicesFor(trx, language)
      const known = amongChoices(asked, choices)
      const { filters } = known
      const page = { after: position, limit: pageSize }
      const found = await complianceCases(trx, scope, { ...filters, figure, today }, page)
      const onPage = found.slice(0, pageSize)
      const citizenIds = onPage.flatMap(({ citizenId }) => citizenId ?? [])
      const lookup = { operation: 'listComplianceCases', citizenId: null, orderId: null, purpose, citizenIds }
      await recordLookup(trx, request, lookup)
      const last = onPage.at(-1)
      const chosen: readonly (string | undefined)[] = Object.values(filters)
      const narrowedTo = Object.values(choices).flatMap((list) =>
        list.filter(({ value }) => chosen.includes(value)).map(({ name }) => name),
      )
      const next = found.length > pageSize && last ? positionText(last) : null
      return { ...known, figure, cases: onPage, next, isFirst: position === undefined, narrowedTo }
    })
    const say = figureWordsIn(language)
    return { title: say.casesOf, content: casesPage(visit, shown, say, inWords(language)) }
  })
}
