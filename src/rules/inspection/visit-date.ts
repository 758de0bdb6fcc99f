import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/**
 * Ours: a visit of an inspection takes place after its courses were drawn, and is told once it was made: from the day of
 * the drawing to today. What was seen on an earlier day belongs to no inspection, or to another one.
 */
export const visitDateFits = (given: {
  readonly visitedOn: LocalDate | undefined
  readonly drawnOn: LocalDate
  readonly today: LocalDate
}): Verdict<'visit-date-invalid'> => {
  const { visitedOn, drawnOn, today } = given
  if (visitedOn === undefined || (visitedOn >= drawnOn && visitedOn <= today)) return allowed
  return refused('visit-date-invalid', { from: drawnOn, to: today })
}
