import { STATUS_CODES } from 'node:http'

/** What is kept of an answer, for those who read it. */
export const answerStartRule =
  'Of the answer, nothing that may be about a person: of a JSON object `error`, `code`, `type`, `status` and `title` where they are one word or a number, a phrase such as `Bad Gateway`, or else the media type and size.'

/** Characters of an answer that are kept at most. */
const length = 200
/** Ours: answers that are longer are not read as JSON, and a page's title is looked for no further. */
const readBytes = 8192
const titleBytes = 2048

/** The members of a JSON answer that are kept. */
const toldMembers = ['error', 'code', 'type', 'status', 'title'] as const

/** A word as programs write them: small letters, capitals, or capitals that each begin a word; or a small number. */
const plainPart = /^(?:[a-z]{1,20}|[A-Z]{1,15}|[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})+|[A-Z][a-z]+|\d{1,5})$/
const digits = /\d/g

/**
 * Whether a value names a kind of fault: a number or one word of at most 60 letters, digits and `_.:/-`, fewer than six
 * digits in all. What may be base64 or hexadecimal is none.
 */
const isPlain = (value: unknown): value is string | number => {
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value)
  if (!/^[\w.:/-]{1,60}$/.test(text) || (text.match(digits)?.length ?? 0) > 5) return false
  return text.split(/[_.:/-]+/).every((part) => part === '' || plainPart.test(part))
}

const plainMembers = (text: string): string | null => {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return null
  const told: Record<string, string | number> = {}
  for (const member of toldMembers) {
    const value = Object.hasOwn(answer, member) ? (answer as Record<string, unknown>)[member] : undefined
    if (isPlain(value) && JSON.stringify({ ...told, [member]: value }).length <= length) told[member] = value
  }
  return Object.keys(told).length > 0 ? JSON.stringify(told) : null
}

/** What servers say that means nobody: HTTP's own phrases, and thanks. */
const phrases: ReadonlySet<string> = new Set(
  [
    ...Object.values(STATUS_CODES),
    ...['error', 'failed', 'success', 'thanks', 'thank you', 'received', 'done', 'pong', 'true', 'false'],
  ].map((phrase) => String(phrase).toLowerCase()),
)

/** A text or a page's title that is nothing but such a phrase, with or without its status. */
const phraseOf = (text: string): string | null => {
  const title = /<title>([^<]{1,60})<\/title>/i.exec(text.slice(0, titleBytes))?.[1] ?? text
  const said = title.length <= 80 ? title.trim().replace(/[.!]$/, '') : ''
  return phrases.has(said.replace(/^[1-5]\d\d /, '').toLowerCase()) ? said : null
}

const mediaTypes: ReadonlySet<string> = new Set([
  ...['text/html', 'text/plain', 'text/xml', 'application/json', 'application/problem+json', 'application/xml'],
  ...['application/x-www-form-urlencoded', 'application/octet-stream'],
])

/**
 * What is kept of an answer. The rule: of a JSON object the members `error`, `code`, `type`, `status` and `title` whose
 * value is a number or one word; of anything else a phrase that everybody's servers say ("Bad Gateway", "ok"), or else
 * its media type and size. Nobody's name, number or address gets through, as no free text does.
 * @param answer.body as it was sent, or its beginning
 * @param answer.whole whether `body` is all of it
 * @param answer.contentType the header
 * @returns null for an empty answer
 */
export const answerStart = (answer: { body: Buffer; whole: boolean; contentType: string | null }): string | null => {
  const { body, whole, contentType } = answer
  if (body.length === 0) return null
  const text = body.subarray(0, readBytes).toString('utf8')
  const said = (whole && body.length <= readBytes ? plainMembers(text) : null) ?? phraseOf(text)
  if (said !== null) return said
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const named = mediaTypes.has(type) ? type : 'unknown type'
  return `${named}, ${whole ? '' : 'more than '}${body.length} bytes`
}
