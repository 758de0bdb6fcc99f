import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '#kernel/caller.ts'
import type { ClientDirectory } from '#platform/auth/client-directory.ts'
import type { Deps } from '#platform/deps.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import { problemCatalogue } from '#platform/http/problems/catalogue.ts'
import { HttpProblem, type Language } from '#platform/http/problems/problem.ts'
import { type PortalRequest, portalRequest } from '#platform/http/route.ts'
import { heldForm, type NotTaken, placeBefore } from './held-form.ts'
import { pageOf, type Surroundings } from './layout.ts'
import { type Content, html } from './markup.ts'
import { ofClient } from './signing-in/auditor-of.ts'
import { cookieOf, setCookie } from './signing-in/cookies.ts'
import type { OpenIdClient } from './signing-in/open-id.ts'
import { ownPlace } from './signing-in/own-place.ts'
import { endSession, formTokenOf, isFormToken, liveSession, type PageSession } from './signing-in/sessions.ts'
import type { Values } from './values.ts'
import { type Words, wordsIn } from './words/words.ts'

/** What the pages are given. */
export type PageGround = { readonly deps: Deps; readonly clients: ClientDirectory; readonly openId: OpenIdClient }

/** A request for a page. */
export type Visit = {
  readonly language: Language
  readonly say: Words
  /** Path and query. */
  readonly path: string
  readonly query: Values
  readonly form: Values
  readonly params: Values
  readonly session: PageSession
  /** The auditor as whom the person reads: exactly what its API client may. */
  readonly caller: Caller
  readonly formToken: string
  readonly request: FastifyRequest
  /** The visit as the features know requests: with the session's purpose as `X-Purpose`. */
  readonly asRequest: <Body, Params, Query>(given: {
    body?: Body
    params?: Params
    query?: Query
  }) => PortalRequest<Body, Params, Query>
}

/** What a visit is answered with: a page, another place, or another file. */
export type PageAnswer =
  | { readonly title: string; readonly content: Content; readonly status?: number }
  | { readonly redirect: string }
  /** A document of its own, with the policy that it is sent under. */
  | { readonly document: string; readonly policy: string }
  /** A file to be saved, with its own headers. */
  | { readonly file: { readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> } }

const sessionCookie = 'auditor-session'
const languageCookie = 'auditor-language'
const yearSeconds = 365 * 86_400

/**
 * Nothing from elsewhere, nothing run; forms go home. What a form is redirected to counts as well, and an issuer may send
 * people on to another one: so no form here is ever answered by leading to the sign-in.
 */
const policy = `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`

const valuesOf = (given: unknown): Values =>
  Object.fromEntries(
    Object.entries((given ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
      const one = Array.isArray(value) ? value.at(-1) : value
      return typeof one === 'string' && !one.includes('\0') && one.isWellFormed() ? [[name, one]] : []
    }),
  )

const asLanguage = (text: string | undefined): Language | undefined =>
  text === 'da' || text === 'en' ? text : undefined

/** The language of a visit: as asked for, as chosen before, as the browser prefers. A choice is kept. */
export const languageOfVisit = (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Language => {
  const { publicUrl } = ground.deps
  const asked = asLanguage(valuesOf(request.query)['lang'])
  const kept = asLanguage(cookieOf(request, publicUrl, languageCookie))
  if (asked && asked !== kept)
    setCookie(reply, publicUrl, { name: languageCookie, value: asked, maxAgeSeconds: yearSeconds })
  return asked ?? kept ?? languageOf(request.headers['accept-language'])
}

/** Sends a page with the headers that every page has. */
export const sendPage = (
  reply: FastifyReply,
  around: Surroundings,
  page: { status: number; title: string; content: Content },
): FastifyReply =>
  reply
    .code(page.status)
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'content-language': around.language,
      'referrer-policy': 'same-origin',
      vary: 'Cookie, Accept-Language',
    })
    .type('text/html; charset=utf-8')
    .send(pageOf(around, page.title, page.content))

const sendDocument = (
  reply: FastifyReply,
  language: Language,
  given: { document: string; policy: string },
): FastifyReply =>
  reply
    .headers({
      'content-security-policy': given.policy,
      'cache-control': 'no-store',
      'content-language': language,
      'referrer-policy': 'same-origin',
      vary: 'Cookie, Accept-Language',
    })
    .type('text/html; charset=utf-8')
    .send(given.document)

const surroundingsOf = (visit: Omit<Visit, 'asRequest'>): Surroundings => ({
  language: visit.language,
  say: visit.say,
  path: visit.path,
  signedIn: {
    personName: visit.session.personName,
    organisation: visit.session.organisation.name,
    purpose: visit.session.purpose,
    formToken: visit.formToken,
  },
})

/** The token that the browser holds; undefined without one. */
export const tokenOf = (ground: PageGround, request: FastifyRequest): string | undefined =>
  cookieOf(request, ground.deps.publicUrl, sessionCookie)

/**
 * Gives the browser a session's token; an empty one takes it away. It ends with the browser at the latest: how long it is
 * good for before that is known here alone.
 */
export const keepToken = (ground: PageGround, reply: FastifyReply, token: string): void =>
  setCookie(reply, ground.deps.publicUrl, {
    ...{ name: sessionCookie, value: token },
    ...(token === '' ? { maxAgeSeconds: 0 } : {}),
  })

/** A request as the logs name it. */
export const actorOf = (request: FastifyRequest): { id: string; arrivedAt: FastifyRequest['arrivedAt'] } => ({
  id: request.id,
  arrivedAt: request.arrivedAt,
})

