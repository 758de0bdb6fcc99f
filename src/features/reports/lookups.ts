export {
  finalReportStands,
  openedReportRequests,
  openedReportVersions,
  openedReturns,
  type ReportedAssessment,
  reportedAssessments,
} from './opened-texts.queries.ts'
export { ListedReportSchema } from './reading.schema.ts'
export { reportsOfOrder } from './reports-of-order.queries.ts'
