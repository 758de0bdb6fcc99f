import type { FastifyInstance } from 'fastify'
import { escapeHtml } from '#platform/http/html-text.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import { isProblemSlug, type ProblemSlug, problemCatalogue } from '#platform/http/problems/catalogue.ts'
import { HttpProblem, type Language } from '#platform/http/problems/problem.ts'

const words = {
  da: {
    rule: 'Regel',
    status: 'HTTP-status',
    all: 'Alle problemer',
    ours: 'portalens egen læsning',
    heading: 'Problemer i Udbudsportalen',
  },
  en: {
    rule: 'Rule',
    status: 'HTTP status',
    all: 'All problems',
    ours: "the portal's own reading",
    heading: 'Problems of the Udbudsportal',
  },
} as const

const page = (language: Language, title: string, content: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body><main>${content}</main></body></html>
`

const problemPage = (slug: ProblemSlug, language: Language): string => {
  const entry = problemCatalogue[slug]
  const say = words[language]
  const details =
    typeof entry.detail === 'function' ? [entry.detail({}), entry.detail({ tell: 'caseworker' })] : [entry.detail]
  const rule = entry.rule
    ? `<p>${say.rule}: ${escapeHtml(entry.rule.source)}, ${escapeHtml(entry.rule.section ?? say.ours)}</p>`
    : ''
  return page(
    language,
    entry.title[language],
    `<h1>${escapeHtml(entry.title[language])}</h1><p><code>${slug}</code> · ${say.status} ${entry.status}</p>
${details.map((detail) => `<p>${escapeHtml(detail[language])}</p>`).join('\n')}
${rule}<p><a href="/problems">${say.all}</a></p>`,
  )
}

/** `/problems` and `/problems/{slug}`: the pages that a problem's `type` leads to, made from the catalogue. */
export const problemPages = (app: FastifyInstance): void => {
  app.get<{ Params: { slug: string } }>('/problems/:slug', { schema: { hide: true } }, async (request, reply) => {
    const { slug } = request.params
    if (!isProblemSlug(slug)) throw new HttpProblem('not-found')
    return reply
      .type('text/html; charset=utf-8')
      .send(problemPage(slug, languageOf(request.headers['accept-language'])))
  })
  app.get('/problems', { schema: { hide: true } }, async (request, reply) => {
    const language = languageOf(request.headers['accept-language'])
    const rows = (Object.keys(problemCatalogue) as ProblemSlug[]).map(
      (slug) =>
        `<li><a href="/problems/${slug}"><code>${slug}</code></a> ${problemCatalogue[slug].status} ${escapeHtml(problemCatalogue[slug].title[language])}</li>`,
    )
    const { heading } = words[language]
    return reply
      .type('text/html; charset=utf-8')
      .send(page(language, heading, `<h1>${escapeHtml(heading)}</h1><ul>\n${rows.join('\n')}\n</ul>`))
  })
}
