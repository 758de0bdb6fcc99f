import { type TSchema, Type } from 'typebox'
import type { Instant } from '#kernel/instant.ts'
import { isUuid } from '#platform/ids.ts'
import { HttpProblem } from './problems/problem.ts'
import { type Answer, closed } from './route.ts'

/** The query members that every list takes. */
export const listQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Items on a page.' })),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`next` of the page before.' })),
}

/** The answer of a list of `item`. */
export const pageOf = (item: TSchema) =>
  closed({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page; null at the end.' }),
  })

/** Ours: page size when the caller names none. */
export const pageSize = (limit: number | undefined): number => limit ?? 50

/** The cursor that continues after `position`. Opaque to callers. */
export const cursorAfter = (position: string): string => Buffer.from(`1:${position}`).toString('base64url')

const positionOf = (cursor: string): string => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!text.startsWith('1:') || cursorAfter(text.slice(2)) !== cursor) throw new HttpProblem('invalid-cursor')
  return text.slice(2)
}

/** The id that a cursor continues after; undefined on the first page. @throws HttpProblem `invalid-cursor` */
export const idAfter = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined) return undefined
  const position = positionOf(cursor)
  if (!isUuid(position)) throw new HttpProblem('invalid-cursor')
  return position
}

/** The name that a cursor continues after; undefined on the first page. @throws HttpProblem `invalid-cursor` */
export const nameAfter = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined) return undefined
  const position = positionOf(cursor)
  if (!/^[a-z0-9-]{1,100}$/.test(position)) throw new HttpProblem('invalid-cursor')
  return position
}

/** What a cursor continues after, to be looked at by whoever wrote it; undefined on the first page. @throws HttpProblem `invalid-cursor` */
export const textAfter = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : positionOf(cursor)

/** The sequence number that a cursor continues after; 0 on the first page. @throws HttpProblem `invalid-cursor` */
export const sequenceAfter = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0
  const position = positionOf(cursor)
  if (!/^\d{1,15}$/.test(position)) throw new HttpProblem('invalid-cursor')
  return Number(position)
}

/**
 * The instant and the number that a cursor of the form `<instant>/<number>` continues after; undefined on the first page.
 * @throws HttpProblem `invalid-cursor`
 */
export const momentAfter = (cursor: string | undefined): { at: Instant; number: number } | undefined => {
  if (cursor === undefined) return undefined
  const [, at, number] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/(\d{1,15})$/.exec(positionOf(cursor)) ?? []
  if (at === undefined || Number.isNaN(Date.parse(at))) throw new HttpProblem('invalid-cursor')
  return { at: at as Instant, number: Number(number) }
}

/** The `Link` header of a page that another one follows; nothing after the last. `url` is the request's, path and query. */
export const linkAfter = (
  next: string | null,
  { publicUrl, url }: { readonly publicUrl: string; readonly url: string },
): Record<string, string> => {
  if (next === null) return {}
  const link = new URL(url, `${publicUrl}/`)
  link.searchParams.set('cursor', next)
  return { link: `<${publicUrl}${link.pathname}${link.search}>; rel="next"` }
}

/** The query members of an answer whose groups come in pages; a cursor of theirs holds a group's keys. */
export const groupsQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2000, default: 500, description: 'Groups in a JSON answer; files have all.' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: '`next` of the answer before.' })),
}
/** Ours: groups in an answer when the caller names no number. */
export const groupsSize = (limit: number | undefined): number => limit ?? 500
/** Where the groups go on. */
export const nextGroups = Type.Union([Type.String(), Type.Null()], {
  description: 'Cursor of the groups that follow; null when there are none.',
})

/**
 * The answer for one page. `rows` holds one row more than the page when there is a next page.
 * @param url the request's URL (path and query), which the `Link` header continues
 */
export const pageAnswer = <Row>(given: {
  rows: readonly Row[]
  limit: number
  position: (row: Row) => string
  item: (row: Row) => unknown
  publicUrl: string
  url: string
}): Answer => {
  const page = given.rows.slice(0, given.limit)
  const last = page.at(-1)
  const next = given.rows.length > given.limit && last !== undefined ? cursorAfter(given.position(last)) : null
  return { status: 200, body: { items: page.map(given.item), next }, headers: linkAfter(next, given) }
}
