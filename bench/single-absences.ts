import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import type { Numbering } from './numbering.ts'
import { quantile, rounded } from './quantiles.ts'

/** What `POST /v1/absences` did under load. Times in milliseconds. */
export type SingleResult = {
  readonly absences: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/**
 * Posts single absences for so many seconds, each of a citizen and day of its own under a key of its own.
 * @throws Error when an answer is not 201, or a request was not answered at all
 */
export const postSingleAbsences = (options: {
  url: string
  token: string
  numbering: Numbering
  connections: number
  seconds: number
}): Promise<SingleResult> =>
  new Promise((done, failed) => {
    const times: number[] = []
    const others = new Map<number, number>()
    let started = performance.now()
    let last = started
    const run = autocannon(
      {
        url: options.url,
        connections: options.connections,
        duration: options.seconds,
        timeout: 60,
        requests: [
          {
            method: 'POST',
            path: '/v1/absences',
            setupRequest: (request) => ({
              ...request,
              headers: {
                authorization: `Bearer ${options.token}`,
                'content-type': 'application/json',
                'idempotency-key': randomUUID(),
              },
              body: JSON.stringify(options.numbering.next()),
            }),
          },
        ],
      },
      (error, result) => {
        if (error) return failed(error)
        if (result.errors + result.timeouts + result.resets > 0 || others.size > 0) {
          const statuses = [...others].map(([status, count]) => `${count} × ${status}`).join(', ')
          return failed(
            new Error(
              `not every absence was taken: ${result.errors} errors, answers other than 201: ${statuses || 'none'}`,
            ),
          )
        }
        done({
          absences: times.length,
          perSecond: rounded((times.length * 1000) / (last - started)),
          p50: rounded(quantile(times, 0.5), 2),
          p99: rounded(quantile(times, 0.99), 2),
        })
      },
    )
    run.on('start', () => {
      started = performance.now()
    })
    run.on('response', (_client, status, _bytes, milliseconds) => {
      last = performance.now()
      if (status === 201) times.push(milliseconds)
      else others.set(status, (others.get(status) ?? 0) + 1)
    })
  })
