import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { seal, unseal } from '#platform/crypto/keyring.ts'
import { auditorOf } from './auditor-of.ts'
import { cookieOf, setCookie } from './cookies.ts'
import { type Content, html } from './markup.ts'
import { IssuerAway, type PendingSignIn, type SignedInPerson } from './open-id.ts'
import { beginSession, endSession, isFormToken } from './sessions.ts'
import {
  actorOf,
  callerOf,
  keepToken,
  languageOfVisit,
  ownPlace,
  type PageGround,
  sendPage,
  sessionOf,
} from './visit.ts'
import { type Words, wordsIn } from './words.ts'

const pendingCookie = 'auditor-sign-in'
/** Ours: time to find the password; the issuer's own limits are usually shorter. */
const pendingSeconds = 600
const context = 'auditor sign-in'

/** What is remembered of a sign-in, for its browser alone to hold and for the portal alone to read. */
const sealed = (ground: PageGround, pending: PendingSignIn): string => {
  const { key, cipher } = seal(ground.deps.keyring, JSON.stringify(pending), context)
  return `${Buffer.from(key).toString('base64url')}.${cipher.toString('base64url')}`
}

const pendingOf = (ground: PageGround, request: FastifyRequest): PendingSignIn | null => {
  const [key, cipher] = (cookieOf(request, ground.deps.publicUrl, pendingCookie) ?? '').split('.')
  if (!key || !cipher) return null
  try {
    const given = { key: Buffer.from(key, 'base64url').toString(), cipher: Buffer.from(cipher, 'base64url') }
    return JSON.parse(unseal(ground.deps.keyring, given, context)) as PendingSignIn
  } catch {
    return null
  }
}

const forget = (ground: PageGround, reply: FastifyReply): void =>
  setCookie(reply, ground.deps.publicUrl, { name: pendingCookie, value: '', maxAgeSeconds: 0 })

const signInLink = (say: Words): Content => html`<p><a class="button" href="/auditor/sign-in">${say.tryAgain}</a></p>`

/** A page for whoever is not signed in. */
const tell = (
  ground: PageGround,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { status: number; title: keyof Words; text: keyof Words },
): FastifyReply => {
  const language = languageOfVisit(ground, request, reply)
  const say = wordsIn(language)
  // A callback's query holds a code: the page's links do not repeat it.
  const path = request.url.startsWith('/auditor/signed-out') ? request.url : '/auditor/signed-out'
  const content = html`<h1>${say[page.title]}</h1>\n<p>${say[page.text]}</p>\n${signInLink(say)}`
  return sendPage(ground, reply, { language, say, path, signedIn: null }, { ...page, title: say[page.title], content })
}

const away = { status: 503, title: 'issuerAway', text: 'issuerAwayText' } as const
const failed = { status: 400, title: 'signInFailed', text: 'signInFailedText' } as const
const refused = { status: 403, title: 'notAuditor', text: 'notAuditorText' } as const

const begin = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { to } = request.query as { to?: unknown }
  try {
    const { location, pending } = await ground.openId.begin(ownPlace(typeof to === 'string' ? to : undefined))
    const value = sealed(ground, pending)
    setCookie(reply, ground.deps.publicUrl, { name: pendingCookie, value, maxAgeSeconds: pendingSeconds })
    return reply.header('cache-control', 'no-store').redirect(location, 303)
  } catch (error) {
    if (!(error instanceof IssuerAway)) throw error
    request.log.warn({ err: error }, 'nobody can sign in: the issuer is away')
    return tell(ground, request, reply, away)
  }
}

/** Who came back from the issuer, or the page that says why nobody did. */
const cameBack = async (
  ground: PageGround,
  request: FastifyRequest,
  pending: PendingSignIn,
): Promise<SignedInPerson | typeof away | typeof failed> => {
  try {
    return await ground.openId.finish(request.url.split('?')[1] ?? '', pending)
  } catch (error) {
    if (error instanceof IssuerAway) {
      request.log.warn({ err: error }, 'nobody can sign in: the issuer is away')
      return away
    }
    // The library's message says which check failed; codes and tokens stand in none of its messages.
    const { name, code } = error as { name?: string; code?: string }
    request.log.warn({ reason: name, code }, 'a sign-in failed')
    return failed
  }
}

const finish = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { database, keyring } = ground.deps
  const pending = pendingOf(ground, request)
  // Whatever comes of it: what began this sign-in serves once.
  forget(ground, reply)
  if (!pending) return tell(ground, request, reply, failed)
  const person = await cameBack(ground, request, pending)
  if ('status' in person) return tell(ground, request, reply, person)
  const named = await auditorOf(database, ground.clients, person.organisation)
  if (!named || person.subject.length > 200) return tell(ground, request, reply, refused)
  const before = await sessionOf(ground, request)
  if (before) {
    const [token, session] = before
    await endSession(database, keyring, { ...actorOf(request), caller: callerOf(ground, session) }, token)
  }
  const caller = callerOf(ground, { subject: person.subject, organisation: named.organisation })
  const token = await beginSession(
    database,
    keyring,
    { ...actorOf(request), caller },
    {
      clientId: named.clientId,
      subject: person.subject,
      personName: person.name,
    },
  )
  keepToken(ground, reply, token)
  return reply.header('cache-control', 'no-store').redirect(ownPlace(pending.to), 303)
}

const leave = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { database, keyring } = ground.deps
  const held = await sessionOf(ground, request)
  const { formToken } = (request.body ?? {}) as { formToken?: unknown }
  if (held) {
    const [token, session] = held
    if (!isFormToken(keyring, token, typeof formToken === 'string' ? formToken : undefined)) {
      return tell(ground, request, reply, { status: 403, title: 'formExpired', text: 'formExpiredText' })
    }
    await endSession(database, keyring, { ...actorOf(request), caller: callerOf(ground, session) }, token)
    keepToken(ground, reply, '')
  }
  return reply.header('cache-control', 'no-store').redirect('/auditor/signed-out', 303)
}

/** Signing in and out. Nothing here takes the browser elsewhere than to the issuer and back to this page. */
export const signIn = (app: FastifyInstance, ground: PageGround): void => {
  const schema = { hide: true }
  app.get('/auditor/sign-in', { schema }, (request, reply) => begin(ground, request, reply))
  app.get('/auditor/callback', { schema }, (request, reply) => finish(ground, request, reply))
  app.post('/auditor/sign-out', { schema }, (request, reply) => leave(ground, request, reply))
  app.get('/auditor/signed-out', { schema }, (request, reply) =>
    tell(ground, request, reply, { status: 200, title: 'signedOut', text: 'signedOutText' }),
  )
}
