export { type ComplianceCase, complianceCases, dutiesOpenedLateByAuthority } from './cases.queries.ts'
export { complianceScope } from './cells.queries.ts'
export { riskOrder, type SupplierAtRisk } from './risk.queries.ts'
export { complianceSummary, TooManyGroups } from './summary.queries.ts'
