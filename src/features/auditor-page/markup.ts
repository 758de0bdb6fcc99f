import { escapeHtml } from '#platform/http/html-text.ts'

/** HTML that is already right: made by `html` alone, so that whatever else is put into a page is escaped. */
export type Markup = { readonly markup: string }

/** What may stand in a page: text and numbers are escaped, lists joined, and what is not there leaves nothing. */
export type Content = string | number | Markup | null | undefined | false | readonly Content[]

const markupOf = (content: Content): string => {
  if (content === null || content === undefined || content === false) return ''
  if (typeof content === 'string') return escapeHtml(content)
  if (typeof content === 'number') return String(content)
  if (Array.isArray(content)) return content.map(markupOf).join('')
  return (content as Markup).markup
}

/** HTML as a template; every value in it is text unless it is markup itself. */
export const html = (texts: TemplateStringsArray, ...values: readonly Content[]): Markup => ({
  markup: texts.map((text, index) => text + markupOf(values[index])).join(''),
})

/** Markup that a library made of values that were escaped there. */
export const madeMarkup = (markup: string): Markup => ({ markup })
