/** What the auditor's page writes of inspections (docs/decisions/0007). */
export { closeInspectionIn } from './close-inspection.ts'
export { discardInspectionIn } from './discard-inspection.ts'
export { drawInspection } from './draw-inspection.ts'
export { saveCourse, type TypedFault, type TypedFinding } from './save-course.ts'
