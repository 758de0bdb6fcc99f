import type { Language } from '#platform/http/problems/problem.ts'
import { filtersKept } from './filters.ts'
import { type Content, html, type Markup } from './markup.ts'
import { icon, stylesheet } from './stylesheet.ts'
import type { Words } from './words/words.ts'

/** What a page is set into: who is there, where, and in which language. */
export type Surroundings = {
  readonly language: Language
  readonly say: Words
  /** Path and query of this page. */
  readonly path: string
  /** null where nobody is signed in. */
  readonly signedIn: {
    readonly personName: string
    readonly organisation: string
    readonly purpose: string | null
    readonly formToken: string
  } | null
}

/** The same path with one query parameter set to another value. */
export const pathWith = (path: string, name: string, value: string): string => {
  const url = new URL(path, 'http://page.invalid')
  url.searchParams.set(name, value)
  return `${url.pathname}${url.search}`
}

/** The part of every form that shows that it comes from this session. */
export const formTokenField = (formToken: string): Markup =>
  html`<input type="hidden" name="formToken" value="${formToken}">`

const menu = ({ say, path }: Surroundings): Markup => {
  const here = path.split('?', 1)[0] ?? ''
  // What is looked at stays so from page to page.
  const kept = filtersKept(path)
  const entries = [
    ['/auditor', say.overview, kept],
    // Suppliers are put in an order there, so all of them.
    ['/auditor/risk', say.risk, filtersKept(path, 'supplierId')],
    ['/auditor/inspections', say.inspections, ''],
    ['/auditor/definitions', say.definitions, kept],
  ] as const
  const isHere = (href: string): boolean => here === href || (href !== '/auditor' && here.startsWith(`${href}/`))
  return html`<nav aria-label="${say.mainMenu}"><ul>
${entries.map(([href, name, query]) => html`<li><a href="${href}${query}"${isHere(href) ? html` aria-current="page"` : null}>${name}</a></li>\n`)}</ul></nav>`
}

/** Ours: as much of a purpose as stands in a line; the whole of it stands where it is changed. */
const mostOfPurpose = 80

const shortened = (text: string): string => {
  const signs = [...text]
  return signs.length > mostOfPurpose
    ? `${signs
        .slice(0, mostOfPurpose - 1)
        .join('')
        .trimEnd()}…`
    : text
}

const whoIsHere = ({ say, signedIn, path }: Surroundings): Content => {
  if (!signedIn) return null
  const { personName, organisation, purpose } = signedIn
  return html`<p class="who">${say.signedInAs} ${personName}, ${organisation}.
${purpose === null ? null : html`${say.purposeNow}: <span dir="auto">${shortened(purpose)}</span> <a href="/auditor/purpose?to=${encodeURIComponent(path)}">${say.changePurpose}</a>`}</p>`
}

const wayOut = ({ say, signedIn }: Surroundings): Content => {
  if (!signedIn) return null
  const { formToken } = signedIn
  return html`<form class="inline" method="post" action="/auditor/sign-out">${formTokenField(formToken)}<button class="quiet" type="submit">${say.signOut}</button></form>`
}

/** A whole page around its content, which begins with the `h1`. */
export const pageOf = (around: Surroundings, title: string, content: Content): string => {
  const { language, say, path } = around
  const other = language === 'da' ? 'en' : 'da'
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${say.product}</title>
<link rel="stylesheet" href="${stylesheet.path}">
<link rel="icon" href="${icon.path}" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">${say.skip}</a>
<header class="top">
<div class="top-line"><p class="product">${say.product}</p>
<div class="line">${wayOut(around)}
<a class="button quiet" href="${pathWith(path, 'lang', other)}" lang="${other}" hreflang="${other}" aria-label="${say.otherLanguageLabel}">${say.otherLanguage}</a></div></div>
${around.signedIn ? menu(around) : null}
${whoIsHere(around)}
</header>
<main id="content" tabindex="-1">
${content}
</main>
</body>
</html>
`.markup
}
