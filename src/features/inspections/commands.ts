/** What the auditor's page writes of inspections (docs/decisions/0007). */

export { saveCourse, type TypedFault, type TypedFinding } from './conducting/save-course.ts'
export { drawInspection } from './drawing/draw-inspection.ts'
export { closeInspectionIn } from './ending/close-inspection.ts'
export { discardInspectionIn } from './ending/discard-inspection.ts'
