import { expectThat } from '../demo/expectations.ts'
import { expectAnswer, type Party, type PortalClient } from '../demo/portal-client.ts'

/** An endpoint at the portal that leads to this receiver. */
export type Registration = {
  readonly id: string
  readonly secret: string
  readonly organisation: string
  /** Deletes the endpoint. */
  remove(): Promise<void>
}

type Endpoint = { readonly id: string; readonly url: string; readonly description?: string; readonly secret?: string }

const description = 'The receiver of `npm run receiver`'

const nobodyListens = async (url: string): Promise<boolean> => {
  try {
    await fetch(url, { signal: AbortSignal.timeout(2000) })
    return false
  } catch {
    return true
  }
}

const remove = async (party: Party, id: string): Promise<void> => {
  const answer = await party.call({ method: 'DELETE', path: `/v1/webhook-endpoints/${id}` })
  if (answer.status !== 404) expectAnswer(answer, 204)
}

/** A receiver that was killed could not delete its endpoint, and an organisation has twenty at most. */
const removeLeftOnes = async (party: Party): Promise<void> => {
  const list = await party.call({ method: 'GET', path: '/v1/webhook-endpoints?limit=500' })
  expectAnswer(list, 200)
  for (const endpoint of (list.body as { items: Endpoint[] }).items) {
    if (endpoint.description === description && (await nobodyListens(endpoint.url))) await remove(party, endpoint.id)
  }
}

/**
 * Registers a URL for events of the types as a client of the demo.
 * @param given.eventTypes such as `order.placed`; `*` for all
 * @throws Differs when the portal does not answer, or refuses
 */
export const register = async (
  portal: PortalClient,
  given: { readonly clientId: string; readonly url: string; readonly eventTypes: readonly string[] },
): Promise<Registration> => {
  const party = await portal.party(given.clientId)
  await removeLeftOnes(party)
  const answer = await party.call({
    method: 'POST',
    path: '/v1/webhook-endpoints',
    body: { url: given.url, eventTypes: given.eventTypes, description },
  })
  expectAnswer(answer, 201)
  const { id, secret } = answer.body as Endpoint
  expectThat(secret?.startsWith('whsec_') === true, 'the answer to a new endpoint shows its secret, whsec_…')
  return {
    id,
    secret: secret as string,
    organisation: party.name,
    // With a new token: hours may have passed.
    remove: async () => remove(await portal.party(given.clientId), id),
  }
}
