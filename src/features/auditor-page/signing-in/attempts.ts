import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PageGround } from '../visit.ts'
import { cookieNames, cookieOf, setCookie } from './cookies.ts'
import type { PendingSignIn } from './open-id.ts'
import { pendingSeconds } from './open-id.ts'
import { sealedText, unsealedText } from './sealed-text.ts'

const prefix = 'auditor-sign-in-'
const context = 'auditor sign-in'
/** Ours: tabs that sign in at once; what they hold has to fit a request's headers. */
const mostAttempts = 5

const nameOf = (state: string): string =>
  `${prefix}${createHash('sha256').update(state).digest('base64url').slice(0, 16)}`

/** Remembers an attempt to sign in beside those of other tabs; of many, the oldest are forgotten. */
export const holdAttempt = (
  ground: PageGround,
  request: FastifyRequest,
  reply: FastifyReply,
  pending: PendingSignIn,
): void => {
  const { keyring, publicUrl } = ground.deps
  // Browsers send what they have had longest first (RFC 6265 section 5.4).
  const held = cookieNames(request, publicUrl, prefix)
  for (const name of held.slice(0, Math.max(0, held.length + 1 - mostAttempts)))
    setCookie(reply, publicUrl, { name, value: '', maxAgeSeconds: 0 })
  const value = sealedText(keyring, JSON.stringify(pending), context)
  setCookie(reply, publicUrl, { name: nameOf(pending.state), value, maxAgeSeconds: pendingSeconds })
}

/** The attempt that a callback's state belongs to, which serves once; null where this browser began none. */
export const takeAttempt = (ground: PageGround, request: FastifyRequest, reply: FastifyReply): PendingSignIn | null => {
  const { keyring, publicUrl } = ground.deps
  const { state } = request.query as { state?: unknown }
  if (typeof state !== 'string') return null
  const name = nameOf(state)
  const text = unsealedText(keyring, cookieOf(request, publicUrl, name), context)
  if (text === null) return null
  setCookie(reply, publicUrl, { name, value: '', maxAgeSeconds: 0 })
  const pending = JSON.parse(text) as PendingSignIn
  return pending.state === state ? pending : null
}
