import { expect } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestAnswer, TestClient, TestPortal } from '#test/support/test-portal.ts'

export const { organisations, agreements, orders: demoOrders } = demo
export const dorte = { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' }
export const gorm = { name: 'Gorm Godkender', email: 'gorm@jobcenter.example' }
export const liv = { name: 'Liv Leverandør' }

let count = 0
/** A CPR number that nobody was given yet: a replacement number, 60 added to the day. */
export const freshCpr = (): string => {
  const serial = count++
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${61 + (serial % 28)}${two(1 + (Math.floor(serial / 28) % 12))}85${1000 + serial}`
}

/** The draft of an order at supplier-nord for spring 2026. */
export const orderBody = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  supplierId: organisations.supplierNord.id,
  frameworkAgreementId: agreements.supplierNord.id,
  offer: 'clarification',
  targetGroup: 'cash-benefit-activity-ready',
  citizen: { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: '0101' },
  startDate: '2026-03-02',
  endDate: '2026-05-22',
  orderedMinutes: 7200,
  firstMeetingAt: '2026-03-02T08:00:00Z',
  deliveryAddressId: organisations.supplierNord.deliveryAddresses[0].id,
  caseworker: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
  registeredBy: dorte,
  ...changes,
})

/** What of an order is different at the unemployment fund, whose agreement has a ceiling (003). */
export const atTheFund = {
  supplierId: organisations.supplierAkasse.id,
  frameworkAgreementId: agreements.supplierAkasse.id,
  offer: 'job-search',
  targetGroup: 'insured-unemployed',
  deliveryAddressId: organisations.supplierAkasse.deliveryAddresses[0].id,
}

/** The answer, which succeeded. */
export const must = (answer: TestAnswer): TestAnswer => {
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

/** Status and code of a refusal. */
export const refusal = (answer: TestAnswer): [number, string | undefined] => [answer.status, answer.body?.code]

export const approval = (changes: Record<string, unknown> = {}) => ({
  approvedBy: { ...gorm, role: 'team-manager', ...changes },
})

type As = (client: string) => TestClient

export const draft = async (as: As, changes: Record<string, unknown> = {}, jobcenter = 'jobcenter-musvaagevej') =>
  must(await as(jobcenter).post('/v1/orders', orderBody(changes))).body

/** A drafted and approved order. */
export const approved = async (as: As, changes: Record<string, unknown> = {}, jobcenter = 'jobcenter-musvaagevej') => {
  const { id } = await draft(as, changes, jobcenter)
  return must(await as(jobcenter).post(`/v1/orders/${id}/approval`, approval())).body
}

/** Puts a plan of the order's first activity: minutes by date. */
export const plan = (
  client: TestClient,
  order: { id: string; activities: readonly { id: string }[] },
  days: Record<string, number>,
  options: { complete?: boolean; ifMatch?: string } = {},
): Promise<TestAnswer> =>
  client.put(
    `/v1/orders/${order.id}/plan`,
    {
      complete: options.complete ?? false,
      days: Object.entries(days).map(([date, plannedMinutes]) => ({
        date,
        activityId: order.activities[0]?.id,
        plannedMinutes,
      })),
    },
    options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch },
  )

export const attend = (client: TestClient, id: string, on: string): Promise<TestAnswer> =>
  client.post(`/v1/orders/${id}/first-meeting`, { outcome: 'attended', on, registeredBy: liv })

/** Types, recipients and data of the order's events, in the order of their writing. */
export const eventsOf = (portal: TestPortal, orderId: string) =>
  portal.sql<{ type: string; recipients: string[]; data: Record<string, unknown> }>(
    'select type, recipients, data from events where order_id = $1 order by position',
    [orderId],
  )

export const committed = async (portal: TestPortal, agreementId: string): Promise<number> => {
  const [row] = await portal.sql<{ committed: string }>(
    'select committed_oere as committed from framework_agreements where id = $1',
    [agreementId],
  )
  return Number(row?.committed)
}

/** The order's duties: kind, subject, due date, and whether each is open, met or waived. */
export const dutiesOf = (portal: TestPortal, orderId: string) =>
  portal.sql<{ kind: string; subject: string; due: string; state: string }>(
    `select kind, subject, due_on::text as due,
       case when waived_at is not null then 'waived' when met_at is not null then 'met' else 'open' end as state
       from obligations where order_id = $1 order by kind, subject`,
    [orderId],
  )

/** The same in short texts: `kind subject due state`. */
export const dutyTexts = async (portal: TestPortal, orderId: string): Promise<string[]> =>
  (await dutiesOf(portal, orderId)).map(({ kind, subject, due, state }) => `${kind} ${subject} ${due} ${state}`)
