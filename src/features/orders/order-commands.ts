import type { Static } from 'typebox'
import type { ApproveOrderBody, CancelOrderBody, PlaceOrderBody, PlanBody } from './order.schema.ts'

export type PlaceOrder = Static<typeof PlaceOrderBody>
export type ApproveOrder = Static<typeof ApproveOrderBody>
export type CancelOrder = Static<typeof CancelOrderBody>
export type PutPlan = Static<typeof PlanBody>
