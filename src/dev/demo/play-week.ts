import type { Instant } from '#kernel/instant.ts'
import { refusals, tuesday, wednesday } from './absent-days.ts'
import { friday, refusalsAreOnRecord, strangerSeesNothing, withdraw } from './catching-up.ts'
import { weekTypes } from './endpoints.ts'
import { lookUpTerms, meetFirst, placeOrder, planWeek } from './ordering.ts'
import { type Evidence, type Performing, perform } from './performance.ts'
import type { PortalClient } from './portal-client.ts'
import type { Cast, Stage } from './stage.ts'
import { lastWholeWeek } from './week.ts'

/** The systems that take part, each with its token. */
export const castOf = async (portal: PortalClient): Promise<Cast> => ({
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
 * stays.
 * @throws Differs when the portal does something else than the rules say
 */
export const playWeek = async (performing: Performing): Promise<Evidence> => {
  const { portal, tell, numberMade } = performing
  const week = lastWholeWeek((await portal.now()).toISOString() as Instant)
  const cast = await castOf(portal)
  tell(`A supplier's week, ${week.monday} to ${week.sunday}, at ${portal.url}`)
  return perform(performing, {
    listeners: [cast.kKassen, cast.jobcenter, cast.supplier],
    others: [cast.otherSupplier],
    types: weekTypes,
    story: (narrator, ledger) => play({ portal, cast, narrator, ledger, week, numberMade }),
  })
}
