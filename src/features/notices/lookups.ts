export { openedNotices } from './notice-texts.queries.ts'
