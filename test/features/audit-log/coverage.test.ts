import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { openApiDocument } from '#src/dev/openapi-document.ts'
import { preparedResources } from '#test/contract/prepared-resources.ts'
import { documentForm } from '#test/support/document-form.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'

/** Operations whose answers hold nothing of a citizen: neither name nor number, no text of a case, no attendance or absence. */
const withoutPersonalData: Readonly<Record<string, string>> = {
  getMe: 'who calls',
  listOrganisations: 'the directory of organisations',
  createOrganisation: 'an organisation',
  getOrganisation: 'an organisation',
  changeOrganisation: 'an organisation',
  listFrameworkAgreements: 'terms of agreements',
  createFrameworkAgreement: 'terms of an agreement',
  getFrameworkAgreement: 'terms of an agreement',
  changeFrameworkAgreement: 'terms of an agreement',
  listCodeSets: 'codes',
  getCodeSet: 'codes',
  addCodeVersion: 'a code',
  listRefusals: 'a rule, a time and an order’s id',
  listApiClients: 'systems',
  createApiClient: 'a system',
  getApiClient: 'a system',
  revokeApiClient: 'a system',
  listReportTemplates: 'headings',
  addReportTemplate: 'headings',
  getReportTemplate: 'headings',
  listRoutingPolicies: 'who decides on which group',
  addRoutingPolicy: 'who decides on a group',
  listClosingDays: 'dates',
  addClosingDay: 'a date',
  endClosingDay: 'a date',
  getDeadline: 'how dates are counted',
  listProtocolImports: 'how far a file has come; its errors name rows and columns',
  getProtocolImport: 'how far a file has come; its errors name rows and columns',
  createProtocolImport: 'that a file was taken; what it writes is logged when it is written',
  listEvents: 'ids, dates and codes',
  createWebhookEndpoint: 'an endpoint',
  listWebhookEndpoints: 'endpoints',
  getWebhookEndpoint: 'an endpoint',
  changeWebhookEndpoint: 'an endpoint',
  deleteWebhookEndpoint: 'an endpoint',
  pauseWebhookEndpoint: 'an endpoint',
  resumeWebhookEndpoint: 'an endpoint',
  rotateWebhookSecret: 'an endpoint',
  getWebhookStatistics: 'counts',
  testWebhookEndpoint: 'a made-up event',
  listWebhookDeliveries: 'when thin events were sent',
  getWebhookDelivery: 'when a thin event was sent',
  redeliverWebhook: 'a thin event',
  replayWebhookEvents: 'counts',
  listAuditCheckpoints: 'numbers and hashes',
  getResults: 'counts',
  getComplianceSummary: 'counts',
  listComplianceDefinitions: 'words',
  getComplianceDefinitions: 'words',
  getComplianceRisk: 'figures of suppliers',
  getRiskOrder: 'figures of suppliers',
  listObligations: 'kinds and dates of duties; the texts of extensions are logged, see below',
  getObligation: 'the kind and dates of a duty; the texts of extensions are logged, see below',
  getInspection: 'which orders were drawn, and counts; as a page to print it is logged, see conduct-inspection.test.ts',
  listInspections: 'who inspected whom and when',
  listControlPoints: 'words',
  getYearlyInspections: 'counts',
}

type Operation = {
  operationId: string
  requestBody?: { content: Record<string, unknown> }
  'x-example': {
    client: string
    params?: Record<string, string>
    query?: Record<string, string | number>
    headers?: Record<string, string>
    body?: unknown
  }
}

const document = JSON.parse(await openApiDocument()) as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation, operationId: operation.operationId })),
)
const citizens = [...new Map(Object.values(demo.orders).map(({ citizen }) => [citizen.id, citizen])).values()]

/** For examples that only read. */
const untouched = await testPortal()

/** The operation's example, ready to be sent under a request id. */
const readyExample = async ({ method, path, operation }: (typeof operations)[number]) => {
  const example = operation['x-example']
  const placeholders = Object.values(example.params ?? {}).some((value) => value.startsWith('$'))
  const portal = method === 'get' && !placeholders ? untouched : await testPortal()
  let address = path
  for (const [name, value] of Object.entries(example.params ?? {})) {
    const made = await preparedResources[value]?.(portal)
    address = address.replace(`{${name}}`, encodeURIComponent(made ?? value))
  }
  const form = operation.requestBody?.content['multipart/form-data'] ? sentAsForm(example.body) : undefined
  const send = (requestId: string): Promise<TestAnswer> => {
    const headers = { 'x-request-id': requestId, ...example.headers, ...form?.options.headers }
    const call = { headers, ...(example.query ? { query: example.query } : {}) }
    const caller = portal.as(example.client)
    if (method === 'get' || method === 'delete') return caller[method](address, call)
    return caller[method as 'post'](address, form?.body ?? example.body, call)
  }
  return { portal, send }
}

