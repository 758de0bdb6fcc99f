import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { scopes } from '#kernel/caller.ts'
import { ProblemSchema } from '#platform/http/problem-schema.ts'
import { problemPages } from './problem-pages.ts'

const description = `The register between Copenhagen's jobcenters, the suppliers that run employment courses for them, K-kassen and their auditors.

**Conventions.** JSON in camelCase; bodies are closed (an unknown member is an error). Dates are \`YYYY-MM-DD\` in Europe/Copenhagen, instants RFC 3339 in UTC, durations whole minutes, money øre. Every error is a problem document (RFC 9457); its \`code\` is the name of the rule, its \`type\` a page that explains it, and its words are Danish with \`Accept-Language: da\`.

**Safe repeats.** Every POST takes \`Idempotency-Key\`: the same key and body give the first answer again, byte for byte, with \`Idempotency-Replayed: true\`. Only answers that wrote something are kept.

**Concurrency.** Single resources have a strong \`ETag\`; replacing or changing an existing one needs \`If-Match\`.

**Lists** take \`limit\` and \`cursor\` and answer \`{ items, next }\` with a \`Link: rel="next"\` header. To follow changes, read the event feed: it never misses one.

**Time.** An answer's \`Date\` is the server's time; "today" is that day in Copenhagen. A sandbox (\`PORTAL_SANDBOX=true\`, invented data alone) also answers \`GET\` and \`PUT /sandbox/clock {"now": …}\`, which reads and sets it for all that deadlines follow; tokens live in real time.

**Who calls.** Each operation names the scope it needs (\`security\`) and the kinds of organisation it serves (\`x-organisation-kinds\`).`

const tags = [
  { name: 'Caller', description: 'Who the token speaks for' },
  { name: 'Reference data', description: 'Organisations, framework agreements and code sets' },
  {
    name: 'Orders',
    description: 'Orders from draft to end, their plans and activities (§ 1, § 4)',
  },
  { name: 'First meetings', description: 'What became of the first meeting, and the re-summons (§ 7)' },
  { name: 'Absences', description: 'Daily absence registrations (§ 6, § 8)' },
  { name: 'Documents', description: 'Documents (bilag): uploaded, bound to an order, and read by whoever sees it' },
  { name: 'Leave', description: 'Leave, which the jobcenter alone approves (§ 6)' },
  { name: 'Attendance', description: 'Attendance day by day, with every version of each day (§ 5)' },
  { name: 'Protocols', description: 'The monthly protocol of both registers, its submission and its versions (§ 5)' },
  {
    name: 'Reports',
    description: 'Reports of suppliers: submitted, read, returned and asked for (§ 3, § 4, § 11)',
  },
  {
    name: 'Progress',
    description:
      'Focus areas with their assessments, milestones, and where a course stands against its targets (§ 2, 004)',
  },
  {
    name: 'Compliance',
    description: 'Figures over duties and registers, results (004), and settlements between municipalities (000)',
  },
  { name: 'Access requests', description: 'Everything held on one citizen, as the caller may see it (§ 13)' },
  { name: 'Obligations', description: 'Duties with their deadlines, extensions, and how deadlines are counted' },
  { name: 'Events', description: "The caller's own events, in one order" },
  {
    name: 'Inspections',
    description:
      'A random sample of courses, the pack of each, findings against control points, and the yearly table per agreement.',
  },
  {
    name: 'Audit log',
    description: 'Every write, reading and refusal, chained by hash, with signed checkpoints of the chain',
  },
  { name: 'Webhooks', description: 'Signed deliveries of events (Standard Webhooks)' },
]

type Example = {
  params?: Record<string, string>
  query?: Record<string, unknown>
  headers?: Record<string, string>
  body?: unknown
}

type Response = { content?: Record<string, { schema?: { allOf?: unknown[] } }> }

type Operation = {
  'x-example'?: Example
  responses?: Record<string, Response>
  'x-documented-body'?: unknown
  'x-documented-form'?: unknown
  'x-documented-files'?: readonly string[]
  requestBody?: { required?: boolean; content: Record<string, { schema?: unknown; example?: unknown }> }
  parameters?: { name: string; in: string; example?: unknown }[]
}

/** Puts the example of each route where OpenAPI readers look for it. */
const placeExamples = (operation: Operation): void => {
  const { 'x-example': example, 'x-documented-body': documented, 'x-documented-form': form } = operation
  const files = operation['x-documented-files'] ?? []
  delete operation['x-documented-body']
  delete operation['x-documented-form']
  delete operation['x-documented-files']
  if (form) {
    const content = { schema: form, ...(example?.body === undefined ? {} : { example: example.body }) }
    const alone = Object.fromEntries(files.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]))
    operation.requestBody = { required: true, content: { 'multipart/form-data': content, ...alone } }
  }
  const json = operation.requestBody?.content['application/json']
  if (json && documented) json.schema = documented
  if (!example) return
  if (json && example.body !== undefined) json.example = example.body
  for (const parameter of operation.parameters ?? []) {
    const given = { path: example.params, query: example.query, header: example.headers }[parameter.in]
    const value = given?.[parameter.name]
    // `$absence` and the like stand for something that has to be made first.
    if (value !== undefined && !String(value).startsWith('$')) parameter.example = value
  }
}

/** Every problem answer has the same shape: it is described once, and each answer adds the codes that it may carry. */
const shareProblemSchema = (operation: Operation): void => {
  for (const response of Object.values(operation.responses ?? {})) {
    const content = response.content?.['application/problem+json']
    // The objects may be those of the route itself, so they are not changed.
    const own = content?.schema?.allOf?.slice(1)
    if (own) {
      response.content = {
        ...response.content,
        'application/problem+json': {
          ...content,
          schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, ...own] },
        },
      }
    }
  }
}

/** The OpenAPI document made from the routes, `/openapi.json`, `/docs` and the problem pages. */
export const installOpenApi = async (
  app: FastifyInstance,
  publicUrl: string,
  tokenUrl: string | null,
): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Udbudsportal', version: '1.0.0', description },
      servers: [{ url: publicUrl }],
      tags,
      components: {
        securitySchemes: {
          oauth2: {
            type: 'oauth2',
            description: 'Client credentials; the access token is a JWT (RFC 9068) of the configured issuer.',
            flows: {
              clientCredentials: {
                tokenUrl: tokenUrl ?? `${publicUrl}/token-endpoint-of-the-configured-issuer`,
                scopes: Object.fromEntries(scopes.map((scope) => [scope, scopeMeaning[scope]])),
              },
            },
          },
        },
      },
    },
    convertConstToEnum: false,
    transformObject: (given) => {
      const document = ('openapiObject' in given ? given.openapiObject : {}) as {
        components?: { schemas?: Record<string, unknown> }
        paths?: Record<string, Record<string, Operation>>
      }
      document.components = { ...document.components, schemas: { Problem: ProblemSchema } }
      for (const path of Object.values(document.paths ?? {})) {
        for (const operation of Object.values(path)) {
          placeExamples(operation)
          shareProblemSchema(operation)
        }
      }
      return document
    },
  } as Parameters<typeof swagger>[1])
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Nothing from outside, and plain HTTP stays usable where the portal stands behind its own TLS.
    staticCSP:
      "default-src 'self'; base-uri 'self'; font-src 'self' data:; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'",
    uiConfig: { validatorUrl: null, deepLinking: true, docExpansion: 'list' },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
  problemPages(app)
}

const scopeMeaning = {
  'portal.read': 'Read',
  'portal.write': 'Write',
  'portal.audit': 'Compliance, inspections and logs',
  'portal.admin': 'Administration',
} as const
