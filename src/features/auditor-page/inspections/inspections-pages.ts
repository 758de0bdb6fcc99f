import type { shownInspection, shownInspections } from '#features/inspections/lookups.ts'
import { controlPoints } from '#rules/inspection/control-points.ts'
import type { Choices } from '../choices.queries.ts'
import { type Content, html } from '../markup.ts'
import { type Cell, table } from '../tables.ts'
import type { Visit } from '../visit.ts'
import type { InWords } from '../words/in-words.ts'
import type { InspectionWords } from '../words/words-of-inspections.ts'

/** Ours: inspections on a page. */
export const pageSize = 50

type Listed = Awaited<ReturnType<typeof shownInspections>>[number]
type Shown = Awaited<ReturnType<typeof shownInspection>>
/** What the pages are written with. */
export type Ground = {
  readonly say: InspectionWords
  readonly words: InWords
  readonly choices: Choices
  readonly language: Visit['language']
}

const number = (value: number): Cell => ({ content: value, isNumber: true })
const nameOf = (choices: readonly { value: string; name: string }[], value: string): string =>
  choices.find((one) => one.value === value)?.name ?? value

/** What an inspection was drawn of, by its name. */
export const targetOf = (
  { choices, say }: Ground,
  one: Pick<Listed, 'supplierId' | 'residenceMunicipality'>,
): string =>
  one.supplierId === null
    ? `${say.municipality} ${one.residenceMunicipality ?? ''}`
    : nameOf(choices.suppliers, one.supplierId)

/** A page of the list: the inspections that count, or the discarded draws. */
export const listPage = (
  ground: Ground,
  list: {
    readonly title: string
    readonly rows: readonly Listed[]
    /** On all pages. */
    readonly total: number
    readonly isOfDiscarded: boolean
  },
): Content => {
  const { say, words } = ground
  const { title, rows, isOfDiscarded } = list
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return html`<h1>${title}</h1>
<p class="note">${isOfDiscarded ? say.discardedIntro : say.intro}</p>
<p class="actions"><a class="button" href="/auditor/inspections/new">${say.drawNew}</a>
<a class="button quiet" href="/auditor/inspections${isOfDiscarded ? '' : '?status=discarded'}">${isOfDiscarded ? say.hideDiscarded : say.showDiscarded}</a></p>
${list.total === 0 ? null : html`<p class="total">${say.total} <strong>${words.number(list.total)}</strong></p>`}
${
  shown.length === 0
    ? html`<p>${isOfDiscarded ? say.noneDiscarded : say.none}</p>`
    : table({
        caption: title,
        scrollHint: say.scrollHint,
        headings: [
          { text: say.inspection },
          { text: say.drawnOn },
          { text: say.drawnBy },
          { text: say.seedFrom },
          { text: say.status },
          { text: say.running, isNumber: true },
          { text: say.ended, isNumber: true },
          { text: say.discardedCount, isNumber: true },
          { text: say.unjudgedCount, isNumber: true },
        ],
        rows: shown.map((one) => ({
          name: html`<a href="/auditor/inspections/${one.id}">${targetOf(ground, one)}, ${words.date(one.drawnOn)}</a>`,
          cells: [
            { content: words.moment(one.drawnAt) },
            { content: one.drawnBy.name },
            { content: say[one.seedGivenBy] },
            { content: say[one.status] },
            number(one.running.drawn),
            number(one.ended.drawn),
            number(one.precededBy.discarded),
            number(one.precededBy.closedUnjudged),
          ],
        })),
      })
}
${rows.length > pageSize && last ? html`<p><a class="button" rel="next" href="/auditor/inspections?after=${last.id}${isOfDiscarded ? '&status=discarded' : ''}">${say.nextPage}</a></p>` : null}`
}

const seedOf = ({ say }: Ground, { seed, seedGivenBy }: Pick<Listed, 'seed' | 'seedGivenBy'>): Content =>
  html`<code>${seed}</code> (${seedGivenBy === 'person' ? say.seedBy_person : say.seedBy_portal})`

/** Draws of the same frame that came before: whoever drew until it pleased is seen to have. */
const drawsBefore = (ground: Ground, one: Shown): Content => {
  const { say, words } = ground
  const drawOf = (draw: Shown['closedBefore'][number] | Shown['discardedBefore'][number]): Content =>
    html`<a href="/auditor/inspections/${draw.inspectionId}">${words.moment(draw.drawnAt)}</a> ${say.by} ${draw.drawnBy.name}`
  return html`${
    one.closedBefore.length === 0
      ? null
      : table({
          caption: say.closedBefore,
          scrollHint: say.scrollHint,
          headings: [say.drawnOn, say.seed, say.closedBy, say.coursesJudged].map((text) => ({ text })),
          rows: one.closedBefore.map((draw) => ({
            name: drawOf(draw),
            cells: [
              { content: seedOf(ground, draw) },
              { content: `${words.moment(draw.closedAt)} ${say.by} ${draw.closedBy.name}` },
              { content: `${words.number(draw.coursesJudged)} ${say.outOf} ${words.number(draw.courses)}` },
            ],
          })),
        })
  }
${
  one.discardedBefore.length === 0
    ? null
    : table({
        caption: say.discardedBefore,
        scrollHint: say.scrollHint,
        headings: [say.drawnOn, say.seed, say.discardedBy, say.discardReason].map((text) => ({ text })),
        rows: one.discardedBefore.map((draw) => ({
          name: drawOf(draw),
          cells: [
            { content: seedOf(ground, draw) },
            { content: `${words.moment(draw.discardedAt)} ${say.by} ${draw.discardedBy.name}` },
            { content: html`<span dir="auto">${draw.discardReason ?? say.reasonKept}</span>` },
          ],
        })),
      })
}
${one.precededBy.open === 0 ? null : html`<p class="note">${say.openBefore} ${one.precededBy.open}</p>`}`
}

