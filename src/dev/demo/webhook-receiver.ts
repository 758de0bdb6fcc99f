import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { Differs } from './expectations.ts'

/** An event as feed and webhooks show it. */
export type PortalEvent = {
  readonly type: string
  readonly id: string
  readonly timestamp: string
  readonly sequence: string
  readonly data: {
    readonly url: string
    readonly orderId?: string
    readonly absenceId?: string
    readonly obligationId?: string
    readonly kind?: string
    readonly date?: string
  }
}

/** A delivery whose signature was good. */
export type Delivery = {
  readonly recipient: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly event: PortalEvent
}

/** A web server of the demo that stands for the systems of the organisations. */
export type WebhookReceiver = {
  /** Where the recipient's webhooks go. */
  urlFor(recipient: string): string
  /** Tells the signing secret of a recipient's endpoint. */
  trust(recipient: string, secret: string): void
  readonly deliveries: readonly Delivery[]
  /**
   * The recipient's first delivery that `wanted` accepts, waited for.
   * @throws Differs after `seconds`, and as soon as a delivery came whose signature is wrong
   */
  waitFor(recipient: string, wanted: (event: PortalEvent) => boolean, seconds: number): Promise<Delivery | undefined>
  close(): Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Starts the receiver on a free port of 127.0.0.1. */
export const startReceiver = async (): Promise<WebhookReceiver> => {
  const secrets = new Map<string, string>()
  const deliveries: Delivery[] = []
  let fault: string | undefined

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const recipient = (request.url ?? '').slice(1)
    const text = await bodyOf(request)
    const secret = secrets.get(recipient)
    if (secret === undefined) {
      // The secret is in the answer that registers the endpoint; the portal tries again.
      response.writeHead(503).end()
      return
    }
    try {
      const event = new Webhook(secret).verify(text, request.headers as Record<string, string>) as PortalEvent
      if (event.id !== request.headers['webhook-id']) throw new Error('webhook-id is not the id of the event')
      deliveries.push({ recipient, headers: request.headers, text, event })
      response.writeHead(204).end()
    } catch (error) {
      fault = `A webhook for ${recipient} does not verify: ${error instanceof Error ? error.message : String(error)}`
      response.writeHead(401).end()
    }
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', listening)
  })
  const { port } = server.address() as AddressInfo
  return {
    urlFor: (recipient) => `http://127.0.0.1:${port}/${recipient}`,
    trust: (recipient, secret) => secrets.set(recipient, secret),
    deliveries,
    waitFor: async (recipient, wanted, seconds) => {
      for (const started = performance.now(); performance.now() - started < seconds * 1000; await sleep(20)) {
        if (fault !== undefined) throw new Differs(fault)
        const found = deliveries.find((delivery) => delivery.recipient === recipient && wanted(delivery.event))
        if (found) return found
      }
      return undefined
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
