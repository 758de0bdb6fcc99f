import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Content, html } from './markup.ts'
import { languageOfVisit, type PageGround, sendPage } from './visit.ts'
import { type Words, wordsIn } from './words/words.ts'

const links = { tryAgain: '/auditor/sign-in', signInAsOther: '/auditor/sign-in', back: '/auditor' } as const

/**
 * A page for whoever is not signed in: what happened, and one way on.
 * @param page.more what else it says
 */
export const tell = (
  ground: PageGround,
  request: FastifyRequest,
  reply: FastifyReply,
  page: {
    status: number
    title: keyof Words
    text?: keyof Words
    link: keyof typeof links
    more?: (say: Words) => Content
  },
): FastifyReply => {
  const language = languageOfVisit(ground, request, reply)
  const say = wordsIn(language)
  // A callback's query holds a code: the page's links do not repeat it.
  const path = request.url.startsWith('/auditor/signed-out') ? request.url : '/auditor/signed-out'
  const content = html`<h1>${say[page.title]}</h1>
${page.text === undefined ? null : html`<p>${say[page.text]}</p>`}
${page.more?.(say)}
<p><a class="button" href="${links[page.link]}">${say[page.link]}</a></p>`
  const around = { language, say, path, signedIn: null }
  return sendPage(reply, around, { status: page.status, title: say[page.title], content })
}
