/** What other features may have progress do inside their own transaction (docs/decisions/0007). */
export { checkMilestones, keepMilestones } from './keep-milestones.ts'
