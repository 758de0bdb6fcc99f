import type { HttpProblem } from '#platform/http/problems/problem.ts'
import type { ReportedDay } from './read-days.ts'
import type { RowError } from './row-errors.ts'
import { type ColumnKey, headingOf } from './template-columns.ts'

/** Where a person corrects what a rule refused, where the refusal does not say it itself. */
const columns: Readonly<Record<string, ColumnKey>> = {
  'order-state': 'orderNumber',
  'course-not-started': 'orderNumber',
  'attendance-date-in-future': 'date',
  'attendance-outside-course': 'date',
  'attendance-before-first-meeting': 'date',
  'nothing-planned-that-day': 'date',
  'activity-not-approved': 'activityId',
  'minutes-do-not-add-up': 'attended',
  'leave-not-approved': 'code',
  'month-already-submitted': 'correctionReason',
}

/** The column that a member of a day's body is filled in from. */
const columnOfPointer = (pointer: string): ColumnKey | undefined => {
  const [, member = '', place = '0', inner = ''] = /^\/entries\/\d+\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(pointer) ?? []
  switch (member) {
    case 'absent':
      if (inner === 'messageOn' || inner === 'periodTo') return inner
      return place === '0' ? 'code' : 'secondCode'
    case 'offSite':
      return place === 'documentId' || place === 'content' ? place : 'place'
    case 'attendedMinutes':
      return 'attended'
    default:
      return member === 'activityId' ? 'activityId' : undefined
  }
}

type Minutes = { readonly activityId: string; readonly plannedMinutes: number }

/** The rows that the facts of a refusal speak of, with what the portal expects there. */
const placesOf = (day: ReportedDay, problem: HttpProblem): { row: number | null; expected?: string }[] => {
  const { facts, slug } = problem
  const rowOf = (activityId: string): number | undefined => day.rows.find((one) => one.activityId === activityId)?.row
  const first = day.rows[0]?.row ?? null
  if (slug === 'minutes-do-not-add-up') {
    return (facts['activities'] as readonly Minutes[]).map(({ activityId, plannedMinutes }) => ({
      row: rowOf(activityId) ?? first,
      expected: String(plannedMinutes),
    }))
  }
  if (slug === 'attendance-outside-course') {
    return [{ row: first, expected: `${String(facts['from'])} – ${String(facts['to'])}` }]
  }
  if (slug === 'leave-not-approved') {
    const at = day.entries.findIndex((entry) => entry.absent.some(({ code }) => code === 'approved-leave'))
    return [{ row: day.rows[at]?.row ?? first, expected: String(facts['leaveMinutes']) }]
  }
  const { activityId } = facts
  return [{ row: (typeof activityId === 'string' ? rowOf(activityId) : undefined) ?? first }]
}

/** The codes that a refusal says are valid. */
const validCodesIn = ({ facts }: HttpProblem): { expected?: string } =>
  Array.isArray(facts['validCodes']) ? { expected: facts['validCodes'].join(', ') } : {}

/** What a rule refused of a day, at the rows and columns that it was filled in at. */
export const errorsOfRefusal = (day: ReportedDay, problem: HttpProblem): RowError[] => {
  if (problem.slug === 'conflict') {
    return day.rows.slice(0, 1).map(({ row }) => ({ row, column: headingOf('date'), code: 'changed-since' }))
  }
  const placed = problem.faults.flatMap(({ pointer }) => {
    const index = /^\/entries\/(\d+)\//.exec(pointer)?.[1]
    const row = index === undefined ? undefined : day.rows[Number(index)]?.row
    const column = columnOfPointer(pointer)
    if (row === undefined || column === undefined) return []
    return [{ row, column: headingOf(column), code: problem.slug, ...validCodesIn(problem) }]
  })
  if (placed.length > 0) return placed
  const key = columns[problem.slug]
  const column = key === undefined ? null : headingOf(key)
  return placesOf(day, problem).map((place) => ({ ...place, column, code: problem.slug }))
}
