import { type MilestoneTarget, targetsThatApply } from '#rules/progress/milestone-targets.ts'
import { type ResultGrouping, resultGroupings, shareOf } from './result-measures.ts'

/**
 * A count of a group at one horizon: without a milestone of its courses, with one of those that reached it in time; `past` of
 * them are those whose weeks are over.
 */
export type CountedRow = {
  readonly keys: readonly (string | null)[]
  readonly milestone: string | null
  readonly weeks: number
  readonly courses: number
  readonly past: number
}

/** What became of one milestone within so many weeks. */
export type MeasuredMilestone = {
  readonly milestone: string
  readonly weeks: number
  readonly past: number
  readonly reached: number
  readonly notReached: number
  readonly share: number | null
  readonly underWay: number
  readonly reachedUnderWay: number
  /** Whether 004 sets this target to the group: where it is one effort group, or one target group. */
  readonly target: boolean
}

/** A group of courses with its results. */
export type ResultGroup = {
  readonly keys: Readonly<Partial<Record<ResultGrouping, string>>>
  readonly begun: number
  readonly milestones: readonly MeasuredMilestone[]
}

type Count = { courses: number; past: number }
type Counts = { readonly keys: readonly (string | null)[]; readonly at: Map<string, Count> }

const cell = (milestone: string | null, weeks: number): string => `${weeks} ${milestone ?? ''}`

const keysOf = (keys: readonly (string | null)[]): Partial<Record<ResultGrouping, string>> =>
  Object.fromEntries(
    resultGroupings.flatMap((name, place) => {
      const key = keys[place]
      return key === null || key === undefined ? [] : [[name, key]]
    }),
  )

const add = (into: Counts, { milestone, weeks, courses, past }: CountedRow): void => {
  const at = cell(milestone, weeks)
  const count = into.at.get(at) ?? { courses: 0, past: 0 }
  into.at.set(at, { courses: count.courses + courses, past: count.past + past })
}

type Measures = {
  readonly milestones: readonly string[]
  readonly horizons: readonly number[]
  readonly targets: readonly MilestoneTarget[]
  /** What the courses were narrowed to, so that a target holds for the sum of one effort group as well. */
  readonly only: { readonly effortGroup?: string; readonly targetGroup?: string }
}

const groupOf = (counts: Counts, { milestones, horizons, targets, only }: Measures): ResultGroup => {
  const keys = keysOf(counts.keys)
  const none = { courses: 0, past: 0 }
  const of = (milestone: string | null, weeks: number): Count => counts.at.get(cell(milestone, weeks)) ?? none
  const applying = targetsThatApply(targets, {
    effortGroup: keys.effortGroup ?? only.effortGroup ?? null,
    targetGroup: keys.targetGroup ?? only.targetGroup ?? '',
  })
  return {
    keys,
    begun: Math.max(0, ...horizons.map((weeks) => of(null, weeks).courses)),
    milestones: milestones.flatMap((milestone) =>
      horizons.map((weeks) => {
        const all = of(null, weeks)
        const reached = of(milestone, weeks)
        return {
          milestone,
          weeks,
          past: all.past,
          reached: reached.past,
          notReached: all.past - reached.past,
          share: shareOf(reached.past, all.past),
          underWay: all.courses - all.past,
          reachedUnderWay: reached.courses - reached.past,
          target: applying.some((target) => target.milestone === milestone && target.weeks === weeks),
        }
      }),
    ),
  }
}

/**
 * Groups with their results, ordered by their keys, and all of them together: a course is in one group, so the sums of the
 * groups are the totals.
 */
export const resultGroups = (
  rows: readonly CountedRow[],
  measures: Measures,
): { readonly groups: readonly ResultGroup[]; readonly totals: ResultGroup } => {
  const groups = new Map<string, Counts>()
  const all: Counts = { keys: [], at: new Map() }
  for (const row of rows) {
    const name = JSON.stringify(row.keys)
    const counts = groups.get(name) ?? { keys: row.keys, at: new Map() }
    groups.set(name, counts)
    add(counts, row)
    add(all, row)
  }
  const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counts]) => groupOf(counts, measures))
  return { groups: ordered, totals: groupOf(all, measures) }
}
