export { anythingRecorded } from './first-meeting.queries.ts'
export { FirstMeetingCaseSchema } from './first-meeting.schema.ts'
export { caseDocument } from './first-meeting-case.queries.ts'
