import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { monotonicMs } from './monotonic-ms.ts'
import type { Arrival, FromReceivers, ToReceivers } from './receiver-process.ts'

/*
 * The receivers' process: so many webhook receivers on ports of their own, each answering 204 at once. Talks over the
 * channel of its parent (`receiver-process.ts`), whose end ends it.
 */

type Body = { readonly id: string; readonly sequence: string; readonly data: { orderId?: string; run?: number } }

const count = Number(process.argv[2])
let arrivals: Arrival[] = []
let last = 0
let duplicates = 0
let outOfOrder = 0
const seen = new Set<string>()
const newest = new Map<string, number>()

const tell = (message: FromReceivers): void => void process.send?.(message)

const keep = (receiver: number, text: string): void => {
  const { id, sequence, data } = JSON.parse(text) as Body
  // Events that the benchmark did not write, such as of duties that the world's orders have, are answered alone.
  if (data.run === undefined) return
  const key = `${receiver} ${id}`
  if (seen.has(key)) {
    duplicates += 1
    return
  }
  seen.add(key)
  last = monotonicMs()
  arrivals.push({ eventId: id.slice('evt_'.length), receiver, at: last })
  if (data.orderId === undefined) return
  const lane = `${receiver} ${data.orderId}`
  if (Number(sequence) < (newest.get(lane) ?? 0)) outOfOrder += 1
  else newest.set(lane, Number(sequence))
}

const listen = (receiver: number): Promise<number> =>
  new Promise((done, failed) => {
    const server = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => {
        text += chunk
      })
      request.on('end', () => {
        keep(receiver, text)
        response.writeHead(204).end()
      })
    })
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  })

process.on('message', (message: ToReceivers) => {
  if (message === 'count') tell({ count: arrivals.length, last })
  else {
    tell({ arrivals, duplicates, outOfOrder })
    arrivals = []
    duplicates = 0
    outOfOrder = 0
    seen.clear()
    newest.clear()
  }
})
process.on('disconnect', () => process.exit())
tell({ ports: await Promise.all(Array.from({ length: count }, (_, receiver) => listen(receiver))) })
