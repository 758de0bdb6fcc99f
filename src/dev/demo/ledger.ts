import { setTimeout as sleep } from 'node:timers/promises'
import { Differs, expectMembers, expectThat } from './expectations.ts'
import type { Narrator } from './narrator.ts'
import { expectAnswer, type Party } from './portal-client.ts'
import type { PortalEvent, WebhookReceiver } from './webhook-receiver.ts'

/** What an event has to say. */
export type Told = {
  readonly type: string
  readonly orderId: string
  readonly absenceId?: string
  /** The duty, of what is told about one. */
  readonly obligationId?: string
}

/** Keeps who has to hear what, and holds webhooks and event feeds against it. */
export type Ledger = {
  /** The orders of this run; events of others are none of the story's business. */
  follow(orderId: string): void
  /** The recipient has to hear this now: waits for the webhook and tells of it. */
  hears(recipient: Party, told: Told): Promise<PortalEvent>
  /**
   * Waits for the last webhooks and compares: each party's feed has what it has to hear, in that order and nothing else,
   * and the webhooks are the feed's events to the letter.
   * @returns the events of each party's feed
   */
  balance(listeners: readonly Party[], others: readonly Party[]): Promise<ReadonlyMap<string, readonly PortalEvent[]>>
}

const patienceSeconds = 60

const says = (event: PortalEvent, told: Told): boolean =>
  event.type === told.type &&
  event.data.orderId === told.orderId &&
  event.data.absenceId === told.absenceId &&
  event.data.obligationId === told.obligationId

/** Which duty it is about. */
const about = ({ data }: PortalEvent): string => (data.obligationId === undefined ? '' : ` of ${data.kind}`)

type Page = { items: PortalEvent[]; next: string | null }

/** All events of the party's feed after the cursor, and the cursor that goes on from there. */
const readFeed = async (
  party: Party,
  from: string | null,
): Promise<{ events: PortalEvent[]; cursor: string | null }> => {
  const events: PortalEvent[] = []
  for (let cursor = from; ; ) {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await party.call({ method: 'GET', path: `/v1/events?limit=500${after}` })
    expectAnswer(answer, 200)
    const page = answer.body as Page
    events.push(...page.items)
    cursor = page.next
    if (page.items.length < 500) return { events, cursor }
  }
}

/** Opens the ledger for events of the types; what stands in the parties' feeds by now belongs to earlier runs. */
export const openLedger = async (
  parties: readonly Party[],
  receiver: WebhookReceiver,
  given: { readonly narrator: Narrator; readonly types: readonly string[] },
): Promise<Ledger> => {
  const starts = new Map<string, string | null>()
  for (const party of parties) starts.set(party.clientId, (await readFeed(party, null)).cursor)
  const orders = new Set<string>()
  const due = new Map<string, Told[]>()
  const dueTo = (party: Party): readonly Told[] => due.get(party.clientId) ?? []
  const ours = (event: PortalEvent): boolean => orders.has(event.data.orderId ?? '') && given.types.includes(event.type)

  const webhooksOf = (party: Party): Map<string, PortalEvent> =>
    new Map(
      receiver.deliveries
        .filter((delivery) => delivery.recipient === party.clientId && ours(delivery.event))
        .map((delivery) => [delivery.event.id, delivery.event]),
    )

  const compare = (party: Party, feed: readonly PortalEvent[], listens: boolean): void => {
    const expected = dueTo(party)
    const list = (events: readonly (Told | PortalEvent)[]): string =>
      events.map((event) => event.type).join(', ') || 'nothing'
    const right = feed.length === expected.length && feed.every((event, index) => says(event, expected[index] as Told))
    expectThat(right, `${party.name} should find in its feed: ${list(expected)}\nand finds: ${list(feed)}`)
    if (!listens) return
    const webhooks = webhooksOf(party)
    expectMembers(`the webhooks of ${party.name}`, [...webhooks.keys()].sort(), feed.map((event) => event.id).sort())
    for (const event of feed) expectMembers(`the webhook of ${event.id}`, webhooks.get(event.id), event)
  }

  return {
    follow: (orderId) => void orders.add(orderId),
    hears: async (recipient, told) => {
      due.set(recipient.clientId, [...dueTo(recipient), told])
      const delivery = await receiver.waitFor(recipient.clientId, (event) => says(event, told), patienceSeconds)
      if (!delivery) {
        throw new Differs(
          `${recipient.name} did not hear ${told.type} within ${patienceSeconds} s. Webhooks are sent by the worker: does it run? Its log is worker.log in DATA_DIR.`,
        )
      }
      given.narrator.note(
        `→ ${recipient.name} hears ${told.type}${about(delivery.event)} (event ${delivery.event.sequence}, signature verified)`,
      )
      return delivery.event
    },
    balance: async (listeners, others) => {
      const outstanding = (): boolean => listeners.some((party) => webhooksOf(party).size < dueTo(party).length)
      for (const started = performance.now(); outstanding() && performance.now() - started < patienceSeconds * 1000; )
        await sleep(50)
      // One too many would be on its way now.
      await sleep(750)
      const feeds = new Map<string, readonly PortalEvent[]>()
      for (const party of [...listeners, ...others]) {
        const { events } = await readFeed(party, starts.get(party.clientId) ?? null)
        const feed = events.filter(ours)
        feeds.set(party.clientId, feed)
        compare(party, feed, listeners.includes(party))
      }
      return feeds
    },
  }
}
