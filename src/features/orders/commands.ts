/** What other features may have orders do inside their own transaction (docs/decisions/0007). */
export { courseAttending, courseGoesBack, courseReSummoned } from './course.queries.ts'
export { orderAnswer } from './order-answer.ts'
