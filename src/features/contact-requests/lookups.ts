export { openedContactRequests } from './contact-request-texts.queries.ts'
