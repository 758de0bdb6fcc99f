import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterwards } from '#test/support/test-database.ts'

/** What reached one endpoint. */
export type Mailbox = {
  secret: string
  /** Ids of all posts whose signature holds, in the order of arrival. */
  readonly posts: string[]
  /** Ids that were answered 2xx, first times only, in that order. */
  readonly taken: string[]
}

/** Ways to answer badly, each of which the portal has to live with. */
const mishaps: Record<string, (response: ServerResponse) => void> = {
  refuses: (response) => void response.writeHead(500).end('{"error":"broken"}'),
  redirects: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  resets: (response) => void response.socket?.resetAndDestroy(),
  hangs: () => undefined,
  drips: (response) => {
    const drip = setInterval(() => response.write('.'), 50)
    response.writeHead(503).on('close', () => clearInterval(drip))
  },
  'never ends': (response) => {
    response.writeHead(500)
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  },
  'speaks no HTTP': (response) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
}

/** Several endpoints on one port, which answer badly as often as `chance` says while `fickle` is set. */
export const fickleReceiver = async (random: () => number) => {
  const mailboxes = new Map<string, Mailbox>()
  const state = { fickle: true, forged: 0, mishaps: 0 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const mailbox = mailboxes.get((request.url ?? '').slice(1))
      if (!mailbox) return void response.writeHead(404).end()
      const id = String(request.headers['webhook-id'])
      try {
        const event = new Webhook(mailbox.secret).verify(
          Buffer.concat(chunks).toString(),
          request.headers as Record<string, string>,
        ) as { id: string }
        if (event.id !== id) throw new Error('another id')
      } catch {
        state.forged += 1
      }
      mailbox.posts.push(id)
      if (state.fickle && random() < 0.25) {
        state.mishaps += 1
        const ways = Object.values(mishaps)
        // Hanging and dripping take a place for as long as the portal waits: they come less often.
        const way = random() < 0.7 ? ways[Math.floor(random() * 3)] : ways[Math.floor(random() * ways.length)]
        return way?.(response)
      }
      if (!mailbox.taken.includes(id)) mailbox.taken.push(id)
      response.writeHead(204).end()
    })
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    state,
    mailboxes,
    urlFor: (name: string) => `http://127.0.0.1:${port}/${name}`,
    open: (name: string, secret: string): void => void mailboxes.set(name, { secret, posts: [], taken: [] }),
    /** From now on everything is taken, and what hangs is let go. */
    calmDown: (): void => {
      state.fickle = false
      server.closeAllConnections()
    },
  }
}
