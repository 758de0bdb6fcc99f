import type { FastifyInstance } from 'fastify'
import { clientDirectory } from '#platform/auth/client-directory.ts'
import type { Deps } from '#platform/deps.ts'
import { problemFromError } from '#platform/http/problem-answers.ts'
import { problemCatalogue } from '#platform/http/problems/catalogue.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { cases } from './cases.route.ts'
import { conduct } from './inspections/conduct.route.ts'
import { documentFile } from './inspections/document.route.ts'
import { draw } from './inspections/draw.route.ts'
import { endInspection } from './inspections/end-inspection.route.ts'
import { inspections } from './inspections/inspections.route.ts'
import { html } from './markup.ts'
import { order } from './order.route.ts'
import { definitions } from './overview/definitions.route.ts'
import { overview } from './overview/overview.route.ts'
import { risk } from './overview/risk.route.ts'
import { openIdClient } from './signing-in/open-id.ts'
import { purpose } from './signing-in/purpose.route.ts'
import { signIn } from './signing-in/sign-in.route.ts'
import { signOut } from './signing-in/sign-out.route.ts'
import { icon, stylesheet } from './stylesheet.ts'
import { languageOfVisit, type PageGround, sendPage } from './visit.ts'
import { wordsIn } from './words/words.ts'

const yearSeconds = 365 * 86_400
/** Ours: no form of these pages is longer: nineteen notes of 4,000 characters, six bytes each as forms write them. */
const mostFormBytes = 524_288

/** Takes what browsers send of forms, below `/auditor` alone: the API takes JSON. */
const acceptPageForms = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: mostFormBytes },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
}

/** Errors as pages; what they are is told as the API tells it, and nothing more. */
const answerWithPages = (app: FastifyInstance, ground: PageGround): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemFromError(error)
    const { status, title, detail } = problemCatalogue[problem.slug]
    if (status >= 500) request.log.error({ err: error, code: problem.slug }, 'request failed')
    const language = languageOfVisit(ground, request, reply)
    const say = wordsIn(language)
    const text = typeof detail === 'function' ? detail(problem.facts) : detail
    const content = html`<h1>${title[language]}</h1><p>${text[language]}</p><p><a href="/auditor">${say.back}</a></p>`
    reply.headers(problem.headers)
    const around = { language, say, path: '/auditor', signedIn: null }
    return sendPage(reply, around, { status, title: title[language], content })
  })
}

/** The auditor's page: people sign in at the issuer of the API's tokens and look at what their auditor may see. */
export const auditorPage = (parent: FastifyInstance, deps: Deps): void => {
  const ground: PageGround = {
    deps,
    clients: clientDirectory(deps.database, deps.monotonicMs),
    openId: openIdClient(deps),
  }
  // A context of its own: its forms and its errors are not the API's.
  parent.register(async (app) => {
    acceptPageForms(app)
    answerWithPages(app, ground)
    for (const [file, type] of [
      [stylesheet, 'text/css; charset=utf-8'],
      [icon, 'image/svg+xml'],
    ] as const) {
      app.get(file.path, { schema: { hide: true } }, async (_request, reply) =>
        reply.header('cache-control', `public, max-age=${yearSeconds}, immutable`).type(type).send(file.text),
      )
    }
    for (const pages of [
      signIn,
      signOut,
      overview,
      cases,
      order,
      documentFile,
      risk,
      draw,
      inspections,
      conduct,
      endInspection,
      definitions,
      purpose,
    ])
      pages(app, ground)
    app.get('/auditor/', { schema: { hide: true } }, async (request, reply) =>
      reply.redirect(`/auditor${request.url.slice('/auditor/'.length)}`, 308),
    )
    app.get('/auditor/*', { schema: { hide: true } }, async () => {
      throw new HttpProblem('not-found')
    })
  })
}
