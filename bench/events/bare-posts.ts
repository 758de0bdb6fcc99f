import { Agent, request } from 'node:http'

/** Connections to each receiver. */
const connections = 8

const post = (agent: Agent, url: string): Promise<void> =>
  new Promise((done, failed) => {
    const body = JSON.stringify({
      type: 'order.amended',
      id: 'evt_0189be2c-0000-7000-8000-000000000000',
      timestamp: '2026-03-13T09:00:00.000Z',
      sequence: '1',
      data: { orderId: '0189be2c-0000-7000-8000-d00000000000', url: 'http://127.0.0.1:3000/v1/orders/0189be2c' },
    })
    const asked = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume()
      answer.once('end', done)
    })
    asked.once('error', failed)
    asked.end(body)
  })

/** Posts to all receivers at once from this process, unsigned and unrecorded. @returns posts per second */
export const postBarely = async (urls: readonly string[], seconds: number): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const started = performance.now()
  let posts = 0
  const one = async (url: string): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      await post(agent, url)
      posts += 1
    }
  }
  await Promise.all(urls.flatMap((url) => Array.from({ length: connections }, () => one(url))))
  agent.destroy()
  return (posts * 1000) / (performance.now() - started)
}
