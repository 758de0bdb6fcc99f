import { describe, expect, test } from 'vitest'
import { operationWords } from '#features/citizen-export/operation-words.ts'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { openApiDocument } from '#src/dev/openapi-document.ts'
import { preparedResources } from '#test/contract/prepared-resources.ts'
import { documentForm } from '#test/support/document-form.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'

/** Operations whose answers name neither a citizen nor an order. */
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
  createWebhookEndpoint: 'an endpoint',
  listWebhookEndpoints: 'endpoints',
  getWebhookEndpoint: 'an endpoint',
  deleteWebhookEndpoint: 'an endpoint',
  pauseWebhookEndpoint: 'an endpoint',
  resumeWebhookEndpoint: 'an endpoint',
  rotateWebhookSecret: 'an endpoint',
  getWebhookStatistics: 'counts',
  testWebhookEndpoint: 'a made-up event',
  replayWebhookEvents: 'counts',
  listAuditCheckpoints: 'numbers and hashes',
  getResults: 'counts',
  getComplianceSummary: 'counts',
  listComplianceDefinitions: 'words',
  getComplianceDefinitions: 'words',
  getComplianceRisk: 'figures of suppliers',
  getRiskOrder: 'figures of suppliers',
  listInspections: 'who inspected whom and when',
  listControlPoints: 'words',
  getYearlyInspections: 'counts',
}

/** Operations that name orders and keep no look-up, and why (docs/decisions/0011-audit-chain.md). */
const namesOrdersAlone: Readonly<Record<string, string>> = {
  listEvents:
    'thin: what the caller is told unasked; the feed itself records whom it was told to, and fetching is logged',
  listWebhookDeliveries: 'which thin events were sent when',
  getWebhookDelivery: 'when a thin event was sent',
  redeliverWebhook: 'a thin event',
  changeWebhookEndpoint: 'an endpoint, with the order that its own filter names',
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

/** For examples that only read. Each has somebody to tell of, so that a look-up of nobody is one that forgot whom. */
const untouched = await testPortal()
await eventful(untouched)

/** Duties, a refusal, an absence, attendance and an ended course of Dragør's. */
async function eventful(portal: TestPortal): Promise<void> {
  const nord = portal.as('supplier-nord')
  const registeredBy = { name: 'Nora' }
  const { activityReady, dragoer } = demo.orders
  await preparedDuty(portal)
  await preparedDuty(portal, { dueOn: '2026-03-11' })
  await preparedResources['$absence']?.(portal)
  const absence = { orderId: activityReady.id, activityId: activityReady.activityId, wholeDay: true, registeredBy }
  const refused = await nord.post('/v1/absences', { ...absence, date: '2026-03-13', reason: 'own-sickness' })
  expect(refused.status).toBe(422)
  const entries = [{ activityId: dragoer.activityId, attendedMinutes: 120 }]
  const day = await nord.put(`/v1/orders/${dragoer.id}/attendance/2026-03-12`, { entries, registeredBy })
  expect([day.status, day.text]).toEqual([201, day.text])
  const ended = { endedOn: '2026-03-13', cause: 'employment', registeredBy }
  expect((await nord.post(`/v1/orders/${dragoer.id}/termination`, ended)).status).toBe(200)
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
}

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

type Named = { readonly citizenId: string; readonly as: string }

/** Whom an answer names: by id, name or number, or by an order of theirs. */
const namedIn = async (portal: TestPortal, text: string): Promise<Named[]> => {
  const orders = await portal.sql<{ id: string; order_number: string; citizen_id: string; citizen_name: string }>(
    'select id, order_number, citizen_id, citizen_name from orders',
  )
  const names = orders.flatMap((order) =>
    [order.id, order.order_number, order.citizen_id, order.citizen_name].map((as) => ({
      citizenId: order.citizen_id,
      as,
    })),
  )
  const numbers = Object.values(demo.orders).map(({ citizen }) => ({ citizenId: citizen.id, as: citizen.cpr }))
  return [...names, ...numbers].filter(({ as }) => text.includes(as))
}

/** The same write once more, under no key: whether it is refused or changes nothing, whom it names is logged. */
const demandLoggedAgain = async (portal: TestPortal, send: (requestId: string) => Promise<TestAnswer>) => {
  const requestId = newId()
  const again = await send(requestId)
  if (again.status >= 300 || (await namedIn(portal, again.text)).length === 0) return
  const { lookups, changes } = await logged(portal, requestId)
  expect([again.text, changes.length + lookups.length]).not.toEqual([again.text, 0])
  for (const { operation } of lookups) expect(Object.keys(operationWords)).toContain(operation)
}

test('each operation that is said to hold no personal data exists, or is being built', () => {
  const known = new Set(operations.map(({ operationId }) => operationId))
  const exempt = { ...withoutPersonalData, ...namesOrdersAlone }
  const others = Object.keys(exempt).filter((name) => !known.has(name) && !name.includes('Compliance'))
  expect(others).toEqual([])
})

describe.each(operations)('$operationId', (given) => {
  const { method, operationId } = given
  const reads = method === 'get' || operationId === 'searchCitizen'

  if (Object.hasOwn(withoutPersonalData, operationId) || Object.hasOwn(namesOrdersAlone, operationId)) {
    test('tells nothing of a citizen', async () => {
      const { portal, send } = await readyExample(given)
      const answer = await send(newId())
      expect([answer.status, answer.text]).toEqual([expect.toSatisfy((status) => status < 300), answer.text])
      const orders = (
        await portal.sql<{ id: string; order_number: string }>('select id, order_number from orders')
      ).map((order) => [order.id, order.order_number])
      const named = (await namedIn(portal, answer.text)).map(({ as }) => as)
      const allowed = Object.hasOwn(namesOrdersAlone, operationId) ? orders.flat() : []
      expect(named.filter((as) => !allowed.includes(as))).toEqual([])
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
      for (const { operation } of lookups) expect(Object.keys(operationWords)).toContain(operation)
      if (!reads) {
        expect(changes.length + lookups.length).toBeGreaterThan(0)
        await demandLoggedAgain(portal, send)
        return
      }
      expect([...new Set(lookups.map(({ operation }) => operation))]).toEqual([operationId])
      const about = lookups.flatMap((row) => row.citizens)
      const missing = (await namedIn(portal, answer.text)).filter(({ citizenId }) => !about.includes(citizenId))
      expect(missing).toEqual([])
      expect([answer.text, about]).not.toEqual([answer.text, []])
    },
  )

  if (!reads) return
  test('tells nothing when the look-up cannot be kept', async () => {
    const { portal, send } = await readyExample(given)
    await portal.sql('revoke insert on lookups from portal_application')
    try {
      const answer = await send(newId())
      expect([answer.status, answer.body.code]).toEqual([503, 'audit-log-unavailable'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(await namedIn(portal, answer.text)).toEqual([])
    } finally {
      await portal.sql('grant insert on lookups to portal_application')
    }
  })
})
