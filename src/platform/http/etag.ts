import { createHash } from 'node:crypto'
import { HttpProblem } from './problems/problem.ts'

/** The strong ETag of a version number. */
export const etagOf = (version: number): string => `"${version}"`

/** The strong ETag of an answer that has no version of its own: a hash of its content. */
export const contentEtag = (body: unknown): string => textEtag(JSON.stringify(body))

const textEtag = (text: string): string => `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`

/** The answer to a read with the ETag of its content; a large body is made text of once. */
export const jsonOnce = (body: object, headers: Readonly<Record<string, string>>) => {
  const text = JSON.stringify(body)
  return { status: 200, headers: { etag: textEtag(text), ...headers }, body: text }
}

/** Whether `If-None-Match` names the ETag; weak comparison, as RFC 9110 asks for. */
export const noneMatchNames = (header: string, etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)

/**
 * Holds `If-Match` against the current ETag.
 * @param current the ETag, or null when the resource does not exist yet (then nothing is required)
 * @throws HttpProblem `if-match-required` (428) or `precondition-failed` (412)
 */
export const demandIfMatch = (header: string | undefined, current: string | null): void => {
  if (header === undefined) {
    if (current !== null) throw new HttpProblem('if-match-required')
    return
  }
  const tags = header.split(',').map((tag) => tag.trim())
  const fits = current !== null && (tags.includes('*') || tags.includes(current))
  if (!fits) throw new HttpProblem('precondition-failed', current === null ? {} : { headers: { etag: current } })
}
