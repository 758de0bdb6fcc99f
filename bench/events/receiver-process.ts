import { fork } from 'node:child_process'
import type { Cleanup } from '../cleanup.ts'

/** When an event first came to a receiver, by `monotonicMs`. */
export type Arrival = { readonly eventId: string; readonly receiver: number; readonly at: number }

export type ToReceivers = 'count' | 'take'
export type FromReceivers = { readonly ports: number[] } | Counted | Taken
/** How many events came since the last `take`, once for each receiver, and when the last of them did. */
export type Counted = { readonly count: number; readonly last: number }
export type Taken = {
  readonly arrivals: Arrival[]
  readonly duplicates: number
  /** Events that came after a later one of their order had come to the same receiver. */
  readonly outOfOrder: number
}

/** The receivers, in a process of their own. */
export type ReceiverProcess = {
  readonly pid: number
  readonly urls: readonly string[]
  count(): Promise<Counted>
  /** What came, which they forget. */
  take(): Promise<Taken>
}

/** Starts so many receivers. One question at a time. */
export const startReceivers = async (receivers: number, cleanup: Cleanup): Promise<ReceiverProcess> => {
  const child = fork(new URL('./receivers.ts', import.meta.url), [String(receivers)], { execArgv: [] })
  cleanup.later(() => void child.kill('SIGTERM'))
  const answer = <T>(): Promise<T> =>
    new Promise((done, failed) => {
      const ended = (): void => failed(new Error('the receivers ended'))
      child.once('exit', ended)
      child.once('message', (message) => {
        child.off('exit', ended)
        done(message as T)
      })
    })
  const ask = <T>(question: ToReceivers): Promise<T> => {
    const answered = answer<T>()
    child.send(question)
    return answered
  }
  const { ports } = await answer<{ ports: number[] }>()
  return {
    pid: child.pid ?? 0,
    urls: ports.map((port) => `http://127.0.0.1:${port}/`),
    count: () => ask<Counted>('count'),
    take: () => ask<Taken>('take'),
  }
}
