import { registerEndpoints } from './endpoints.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { createNarrator, type Narrator } from './narrator.ts'
import type { Party, PortalClient } from './portal-client.ts'
import { type Delivery, type PortalEvent, startReceiver } from './webhook-receiver.ts'

/** What a story left behind, for those who want to look through it. */
export type Evidence = {
  readonly deliveries: readonly Delivery[]
  readonly feeds: Readonly<Record<string, readonly PortalEvent[]>>
  readonly problems: readonly string[]
}

/** What every story is performed with. */
export type Performing = {
  readonly portal: PortalClient
  readonly tell: (line: string) => void
  /** Hears each CPR number that the run makes up, before it is sent. */
  readonly numberMade: (cpr: string) => void
  /** Aborts when the run is to clean up and end. */
  readonly interrupted: AbortSignal
}

/**
 * Performs a story with webhooks and event feeds, which are compared at its end. The webhook endpoints are deleted
 * however it ends.
 * @param given.listeners get webhooks; `others` are those whose feeds must hold what they are due, mostly nothing
 * @param given.types the events that the story is about
 * @throws Differs when the portal does something else than the rules say
 */
export const perform = async (
  { portal, tell, interrupted }: Performing,
  given: {
    readonly listeners: readonly Party[]
    readonly others: readonly Party[]
    readonly types: readonly string[]
    readonly story: (narrator: Narrator, ledger: Ledger) => Promise<void>
  },
): Promise<Evidence> => {
  const { listeners, others, types, story } = given
  const receiver = await startReceiver()
  tell(`Webhooks are received at ${receiver.urlFor('…')}`)
  const narrator = createNarrator(tell)
  let removeEndpoints: (() => Promise<void>) | undefined
  try {
    removeEndpoints = await registerEndpoints(listeners, receiver, { now: await portal.now(), types })
    const ledger = await openLedger([...listeners, ...others], receiver, { narrator, types })
    const whole = async () => {
      await story(narrator, ledger)
      return narrator.step('Webhooks, event feeds and expectations are compared.', () =>
        ledger.balance(listeners, others),
      )
    }
    const feeds = await Promise.race([whole(), rejection(interrupted)])
    for (const [clientId, feed] of feeds) tell(`      ${clientId}: ${summary(feed)}`)
    await removeEndpoints()
    tell(
      `\nAll ${narrator.steps} steps went as the rules say: ${receiver.deliveries.length} webhooks came, no more and no fewer than are due.`,
    )
    return { deliveries: receiver.deliveries, feeds: Object.fromEntries(feeds), problems: portal.problems }
  } finally {
    await removeEndpoints?.().catch(() => undefined)
    await receiver.close()
  }
}

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

const summary = (feed: readonly PortalEvent[]): string => {
  const counts = new Map<string, number>()
  for (const { type } of feed) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${count} × ${type}`).join(', ') || 'nothing'
}