const notJudged = ({ say, language }: Ground, one: Shown): Content =>
  one.notJudged.length === 0
    ? null
    : table({
        caption: say.notJudgedHeading,
        scrollHint: say.scrollHint,
        headings: [say.notJudgedCourse, say.controlPoint, say.discardReason].map((text) => ({ text })),
        rows: one.notJudged.map(({ orderId, controlPoint, reason }) => ({
          name: one.courses.find((course) => course.orderId === orderId)?.orderNumber ?? say.everything,
          cells: [
            { content: controlPoints.find(({ code }) => code === controlPoint)?.[language] ?? '–' },
            { content: html`<span dir="auto">${reason}</span>` },
          ],
        })),
      })

/** How it ended: when, by whom and why. */
const ending = ({ say, words }: Ground, one: Shown): Content => {
  if (one.discardedAt !== null)
    return html`<dt>${say.discardedBy}</dt><dd>${words.moment(one.discardedAt)} ${say.by} ${one.discardedBy?.name}</dd>
<dt>${say.discardReason}</dt><dd dir="auto">${one.discardReason ?? say.reasonKept}</dd>`
  return one.closedAt === null
    ? null
    : html`<dt>${say.closedBy}</dt><dd>${words.moment(one.closedAt)} ${say.by} ${one.closedBy?.name}</dd>`
}

/** One inspection: what was drawn from what, how far it is, and the way to each of its courses. */
export const inspectionPage = (
  ground: Ground,
  one: Shown,
  may: { readonly conduct: boolean; readonly discard: boolean },
): Content => {
  const { say, words, choices } = ground
  const phaseName = (phase: string): string => (phase === 'running' ? say.phaseRunning : say.phaseEnded)
  const isNumber = true
  const isPart = one.shown === 'part'
  // Its name ends with the supplier's, which stands above or in a column of its own.
  const agreementOf = (course: Shown['courses'][number]): string =>
    nameOf(choices.agreements, course.frameworkAgreementId).replace(
      `, ${nameOf(choices.suppliers, course.supplierId)}`,
      '',
    )
  // Of one supplier's inspection it stands above.
  const bySupplier = one.supplierId === null
  return html`<h1>${say.inspection}: ${targetOf(ground, one)}</h1>
<dl>
<dt>${say.drawnOn}</dt><dd>${words.moment(one.drawnAt)}</dd>
<dt>${say.drawnBy}</dt><dd>${one.drawnBy.name}</dd>
<dt>${say.status}</dt><dd>${say[one.status]}</dd>
<dt>${say.seed}</dt><dd>${seedOf(ground, one)}</dd>
${ending(ground, one)}
</dl>
${isPart ? html`<p class="note">${say.part}</p>` : null}
${one.running.fewerThanAsked || one.ended.fewerThanAsked ? html`<p class="note">${say.fewer}</p>` : null}
<p class="note no-print">${say.printText}</p>
<p class="actions no-print"><a class="button" href="/auditor/inspections/${one.id}/print">${say.print}</a>
${may.conduct ? html`<a class="button quiet" href="/auditor/inspections/${one.id}/close">${say.close}</a>` : null}
${may.discard ? html`<a class="button quiet" href="/auditor/inspections/${one.id}/discard">${say.discard}</a>` : null}</p>
${drawsBefore(ground, one)}
${table({
  caption: say.courses,
  scrollHint: say.scrollHint,
  headings: [
    { text: say.phase },
    ...[...(isPart ? [] : [say.asked]), say.population, say.drawn].map((text) => ({ text, isNumber })),
  ],
  rows: (['running', 'ended'] as const).map((phase) => ({
    name: phaseName(phase),
    cells: [one[phase].asked ?? [], one[phase].population, one[phase].drawn].flat().map(number),
  })),
})}
${table({
  caption: say.coursesDrawn,
  scrollHint: say.scrollHint,
  headings: [
    { text: say.order },
    // What is left to do first: it stands in sight on a tablet held upright.
    ...[say.irregularities, say.unjudged, say.judged].map((text) => ({ text, isNumber })),
    ...[say.phase, ...(bySupplier ? [say.supplier] : []), say.targetGroup].map((text) => ({ text })),
  ],
  rows: one.courses.map((course) => ({
    name: html`<a href="/auditor/inspections/${one.id}/courses/${course.orderId}">${course.orderNumber}</a> <span class="hint">${agreementOf(course)}</span>`,
    cells: [
      ...[course.irregularities, course.unjudged, course.judged].map(number),
      { content: phaseName(course.phase) },
      ...(bySupplier ? [{ content: nameOf(choices.suppliers, course.supplierId) }] : []),
      { content: nameOf(choices.targetGroups, course.targetGroup) },
    ],
  })),
})}
${notJudged(ground, one)}`
}
