import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { Differs } from './expectations.ts'
import type { Narrator } from './narrator.ts'
import { expectAnswer, type PortalClient } from './portal-client.ts'

/** The sandbox's clock as a story turns it. */
export type StoryClock = {
  /** Sets the portal's time. */
  moveTo(now: Instant): Promise<void>
  /** Puts the clock back on the real time, for good: nothing moves it afterwards. */
  restore(): Promise<void>
}

const path = '/sandbox/clock'

/**
 * The clock of the portal, which has to be a sandbox.
 * @throws Differs that says how to get one, when it is none
 */
export const openStoryClock = async (portal: PortalClient): Promise<StoryClock> => {
  const answer = await portal.call({ method: 'GET', path })
  if (answer.status === 404) {
    throw new Differs(
      `The course needs a clock that can be set, and the portal at ${portal.url} is no sandbox.\nStart it without PORTAL_SANDBOX=false (\`npm start\` runs a sandbox unless told otherwise), or give server and worker PORTAL_SANDBOX=true.`,
    )
  }
  expectAnswer(answer, 200)
  let over = false
  let moving: Promise<unknown> = Promise.resolve()
  const set = async (now: string): Promise<void> =>
    expectAnswer(await portal.call({ method: 'PUT', path, body: { now } }), 200)
  return {
    moveTo: async (now) => {
      if (over) throw new Differs('The story is over; its clock stands on the real time.')
      // Later than the real time, the duties of everybody else's orders would be told as overdue.
      if (epochMilliseconds(now) > Date.now()) {
        throw new Differs(`The course plays until ${now}, which this computer's clock has not reached.`)
      }
      const move = set(now)
      moving = move.catch(() => undefined)
      await move
    },
    restore: async () => {
      over = true
      await moving
      await set(new Date().toISOString())
    },
  }
}

/** Moves the clock and tells the new time, as Copenhagen reads it, as a chapter. */
export const turnTo = async (
  { clock, narrator }: { readonly clock: StoryClock; readonly narrator: Narrator },
  now: Instant,
): Promise<void> => {
  const [date, time] = [{ dateStyle: 'full' }, { timeStyle: 'short' }].map((style) =>
    new Intl.DateTimeFormat('en-GB', {
      ...(style as Intl.DateTimeFormatOptions),
      timeZone: 'Europe/Copenhagen',
    }).format(new Date(now)),
  )
  narrator.chapter(`${date}, ${time}`)
  await clock.moveTo(now)
}
