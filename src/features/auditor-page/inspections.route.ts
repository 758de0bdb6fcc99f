import type { FastifyInstance } from 'fastify'
import { inspectionToPrint, shownInspection, shownInspections } from '#features/inspections/lookups.ts'
import { purposeOf } from '#platform/audit/lookups.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { type Choices, choicesFor } from './choices.queries.ts'
import { type InWords, inWords } from './in-words.ts'
import { type Content, html } from './markup.ts'
import { type Cell, table } from './tables.ts'
import { definePage, type PageGround, type Visit } from './visit.ts'
import { type InspectionWords, inspectionWordsIn } from './words-of-inspections.ts'

/** Ours: inspections on a page. */
const pageSize = 50

type Listed = Awaited<ReturnType<typeof shownInspections>>[number]
type Shown = Awaited<ReturnType<typeof shownInspection>>
type Ground = { readonly say: InspectionWords; readonly words: InWords; readonly choices: Choices }

const number = (value: number): Cell => ({ content: value, isNumber: true })
const nameOf = (choices: readonly { value: string; name: string }[], value: string): string =>
  choices.find((one) => one.value === value)?.name ?? value

const targetOf = ({ choices, say }: Ground, one: Pick<Listed, 'supplierId' | 'residenceMunicipality'>): string =>
  one.supplierId === null
    ? `${say.municipality} ${one.residenceMunicipality ?? ''}`
    : nameOf(choices.suppliers, one.supplierId)

const listPage = (ground: Ground, title: string, rows: readonly Listed[]): Content => {
  const { say, words } = ground
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return html`<h1>${title}</h1>
<p class="note">${say.intro}</p>
<p><a class="button" href="/auditor/inspections/new">${say.drawNew}</a></p>
${
  shown.length === 0
    ? html`<p>${say.none}</p>`
    : table({
        caption: title,
        scrollHint: say.scrollHint,
        headings: [
          { text: say.inspection },
          { text: say.drawnOn },
          { text: say.drawnBy },
          { text: say.status },
          { text: say.running, isNumber: true },
          { text: say.ended, isNumber: true },
        ],
        rows: shown.map((one) => ({
          name: html`<a href="/auditor/inspections/${one.id}">${targetOf(ground, one)}, ${words.date(one.drawnOn)}</a>`,
          cells: [
            { content: words.moment(one.drawnAt) },
            { content: one.drawnBy.name },
            { content: say[one.status] },
            number(one.running.drawn),
            number(one.ended.drawn),
          ],
        })),
      })
}
${rows.length > pageSize && last ? html`<p><a class="button" rel="next" href="/auditor/inspections?after=${last.id}">${say.nextPage}</a></p>` : null}`
}

const inspectionPage = (ground: Ground, one: Shown): Content => {
  const { say, words, choices } = ground
  const phaseName = (phase: string): string => (phase === 'running' ? say.phaseRunning : say.phaseEnded)
  const isNumber = true
  // Of one supplier's inspection it stands above.
  const bySupplier = one.supplierId === null
  return html`<h1>${say.inspection}: ${targetOf(ground, one)}</h1>
<dl>
<dt>${say.drawnOn}</dt><dd>${words.moment(one.drawnAt)}</dd>
<dt>${say.drawnBy}</dt><dd>${one.drawnBy.name}</dd>
<dt>${say.status}</dt><dd>${say[one.status]}</dd>
<dt>${say.seed}</dt><dd><code>${one.seed}</code></dd>
</dl>
${one.running.fewerThanAsked || one.ended.fewerThanAsked ? html`<p class="note">${say.fewer}</p>` : null}
<p class="note no-print">${say.printText}</p>
<p class="no-print"><a class="button" href="/auditor/inspections/${one.id}/print">${say.print}</a></p>
${table({
  caption: say.courses,
  scrollHint: say.scrollHint,
  headings: [{ text: say.phase }, ...[say.asked, say.population, say.drawn].map((text) => ({ text, isNumber }))],
  rows: (['running', 'ended'] as const).map((phase) => ({
    name: phaseName(phase),
    cells: [number(one[phase].asked), number(one[phase].population), number(one[phase].drawn)],
  })),
})}
${table({
  caption: say.coursesDrawn,
  scrollHint: say.scrollHint,
  headings: [
    ...[say.order, say.phase, ...(bySupplier ? [say.supplier] : []), say.agreement, say.targetGroup].map((text) => ({
      text,
    })),
    ...[say.judged, say.irregularities, say.unjudged].map((text) => ({ text, isNumber })),
  ],
  rows: one.courses.map((course) => ({
    name: html`<a href="/auditor/orders/${course.orderId}">${course.orderNumber}</a>`,
    cells: [
      { content: phaseName(course.phase) },
      ...(bySupplier ? [{ content: nameOf(choices.suppliers, course.supplierId) }] : []),
      { content: nameOf(choices.agreements, course.frameworkAgreementId) },
      { content: nameOf(choices.targetGroups, course.targetGroup) },
      number(course.judged),
      number(course.irregularities),
      number(course.unjudged),
    ],
  })),
})}`
}

const idOf = (visit: Visit): string => {
  const id = visit.params['id'] ?? ''
  if (!isUuid(id)) throw new HttpProblem('not-found')
  return id
}

/** Inspections as the auditor sees them: a list, one, and the one to print. */
export const inspections = (app: FastifyInstance, ground: PageGround): void => {
  const { database } = ground.deps
  const wordsFor = ({ language }: Visit) => ({ say: inspectionWordsIn(language), words: inWords(language) })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections' }, async (visit) => {
    const { after } = visit.query
    if (after !== undefined && !isUuid(after)) throw new HttpProblem('invalid-cursor')
    const anything = { supplierId: undefined, residenceMunicipality: undefined, status: undefined }
    const { rows, choices } = await read(database, visit.asRequest({}), async (trx) => ({
      rows: await shownInspections(trx, { ...anything, after, limit: pageSize }),
      choices: await choicesFor(trx, visit.language),
    }))
    const title = visit.say.inspections
    return { title, content: listPage({ ...wordsFor(visit), choices }, title, rows) }
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id' }, async (visit) => {
    const id = idOf(visit)
    const { shown, choices } = await read(database, visit.asRequest({}), async (trx) => ({
      shown: await shownInspection(trx, id),
      choices: await choicesFor(trx, visit.language),
    }))
    const given = { ...wordsFor(visit), choices }
    return { title: `${given.say.inspection}: ${targetOf(given, shown)}`, content: inspectionPage(given, shown) }
  })
  definePage(app, ground, { method: 'GET', url: '/auditor/inspections/:id/print' }, async (visit) => {
    const id = idOf(visit)
    const request = visit.asRequest({})
    const purpose = purposeOf(request)
    const { page, policy } = await read(database, request, (trx) =>
      inspectionToPrint(trx, ground.deps, request, { id, purpose, language: visit.language }),
    )
    return { document: page, policy }
  })
}
