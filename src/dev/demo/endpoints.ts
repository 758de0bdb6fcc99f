import { Differs, expectThat } from './expectations.ts'
import { expectAnswer, type Party } from './portal-client.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

/** The events that the week is about. What deadlines bring about depends on the clock, and is left out. */
export const weekTypes = [
  'order.placed',
  'order.amended',
  'order.cancelled',
  'first-meeting.attended',
  'first-meeting.missed',
  'absence.registered',
  'absence.withdrawn',
  'absence.repeated',
] as const

const description = 'The receiver of `npm run demo`'
/** One that is this old was left by a demo that was killed. */
const leftBehindMilliseconds = 600_000

type Endpoint = { id: string; description?: string; createdAt: string; secret?: string }

const remove = async (party: Party, id: string): Promise<void> => {
  const answer = await party.call({ method: 'DELETE', path: `/v1/webhook-endpoints/${id}` })
  expectAnswer(answer, 204)
}

const removeLeftOnes = async (party: Party, now: Date): Promise<void> => {
  const list = await party.call({ method: 'GET', path: '/v1/webhook-endpoints?limit=500' })
  expectAnswer(list, 200)
  for (const endpoint of (list.body as { items: Endpoint[] }).items) {
    const age = now.getTime() - Date.parse(endpoint.createdAt)
    if (endpoint.description === description && age > leftBehindMilliseconds) await remove(party, endpoint.id)
  }
}

/**
 * Registers the receiver as a webhook endpoint of each party, for events of the types.
 * @returns what deletes the endpoints again; called twice, it does nothing the second time
 */
export const registerEndpoints = async (
  parties: readonly Party[],
  receiver: WebhookReceiver,
  given: { readonly now: Date; readonly types: readonly string[] },
): Promise<() => Promise<void>> => {
  const registered: { party: Party; id: string }[] = []
  const removeAll = async (): Promise<void> => {
    for (const { party, id } of registered.splice(0)) await remove(party, id)
  }
  try {
    for (const party of parties) {
      await removeLeftOnes(party, given.now)
      const answer = await party.call({
        method: 'POST',
        path: '/v1/webhook-endpoints',
        body: { url: receiver.urlFor(party.clientId), eventTypes: given.types, description },
      })
      expectAnswer(answer, 201)
      const { id, secret } = answer.body as Endpoint
      registered.push({ party, id })
      expectThat(secret?.startsWith('whsec_') === true, 'the answer to a new endpoint shows its secret, whsec_…')
      receiver.trust(party.clientId, secret as string)
    }
  } catch (error) {
    await removeAll()
    throw error
  }
  return async () => {
    try {
      await removeAll()
    } catch (error) {
      if (!(error instanceof Differs)) throw error
      throw new Differs(`The demo's webhook endpoints could not be deleted: ${error.message}`)
    }
  }
}
