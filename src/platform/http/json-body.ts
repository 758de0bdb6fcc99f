import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problems/problem.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
/** An escape that may give a NUL or a lone surrogate; nearly no body has one, so the walk below is rare. */
const suspiciousEscape = /\\u(0000|d[89a-f])/i

/** Whether every string in the value can be stored as it is: PostgreSQL takes no NUL, UTF-8 no lone surrogate. */
export const storable = (root: unknown): boolean => {
  const pending: unknown[] = [root]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) return false
    } else if (Array.isArray(value)) {
      for (const item of value) pending.push(item)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) pending.push(key, item)
    }
  }
  return true
}

/**
 * JSON alone, strictly: UTF-8 that decodes, no prototype poisoning, nothing that the database would refuse or change.
 * Fastify's own parsers for JSON and plain text are taken out.
 */
export const acceptJsonAlone = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const refuse = (): void => done(new HttpProblem('malformed-json'))
    if (request.headers['content-encoding'] !== undefined && request.headers['content-encoding'] !== 'identity') {
      done(new HttpProblem('unsupported-media-type'))
      return
    }
    // A client that always sends the type, also with nothing: what has to be there, the route's schema says.
    if ((body as Buffer).length === 0) {
      done(null, undefined)
      return
    }
    let text: string
    try {
      text = utf8.decode(body as Buffer)
    } catch {
      refuse()
      return
    }
    parse(request, text, (error, value) => {
      if (error || (suspiciousEscape.test(text) && !storable(value))) refuse()
      else done(null, value)
    })
  })
}
