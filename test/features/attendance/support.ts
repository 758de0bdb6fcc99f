import { demo } from '#src/dev/demo-world/demo.ts'
import type { CallOptions, TestAnswer, TestClient, TestPortal } from '#test/support/test-portal.ts'

const { activityReady } = demo.orders
export const liv = { name: 'Liv Leverandør' }

export type Part = { code: string; minutes: number; messageOn?: string; periodTo?: string }

/** A day of the demo's attending citizen, 120 minutes planned: minutes away by code, present for the rest. */
export const day = (
  absent: readonly Part[] = [],
  changes: Record<string, unknown> = {},
  plannedMinutes = 120,
): Record<string, unknown> => {
  const away = absent.reduce((sum, part) => sum + part.minutes, 0)
  return {
    entries: [{ activityId: activityReady.activityId, attendedMinutes: plannedMinutes - away, absent }],
    registeredBy: liv,
    ...changes,
  }
}

export const unauthorised = (minutes: number): Part[] => [{ code: 'unauthorised', minutes }]

export const put = (
  client: TestClient,
  date: string,
  body: Record<string, unknown>,
  options: CallOptions = {},
  orderId: string = activityReady.id,
): Promise<TestAnswer> => client.put(`/v1/orders/${orderId}/attendance/${date}`, body, options)

/** The duties of an order to register absence: date, due date and state. */
export const dutyTexts = async (portal: TestPortal, orderId: string = activityReady.id): Promise<string[]> =>
  (
    await portal.sql<{ text: string }>(
      `select subject || ' due ' || due_on::text || ' ' || case when waived_at is not null then 'waived ' || waived_because
         when met_at is not null then 'met' || case when days_late > 0 then ' late' else '' end else 'open' end as text
         from obligations where order_id = $1 and kind = 'absence-registration' order by subject`,
      [orderId],
    )
  ).map(({ text }) => text)

/** A month as if it had been submitted once. */
export const submitted = async (
  portal: TestPortal,
  month: string,
  orderId: string = activityReady.id,
): Promise<void> => {
  await portal.sql(
    `insert into protocol_months (order_id, month, supplier_id, citizen_id, jobcenter_id, version, incomplete, submitted_at)
      select id, $2, supplier_id, citizen_id, jobcenter_id, 1, false, $3 from orders where id = $1`,
    [orderId, month, portal.clock.now()],
  )
}

/** Where a submitted month stands: its stale dates, why, and the duty to correct it. */
export const staleness = async (portal: TestPortal, month: string, orderId: string = activityReady.id) => {
  const [row] = await portal.sql<{ dates: string[]; because: string[]; duty: string | null }>(
    `select stale_dates::text[] as dates, stale_because as because,
        (select b.subject || ' due ' || b.due_on::text from obligations b
          where b.order_id = m.order_id and b.kind = 'attendance-protocol-correction') as duty
       from protocol_months m where order_id = $1 and month = $2`,
    [orderId, month],
  )
  return row
}
