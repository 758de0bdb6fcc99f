import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { formats } from '#platform/http/validation.ts'

type DocumentedAnswer = { content?: Record<string, { schema?: object }> }

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true, formats })
const compiled = new WeakMap<object, ValidateFunction>()

const faultsOf = (schema: object, value: unknown): string[] => {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  return validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message}`)
}

/** What every problem document has. */
const problemMembers: Readonly<Record<string, 'string' | 'number'>> = {
  type: 'string',
  title: 'string',
  status: 'number',
  detail: 'string',
  instance: 'string',
  code: 'string',
}

const problemFaults = (status: number, contentType: string, value: unknown): string[] => {
  if (!contentType.startsWith('application/problem+json')) return [`is ${contentType || 'without a content type'}`]
  const document = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const faults = Object.entries(problemMembers)
    .filter(([member, type]) => typeof document[member] !== type)
    .map(([member]) => `has no ${member}`)
  return document['status'] === status ? faults : [...faults, `says status ${String(document['status'])}`]
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is wrong with an answer of a route, held against the route's documented answers; empty when it fits. */
const answerFaults = (
  route: { schema?: RouteOptions['schema']; open: boolean },
  answer: { status: number; contentType: string; text: string },
): string[] => {
  const { status, contentType, text } = answer
  if (status === 304) return text === '' ? [] : ['has a body']
  const value = contentType.includes('json') ? parse(text) : undefined
  if (contentType.includes('json') && text !== '' && value === undefined) return ['is no JSON']
  const problem = status >= 400 ? problemFaults(status, contentType, value) : []
  if (route.open) return problem
  const responses = (route.schema?.response ?? {}) as Record<string, DocumentedAnswer>
  const documented = responses[String(status)]
  if (!documented) return [...problem, 'is not documented']
  if (text === '') return documented.content ? [...problem, 'has no body'] : problem
  const media = contentType.split(';', 1)[0] ?? ''
  const content = documented.content?.[media]
  if (!content) return [...problem, `is ${media}, which is not documented`]
  return content.schema && value !== undefined ? [...problem, ...faultsOf(content.schema, value)] : problem
}

/**
 * Holds every answer of the application against its route's description. Call before the application is ready.
 * @returns the answers that do not fit, in the order in which they were given
 */
export const watchAnswers = (app: FastifyInstance): string[] => {
  const misfits: string[] = []
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method === 'HEAD' || (typeof payload !== 'string' && payload !== undefined && payload !== null)) return
    const { schema, config, url } = request.routeOptions
    const text = typeof payload === 'string' ? payload : ''
    const contentType = String(reply.getHeader('content-type') ?? '')
    const route = { schema: schema as RouteOptions['schema'], open: !config?.access }
    // Health is answered for machines of the platform, not for callers.
    if (url?.startsWith('/health/')) return
    // Pages for people, their errors included.
    if (url === '/auditor' || url?.startsWith('/auditor/')) return
    for (const fault of answerFaults(route, { status: reply.statusCode, contentType, text })) {
      misfits.push(`${request.method} ${url ?? request.url} ${reply.statusCode} ${fault}: ${text.slice(0, 600)}`)
    }
  })
  return misfits
}
