import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

const idOf = (answer: TestAnswer): string => {
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.text}`)
  return answer.body.id as string
}

const webhookEndpoint = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal
      .as('supplier-nord')
      .post('/v1/webhook-endpoints', { url: 'https://receiver.example/events', eventTypes: ['*'] }),
  )

const absence = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('supplier-nord').post('/v1/absences', {
      orderId: demo.orders.activityReady.id,
      activityId: demo.orders.activityReady.activityId,
      date: portal.clock.now().slice(0, 10),
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: { name: 'Nora Nordstrup' },
    }),
  )

const proposedActivity = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('supplier-nord').post(`/v1/orders/${demo.orders.activityReady.id}/activities`, {
      kind: 'coordination',
      title: 'Samtaler hos læge og myndigheder',
      place: { kind: 'authority' },
      startDate: '2026-04-01',
      endDate: '2026-04-30',
      registeredBy: { name: 'Nora Nordstrup' },
    }),
  )

/** Deliveries are made by the worker, which does not run here. */
const webhookDelivery = async (portal: TestPortal): Promise<string> => {
  const endpoint = await webhookEndpoint(portal)
  const [event, delivery] = [newId(), newId()]
  const organisation = demo.organisations.supplierNord.id
  await portal.sql(
    `insert into events (id, sequence, type, occurred_at, producer_id, recipients, data, path)
     values ($1, 1, 'order.placed', $2, $3, array[$4]::uuid[], '{}', '/v1/orders')`,
    [event, portal.clock.now(), demo.organisations.jobcenterMusvaagevej.id, organisation],
  )
  await portal.sql(
    `insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, status) values ($1, $2, $3, $4, 'failed')`,
    [delivery, endpoint, organisation, event],
  )
  return delivery
}

const contactRequest = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('k-kassen').post(`/v1/orders/${demo.orders.activityReady.id}/contact-requests`, {
      text: 'Bed borgeren ringe til os.',
      registeredBy: { name: 'Kaja Kasse' },
    }),
  )

const reportTemplate = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal
      .as('administrator')
      .post('/v1/report-templates', { kind: 'final', title: 'Slutrapport', validFrom: '2026-04-01' }),
  )

/** What a `$name` in an example's parameters stands for: makes it and gives its id. */
export const preparedResources: Readonly<Record<string, (portal: TestPortal) => Promise<string>>> = {
  $absence: absence,
  $proposedActivity: proposedActivity,
  $obligation: preparedDuty,
  $contactRequest: contactRequest,
  $reportTemplate: reportTemplate,
  $webhookEndpoint: webhookEndpoint,
  $webhookDelivery: webhookDelivery,
}
