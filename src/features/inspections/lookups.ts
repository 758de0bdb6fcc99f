/** What the auditor's page reads of inspections (docs/decisions/0007). */
export { type InspectedCourse, inspectedCourse, mayDo } from './inspected-course.queries.ts'
export { inspectionToPrint } from './printing/printed-inspection.queries.ts'
export { shownInspection, shownInspections, shownTotal } from './shown-inspections.queries.ts'
