import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import { askAnewNextTime, holdIdToken, isAskedAnew, wasAskedAnew } from '../asked-anew.ts'
import { html } from '../markup.ts'
import { tell } from '../told.ts'
import { actorOf, callerOf, keepToken, type PageGround, sessionOf } from '../visit.ts'
import type { Words } from '../words/words.ts'
import { holdAttempt, takeAttempt } from './attempts.ts'
import { type NamedOrganisation, namedBy } from './auditor-of.ts'
import { IssuerAway, type PendingSignIn, type SignedInPerson } from './open-id.ts'
import { ownPlace } from './own-place.ts'
import { beginSession, endSession } from './sessions.ts'

const away = { status: 503, title: 'issuerAway', text: 'issuerAwayText', link: 'tryAgain' } as const
const failed = { status: 400, title: 'signInFailed', text: 'signInFailedText', link: 'tryAgain' } as const

const begin = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { to } = request.query as { to?: unknown }
  try {
    const place = ownPlace(typeof to === 'string' ? to : undefined)
    const { location, pending } = await ground.openId.begin(place, isAskedAnew(ground, request))
    holdAttempt(ground, request, reply, pending)
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

/** What there is elsewhere for whoever audits nothing, by what their organisation is in the portal. */
const elsewhere: readonly (readonly [OrganisationKind, keyof Words])[] = [
  ['administrator', 'notAuditorAdministrator'],
  ['supplier', 'notAuditorSupplier'],
]

/** Says who is there, for whom, why not here and where instead; the next sign-in may be another person's. */
const refuse = (
  ground: PageGround,
  request: FastifyRequest,
  reply: FastifyReply,
  who: { person: SignedInPerson; named: NamedOrganisation | null },
): FastifyReply => {
  const { person, named } = who
  askAnewNextTime(ground, reply)
  holdIdToken(ground, reply, person.idToken)
  request.log.info({ kinds: named?.organisation.kinds ?? null }, 'somebody who is no auditor signed in')
  const instead = elsewhere.find(([kind]) => named?.organisation.kinds.includes(kind))?.[1] ?? 'notAuditorOther'
  return tell(ground, request, reply, {
    ...{ status: 403, title: 'notAuditor', link: 'signInAsOther' },
    more: (say) =>
      named === null
        ? html`<p>${say.signedInAs} <strong>${person.name}</strong>.</p><p>${say.notAuditorUnknown}</p>`
        : html`<p>${say.signedInAs} <strong>${person.name}</strong>, <strong>${named.organisation.name}</strong>.</p>
<p>${say.notAuditorText}</p><p>${say[instead]}</p>`,
  })
}

const finish = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { database, keyring } = ground.deps
  // Whatever comes of it: an attempt serves once.
  const pending = takeAttempt(ground, request, reply)
  if (!pending) return tell(ground, request, reply, failed)
  const person = await cameBack(ground, request, pending)
  if ('status' in person) return tell(ground, request, reply, person)
  const named = await namedBy(database, ground.clients, person.organisation)
  if (!named?.organisation.kinds.includes('auditor') || person.subject.length > 200)
    return refuse(ground, request, reply, { person, named })
  const before = await sessionOf(ground, request)
  if (before) {
    const [token, session] = before
    await endSession(database, keyring, { ...actorOf(request), caller: callerOf(ground, session) }, token)
  }
  const caller = callerOf(ground, { subject: person.subject, organisation: named.organisation })
  const actor = { ...actorOf(request), caller }
  const { subject, name: personName } = person
  const token = await beginSession(database, keyring, actor, { clientId: named.clientId, subject, personName })
  keepToken(ground, reply, token)
  holdIdToken(ground, reply, person.idToken)
  wasAskedAnew(ground, reply)
  return reply.header('cache-control', 'no-store').redirect(ownPlace(pending.to), 303)
}

/** Signing in. Nothing here takes the browser elsewhere than to the issuer and back to this page. */
export const signIn = (app: FastifyInstance, ground: PageGround): void => {
  const schema = { hide: true }
  app.get('/auditor/sign-in', { schema }, (request, reply) => begin(ground, request, reply))
  app.get('/auditor/callback', { schema }, (request, reply) => finish(ground, request, reply))
}
