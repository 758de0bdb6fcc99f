/** What other features may have absences do inside their own transaction (docs/decisions/0007). */
export { type ReferenceData, referenceData } from './reference-data.ts'
export { absenceRefusals } from './register-absence.route.ts'
export { registerWithin } from './register-within.ts'
