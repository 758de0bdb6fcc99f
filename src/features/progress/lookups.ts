/** What other features read of a course's progress (docs/decisions/0007). */
export { focusAreasOf } from './focus-areas.queries.ts'
export { milestoneTargets } from './progress.queries.ts'
