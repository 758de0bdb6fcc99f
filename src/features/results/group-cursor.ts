import { cursorAfter, textAfter } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import { type ResultGrouping, resultGroupings } from '#rules/results/result-measures.ts'

/** The keys of a group by the place of their grouping; null where it is not grouped by, or has none. */
export type GroupKeys = readonly (string | null)[]

const isId = (name: ResultGrouping): boolean => ['supplier', 'jobcenter', 'frameworkAgreement'].includes(name)

const isKey = (name: ResultGrouping, key: unknown, grouped: boolean): boolean => {
  if (!grouped) return key === null
  if (key === null) return name === 'supplierKind'
  if (typeof key !== 'string') return false
  if (isId(name)) return isUuid(key)
  return name === 'month' ? /^\d{4}-(0[1-9]|1[0-2])$/.test(key) : /^[\w-]{1,100}$/.test(key)
}

/** The cursor that continues after a group. */
export const cursorAfterGroup = (keys: GroupKeys): string => cursorAfter(JSON.stringify(keys))

/** The keys of the group that a cursor continues after; null on the first page. @throws HttpProblem `invalid-cursor` */
export const groupAfter = (cursor: string | undefined, by: readonly ResultGrouping[]): GroupKeys | null => {
  const text = textAfter(cursor)
  if (text === undefined) return null
  let keys: unknown
  try {
    keys = JSON.parse(text)
  } catch {
    throw new HttpProblem('invalid-cursor')
  }
  const isWhole =
    Array.isArray(keys) &&
    keys.length === resultGroupings.length &&
    resultGroupings.every((name, place) => isKey(name, keys[place], by.includes(name)))
  if (!isWhole) throw new HttpProblem('invalid-cursor')
  return keys as GroupKeys
}
