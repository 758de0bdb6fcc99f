import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import type { Caller, OrganisationKind, Scope } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import { noneMatchNames } from './etag.ts'
import { type FileType, type Form, formReader } from './form-body.ts'
import { problemResponses } from './problem-schema.ts'
import { type ProblemSlug, problemCatalogue } from './problems/catalogue.ts'
import { HttpProblem } from './problems/problem.ts'
import { itemValidator } from './validation.ts'

/** A closed object: unknown members are faults. */
export const closed = <T extends Record<string, TSchema>>(members: T, options: Record<string, unknown> = {}) =>
  Type.Object(members, { additionalProperties: false, ...options })

/** What a handler answers with. The body is serialised once; an idempotency key keeps exactly those bytes. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  /** Instead of `body`: an answer that is no JSON. Its `content-type` stands in `headers`. Only of reads. */
  readonly bytes?: Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** That nothing was written, so that the call may be tried again under its idempotency key. */
  readonly unwritten?: boolean
  /** What is kept under an idempotency key instead of `body`, when the answer shows a secret. */
  readonly keptBody?: unknown
}

/** A request as handlers see it: validated, and the caller known. */
export type PortalRequest<Body = unknown, Params = unknown, Query = unknown> = {
  readonly caller: Caller
  readonly body: Body
  readonly params: Params
  readonly query: Query
  readonly id: string
  /** When the request's head had arrived: "the same day" is the local date of this, not of the end of the work. */
  readonly arrivedAt: Instant
  readonly method: string
  readonly url: string
  readonly header: (name: string) => string | undefined
  /** Which of the media types `Accept` prefers, the first one where it does not say; undefined for none of them. */
  readonly preferred: (types: readonly string[]) => string | undefined
  /** Calls back when the caller closes the connection, for reads that wait. @returns how to stop listening */
  readonly whenGone: (gone: () => void) => () => void
  /** An HMAC under the installation's key: for what must be recognised again and not be told. 32 bytes. */
  readonly keyedHash: (text: string) => Buffer
}

/** An example that the test suite sends and that succeeds on the demo world. */
export type Example = {
  /** A demo client of the development issuer. */
  readonly client: string
  readonly params?: Record<string, string>
  readonly query?: Record<string, string | number>
  /** A form's `file` in base64. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export type RouteSpec<B extends TSchema, P extends TSchema, Q extends TSchema> = {
  readonly method: HTTPMethods & ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')
  readonly url: string
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** The kinds of organisation that may call; any of the caller's kinds suffices. */
  readonly callers: readonly OrganisationKind[]
  readonly scope: Scope
  readonly body?: B
  /** Instead of a JSON body: a form with one file, `multipart/form-data`. */
  readonly form?: Form<B>
  /** The media types beside JSON in which a read answers with bytes; the handler then looks at `Accept` itself. */
  readonly media?: readonly string[]
  /** What the document shows as the body, where items are validated one by one. */
  readonly documentedBody?: TSchema
  readonly params?: P
  readonly query?: Q
  readonly answers: Readonly<
    Record<number, { description: string; schema?: TSchema; headers?: Record<string, string> }>
  >
  readonly problems?: readonly ProblemSlug[]
  readonly example: Example
  /** False for a POST that writes nothing and keeps no answer under a key: a search. */
  readonly idempotent?: boolean
  /** Which order a refused write was about, for the refusal record. */
  readonly refusedOrder?: (request: PortalRequest<Static<B>, Static<P>, Static<Q>>) => string | undefined
  /** Whether the request only asks what would be answered: its refusal leaves no record. */
  readonly isTrial?: (request: PortalRequest<Static<B>, Static<P>, Static<Q>>) => boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent on open routes. */
    access?: { callers: readonly OrganisationKind[]; scope: Scope }
    refusedOrder?: (request: PortalRequest) => string | undefined
    isTrial?: (request: PortalRequest) => boolean
    operationId?: string
    form?: boolean
    rawTypes?: readonly FileType[]
    media?: boolean
  }
  interface FastifyInstance {
    keyedHash: (text: string) => Buffer
  }
  interface FastifyRequest {
    caller: Caller | null
    arrivedAt: Instant
  }
}

