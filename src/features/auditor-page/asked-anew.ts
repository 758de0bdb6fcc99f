import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieOf, setCookie } from './signing-in/cookies.ts'
import { sealedText, unsealedText } from './signing-in/sealed-text.ts'
import { idleMinutes } from './signing-in/sessions.ts'
import type { PageGround } from './visit.ts'

const anewCookie = 'auditor-ask-anew'
const idTokenCookie = 'auditor-id-token'
const context = 'auditor id token'
/** Ours: browsers keep cookies of about 4096 signs; an issuer whose ID tokens are longer asks who signs out. */
const mostSigns = 3800

/**
 * Lets the next sign-in of this browser ask for the password whoever the issuer thinks is there: somebody signed out, or
 * may not come in. Later than a session may idle every sign-in does so.
 */
export const askAnewNextTime = (ground: PageGround, reply: FastifyReply): void =>
  setCookie(reply, ground.deps.publicUrl, { name: anewCookie, value: '1', maxAgeSeconds: idleMinutes * 60 })

/** Whether it was to be asked. */
export const isAskedAnew = (ground: PageGround, request: FastifyRequest): boolean =>
  cookieOf(request, ground.deps.publicUrl, anewCookie) !== undefined

/** It was asked: somebody is signed in. */
export const wasAskedAnew = (ground: PageGround, reply: FastifyReply): void =>
  setCookie(reply, ground.deps.publicUrl, { name: anewCookie, value: '', maxAgeSeconds: 0 })

/** Keeps the ID token in its browser, sealed, for the day's end: the issuer learns by it who signs out. */
export const holdIdToken = (ground: PageGround, reply: FastifyReply, idToken: string): void => {
  const { keyring, publicUrl } = ground.deps
  const value = sealedText(keyring, idToken, context)
  if (value.length > mostSigns) forgetIdToken(ground, reply)
  else setCookie(reply, publicUrl, { name: idTokenCookie, value })
}

/** The ID token of the last sign-in; null where the browser has none. */
export const heldIdToken = (ground: PageGround, request: FastifyRequest): string | null =>
  unsealedText(ground.deps.keyring, cookieOf(request, ground.deps.publicUrl, idTokenCookie), context)

/** Takes it away. */
export const forgetIdToken = (ground: PageGround, reply: FastifyReply): void =>
  setCookie(reply, ground.deps.publicUrl, { name: idTokenCookie, value: '', maxAgeSeconds: 0 })