/** The person as the auditor for whom they read. */
export const callerOf = (ground: PageGround, session: Pick<PageSession, 'subject' | 'organisation'>): Caller => ({
  // Ours: the logs name the page and the person by the issuer's name for them, so that "who" is answered.
  clientId: `${ground.deps.peopleSignIn.clientId}/${session.subject}`,
  organisation: session.organisation,
  scopes: ['portal.read', 'portal.audit'],
})

/** The session of a request whose organisation still audits and whose client was not revoked; else it is ended. */
export const sessionOf = async (ground: PageGround, request: FastifyRequest): Promise<[string, PageSession] | null> => {
  const { database, keyring } = ground.deps
  const token = tokenOf(ground, request)
  if (token === undefined || token === '') return null
  const session = await liveSession(database, keyring, token)
  if (!session) return null
  const client = session.clientId === null ? session : await ofClient(ground.clients, session.clientId)
  if (client?.organisation.id === session.organisation.id && session.organisation.kinds.includes('auditor'))
    return [token, session]
  await endSession(database, keyring, { ...actorOf(request), caller: callerOf(ground, session) }, token)
  return null
}

const problemPage = (
  say: Words,
  language: Language,
  problem: HttpProblem,
): { status: number; title: string; content: Content } => {
  const { title, status, detail } = problemCatalogue[problem.slug]
  const text = typeof detail === 'function' ? detail(problem.facts ?? {}) : detail
  return {
    status,
    title: title[language],
    content: html`<h1>${title[language]}</h1><p>${text[language]}</p>
${problem.faults.map((fault) => html`<p class="alarm">${fault.detail[language]}</p>`)}
<p><a href="/auditor">${say.back}</a></p>`,
  }
}

/**
 * Answers whoever is not signed in: whoever comes from elsewhere is led to the sign-in, and whoever was at work here is
 * told and keeps what they wrote, since a form may not be answered by leading to it.
 * @param given.form what was sent; null where nothing was
 */
const turnAway = (
  ground: PageGround,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { language: Language; say: Words; form: Values | null },
): FastifyReply => {
  const { language, say, form } = given
  const { publicUrl } = ground.deps
  const path = form === null ? ownPlace(request.url) : (placeBefore(request, publicUrl) ?? '/auditor')
  const signInPath = `/auditor/sign-in?to=${encodeURIComponent(path)}`
  if (form === null && placeBefore(request, publicUrl) === undefined)
    return reply.header('cache-control', 'no-store').redirect(signInPath, 303)
  const page =
    form === null
      ? {
          title: say.sessionOver,
          content: html`<h1>${say.sessionOver}</h1><p>${say.sessionOverText}</p><p><a class="button" href="${signInPath}">${say.signIn}</a></p>`,
        }
      : heldForm(request, { why: 'ended', say, form, formToken: null, publicUrl })
  return sendPage(reply, { language, say, path, signedIn: null }, { status: 401, ...page })
}

/**
 * Registers a page for people who are signed in; everybody else is led to the sign-in. A form is taken with its
 * session's token alone.
 */
export const definePage = (
  app: FastifyInstance,
  ground: PageGround,
  route: { method: 'GET' | 'POST'; url: string },
  handler: (visit: Visit) => Promise<PageAnswer>,
): void => {
  app.route({
    method: route.method,
    url: route.url,
    schema: { hide: true },
    handler: async (request, reply) => {
      const { deps } = ground
      const language = languageOfVisit(ground, request, reply)
      const held = await sessionOf(ground, request)
      const say = wordsIn(language)
      const form = valuesOf(request.body)
      if (!held) return turnAway(ground, request, reply, { language, say, form: route.method === 'POST' ? form : null })
      const [token, session] = held
      const caller = callerOf(ground, session)
      const bare = {
        ...{ language, say, path: request.url, session, caller, request },
        ...{ query: valuesOf(request.query), form, params: valuesOf(request.params) },
        formToken: formTokenOf(deps.keyring, token),
      }
      const around = surroundingsOf(bare)
      const asRequest: Visit['asRequest'] = ({ body, params, query }) => {
        const seen = portalRequest(request, caller)
        // A form that makes something carries a key, so that a second press makes nothing more.
        const headers: Values = { 'x-purpose': session.purpose ?? undefined, 'idempotency-key': bare.form['formKey'] }
        const header = (name: string): string | undefined => headers[name.toLowerCase()]
        return { ...seen, header, body, params, query } as never
      }
      const { formToken } = bare
      const hold = (why: NotTaken, status: number): FastifyReply => {
        const held = heldForm(request, { why, say, form, formToken, publicUrl: deps.publicUrl })
        return sendPage(reply, around, { status, ...held })
      }
      if (route.method === 'POST' && !isFormToken(deps.keyring, token, form['formToken'])) return hold('old', 403)
      try {
        const answer = await handler({ ...bare, asRequest })
        if ('redirect' in answer) return reply.header('cache-control', 'no-store').redirect(answer.redirect, 303)
        if ('file' in answer) return reply.headers(answer.file.headers).send(answer.file.bytes)
        if ('document' in answer) return sendDocument(reply, language, answer)
        return sendPage(reply, around, { status: 200, ...answer })
      } catch (error) {
        if (!(error instanceof HttpProblem)) throw error
        if (error.slug === 'purpose-required' && route.method === 'POST') return hold('purpose', 422)
        if (error.slug === 'purpose-required')
          return reply
            .header('cache-control', 'no-store')
            .redirect(`/auditor/purpose?to=${encodeURIComponent(ownPlace(request.url))}`, 303)
        return sendPage(reply, around, problemPage(say, language, error))
      }
    },
  })
}
