import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { askAnewNextTime, forgetIdToken, heldIdToken } from '../asked-anew.ts'
import { html } from '../markup.ts'
import { tell } from '../told.ts'
import { actorOf, callerOf, keepToken, languageOfVisit, type PageGround, sendPage, sessionOf } from '../visit.ts'
import { wordsIn } from '../words/words.ts'
import { IssuerAway } from './open-id.ts'
import { endSession, isFormToken } from './sessions.ts'

/** Where the issuer ends its own session; null where there is none to end, or it cannot be asked now. */
const issuersEnd = async (ground: PageGround, request: FastifyRequest): Promise<string | null> => {
  try {
    return await ground.openId.signOutAt(heldIdToken(ground, request))
  } catch (error) {
    if (!(error instanceof IssuerAway)) throw error
    request.log.warn({ err: error }, 'signed out here alone: the issuer is away')
    return null
  }
}

const leave = async (ground: PageGround, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { database, keyring } = ground.deps
  const held = await sessionOf(ground, request)
  const { formToken } = (request.body ?? {}) as { formToken?: unknown }
  reply.header('cache-control', 'no-store')
  if (held) {
    const [token, session] = held
    if (!isFormToken(keyring, token, typeof formToken === 'string' ? formToken : undefined))
      return tell(ground, request, reply, { status: 403, title: 'formExpired', text: 'formExpiredText', link: 'back' })
    await endSession(database, keyring, { ...actorOf(request), caller: callerOf(ground, session) }, token)
  }
  keepToken(ground, reply, '')
  askAnewNextTime(ground, reply)
  // Also where the session here was over before: whoever signs out wants to be out.
  const there = held || heldIdToken(ground, request) !== null ? await issuersEnd(ground, request) : null
  forgetIdToken(ground, reply)
  if (there === null) return reply.redirect('/auditor/signed-out', 303)
  // A page that goes on by itself: a redirect would be the form's, and may lead on to where no form of ours may go.
  const language = languageOfVisit(ground, request, reply)
  const say = wordsIn(language)
  const content = html`<h1>${say.signingOut}</h1>
<p>${say.signingOutText}</p>
<p><a class="button" href="${there}">${say.signOutThere}</a></p>`
  reply.header('refresh', `0; url=${there}`)
  const around = { language, say, path: '/auditor/signed-out', signedIn: null }
  return sendPage(reply, around, { status: 200, title: say.signingOut, content })
}

/** Signing out: here, and at an issuer that keeps a session of its own. */
export const signOut = (app: FastifyInstance, ground: PageGround): void => {
  const schema = { hide: true }
  app.post('/auditor/sign-out', { schema }, (request, reply) => leave(ground, request, reply))
  app.get('/auditor/signed-out', { schema }, (request, reply) =>
    tell(ground, request, reply, { status: 200, title: 'signedOut', text: 'signedOutText', link: 'tryAgain' }),
  )
}
