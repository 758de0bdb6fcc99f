import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { course, recordedDay, submit } from '#test/features/protocols/support.ts'
import { ask, sendBack, submitReport } from '#test/features/reports/reading-support.ts'
import { startReceiver } from '#test/platform/webhooks/receiver.ts'
import { documentForm } from '#test/support/document-form.ts'
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

/** One that answers: a sample is sent to it. */
const answeringEndpoint = async (portal: TestPortal): Promise<string> => {
  const { url } = await startReceiver()
  return idOf(await portal.as('supplier-nord').post('/v1/webhook-endpoints', { url, eventTypes: ['*'] }))
}

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
    `insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, status, due_at)
     values ($1, $2, $3, $4, 'order.placed', 1, 'failed', null)`,
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

const endedOrder = async (portal: TestPortal): Promise<string> => {
  const { id } = demo.orders.activityReady
  const answer = await portal.as('supplier-nord').post(`/v1/orders/${id}/termination`, {
    endedOn: '2026-03-13',
    cause: 'employment',
    registeredBy: { name: 'Nora Nordstrup' },
  })
  if (answer.status !== 200) throw new Error(`not ended: ${answer.status} ${answer.text}`)
  return id
}

const document = async (portal: TestPortal): Promise<string> => {
  const { body, options } = documentForm({ fields: { orderId: demo.orders.activityReady.id } })
  return idOf(await portal.as('supplier-nord').post('/v1/documents', body, options))
}

const reportTemplate = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('administrator').post('/v1/report-templates', {
      kind: 'interim',
      title: 'Statusrapport',
      validFrom: '2026-04-01',
      sections: [{ id: 'status', title: 'Status' }],
    }),
  )

const milestone = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('supplier-nord').post(`/v1/orders/${demo.orders.activityReady.id}/milestones`, {
      milestone: 'cv',
      reachedOn: '2026-03-10',
      registeredBy: { name: 'Nora Nordstrup' },
    }),
  )

const reSummons = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('supplier-nord').post(`/v1/orders/${demo.orders.awaitingWithPlan.id}/re-summons`, {
      missedOn: '2026-03-02',
      letterSentOn: '2026-03-03',
      letterMethod: 'quick-letter',
      newMeetingAt: '2026-03-09T08:00:00Z',
      registeredBy: { name: 'Nora Nordstrup' },
    }),
  )

const firstMeetingOutcome = async (portal: TestPortal): Promise<string> => {
  const { id } = demo.orders.awaitingWithPlan
  const nord = portal.as('supplier-nord')
  const told = { outcome: 'missed', on: '2026-03-02', registeredBy: { name: 'Nora Nordstrup' } }
  const answer = await nord.post(`/v1/orders/${id}/first-meeting`, told)
  if (answer.status !== 200) throw new Error(`not told: ${answer.status} ${answer.text}`)
  return (await nord.get(`/v1/orders/${id}/first-meeting`)).body.outcomes[0].id as string
}

const orderWithAttendance = async (portal: TestPortal): Promise<string> => {
  const { id, activityId } = demo.orders.activityReady
  const answer = await portal.as('supplier-nord').put(`/v1/orders/${id}/attendance/2026-03-12`, {
    entries: [{ activityId, attendedMinutes: 120 }],
    registeredBy: { name: 'Nora Nordstrup' },
  })
  if (answer.status !== 201) throw new Error(`not recorded: ${answer.status} ${answer.text}`)
  return id
}

/** An order whose only planned day so far, in February, has its attendance. */
const monthToSubmit = async (portal: TestPortal): Promise<string> => {
  const order = await course(portal, { '2026-02-27': 120 }, { startDate: '2026-02-27' })
  await recordedDay(portal, order, '2026-02-27', { attended: 120 })
  return order.id
}

const submittedMonth = async (portal: TestPortal): Promise<string> => {
  const id = await monthToSubmit(portal)
  const answer = await submit(portal, { id }, '2026-02')
  if (answer.status !== 201) throw new Error(`not submitted: ${answer.status} ${answer.text}`)
  return id
}

const protocolImport = async (portal: TestPortal): Promise<string> => {
  const answer = await portal.as('supplier-nord').post('/v1/protocol-imports', 'Bestilling;Dato', {
    headers: { 'content-type': 'text/csv' },
    query: { registeredByName: 'Nora Nordstrup' },
  })
  if (answer.status !== 202) throw new Error(`not taken: ${answer.status} ${answer.text}`)
  return answer.body.id as string
}

const report = async (portal: TestPortal): Promise<string> => {
  const id = await endedOrder(portal)
  return idOf(await submitReport(portal, { id }))
}

const reportInTwoVersions = async (portal: TestPortal): Promise<string> => {
  const id = await report(portal)
  await sendBack(portal, { id })
  return idOf(await submitReport(portal, demo.orders.activityReady))
}

const reportRequest = async (portal: TestPortal): Promise<string> => idOf(await ask(portal, demo.orders.activityReady))

const leave = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${demo.orders.activityReady.id}/leave-approvals`, {
      from: '2026-03-16',
      to: '2026-03-16',
      reason: 'Flytning',
      approvedBy: { name: 'Sally Sagsbehandler' },
    }),
  )

const inspection = async (portal: TestPortal): Promise<string> =>
  idOf(
    await portal.as('auditor-koebenhavn').post('/v1/inspections', {
      supplierId: demo.organisations.supplierNord.id,
      drawnBy: { name: 'Tilde Tilsyn' },
    }),
  )

const inspectionWithFinding = async (portal: TestPortal): Promise<string> => {
  const id = await inspection(portal)
  const address = `/v1/inspections/${id}/findings/${demo.orders.activityReady.id}/place-as-agreed`
  const found = { outcome: 'in-order', registeredBy: { name: 'Tilde Tilsyn' } }
  const answer = await portal.as('auditor-koebenhavn').put(address, found, { headers: { 'x-purpose': 'Tilsyn' } })
  if (answer.status !== 201) throw new Error(`not found: ${answer.status} ${answer.text}`)
  return id
}

/** What a `$name` in an example's parameters stands for: makes it and gives its id. */
export const preparedResources: Readonly<Record<string, (portal: TestPortal) => Promise<string>>> = {
  $absence: absence,
  $proposedActivity: proposedActivity,
  $protocolImport: protocolImport,
  $endedOrder: endedOrder,
  $orderWithAttendance: orderWithAttendance,
  $obligation: preparedDuty,
  $contactRequest: contactRequest,
  $document: document,
  $inspection: inspection,
  $inspectionWithFinding: inspectionWithFinding,
  $leave: leave,
  $milestone: milestone,
  $reSummons: reSummons,
  $firstMeetingOutcome: firstMeetingOutcome,
  $report: report,
  $reportInTwoVersions: reportInTwoVersions,
  $reportRequest: reportRequest,
  $reportTemplate: reportTemplate,
  $monthToSubmit: monthToSubmit,
  $submittedMonth: submittedMonth,
  $webhookEndpoint: webhookEndpoint,
  $answeringEndpoint: answeringEndpoint,
  $webhookDelivery: webhookDelivery,
}