/** The handler's view of a Fastify request; used by the refusal record too. */
export const portalRequest = (request: FastifyRequest, caller: Caller): PortalRequest => ({
  caller,
  body: request.body,
  params: request.params,
  query: request.query,
  id: request.id,
  arrivedAt: request.arrivedAt,
  method: request.method,
  url: request.url,
  keyedHash: (text) => request.server.keyedHash(text),
  whenGone: (gone) => {
    const { socket } = request.raw
    socket.once('close', gone)
    if (socket.destroyed) gone()
    return () => void socket.off('close', gone)
  },
  preferred: (types) => {
    const type = request.accepts().type([...types])
    return typeof type === 'string' ? type : undefined
  },
  header: (name) => {
    const value = request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  },
})

const idempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  description:
    'Makes the call safe to repeat: the same key and body give the first answer again. Kept 48 hours per client.',
})

/** The request headers that an operation knows; whether one is needed is for the handler to say (428, `purpose-required`). */
const headersOf = (
  idempotent: boolean,
  problems: readonly ProblemSlug[],
  notModified: boolean,
): TSchema | undefined => {
  const text = (description: string) => Type.Optional(Type.String({ description }))
  const headers: Record<string, TSchema> = {
    ...(idempotent ? { 'idempotency-key': Type.Optional(idempotencyKey) } : {}),
    ...(problems.includes('precondition-failed') ? { 'if-match': text('The ETag of the version that is meant.') } : {}),
    ...(problems.includes('purpose-required')
      ? {
          'x-purpose': text(
            'Why an auditor reads personal data; required of auditors, kept in the look-up log. UTF-8, or ISO 8859-1; at most 500 characters, without controls and CPR numbers.',
          ),
        }
      : {}),
    ...(notModified ? { 'if-none-match': text('ETags that the caller has; 304 when one is current.') } : {}),
  }
  return Object.keys(headers).length === 0 ? undefined : Type.Object(headers)
}

/** Bytes as OpenAPI 3.1 describes them. */
const bytesOf = (type: string): TSchema => Type.Unsafe({ type: 'string', contentMediaType: type })

/** What may come where no body is asked for, beside none at all: what clients send that always send something. */
const faultsOfNothing = itemValidator(Type.Unsafe({ type: ['object', 'null'], additionalProperties: false }))

/** A body where none is asked for is a fault, never passed over. @throws HttpProblem `invalid-request` */
const demandNothing = (body: unknown): void => {
  const faults = body === undefined ? [] : faultsOfNothing(body, '')
  if (faults.length > 0) throw new HttpProblem('invalid-request', { faults })
}

const always: readonly ProblemSlug[] = [
  'unauthenticated',
  'invalid-token',
  'unknown-client',
  'client-revoked',
  'forbidden',
  'insufficient-scope',
  'not-acceptable',
  'rate-limited',
  'internal-error',
  'temporarily-unavailable',
  'audit-log-unavailable',
  'issuer-unavailable',
]

/**
 * Registers a route: its access, its validation and its part of the OpenAPI document come from one description.
 * The handler gets a validated request with its caller and gives an Answer, or throws an HttpProblem.
 */
