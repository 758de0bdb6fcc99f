import { v7 } from 'uuid'

/** A new identifier: UUID v7, which sorts by the time it was made. */
export const newId = (): string => v7()

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether the text is a UUID. */
export const isUuid = (text: string): boolean => uuid.test(text)
