import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { approved, liv, must, orderBody } from '#test/features/orders/support.ts'
import type { TestAnswer, TestClient, TestPortal } from '#test/support/test-portal.ts'

/** § 7: tells that the citizen did not come to the meeting of a day. */
export const missed = (client: TestClient, orderId: string, on: string): Promise<TestAnswer> =>
  client.post(`/v1/orders/${orderId}/first-meeting`, { outcome: 'missed', on, registeredBy: liv })

/** § 7: registers the letter after a missed meeting. */
export const reSummon = (
  client: TestClient,
  orderId: string,
  { missedOn, sentOn, newMeetingOn }: { missedOn: string; sentOn: string; newMeetingOn: string },
): Promise<TestAnswer> =>
  client.post(`/v1/orders/${orderId}/re-summons`, {
    missedOn,
    letterSentOn: sentOn,
    letterMethod: 'quick-letter',
    newMeetingAt: `${newMeetingOn}T08:00:00Z`,
    registeredBy: liv,
  })

let municipalities = 300

/** Orders in a municipality of their own, so that its figures are those of one test alone. */
export const ownOrders = (portal: TestPortal) => {
  municipalities += 1
  const municipality = String(municipalities).padStart(4, '0')
  const citizenHere = () => ({ ...(orderBody()['citizen'] as object), residenceMunicipality: municipality })
  const at = (date: string, time = '10:00') => portal.clock.set(`${date}T${time}:00.000Z`)
  return {
    municipality,
    citizenHere,
    at,
    /** An order from a day on, approved on a day; the clock stays there. */
    ordered: async (startDate: string, approvedOn: string, changes: Record<string, unknown> = {}) => {
      at(approvedOn)
      const dates = { startDate, firstMeetingAt: `${startDate}T08:00:00Z`, citizen: citizenHere() }
      return approved((client) => portal.as(client), { ...dates, ...changes })
    },
    /** The totals of the year, counted to the last cell. */
    figuresNow: async () => {
      await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
      const path = `/v1/compliance/summary?from=2026-01-01&to=2026-12-31&residenceMunicipality=${municipality}`
      return must(await portal.as('auditor-koebenhavn').get(path)).body.totals
    },
  }
}
export type OwnOrders = ReturnType<typeof ownOrders>
