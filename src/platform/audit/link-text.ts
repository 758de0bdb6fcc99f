import { createHash } from 'node:crypto'

/** A value as the database writes it. */
export type Raw = string | null

/** What a column holds, and so how the hashed text has it: `raw` is `jsonb` or a number, whose text stands as it is. */
export type Form = 'raw' | 'text' | 'time' | 'ids'

const year = '(?:19|[2-9]\\d)\\d\\d'
/** As PostgreSQL writes a time in UTC under `datestyle` ISO. No era and no other century: the text would not tell them apart. */
const times = new RegExp(`^(${year}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d{1,3}))?\\+00$`)
const ids = /^\{(?:[0-9a-f-]{36}(?:,[0-9a-f-]{36})*)?\}$/

/** A value that no row of the portal's has. */
class Impossible extends Error {}

const written = (form: Form, value: Raw): string => {
  if (value === null) return 'null'
  if (form === 'raw') return value
  if (form === 'text') return JSON.stringify(value)
  if (form === 'time') {
    const [, day, time, fraction = ''] = times.exec(value) ?? []
    if (!day) throw new Impossible()
    return `"${day}T${time}.${fraction.padEnd(3, '0')}Z"`
  }
  if (!ids.test(value)) throw new Impossible()
  const inside = value.slice(1, -1)
  return inside === '' ? '[]' : `["${inside.replaceAll(',', '", "')}"]`
}

/**
 * The text of a `jsonb` array of values, as migration 0014 hashes it: in Node, so that it does not matter what functions
 * stand in the database.
 * @returns null when a value is one that the portal never writes, such as a time outside of the years 1900 to 9999
 */
export const arrayText = (forms: readonly Form[], values: readonly Raw[]): string | null => {
  try {
    return `[${forms.map((form, index) => written(form, values[index] ?? null)).join(', ')}]`
  } catch (error) {
    if (error instanceof Impossible) return null
    throw error
  }
}

/** The hash of a link, 32 bytes. @param before the hash of the one before it */
export const linkHash = (before: Buffer, text: string): Buffer =>
  createHash('sha256').update(before).update(text, 'utf8').digest()
