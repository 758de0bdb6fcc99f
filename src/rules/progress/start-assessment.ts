import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type WorkingDays, workingDaysBetween } from '#rules/calendar/working-days.ts'

/** A focus area with the citizen's assessment at the start, 1 to 10, and the day on which it was made. */
export type FocusArea = {
  readonly area: string
  readonly title?: string
  readonly start: number
  readonly assessedOn: LocalDate
  readonly note?: string
}

/** By what two names are the same area: case, outer blanks and the way that letters are composed do not tell them apart. */
export const areaKey = (area: string): string => area.normalize('NFC').trim().toLowerCase()

/** Ours: how many working days after the first attended day the start assessment may be recorded without a mark. */
const withinWorkingDays = 10

/** Ours: an assessment is made on a day that has come, and not after the course's last day. Earlier than the start is taken. */
export const assessmentDatesHold = (
  areas: readonly Pick<FocusArea, 'assessedOn'>[],
  course: { readonly today: LocalDate; readonly lastDay: LocalDate },
): Verdict<'assessment-date'> => {
  const to = course.today < course.lastDay ? course.today : course.lastDay
  const wrong = areas.flatMap(({ assessedOn }, index) => (assessedOn > to ? [index] : []))
  if (wrong.length === 0) return allowed
  return refused('assessment-date', {
    to,
    faults: wrong.map((index) => ({
      pointer: `/areas/${index}/assessedOn`,
      code: 'assessment-date',
      detail: {
        da: 'Dagen er ikke kommet, eller forløbet var slut.',
        en: 'Lies ahead, or after the end of the course.',
      },
    })),
  })
}

/**
 * § 2: the focus areas are recorded at the start. Ours: later than ten working days after the day on which the course began
 * is a mark, never a refusal.
 * @param beganOn the first attended day, or the first date of a group without the first-meeting procedure; null before it
 * @param recordedOn the local date on which the first version arrived
 */
export const assessedLate = (beganOn: LocalDate | null, recordedOn: LocalDate, isWorkingDay: WorkingDays): boolean =>
  beganOn !== null && workingDaysBetween(beganOn, recordedOn, isWorkingDay) > withinWorkingDays

/** One version of an order's focus areas. */
export type FocusAreasVersion<At extends string = string> = {
  readonly version: number
  readonly areas: readonly FocusArea[]
  readonly registeredAt: At
}

/** What a focus area said when it was first recorded. */
export type FirstAssessment<At extends string = string> = Pick<FocusArea, 'start' | 'assessedOn'> & {
  readonly registeredAt: At
}

/**
 * § 2: the areas as they stand, each with its first assessment where a later version changed it; and those that a later
 * version left out, as they last stood.
 * @param versions oldest first
 */
export const withFirstAssessments = <At extends string>(versions: readonly FocusAreasVersion<At>[]) => {
  const first = new Map<string, FirstAssessment<At>>()
  const last = new Map<string, FocusArea>()
  for (const { areas, registeredAt } of versions) {
    for (const area of areas) {
      const key = areaKey(area.area)
      if (!first.has(key)) first.set(key, { start: area.start, assessedOn: area.assessedOn, registeredAt })
      last.set(key, area)
    }
  }
  const dressed = (area: FocusArea) => {
    const before = first.get(areaKey(area.area))
    const changed = before && (before.start !== area.start || before.assessedOn !== area.assessedOn)
    return { ...area, ...(changed ? { first: before } : {}) }
  }
  const standing = versions.at(-1)?.areas ?? []
  const kept = new Set(standing.map(({ area }) => areaKey(area)))
  return {
    areas: standing.map(dressed),
    removed: [...last.values()].filter(({ area }) => !kept.has(areaKey(area))).map(dressed),
  }
}
