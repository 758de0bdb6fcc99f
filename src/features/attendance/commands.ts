/** What other features may have attendance do inside their own transaction (docs/decisions/0007). */
export { checkDays, lockOrdersOf, recordDays } from './record-days.ts'
export { settleDays } from './settle-days.ts'
export { touchDates, touchDays, touchDaysAfter } from './stale-months.ts'
