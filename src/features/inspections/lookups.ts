/** What the auditor's page reads of inspections (docs/decisions/0007). */
export { inspectionToPrint } from './printed-inspection.queries.ts'
export { shownInspection, shownInspections } from './shown-inspections.queries.ts'
