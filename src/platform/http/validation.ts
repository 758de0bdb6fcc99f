import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { holdsCprNumber } from '#kernel/citizen-number.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { isUuid } from '#platform/ids.ts'
import { HttpProblem, type InputFault } from './problems/problem.ts'

const dateTime =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const email = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$/

/** The formats that schemas may name. Ours are stricter than ajv-formats, which takes the year 0 and a leap second. */
export const formats = {
  date: isLocalDate,
  month: (text: string) => /^\d{4}-\d{2}$/.test(text) && isLocalDate(`${text}-01`),
  'date-time': (text: string) => {
    const match = dateTime.exec(text)
    return match?.[1] !== undefined && isLocalDate(match[1])
  },
  uuid: isUuid,
  email: (text: string) => text.length <= 254 && email.test(text),
  uri: (text: string) => URL.canParse(text),
  // Ours: what the portal makes up in hexadecimal is no number of a citizen, whatever ten digits stand in it.
  'no-citizen-number': (text: string) => /^[0-9a-f]{32}$/.test(text) || !holdsCprNumber(text),
}

const shared = { allErrors: true, strict: false, validateFormats: true, formats, verbose: false } as const
/** Bodies: no coercion, nothing removed, no defaults written into what the caller sent. */
const bodies = new Ajv2020({ ...shared, coerceTypes: false, removeAdditional: false, useDefaults: false })
/** Query strings and paths are text by nature: "50" is the number 50 there, once is a list of one, and defaults apply. */
const parameters = new Ajv2020({ ...shared, coerceTypes: 'array', removeAdditional: false, useDefaults: true })

type Wording = { code: string; detail: { da: string; en: string } }

/** What a keyword asks, in Danish, with the value that it asks for; the English words are ajv's own. */
const inDanish: Readonly<Record<string, (params: Record<string, unknown>) => string>> = {
  minLength: ({ limit }) => `Skal have mindst ${limit} tegn.`,
  maxLength: ({ limit }) => `Må højst have ${limit} tegn.`,
  minItems: ({ limit }) => `Skal have mindst ${limit} elementer.`,
  maxItems: ({ limit }) => `Må højst have ${limit} elementer.`,
  minProperties: ({ limit }) => `Skal have mindst ${limit} medlemmer.`,
  maxProperties: ({ limit }) => `Må højst have ${limit} medlemmer.`,
  minimum: ({ limit }) => `Skal være mindst ${limit}.`,
  maximum: ({ limit }) => `Må højst være ${limit}.`,
  exclusiveMinimum: ({ limit }) => `Skal være over ${limit}.`,
  exclusiveMaximum: ({ limit }) => `Skal være under ${limit}.`,
  multipleOf: ({ multipleOf }) => `Skal kunne deles med ${multipleOf}.`,
  uniqueItems: ({ i, j }) => `Må ikke have det samme to gange (element ${j} og ${i}).`,
}

const wording = (error: ErrorObject): Wording => {
  const params = error.params as Record<string, unknown>
  const say = (code: string, da: string, en: string): Wording => ({ code, detail: { da, en } })
  switch (error.keyword) {
    case 'required':
      return say('missing', 'Skal være der.', 'Has to be there.')
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return say('unknown-member', 'Kendes ikke her.', 'Is not known here.')
    case 'type':
      return say('wrong-type', `Skal være ${String(params['type'])}.`, `Has to be ${String(params['type'])}.`)
    case 'format':
      if (params['format'] === 'no-citizen-number')
        return say('citizen-number-in-text', 'Må ikke nævne et CPR-nummer.', 'Cannot hold a CPR number.')
      return say(
        'wrong-format',
        `Skal have formen ${String(params['format'])}.`,
        `Has to have the form ${String(params['format'])}.`,
      )
    case 'enum':
      return say(
        'not-allowed',
        `Skal være en af ${(params['allowedValues'] as unknown[]).join(', ')}.`,
        `Has to be one of ${(params['allowedValues'] as unknown[]).join(', ')}.`,
      )
    case 'const':
      return say(
        'not-allowed',
        `Kan kun være ${String(params['allowedValue'])}.`,
        `Can only be ${String(params['allowedValue'])}.`,
      )
    case 'oneOf':
      return say('exactly-one', 'Præcis en af de alternative former.', 'Exactly one of the alternative forms.')
    case 'pattern':
      return say('wrong-format', 'Har ikke den rigtige form.', 'Does not have the right form.')
    default:
      return say(
        error.keyword.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        inDanish[error.keyword]?.(params) ?? 'Opfylder ikke kravet.',
        `Does not satisfy: ${error.message ?? error.keyword}.`,
      )
  }
}

const escapePointer = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')

/** Where the fault is: the member that is missing or unknown, else the value itself. */
const pointerOf = (error: ErrorObject, base: string): string => {
  const params = error.params as { missingProperty?: string; additionalProperty?: string }
  const member = params.missingProperty ?? params.additionalProperty
  return base + error.instancePath + (member === undefined ? '' : `/${escapePointer(member)}`)
}

/** Ours: the first fifty faults tell a caller enough. */
const mostFaults = 50

const faultsOf = (errors: readonly ErrorObject[], place: 'body' | 'parameter', base = ''): InputFault[] => {
  // What a branch of oneOf misses is said by the oneOf itself.
  const told = errors.filter((error) => !/\/(oneOf|anyOf)\/\d+\//.test(error.schemaPath))
  return (told.length > 0 ? told : errors).slice(0, mostFaults).map((error) => {
    const pointer = pointerOf(error, base)
    return { pointer: place === 'body' ? pointer : pointer.slice(1).replaceAll('/', '.'), ...wording(error) }
  })
}

/** Parameters that hold a NUL, which PostgreSQL takes in no text. Bodies are checked when they are parsed. */
const nulFaults = (value: unknown): InputFault[] =>
  Object.entries((value ?? {}) as Record<string, unknown>)
    .filter(([, text]) => typeof text === 'string' && text.includes('\0'))
    .map(([pointer]) => ({
      pointer,
      code: 'wrong-format',
      detail: { da: 'Kan ikke indeholde NUL-tegn.', en: 'Cannot contain NUL characters.' },
    }))

/** Makes Fastify validate with the portal's formats and answer with `invalid-request` and its pointers. */
export const useValidation = (app: FastifyInstance): void => {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const place = httpPart === 'body' ? 'body' : 'parameter'
    const validate = (place === 'body' ? bodies : parameters).compile(schema)
    return (value) => {
      const faults = place === 'parameter' ? nulFaults(value) : []
      if (validate(value) && faults.length === 0) return { value }
      faults.push(...faultsOf(validate.errors ?? [], place))
      return { error: new HttpProblem('invalid-request', { faults }) }
    }
  })
  // Answers are serialised as they are: nothing is dropped in silence. The tests hold them against their schemas.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
}

/** A validator of single items of a batch: the faults of one item, empty when it fits. Pointers start at `base`. */
export const itemValidator = (schema: TSchema): ((item: unknown, base: string) => InputFault[]) => {
  const validate: ValidateFunction = bodies.compile(schema)
  return (item, base) => (validate(item) ? [] : faultsOf(validate.errors ?? [], 'body', base))
}
