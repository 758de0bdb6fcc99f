import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestAnswer, TestClient } from '#test/support/test-portal.ts'

const { activityReady } = demo.orders

/** A whole-day absence without notice of the demo's attending citizen, on Thursday 12 March 2026. */
export const absence = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
  const body: Record<string, unknown> = {
    orderId: activityReady.id,
    activityId: activityReady.activityId,
    date: '2026-03-12',
    wholeDay: true,
    reason: 'no-notice',
    registeredBy: { name: 'Liv Leverandør' },
    ...changes,
  }
  if (changes['absentMinutes'] !== undefined) delete body['wholeDay']
  return body
}

/** Drafts, approves, plans and starts an order of a citizen at supplier-nord. Days: planned minutes by date. */
export const runningOrder = async (
  as: (client: string) => TestClient,
  given: {
    cpr: string
    targetGroup: string
    jobcenter?: string
    residenceMunicipality?: string
    plan: Record<string, number>
    firstMeeting?: string | null
    startDate?: string
    endDate?: string
  },
): Promise<{ id: string; activityId: string; citizenId: string }> => {
  const jobcenter = as(given.jobcenter ?? 'jobcenter-musvaagevej')
  const must = (answer: TestAnswer): TestAnswer => {
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`)
    return answer
  }
  const startDate = given.startDate ?? '2026-03-02'
  const draft = must(
    await jobcenter.post('/v1/orders', {
      supplierId: demo.organisations.supplierNord.id,
      frameworkAgreementId: demo.agreements.supplierNord.id,
      offer: 'clarification',
      targetGroup: given.targetGroup,
      citizen: { cpr: given.cpr, name: 'Prøve Person', residenceMunicipality: given.residenceMunicipality ?? '0101' },
      startDate,
      endDate: given.endDate ?? '2026-05-22',
      orderedMinutes: 7200,
      firstMeetingAt: `${startDate}T08:00:00Z`,
      deliveryAddressId: demo.organisations.supplierNord.deliveryAddresses[0].id,
      caseworker: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
      registeredBy: { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' },
    }),
  ).body
  must(
    await jobcenter.post(`/v1/orders/${draft.id}/approval`, {
      approvedBy: { name: 'Gorm Godkender', email: 'gorm@jobcenter.example', role: 'team-manager' },
    }),
  )
  const supplier = as('supplier-nord')
  const activityId = draft.activities[0].id
  must(
    await supplier.put(`/v1/orders/${draft.id}/plan`, {
      complete: false,
      days: Object.entries(given.plan).map(([date, plannedMinutes]) => ({ date, activityId, plannedMinutes })),
    }),
  )
  if (given.firstMeeting !== null) {
    must(
      await supplier.post(`/v1/orders/${draft.id}/first-meeting`, {
        outcome: 'attended',
        on: given.firstMeeting ?? startDate,
        registeredBy: { name: 'Liv Leverandør' },
      }),
    )
  }
  return { id: draft.id, activityId, citizenId: draft.citizen.id }
}
