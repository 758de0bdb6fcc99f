import { demo } from '#src/dev/demo-world/demo.ts'
import { liv, must } from '#test/features/orders/support.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

export const price = demo.orders.activityReady.unitPriceOere

export type Line = {
  cpr: string
  orderId: string
  deliveredMinutes: number
  amountOere: number
  days: number
  firstDay: string
  lastDay: string
  afterEndMinutes: number
  protocolSubmitted: boolean
  protocol: null | { version: number; outdated: boolean; incomplete: boolean }
}

/** Asks for a settlement; of Dragør's March 2026 by its benefits office unless told otherwise. */
export const settlementOf = (
  portal: TestPortal,
  client = 'ydelse-dragoer',
  given: { municipality?: string; month?: string; asOf?: string; accept?: string } = {},
): Promise<TestAnswer> =>
  portal.as(client).get(`/v1/settlements/${given.municipality ?? '0155'}/${given.month ?? '2026-03'}`, {
    headers: { 'x-purpose': 'Månedlig afregning', ...(given.accept ? { accept: given.accept } : {}) },
    ...(given.asOf ? { query: { asOf: given.asOf } } : {}),
  })

export const lineOf = (body: { lines: Line[] }, order: { id: string }): Line | undefined =>
  body.lines.find(({ orderId }) => orderId === order.id)

export const plan = { '2026-03-02': 120, '2026-03-03': 120, '2026-03-09': 120, '2026-03-10': 120, '2026-03-11': 120 }
export const inDragoer = { residenceMunicipality: '0155' }

/** The jobcenter enters a change of residence. */
export const moves = async (
  portal: TestPortal,
  order: { id: string },
  residenceMunicipality: string,
  at: string,
): Promise<void> => {
  portal.clock.set(at)
  const jobcenter = portal.as('jobcenter-musvaagevej')
  const { headers } = must(await jobcenter.get(`/v1/orders/${order.id}`))
  must(
    await jobcenter.patch(
      `/v1/orders/${order.id}`,
      { citizen: { residenceMunicipality }, reason: 'Flyttet', registeredBy: liv },
      { ifMatch: headers['etag'] as string },
    ),
  )
}
