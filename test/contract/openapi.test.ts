import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { organisationKinds } from '#kernel/caller.ts'
import { formats } from '#platform/http/validation.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { openApiDocument } from '#src/dev/openapi-document.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { preparedResources } from './prepared-resources.ts'

type Schema = Record<string, unknown>
type Content = Record<string, { schema?: Schema; example?: unknown }>
type Operation = {
  operationId: string
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; example?: unknown }[]
  requestBody?: { content: Content }
  responses: Record<string, { description?: string; content?: Content; headers?: Record<string, unknown> }>
  'x-organisation-kinds': string[]
  'x-example': {
    client: string
    params?: Record<string, string>
    query?: Record<string, string | number>
    headers?: Record<string, string>
    body?: unknown
  }
}

/** For examples that only read; the others each have a database of their own. */
const untouched = await testPortal()

const text = await openApiDocument()
const document = JSON.parse(text) as {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    securitySchemes: { oauth2: { flows: { clientCredentials: { tokenUrl: string; scopes: Record<string, string> } } } }
  }
}

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    path,
    operation,
  })),
)

/** Every schema object that stands in the document. */
const schemas = (value: unknown, found: Schema[] = []): Schema[] => {
  if (Array.isArray(value)) for (const item of value) schemas(item, found)
  else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) {
      if (member === 'schema') found.push(inner as Schema)
      else if (!['example', 'x-example'].includes(member)) schemas(inner, found)
    }
  }
  return found
}

const ajv = new Ajv2020({ strict: false, formats })
ajv.addSchema({ $id: 'document', components: document.components })
/** References as seen from inside the document. */
const compile = (schema: Schema) =>
  ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')))

test('the committed document is the one that the routes make (npm run openapi)', () => {
  const committed = readFileSync(fileURLToPath(new URL('../../openapi/openapi.json', import.meta.url)), 'utf8')
  expect(committed === text).toBe(true)
})

describe('the document', () => {
  test('says what it is, where it is served and where tokens come from', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    expect(document.servers).toEqual([{ url: 'http://localhost:3000' }])
    const { tokenUrl, scopes } = document.components.securitySchemes.oauth2.flows.clientCredentials
    expect(tokenUrl).toBe('http://localhost:3000/dev/oauth/token')
    expect(Object.keys(scopes)).toEqual(['portal.read', 'portal.write', 'portal.audit', 'portal.admin'])
  })

  test('is the same each time that it is made', async () => {
    expect(await openApiDocument()).toBe(text)
  })

  test('has unique operation ids, and every tag that is used and no other', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const used = new Set(operations.flatMap(({ operation }) => operation.tags ?? []))
    expect([...used].sort()).toEqual(document.tags.map(({ name }) => name).sort())
  })

  test('holds nothing but valid JSON Schema 2020-12, whose references lead somewhere', () => {
    const all = [...schemas(document.paths), ...Object.values(document.components.schemas)]
    expect(all.length).toBeGreaterThan(50)
    for (const schema of all) {
      expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
      expect(() => compile(schema)).not.toThrow()
    }
  })

  test('holds no member that is undefined in OpenAPI 3.1: nullable, or example inside a schema', () => {
    expect(text).not.toMatch(/"nullable":/)
    expect(text).not.toMatch(/"\$id":/)
  })
})

describe.each(operations)('$name', ({ method, path, operation }) => {
  test('is described', () => {
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/)
    expect(operation.summary?.length).toBeGreaterThan(5)
    expect(operation.tags).toHaveLength(1)
    expect(operation.security).toEqual([{ oauth2: [expect.stringMatching(/^portal\.(read|write|audit|admin)$/)] }])
    expect(operation['x-organisation-kinds'].length).toBeGreaterThan(0)
    for (const kind of operation['x-organisation-kinds']) expect(organisationKinds).toContain(kind)
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === 'path') expect(parameter.required).toBe(true)
    }
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
    expect(declared.sort()).toEqual(inPath.sort())
    // A search writes nothing, and its answer must not be kept; a sample is sent anew each time that it is asked for.
    const repeatable = method === 'post' && !['searchCitizen', 'testWebhookEndpoint'].includes(operation.operationId)
    expect(operation.parameters?.some(({ name }) => name === 'idempotency-key') ?? false).toBe(repeatable)
  })

  test('names its answers, and its problems by their codes', () => {
    const statuses = Object.keys(operation.responses)
    expect(statuses.filter((status) => status.startsWith('2'))).not.toEqual([])
    for (const status of ['401', '403', '406', '429', '500', '503']) expect(statuses).toContain(status)
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description?.length, status).toBeGreaterThan(3)
      if (Number(status) >= 400) {
        const schema = response.content?.['application/problem+json']?.schema as { allOf: Schema[] }
        expect(schema.allOf[0]).toEqual({ $ref: '#/components/schemas/Problem' })
      }
    }
  })

  test('has an example that fits its own schema', () => {
    const example = operation['x-example']
    const clients = Object.values(demo.organisations)
    const client = clients.find(({ clientId }) => clientId === example.client)
    expect(client?.kinds.some((kind) => operation['x-organisation-kinds'].includes(kind))).toBe(true)
    const { content } = operation.requestBody ?? { content: {} as Content }
    const body = content['application/json'] ?? content['multipart/form-data']
    expect(body === undefined).toBe(example.body === undefined)
    if (body?.schema) {
      const validate = compile(body.schema)
      expect(validate(example.body), JSON.stringify(validate.errors)).toBe(true)
    }
    for (const parameter of operation.parameters ?? []) {
      if (parameter.example === undefined) continue
      const validate = compile(parameter.schema)
      expect(validate(parameter.example), `${parameter.name} ${JSON.stringify(validate.errors)}`).toBe(true)
    }
  })

  test('has an example that succeeds on the demo world', async () => {
    const portal = method === 'get' && !needsPreparing(operation['x-example']) ? untouched : await testPortal()
    const { client, body, query, headers, params } = await prepared(portal, operation['x-example'])
    const address = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''))
    const form = operation.requestBody?.content['multipart/form-data'] ? sentAsForm(body) : undefined
    const call = { ...(query ? { query } : {}), headers: { ...headers, ...form?.options.headers } }
    const caller = portal.as(client)
    const answer = await {
      get: () => caller.get(address, call),
      post: () => caller.post(address, form?.body ?? body, call),
      put: () => caller.put(address, body, call),
      patch: () => caller.patch(address, body, call),
      delete: () => caller.delete(address, call),
    }[method as 'get']()
    expect([answer.status, answer.text]).toEqual([
      expect.toSatisfy((status) => status >= 200 && status < 300),
      answer.text,
    ])
  })
})

/** An example of a form: its file in base64, everything else as it is. */
const sentAsForm = (example: unknown) => {
  const { file, ...fields } = example as { file: string }
  return documentForm({ content: Buffer.from(file, 'base64'), fields })
}

const needsPreparing = (example: Operation['x-example']): boolean =>
  Object.values(example.params ?? {}).some((value) => value.startsWith('$'))

/** The example with what its placeholders stand for. */
const prepared = async (portal: TestPortal, example: Operation['x-example']) => {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(example.params ?? {})) {
    const prepare = preparedResources[value]
    if (value.startsWith('$') && !prepare) throw new Error(`nothing prepares ${value}; see prepared-resources.ts`)
    params[name] = prepare ? await prepare(portal) : value
  }
  return { ...example, params }
}
