import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#platform/db/pool.ts'
import { type AttemptDeps, attemptDelivery } from './attempt-delivery.ts'
import { type AttemptResult, type DueDelivery, loadDue, settleDeliveries } from './dispatch.queries.ts'

/** Ours: posts at a time to one endpoint; and to one from which only failures come, so that it is not run over. */
const atOnce = { usual: 8, failing: 1 }
/** Ours: deliveries loaded together, and for how many milliseconds they are good: a pause takes effect after that. */
const load = { most: 64, goodForMs: 1000 }
/** How long an endpoint keeps its place when others may be waiting, in milliseconds. */
const turnMs = 10_000

/** What the pump of an endpoint needs. `database` acts as the worker. */
export type PumpDeps = AttemptDeps & {
  readonly database: Database
  readonly monotonicMs: () => number
  /** Hears what came of each attempt. */
  readonly attempted: (outcome: AttemptResult['outcome']) => void
}

/** An endpoint that this worker posts to. */
export type Pump = {
  /** There may be something new. */
  wake(): void
  /** Another worker has the endpoint, or may have: nothing more is posted, and what is under way is broken off. */
  lose(): void
  /** Takes nothing new and ends when what is under way has ended. */
  stop(): void
  readonly ended: Promise<void>
}

/** Writes results down, again and again while the database is away. @returns null when it gave up */
const settle = async (
  deps: PumpDeps,
  endpointId: string,
  results: readonly AttemptResult[],
  lost: AbortSignal,
): Promise<{ more: boolean } | null> => {
  for (let failures = 0; ; failures++) {
    try {
      return await settleDeliveries(deps.database, endpointId, results)
    } catch (error) {
      // Lost results are made anew by whoever has the endpoint next: the receiver knows them by their id.
      if (lost.aborted) return null
      if (failures === 0) deps.log.warn({ err: error, endpointId }, 'results of webhooks wait to be written')
      await sleep(Math.min(2000, 100 * 2 ** failures), undefined, { signal: lost }).catch(() => undefined)
    }
  }
}

/**
 * Posts what is due at an endpoint until nothing is. Only the first open event of an order is ever due, and the next one
 * is due when that is settled, so the events of an order go one after the other and orders do not wait for each other.
 */
export const pumpEndpoint = (deps: PumpDeps, endpointId: string): Pump => {
  const lost = new AbortController()
  const inHand = new Map<string, DueDelivery>()
  let ready: DueDelivery[] = []
  let results: AttemptResult[] = []
  let posting = 0
  let look = true
  let stopping = false
  let writing = false
  /** It asked for no more: nothing is taken up until that is written down. */
  let heldBack = false
  let width = atOnce.usual
  let change = Promise.withResolvers<void>()
  const changed = (): void => change.resolve()
  const began = deps.monotonicMs()
  let loadedAt = began

  const post = async (due: DueDelivery): Promise<void> => {
    posting += 1
    const result = await attemptDelivery(deps, due, lost.signal)
    posting -= 1
    if (result === null) {
      inHand.delete(due.id)
    } else {
      results.push(result)
      deps.attempted(result.outcome)
      if (result.status === 410) {
        heldBack = true
        putBack()
      }
    }
    changed()
  }

  const stop = (): void => {
    stopping = true
    changed()
  }
  const putBack = (): void => {
    for (const due of ready) inHand.delete(due.id)
    ready = []
  }

  const fill = async (): Promise<void> => {
    look = false
    const found = await loadDue(deps.database, endpointId, [...inHand.keys()], load.most).catch((error: unknown) => {
      deps.log.warn({ err: error, endpointId }, 'the deliveries of an endpoint pause')
      return null
    })
    if (found === null) {
      // What is under way is still written down; another look takes the endpoint up again.
      stop()
      return
    }
    loadedAt = deps.monotonicMs()
    if (found.due.length > 0) width = found.failing ? atOnce.failing : atOnce.usual
    if (found.due.length === load.most) look = true
    for (const due of found.due) inHand.set(due.id, due)
    ready.push(...found.due)
    if (heldBack) putBack()
  }

  /** Writes down what has come in, and once more while that took time; posts go on meanwhile. */
  const writeDown = async (): Promise<void> => {
    while (results.length > 0) {
      const written = results
      results = []
      const settled = await settle(deps, endpointId, written, lost.signal)
      for (const { id } of written) inHand.delete(id)
      if (settled?.more) look = true
      changed()
    }
    heldBack = false
    writing = false
    changed()
  }

  const run = async (): Promise<void> => {
    for (;;) {
      change = Promise.withResolvers<void>()
      const now = deps.monotonicMs()
      if (now - began > turnMs) stopping = true
      if (stopping) putBack()
      else if (ready.length > 0 && now - loadedAt > load.goodForMs) {
        putBack()
        look = true
      }
      if (!stopping && look && !heldBack && ready.length < width) await fill()
      while (ready.length > 0 && posting < width && !stopping) {
        const due = ready.shift()
        if (due) void post(due)
      }
      if (results.length > 0 && !writing) {
        writing = true
        void writeDown()
      }
      if (posting === 0 && !writing && (stopping || (ready.length === 0 && !look))) return
      await change.promise
    }
  }

  return {
    wake: () => {
      look = true
      changed()
    },
    lose: () => {
      lost.abort()
      stop()
    },
    stop,
    ended: run(),
  }
}
