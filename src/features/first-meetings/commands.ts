/** What the ending of a course asks of the case around its first meeting, inside its own transaction (docs/decisions/0007). */
export { caseOf as firstMeetingCaseOf } from './open-case.ts'
