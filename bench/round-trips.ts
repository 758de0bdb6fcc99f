import { randomUUID } from 'node:crypto'
import { type AddressInfo, connect, createServer } from 'node:net'
import type { Cleanup } from './cleanup.ts'
import type { Numbering } from './numbering.ts'
import { quantile } from './quantiles.ts'
import { startServer } from './server-process.ts'

/** A proxy before the database that counts how often somebody sends after having heard: one round trip each. */
type CountingProxy = { readonly url: string; readonly count: () => number }

const startProxy = async (databaseUrl: string, cleanup: Cleanup): Promise<CountingProxy> => {
  const target = new URL(databaseUrl)
  let trips = 0
  const server = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) })
    let heard = true
    near.on('data', () => {
      if (heard) trips++
      heard = false
    })
    far.on('data', () => {
      heard = true
    })
    near.pipe(far).pipe(near)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanup.later(() => void server.close())
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: url.href, count: () => trips }
}

const samples = 60

/**
 * The database round trips of one absence: the median over single requests, one after the other, to a server of its own
 * whose one database connection passes a counting proxy. What the server looks up now and then falls out of the median.
 */
export const countRoundTrips = async (options: {
  environment: Readonly<Record<string, string>>
  databaseUrl: string
  numbering: Numbering
  cleanup: Cleanup
}): Promise<number> => {
  const proxy = await startProxy(options.databaseUrl, options.cleanup)
  const server = await startServer({
    environment: { ...options.environment, DATABASE_URL: proxy.url, DATABASE_POOL_SIZE: '1' },
  })
  try {
    const token = await server.token('supplier-nord')
    const trips: number[] = []
    for (let sample = 0; sample < samples; sample++) {
      const before = proxy.count()
      const answer = await fetch(`${server.url}/v1/absences`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify(options.numbering.next()),
      })
      if (answer.status !== 201)
        throw new Error(`an absence was answered with ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
      trips.push(proxy.count() - before)
    }
    return quantile(trips, 0.5)
  } finally {
    await server.stop()
  }
}
