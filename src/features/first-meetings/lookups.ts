export { anythingRecorded } from './first-meeting.queries.ts'
