import type { Static } from 'typebox'
import type {
  AmendOrderBody,
  ApproveOrderBody,
  CancelOrderBody,
  PlaceOrderBody,
  PlanBody,
  TerminateOrderBody,
} from './order.schema.ts'

export type PlaceOrder = Static<typeof PlaceOrderBody>
export type AmendOrder = Static<typeof AmendOrderBody>
export type ApproveOrder = Static<typeof ApproveOrderBody>
export type CancelOrder = Static<typeof CancelOrderBody>
export type TerminateOrder = Static<typeof TerminateOrderBody>
export type PutPlan = Static<typeof PlanBody>
