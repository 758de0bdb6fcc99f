import { setTimeout as sleep } from 'node:timers/promises'
import { isUnavailable } from '#platform/db/errors.ts'
import { newId } from '#platform/ids.ts'
import { claimQueues, claimSeconds, giveUpDeleted, releaseClaim, renewClaims } from './dispatch.queries.ts'
import { type Pump, type PumpDeps, pumpEndpoint } from './pump-endpoint.ts'

/** Ours: endpoints that one worker posts to at a time, and how many of them may be such that do not answer. */
const most = { endpoints: 256, silent: 64 }
/** Ours: endpoints taken at one look, so that workers share them. */
const mostAtOnce = 8
/** How often an idle dispatcher looks for what is due, in milliseconds. */
const pollMs = 250
const renewMs = 5000
/** Without a renewal for so long, another worker may soon have the endpoints. */
const doubtMs = (claimSeconds - 3) * 1000
const backOffMs = { first: 250, last: 5000 }

/** Rejects after as long as a renewal may take: a connection may have gone dead without a word. */
const tooLate = async (): Promise<never> => {
  await sleep(renewMs, undefined, { ref: false })
  throw new Error('the renewal took too long')
}

/** The running dispatcher. */
export type Dispatcher = {
  /** Some deliveries were just queued. */
  wake(): void
  /**
   * Takes no more endpoints; resolves when what was under way has ended, which after `breakOffMs` is broken off.
   */
  stop(breakOffMs: number): Promise<void>
}

/**
 * Posts webhooks until it is stopped. Each endpoint with something due is claimed by one worker at a time and pumped on
 * its own, so a slow or dead one costs the others nothing; those that do not answer get a part of the places. Survives
 * outages of the database. Any number of workers may run it: a killed one's endpoints are free after `claimSeconds`.
 */
export const runDispatcher = (deps: PumpDeps): Dispatcher => {
  const { database, log, monotonicMs } = deps
  const worker = newId()
  const pumps = new Map<string, { pump: Pump; silent: boolean }>()
  const releases = new Set<Promise<void>>()
  const stopping = new AbortController()
  let change = Promise.withResolvers<void>()
  let renewedAt = monotonicMs()

  const begin = (endpointId: string, silent: boolean): void => {
    // Its claim ran out and was taken again while its pump is still ending, which then gives it back.
    if (pumps.has(endpointId)) return
    const pump = pumpEndpoint(deps, endpointId)
    pumps.set(endpointId, { pump, silent })
    void pump.ended.then(async () => {
      // In this order: once it is released, the next look may claim it again.
      pumps.delete(endpointId)
      const release = releaseClaim(database, worker, endpointId).catch(() => undefined)
      releases.add(release)
      await release
      releases.delete(release)
      change.resolve()
    })
  }

  const claim = async (): Promise<number> => {
    const places = most.endpoints - pumps.size
    if (places <= 0) return 0
    const answering = await claimQueues(database, worker, 'answering', Math.min(places, mostAtOnce))
    for (const endpointId of answering) begin(endpointId, false)
    const silent = [...pumps.values()].filter((entry) => entry.silent).length
    const forSilent = Math.min(most.endpoints - pumps.size, most.silent - silent, mostAtOnce)
    const dead = forSilent <= 0 ? [] : await claimQueues(database, worker, 'silent', forSilent)
    for (const endpointId of dead) begin(endpointId, true)
    return answering.length + dead.length
  }

  const look = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      let waitMs = pollMs
      try {
        const claimed = await claim()
        if (failures > 0) log.info({ failures }, 'the webhook dispatcher goes on')
        failures = 0
        if (claimed > 0) continue
      } catch (error) {
        failures += 1
        const because = isUnavailable(error) ? 'the database is away' : 'a look failed'
        if (failures === 1 || failures % 12 === 0) log.error({ err: error, failures }, `webhooks wait: ${because}`)
        waitMs = Math.min(backOffMs.last, backOffMs.first * 2 ** Math.min(failures - 1, 10))
      }
      const pause = new AbortController()
      await Promise.race([change.promise, sleep(waitMs, undefined, { signal: pause.signal }).catch(() => undefined)])
      pause.abort()
      change = Promise.withResolvers<void>()
    }
  }

  const renew = async (): Promise<void> => {
    // Also while stopping: what is under way keeps its endpoint.
    for (; !(stopping.signal.aborted && pumps.size === 0); await sleep(renewMs, undefined, { ref: false })) {
      const asked = monotonicMs()
      const mine = [...pumps]
      try {
        const held = new Set(
          await Promise.race([
            renewClaims(
              database,
              worker,
              mine.map(([endpointId]) => endpointId),
            ),
            tooLate(),
          ]),
        )
        renewedAt = asked
        for (const [endpointId, { pump }] of mine) if (!held.has(endpointId)) pump.lose()
        if (!stopping.signal.aborted) await giveUpDeleted(database)
      } catch {
        if (monotonicMs() - renewedAt > doubtMs) for (const { pump } of pumps.values()) pump.lose()
      }
    }
  }

  const looking = look()
  void renew()
  return {
    wake: () => {
      for (const { pump } of pumps.values()) pump.wake()
      change.resolve()
    },
    stop: async (breakOffMs) => {
      stopping.abort()
      change.resolve()
      await looking
      for (const { pump } of pumps.values()) pump.stop()
      const breakOff = setTimeout(() => {
        for (const { pump } of pumps.values()) pump.lose()
      }, breakOffMs)
      await Promise.all([...pumps.values()].map((entry) => entry.pump.ended))
      clearTimeout(breakOff)
      await Promise.all(releases)
    },
  }
}
