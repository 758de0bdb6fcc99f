import { demoAgreements } from './agreements.ts'
import { demoCitizens, demoNewcomer } from './citizens.ts'
import { demoOrders } from './orders.ts'
import { demoOrganisations } from './organisations.ts'

/** Everything in the demo that examples and tests name: fixed identifiers, and the invented citizens' numbers. */
export const demo = {
  organisations: demoOrganisations,
  agreements: demoAgreements,
  citizens: demoCitizens,
  orders: demoOrders,
  newcomer: demoNewcomer,
} as const
