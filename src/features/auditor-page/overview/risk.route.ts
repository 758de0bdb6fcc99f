import type { FastifyInstance } from 'fastify'
import { complianceScope, riskOrder, type SupplierAtRisk } from '#features/compliance/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { riskParts, type ScoredPart, weighsMost } from '#rules/compliance/risk-score.ts'
import { choicesFor } from '../choices.queries.ts'
import { amongChoices, type Filters, filterForm, filtersOf, placeOf } from '../filters.ts'
import { html, type Markup } from '../markup.ts'
import { table } from '../tables.ts'
import { definePage, type PageGround, type Visit } from '../visit.ts'
import { type InWords, inWords } from '../words/in-words.ts'
import { riskPartInWords } from '../words/words-of-cases.ts'
import { type FigureWords, figureWordsIn } from '../words/words-of-figures.ts'
import { freshness } from './overview-page.ts'

type Ground = { readonly visit: Visit; readonly filters: Filters; readonly say: FigureWords; readonly words: InWords }

const explained = ({ visit, filters, say, words }: Ground, one: SupplierAtRisk): Markup => {
  const { language } = visit
  const number = (content: string) => ({ content, isNumber: true })
  const share = (value: number | null): string => (value === null ? '–' : words.share(value))
  const draw = `/auditor/inspections/new?supplierId=${one.supplier.id}`
  const parts = [...one.parts].sort((first, second) => second.contribution - first.contribution)
  return html`<h2 id="place-${one.place}">${one.place}. ${one.supplier.name}: ${words.decimals(one.score)}</h2>
${table({
  caption: `${one.supplier.name}: ${say.score} ${words.decimals(one.score)}`,
  isTitled: true,
  scrollHint: say.scrollHint,
  headings: [
    { text: say.part },
    ...[say.share, say.average, say.damped, say.weight, say.contribution].map((text) => ({ text, isNumber: true })),
  ],
  rows: parts.map((part) => ({
    name: html`${riskPartInWords(part.name, language)} <span class="hint">${riskParts[part.name].because[language]}</span>`,
    cells: [
      number(part.share === null ? '–' : `${share(part.share)} (${words.number(part.wrong)}/${words.number(part.of)})`),
      number(share(part.averageShare)),
      number(share(part.dampedShare)),
      number(words.number(part.weight)),
      number(words.decimals(part.contribution)),
    ],
  })),
})}
<ul class="steps no-print"><li><a class="button" href="${draw}" aria-label="${say.drawHere}: ${one.supplier.name}">${say.drawHere}</a></li>
<li><a class="button quiet" href="${placeOf('/auditor', { ...filters, supplierId: one.supplier.id })}" aria-label="${visit.say.overview}: ${one.supplier.name}">${visit.say.overview}</a></li></ul>`
}

const mainReason = (most: ScoredPart | null, language: Language, say: FigureWords): string => {
  if (most === null) return say.noOwnCases
  return most.contribution > 0 ? riskPartInWords(most.name, language) : '–'
}

/** All suppliers at a glance, each with what weighs most and the way to how its score is made. */
const ranking = ({ visit, say, words }: Ground, suppliers: readonly SupplierAtRisk[]): Markup =>
  table({
    ...{ caption: visit.say.risk, isTitled: true, scrollHint: say.scrollHint },
    headings: [{ text: say.supplier }, { text: say.score, isNumber: true }, { text: say.mainReason }],
    rows: suppliers.map((one) => {
      const most = weighsMost(one.parts)
      return {
        name: html`<a href="#place-${one.place}">${one.place}. ${one.supplier.name}</a>`,
        cells: [
          { content: most === null ? '–' : words.decimals(one.score), isNumber: true },
          { content: mainReason(most, visit.language, say) },
        ],
      }
    }),
  })

/** The suppliers in the order in which to inspect them, each part of the score explained. */
export const risk = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/risk' }, async (visit) => {
    const { caller, query, language, request } = visit
    const today = localDateAt(request.arrivedAt)
    const asked = filtersOf(query, today)
    const shown = await inTransaction(ground.deps.database, caller.organisation.id, async (trx) => {
      const scope = await complianceScope(trx, caller)
      const choices = await choicesFor(trx, language)
      const known = amongChoices(asked, choices)
      return { ...(await riskOrder(trx, scope, { ...known.filters, now: request.arrivedAt })), choices, known }
    })
    const { filters } = shown.known
    const [say, words] = [figureWordsIn(language), inWords(language)]
    const content = html`<h1>${visit.say.risk}</h1>
<p class="note">${say.riskIntro} ${freshness(shown.freshAsOf, say, words)}</p>
${filterForm({ action: '/auditor/risk', ...shown.known, choices: shown.choices, say })}
${shown.suppliers.length === 0 ? html`<p class="empty">${say.nothingInPeriod}</p>` : ranking({ visit, filters, say, words }, shown.suppliers)}
${shown.suppliers.map((one) => explained({ visit, filters, say, words }, one))}`
    return { title: visit.say.risk, content }
  })
}
