import type { FastifyRequest } from 'fastify'
import { formTokenField } from './layout.ts'
import { type Content, html, type Markup } from './markup.ts'
import { knownPlace, ownPlace } from './signing-in/own-place.ts'
import type { Words } from './words/words.ts'

type Values = Readonly<Record<string, string | undefined>>

/** Whether a request comes from this portal's own pages: what another site sends is not offered to be sent again. */
const isFromHere = (request: FastifyRequest, publicUrl: string): boolean => {
  const { origin, 'sec-fetch-site': site } = request.headers
  return origin === new URL(publicUrl).origin && (site === undefined || site === 'same-origin')
}

/** The page of ours that a request was made on; undefined where it came from elsewhere or from no page. */
export const placeBefore = (request: FastifyRequest, publicUrl: string): string | undefined => {
  const { referer } = request.headers
  if (referer === undefined || !URL.canParse(referer)) return undefined
  const { origin, pathname, search } = new URL(referer)
  return origin === new URL(publicUrl).origin ? knownPlace(`${pathname}${search}`) : undefined
}

/** What the buttons of these pages are called: which one was pressed, nobody wrote. */
const buttonName = 'do'

/** Whether somebody wrote it: more than a code, a number or an id that a form carries. */
const isWritten = (value: string): boolean => /[^\w.~-]/.test(value.trim()) && !value.startsWith('/auditor')

/** Why a form was not taken: its session is over, it was made in another one, or no purpose is stated yet. */
export type NotTaken = 'ended' | 'old' | 'purpose'

const steps = (why: NotTaken, say: Words, place: string): Markup | null => {
  const to = encodeURIComponent(place)
  if (why === 'ended')
    return html`<li>${say.heldFirst} <a href="/auditor/sign-in?to=${to}" target="_blank" rel="noopener">${say.signInNewTab}</a></li>`
  if (why === 'purpose')
    return html`<li>${say.heldFirst} <a href="/auditor/purpose?to=${to}" target="_blank" rel="noopener">${say.purposeNewTab}</a></li>`
  return null
}

const headings = { ended: 'sessionOver', old: 'formExpired', purpose: 'purposeHeading' } as const
const reasons = { ended: 'heldEnded', old: 'heldOld', purpose: 'heldPurpose' } as const

/**
 * The page for a form that was not taken: it says why, shows what was written and keeps it, to be sent again once its
 * reason is gone. Sent again with a token it is done; without one it comes back here to be confirmed.
 * @param given.formToken of the session that there is now; null without one
 */
export const heldForm = (
  request: FastifyRequest,
  given: { why: NotTaken; say: Words; form: Values; formToken: string | null; publicUrl: string },
): { title: string; content: Content } => {
  const { why, say, form, formToken, publicUrl } = given
  const title = say[headings[why]]
  const place = placeBefore(request, publicUrl) ?? ownPlace(undefined)
  const back = html`<p><a class="button quiet" href="${why === 'ended' ? `/auditor/sign-in?to=${encodeURIComponent(place)}` : place}">${why === 'ended' ? say.signIn : say.back}</a></p>`
  const fields = Object.entries(form).filter(([name]) => name !== 'formToken') as [string, string][]
  if (!isFromHere(request, publicUrl) || fields.length === 0)
    return { title, content: html`<h1>${title}</h1>\n<p>${say.formExpiredText}</p>\n${back}` }
  const written = fields.flatMap(([name, value]) => (name !== buttonName && isWritten(value) ? [value] : []))
  const first = steps(why, say, place)
  const content = html`<h1>${title}</h1>
<p>${say[reasons[why]]}</p>
${
  written.length === 0
    ? null
    : html`<h2>${say.heldWritten}</h2>
<ul class="written">${written.map((value) => html`<li dir="auto">${value}</li>\n`)}</ul>`
}
<form method="post" action="${request.url}">
${formToken === null ? null : formTokenField(formToken)}
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
${first === null ? null : html`<ol>${first}<li>${say.heldThen}</li></ol>`}
<p><button type="submit">${say.sendAgain}</button></p>
</form>
${why === 'old' ? back : null}`
  return { title, content }
}
