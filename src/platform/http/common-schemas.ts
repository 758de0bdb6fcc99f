import { Type } from 'typebox'
import type { LocalDate } from '#kernel/local-date.ts'
import { linePattern } from '#platform/plain-text.ts'
import { closed } from './route.ts'

/** Members that recur in bodies and answers. */
export const Id = Type.String({ format: 'uuid' })
/** Validated by its format, so that handlers get a LocalDate. */
export const LocalDateSchema = Type.Unsafe<LocalDate>({
  type: 'string',
  format: 'date',
  description: 'A date in Europe/Copenhagen.',
})
export const InstantSchema = Type.String({ format: 'date-time' })
export const Minutes = Type.Integer({ minimum: 0, description: 'Minutes.' })
export const Email = Type.String({ format: 'email', maxLength: 254 })
/** A name or a title: one line. */
export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: linePattern })
/** Of a person who does something here, not of a citizen: it is told to many and kept, so it holds no CPR number. */
export const PersonName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: linePattern,
  format: 'no-citizen-number',
})
export const FreeText = Type.String({ minLength: 1, maxLength: 4000 })

/** The person who answers for a write. */
export const By = closed(
  { name: PersonName, email: Type.Optional(Email) },
  { description: 'The person who answers for this.' },
)
/** The same where the rule tells people apart by their e-mail address. */
export const ByWithEmail = closed({ name: PersonName, email: Email })

/** A value that can be null in answers. */
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const idParams = closed({ id: Id })

/** One of the given texts. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })
