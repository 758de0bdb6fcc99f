import { cursorAfter, textAfter } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'
import type { Grouping } from './compliance.schema.ts'

/** A group's members as they are stored: ids, codes, the first day of a month; null where it has none. */
export type GroupMembers = Readonly<Record<string, string | null>>

const isMember = (name: Grouping, value: unknown): boolean => {
  if (value === null) return true
  if (typeof value !== 'string') return false
  if (name === 'supplier' || name === 'jobcenter' || name === 'frameworkAgreement') return isUuid(value)
  return name === 'month' ? /^\d{4}-(0[1-9]|1[0-2])-01$/.test(value) : value.length > 0 && value.length <= 100
}

/** The cursor that continues after a group. */
export const cursorAfterGroup = (members: GroupMembers, by: readonly Grouping[]): string =>
  cursorAfter(JSON.stringify(by.map((name) => members[name] ?? null)))

const valuesOf = (text: string): readonly unknown[] => {
  try {
    const values: unknown = JSON.parse(text)
    return Array.isArray(values) ? values : []
  } catch {
    throw new HttpProblem('invalid-cursor')
  }
}

/** The members of the group that a cursor continues after; null on the first page. @throws HttpProblem `invalid-cursor` */
export const groupAfter = (cursor: string | undefined, by: readonly Grouping[]): GroupMembers | null => {
  const text = textAfter(cursor)
  if (text === undefined) return null
  const values = valuesOf(text)
  if (values.length !== by.length || !by.every((name, place) => isMember(name, values[place])))
    throw new HttpProblem('invalid-cursor')
  return Object.fromEntries(by.map((name, place) => [name, values[place] as string | null]))
}
