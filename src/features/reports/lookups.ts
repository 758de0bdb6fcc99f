export {
  finalReportStands,
  openedReportRequests,
  openedReportVersions,
  openedReturns,
  type ReportedAssessment,
  reportedAssessments,
} from './opened-texts.queries.ts'
