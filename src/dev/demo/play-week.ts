import type { Instant } from '#kernel/instant.ts'
import { refusals, tuesday, wednesday } from './absent-days.ts'
import { friday, refusalsAreOnRecord, strangerSeesNothing, withdraw } from './catching-up.ts'
import { registerEndpoints } from './endpoints.ts'
import { openLedger } from './ledger.ts'
import { createNarrator } from './narrator.ts'
import { lookUpTerms, meetFirst, placeOrder, planWeek } from './ordering.ts'
import type { PortalClient } from './portal-client.ts'
import type { Cast, Stage } from './stage.ts'
import { type Delivery, type PortalEvent, startReceiver } from './webhook-receiver.ts'
import { lastWholeWeek } from './week.ts'

/** What a run left behind, for those who want to look through it. */
export type Evidence = {
  readonly deliveries: readonly Delivery[]
  readonly feeds: Readonly<Record<string, readonly PortalEvent[]>>
  readonly problems: readonly string[]
}

const castOf = async (portal: PortalClient): Promise<Cast> => ({
  jobcenter: await portal.party('jobcenter-musvaagevej'),
  supplier: await portal.party('supplier-nord'),
  otherSupplier: await portal.party('supplier-syd'),
  kKassen: await portal.party('k-kassen'),
})

const play = async (stage: Stage): Promise<void> => {
  const { narrator, cast } = stage
  narrator.chapter('Before the week')
  const people = [
    { name: 'Frida Frokostvig', targetGroup: 'cash-benefit-activity-ready' },
    { name: 'Villads Vintergren', targetGroup: 'sickness-benefit' },
  ] as const
  const groups = people.map(({ targetGroup }) => targetGroup)
  const terms = await narrator.step(`${cast.jobcenter.name} looks for a course at ${cast.supplier.name}.`, () =>
    lookUpTerms(stage, groups),
  )
  const atKKassen = await placeOrder(stage, terms, people[0])
  const atJobcenter = await placeOrder(stage, terms, people[1])
  for (const course of [atKKassen, atJobcenter]) await planWeek(stage, course)

  narrator.chapter('The week')
  for (const course of [atKKassen, atJobcenter]) await meetFirst(stage, course)
  const onTuesday = await tuesday(stage, atKKassen)
  const onWednesday = await wednesday(stage, atJobcenter)
  await refusals(stage, atKKassen, atJobcenter)
  const caughtUp = await friday(stage, atKKassen, atJobcenter)

  narrator.chapter('After the week')
  await withdraw(stage, atKKassen, caughtUp.atKKassen)
  const absences = [onTuesday, onWednesday, caughtUp.atKKassen, caughtUp.atJobcenter]
  await strangerSeesNothing(stage, [atKKassen, atJobcenter], absences)
  await refusalsAreOnRecord(stage, atKKassen, atJobcenter)
}

/**
 * Plays a supplier's week against the portal, with citizens of its own, and tells it line by line. What it registers
 * stays; its webhook endpoints are deleted at the end, however it ends.
 * @param options.interrupted aborts when the run is to clean up and end
 * @throws Differs when the portal does something else than the rules say
 */
export const playWeek = async (options: {
  portal: PortalClient
  tell: (line: string) => void
  numberMade: (cpr: string) => void
  interrupted: AbortSignal
}): Promise<Evidence> => {
  const { portal, tell, interrupted } = options
  const now = await portal.now()
  const cast = await castOf(portal)
  const week = lastWholeWeek(now.toISOString() as Instant)
  const listeners = [cast.kKassen, cast.jobcenter, cast.supplier]
  const receiver = await startReceiver()
  tell(`A supplier's week, ${week.monday} to ${week.sunday}, at ${portal.url}`)
  tell(`Webhooks are received at ${receiver.urlFor('…')}`)
  const narrator = createNarrator(tell)
  let removeEndpoints: (() => Promise<void>) | undefined
  try {
    removeEndpoints = await registerEndpoints(listeners, receiver, now)
    const ledger = await openLedger([...listeners, cast.otherSupplier], receiver, narrator)
    const stage: Stage = { portal, cast, narrator, ledger, week, numberMade: options.numberMade }
    const story = async () => {
      await play(stage)
      return narrator.step('Webhooks, event feeds and expectations are compared.', () =>
        ledger.balance(listeners, [cast.otherSupplier]),
      )
    }
    const feeds = await Promise.race([story(), rejection(interrupted)])
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
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

const summary = (feed: readonly PortalEvent[]): string => {
  const counts = new Map<string, number>()
  for (const { type } of feed) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].map(([type, count]) => `${count} × ${type}`).join(', ') || 'nothing'
}