const sentAsForm = (example: unknown) => {
  const { file, ...fields } = example as { file: string }
  return documentForm({ content: Buffer.from(file, 'base64'), fields })
}

/** What was logged of one request: its look-ups with everyone that they are about, and its changes. */
const logged = async (portal: TestPortal, requestId: string) => {
  const lookups = await portal.sql<{ operation: string; citizens: string[] }>(
    `select l.operation, array_remove(l.citizen_ids || l.citizen_id || o.citizen_id, null) as citizens
       from lookups l left join orders o on o.id = l.order_id where l.request_id = $1`,
    [requestId],
  )
  const changes = await portal.sql('select action from change_log where request_id = $1', [requestId])
  return { lookups, changes }
}

const citizensIn = (text: string) =>
  citizens.filter(({ id, name, cpr }) => text.includes(id) || text.includes(name) || text.includes(cpr))

test('each operation that is said to hold no personal data exists, or is being built', () => {
  const known = new Set(operations.map(({ operationId }) => operationId))
  const others = Object.keys(withoutPersonalData).filter((name) => !known.has(name) && !name.includes('Compliance'))
  expect(others).toEqual([])
})

describe.each(operations)('$operationId', (given) => {
  const { method, operationId } = given
  const reads = method === 'get' || operationId === 'searchCitizen'

  if (Object.hasOwn(withoutPersonalData, operationId)) {
    test('tells nothing of a citizen', async () => {
      const { send } = await readyExample(given)
      const answer = await send(newId())
      expect(answer.status).toBeLessThan(300)
      for (const { name, cpr } of citizens) {
        expect(answer.text).not.toContain(name)
        expect(answer.text).not.toContain(cpr)
      }
    })
    return
  }

  test(
    reads ? 'keeps the look-up, of everyone whom the answer names' : 'is logged as a change or a look-up',
    async () => {
      const { portal, send } = await readyExample(given)
      const requestId = newId()
      const answer = await send(requestId)
      expect([answer.status, answer.text]).toEqual([expect.toSatisfy((status) => status < 300), answer.text])
      const { lookups, changes } = await logged(portal, requestId)
      if (!reads) {
        expect(changes.length + lookups.length).toBeGreaterThan(0)
        return
      }
      expect([...new Set(lookups.map(({ operation }) => operation))]).toEqual([operationId])
      const about = lookups.flatMap((row) => row.citizens)
      for (const { id, name } of citizensIn(answer.text)) expect([name, about.includes(id)]).toEqual([name, true])
    },
  )

  if (!reads) return
  test('tells nothing when the look-up cannot be kept', async () => {
    const { portal, send } = await readyExample(given)
    await portal.sql('revoke insert on lookups from portal_application')
    try {
      const answer = await send(newId())
      expect(answer.status).toBeGreaterThanOrEqual(500)
      expect(citizensIn(answer.text)).toEqual([])
      expect(answer.body).toMatchObject({ code: expect.any(String), status: answer.status })
    } finally {
      await portal.sql('grant insert on lookups to portal_application')
    }
  })
})

test('duties are looked up once they tell why they were extended, by those who read it', async () => {
  const portal = await testPortal()
  const id = (await preparedResources['$obligation']?.(portal)) ?? ''
  const { activityReady } = demo.orders
  const nord = portal.as('supplier-nord')
  const read = async (client: string, address: string) => {
    const requestId = newId()
    const answer = await portal.as(client).get(address, { headers: { 'x-request-id': requestId } })
    expect(answer.status).toBe(200)
    return { answer, lookups: (await logged(portal, requestId)).lookups }
  }
  expect((await nord.get(`/v1/obligations/${id}`)).body.extensions).toEqual([])
  expect((await read('supplier-nord', `/v1/obligations/${id}`)).lookups).toEqual([])
  await portal.sql(
    `insert into obligation_extensions (id, obligation_id, jobcenter_id, supplier_id, from_due_on, to_due_on, reason, agreed_by, agreed_at)
     values ($1, $2, $3, $4, '2026-03-16', '2026-03-20', 'Borgeren er på hospitalet', '{"name": "Sally"}', now())`,
    [newId(), id, activityReady.jobcenterId, activityReady.supplierId],
  )
  for (const [address, operation] of [
    [`/v1/obligations/${id}`, 'getObligation'],
    ['/v1/obligations', 'listObligations'],
  ] as const) {
    const { answer, lookups } = await read('supplier-nord', address)
    expect(answer.text).toContain('Borgeren er på hospitalet')
    expect(lookups).toEqual([{ operation, citizens: [activityReady.citizen.id] }])
    const audited = await read('auditor-koebenhavn', address)
    expect(audited.answer.text).not.toContain('Borgeren er på hospitalet')
    expect(audited.lookups).toEqual([])
  }
  await portal.sql('revoke insert on lookups from portal_application')
  const refused = await nord.get('/v1/obligations')
  expect([refused.status, refused.text.includes('hospitalet')]).toEqual([500, false])
})
