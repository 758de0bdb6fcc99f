import type { CourseStage } from './course-stage.ts'
import { Differs, expectMembers } from './expectations.ts'
import { expectAnswer, type Party } from './portal-client.ts'

/** A duty as the API answers with it, as far as the story looks. */
export type Duty = {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly status: string
  readonly dueOn: string
}

/** The party's duties of an order; `filter` is a further query such as `status=open`. */
export const dutiesOf = async (party: Party, orderId: string, filter = ''): Promise<Duty[]> => {
  const query = `orderId=${orderId}&limit=500${filter === '' ? '' : `&${filter}`}`
  const answer = await party.call({ method: 'GET', path: `/v1/obligations?${query}` })
  expectAnswer(answer, 200, { next: null })
  return (answer.body as { items: Duty[] }).items
}

/** The one duty of a kind and subject, which has to have the members. */
export const dutyOf = async (
  party: Party,
  orderId: string,
  wanted: { readonly kind: string; readonly subject: string },
  members: Readonly<Record<string, unknown>>,
): Promise<Duty> => {
  const found = (await dutiesOf(party, orderId, `kind=${wanted.kind}`)).find((duty) => duty.subject === wanted.subject)
  if (!found) throw new Differs(`${party.name} should see the duty ${wanted.kind} of ${wanted.subject}.`)
  expectMembers(`the duty ${wanted.kind} of ${wanted.subject}`, found, members)
  return found
}

/** Demands which duties of the order the party sees, as `kind subject dueOn`, in any order. */
export const expectDuties = async (
  party: Party,
  orderId: string,
  expected: readonly string[],
  filter?: string,
): Promise<void> => {
  const seen = (await dutiesOf(party, orderId, filter)).map((duty) => `${duty.kind} ${duty.subject} ${duty.dueOn}`)
  expectMembers(`the duties that ${party.name} sees`, seen.sort(), [...expected].sort())
}

/** Supplier and jobcenter hear of the duty (`obligation.due-soon`, `obligation.overdue`). */
export const bothHear = async (
  { cast, ledger }: CourseStage,
  type: 'obligation.due-soon' | 'obligation.overdue',
  orderId: string,
  duty: Duty,
): Promise<void> => {
  for (const party of [cast.supplier, cast.jobcenter])
    await ledger.hears(party, { type, orderId, obligationId: duty.id })
}
