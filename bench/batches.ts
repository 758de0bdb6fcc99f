import { randomUUID } from 'node:crypto'
import type { Numbering } from './numbering.ts'
import { quantile, rounded } from './quantiles.ts'

/** What `POST /v1/absences/batch` did. Times in milliseconds, of a whole batch. */
export type BatchResult = {
  readonly batches: number
  readonly rowsPerSecond: number
  readonly p50: number
  readonly p99: number
}

export const batchSize = 1000

/**
 * Posts batches for so many seconds over so many connections, each connection one after the other.
 * @throws Error when a batch or one of its items is not taken
 */
export const postBatches = async (options: {
  url: string
  token: string
  numbering: Numbering
  connections: number
  seconds: number
}): Promise<BatchResult> => {
  const times: number[] = []
  const started = performance.now()
  const connection = async (): Promise<void> => {
    while (performance.now() - started < options.seconds * 1000) {
      const body = JSON.stringify({ items: options.numbering.take(batchSize) })
      const sent = performance.now()
      const answer = await fetch(`${options.url}/v1/absences/batch`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${options.token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body,
      })
      const text = await answer.text()
      times.push(performance.now() - sent)
      const taken = text.split('"status":201,').length - 1
      if (answer.status !== 200 || taken !== batchSize) {
        throw new Error(`a batch was answered with ${answer.status} and ${taken} absences taken: ${text.slice(0, 500)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: options.connections }, connection))
  const seconds = (performance.now() - started) / 1000
  return {
    batches: times.length,
    rowsPerSecond: rounded((times.length * batchSize) / seconds, 0),
    p50: rounded(quantile(times, 0.5), 0),
    p99: rounded(quantile(times, 0.99), 0),
  }
}