export const defineRoute = <B extends TSchema, P extends TSchema, Q extends TSchema>(
  app: FastifyInstance,
  spec: RouteSpec<B, P, Q>,
  handler: (request: PortalRequest<Static<B>, Static<P>, Static<Q>>) => Promise<Answer>,
): void => {
  const writes = spec.method !== 'GET'
  const idempotent = spec.method === 'POST' && spec.idempotent !== false
  const slugs = new Set<ProblemSlug>([
    ...always,
    ...(spec.form ? (['malformed-form'] as const) : []),
    ...(spec.body || spec.query || writes || spec.problems?.includes('purpose-required')
      ? (['invalid-request'] as const)
      : []),
    // Of whatever body is sent, also where none is needed.
    ...(writes ? (['malformed-json', 'payload-too-large', 'unsupported-media-type', 'conflict'] as const) : []),
    ...(spec.params ? (['not-found', 'invalid-request'] as const) : []),
    ...(idempotent ? (['request-in-progress', 'idempotency-key-reused'] as const) : []),
    ...(spec.problems ?? []),
  ])
  const success = Object.fromEntries(
    Object.entries(spec.answers).map(([status, answer]) => [
      status,
      {
        description: answer.description,
        ...(answer.schema || spec.media
          ? {
              content: {
                ...(answer.schema ? { 'application/json': { schema: answer.schema } } : {}),
                ...Object.fromEntries((spec.media ?? []).map((type) => [type, { schema: bytesOf(type) }])),
              },
            }
          : {}),
        ...(answer.headers
          ? {
              headers: Object.fromEntries(
                Object.entries(answer.headers).map(([name, description]) => [name, { description, type: 'string' }]),
              ),
            }
          : {}),
      },
    ]),
  )
  const hasEtag = Object.values(spec.answers).some((answer) => answer.headers && 'ETag' in answer.headers)
  const notModified =
    hasEtag && !writes ? { 304: { description: 'Unchanged since the version that `If-None-Match` names.' } } : {}
  const headers = headersOf(idempotent, spec.problems ?? [], hasEtag && !writes)
  const withForm = spec.form && formReader(spec.form)
  app.route({
    method: spec.method,
    url: spec.url,
    schema: {
      operationId: spec.operationId,
      tags: [spec.tag],
      summary: spec.summary,
      ...(spec.description === undefined ? {} : { description: spec.description }),
      ...(spec.body ? { body: spec.body } : {}),
      ...(spec.params ? { params: spec.params } : {}),
      ...(spec.query ? { querystring: spec.query } : {}),
      ...(headers ? { headers } : {}),
      response: { ...success, ...notModified, ...problemResponses([...slugs]) },
      security: [{ oauth2: [spec.scope] }],
      'x-organisation-kinds': spec.callers,
      'x-example': spec.example,
      ...(spec.documentedBody ? { 'x-documented-body': spec.documentedBody } : {}),
      ...(spec.form ? { 'x-documented-form': spec.form.schema, 'x-documented-files': spec.form.rawTypes ?? [] } : {}),
    } as Record<string, unknown>,
    config: {
      access: { callers: spec.callers, scope: spec.scope },
      operationId: spec.operationId,
      ...(spec.form ? { form: true, ...(spec.form.rawTypes ? { rawTypes: spec.form.rawTypes } : {}) } : {}),
      ...(spec.media ? { media: true } : {}),
      ...(writes && spec.refusedOrder
        ? { refusedOrder: spec.refusedOrder as (request: PortalRequest) => string | undefined }
        : {}),
      ...(writes && spec.isTrial ? { isTrial: spec.isTrial as (request: PortalRequest) => boolean } : {}),
    },
    handler: async (request, reply) => {
      const { caller } = request
      if (!caller) throw new Error('a route without a caller')
      if (writes && !spec.body && !spec.form) demandNothing(request.body)
      const work = () => handler(portalRequest(request, caller) as PortalRequest<Static<B>, Static<P>, Static<Q>>)
      const answer = withForm ? await withForm(request, work) : await work()
      const { etag } = (answer.headers ?? {}) as { etag?: string }
      const ifNoneMatch = request.headers['if-none-match']
      if (!writes && etag !== undefined && ifNoneMatch !== undefined && noneMatchNames(ifNoneMatch, etag)) {
        return reply.code(304).headers({ etag }).send()
      }
      reply.code(answer.status)
      if (answer.headers) reply.headers(answer.headers)
      if (answer.bytes) return reply.send(answer.bytes)
      if (answer.body === undefined) return reply.send()
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return reply.header('content-type', 'application/json; charset=utf-8').send(text)
    },
  })
}

/** Whether a refusal under this slug is a rule's, to be kept on record, and not a fault of the protocol. */
export const isRuleRefusal = (slug: ProblemSlug): boolean => problemCatalogue[slug].rule !== undefined
