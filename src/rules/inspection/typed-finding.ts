import type { LocalDate } from '#kernel/local-date.ts'
import type { Outcome } from './control-points.ts'

/** A finding as it stands in a form or in the register; all of it empty where there is none. */
export type FindingContent = {
  readonly outcome: Outcome | null
  readonly severity: number | null
  readonly note: string
  readonly visitedOn: LocalDate | null
}

/** What a point says where nothing was found, or what was found is withdrawn. */
export const nothingFound: FindingContent = { outcome: null, severity: null, note: '', visitedOn: null }

/** Whether two contents say the same. */
export const saysTheSame = (one: FindingContent, other: FindingContent): boolean =>
  one.outcome === other.outcome &&
  one.severity === other.severity &&
  one.note === other.note &&
  one.visitedOn === other.visitedOn

/**
 * What becomes of a point of a form that shows many, of which several inspectors fill in their own at once.
 * Ours: what its inspector left as it was is not written again, whatever somebody else wrote there meanwhile; so is what
 * already stands like that, such as after a second press. What was changed is recorded when nobody else wrote since it was
 * shown; else it is in conflict, and nobody is overwritten unseen.
 * @param given.seen what the form was filled with; `given.current`: whether that is the latest version still
 */
export const fateOfTyped = (given: {
  readonly typed: FindingContent
  readonly seen: FindingContent
  readonly standing: FindingContent
  readonly current: boolean
}): 'unchanged' | 'recorded' | 'conflict' => {
  const { typed, seen, standing, current } = given
  if (saysTheSame(typed, seen) || saysTheSame(typed, standing)) return 'unchanged'
  return current ? 'recorded' : 'conflict'
}
