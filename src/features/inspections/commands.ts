export { drawInspection } from './draw-inspection.ts'
