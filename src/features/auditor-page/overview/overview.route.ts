import type { FastifyInstance } from 'fastify'
import { localDateAt } from '#kernel/instant.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { filterForm, filtersOf } from '../filters.ts'
import { html } from '../markup.ts'
import { definePage, type PageGround } from '../visit.ts'
import { inWords } from '../words/in-words.ts'
import { figureWordsIn } from '../words/words-of-figures.ts'
import { readOverview } from './figures.ts'
import { overviewPage } from './overview-page.ts'
import { loadPlots } from './plots.ts'

/** The overview, which names no citizen. */
export const overview = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor' }, async ({ caller, query, language, say, request }) => {
    const today = localDateAt(request.arrivedAt)
    const asked = { ...filtersOf(query, today), now: request.arrivedAt, language }
    const shown = await inTransaction(ground.deps.database, caller.organisation.id, (trx) =>
      readOverview(trx, caller, asked),
    )
    const title = say.overview
    const figureSay = figureWordsIn(language)
    if ('tooMany' in shown) {
      const content = html`<h1>${title}</h1>
<p class="alarm" role="alert">${figureSay.tooManyGroups}</p>
${filterForm({ action: '/auditor', ...shown, say: figureSay })}`
      return { status: 400, title, content }
    }
    const words = inWords(language)
    const plots = await loadPlots()
    return { title, content: overviewPage({ plots, overview: shown, say: figureSay, words, language, title }) }
  })
}
