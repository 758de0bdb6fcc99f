import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { orderNumber } from '../world.ts'
import { monotonicMs } from './monotonic-ms.ts'

const { jobcenterMusvaagevej: producer, supplierNord: recipient } = demo.organisations

/** Which order an event is of: one of so many in turn and each tenth of none, or always the same one. */
export type Spread = { readonly orders: number }

/** How many events go to the same transaction when a backlog is written. */
const atOnce = 100

/** Writes events of a jobcenter for supplier-nord, as features do. */
export type EventWriter = {
  /** Writes so many, a hundred to a transaction. */
  backlog(count: number, spread: Spread): Promise<void>
  /**
   * Writes single events in transactions of their own, at random moments (so that they do not march in step with whoever
   * looks for them), until `end` resolves.
   * @returns when each of them was committed, by `monotonicMs`
   */
  steadily(perSecond: number, spread: Spread, end: Promise<unknown>): Promise<Map<string, number>>
}

/** @param database acts as the application */
export const eventWriter = (database: Database): EventWriter => {
  let written = 0
  const next = (spread: Spread) => {
    const number = written++
    const ofNone = spread.orders > 1 && number % 10 === 9
    const orderId = ofNone ? null : orderNumber(number % spread.orders)
    return {
      type: 'order.amended',
      occurredAt: systemClock.now() as Instant,
      producerId: producer.id,
      recipients: [recipient.id],
      orderId,
      data: { run: 1, ...(orderId === null ? {} : { orderId }) },
      path: `/v1/orders/${orderId ?? ''}`,
    } as const
  }
  const write = (count: number, spread: Spread): Promise<string[]> =>
    inTransaction(database, producer.id, async (trx) => {
      const ids: string[] = []
      for (let event = 0; event < count; event++) ids.push(await appendEvent(trx, next(spread)))
      return ids
    })
  return {
    backlog: async (count, spread) => {
      for (let left = count; left > 0; left -= atOnce) await write(Math.min(left, atOnce), spread)
    },
    steadily: async (perSecond, spread, end) => {
      const committed = new Map<string, number>()
      const writing: Promise<void>[] = []
      let ended = false
      const ending = end.finally(() => {
        ended = true
      })
      const one = async (): Promise<void> => {
        const [id] = await write(1, spread)
        if (id !== undefined) committed.set(id, monotonicMs())
      }
      for (let due = monotonicMs(); !ended; ) {
        due += (-Math.log(1 - Math.random()) * 1000) / perSecond
        await sleep(Math.max(0, due - monotonicMs()))
        if (!ended) writing.push(one())
      }
      await Promise.all(writing)
      await ending
      return committed
    },
  }
}
