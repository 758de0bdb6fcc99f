import type { FastifyInstance } from 'fastify'
import { fallsBy } from '#rules/compliance/figure.ts'
import { figureNames, figures } from '#rules/compliance/figures.ts'
import { shareNames, shares } from '#rules/compliance/shares.ts'
import { html } from '../markup.ts'
import { table } from '../tables.ts'
import { definePage, type PageGround } from '../visit.ts'
import { figureWordsIn } from '../words/words-of-figures.ts'

/** What each figure counts. */
export const definitions = (app: FastifyInstance, ground: PageGround): void => {
  definePage(app, ground, { method: 'GET', url: '/auditor/definitions' }, async ({ language, say }) => {
    const words = figureWordsIn(language)
    /** What it counts in words; its name, by which the API calls it, in small print. */
    const told = (name: string, definition: string) =>
      html`${definition} <code class="slug" id="${name}">${name}</code>`
    const content = html`<h1>${say.definitions}</h1>
<p class="note">${words.definitionsIntro}</p>
${table({
  caption: words.figure,
  scrollHint: words.scrollHint,
  headings: [words.definition, words.fallsBy, words.basis].map((text) => ({ text })),
  rows: figureNames.map((name) => ({
    name: told(name, figures[name].definition[language]),
    cells: [{ content: fallsBy[figures[name].source][language] }, { content: figures[name].basis[language] }],
  })),
})}
${table({
  caption: words.share,
  scrollHint: words.scrollHint,
  headings: [words.definition, words.figure, words.basis].map((text) => ({ text })),
  rows: shareNames.map((name) => ({
    name: told(name, shares[name].definition[language]),
    cells: [
      {
        content: html`<code class="slug">${shares[name].numerator.join(' + ')}</code> / <code class="slug">${shares[name].denominator.join(' + ')}</code>`,
      },
      { content: shares[name].basis[language] },
    ],
  })),
})}`
    return { title: say.definitions, content }
  })
}
