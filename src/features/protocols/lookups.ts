export { ProtocolSchema } from './protocol.schema.ts'
export { protocolsOfOrder } from './standing-protocols.queries.ts'
