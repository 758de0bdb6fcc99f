import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSeenIds } from './seen-ids.ts'
import { verifyWebhook } from './verify-webhook.ts'

/** More than any event of the portal; a signature can only be checked once the whole body is there. */
export const mostBodyBytes = 64 * 1024
/** Ours: some days of events; a delivery is tried again for about four. */
const mostIds = 100_000

/** The body's bytes; null when there are too many, whose rest is passed over. */
const readBody = (request: IncomingMessage): Promise<Buffer | null> =>
  new Promise((done, failed) => {
    let chunks: Buffer[] = []
    let size = 0
    const tooLarge = (): void => {
      chunks = []
      done(null)
    }
    if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) tooLarge()
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBodyBytes) tooLarge()
      else chunks.push(chunk)
    })
    request.on('end', () => done(Buffer.concat(chunks)))
    request.on('error', failed)
  })

/** One line of an event: its number, what happened and where to look, which is about all that it holds. Null for what is no event. */
const lineOf = (body: Buffer): string | null => {
  try {
    const event = JSON.parse(body.toString('utf8')) as { type: string; sequence: string; data: { url: string } }
    return `${event.sequence}  ${event.type}  ${event.data.url}`
  } catch {
    return null
  }
}

/**
 * An example of a webhook receiver. It believes what is signed, takes each event once, says what it got with `tell` and
 * answers at once; what an event sets off is done afterwards, since the portal waits 15 seconds at most.
 * @param given.secret the endpoint's signing secret; undefined until it is known, which 503 tells: the portal tries again
 */
export const createReceiver = (given: {
  readonly secret: () => string | undefined
  readonly tell: (line: string) => void
}): Server => {
  const seen = createSeenIds(mostIds)

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, headers: Record<string, string> = {}): void => {
      response.writeHead(status, headers).end()
    }
    if (request.method !== 'POST') return answer(405, { allow: 'POST' })
    const body = await readBody(request)
    if (body === null) return answer(413)
    const secret = given.secret()
    if (secret === undefined) return answer(503)

    const checked = verifyWebhook({ secret, headers: request.headers, body, nowSeconds: Math.floor(Date.now() / 1000) })
    if (!checked.accepted) {
      given.tell(`refused: ${checked.because}`)
      return answer(401)
    }
    const line = lineOf(body)
    if (line === null) return answer(400)
    // Nothing waits between this and the answer, so of two deliveries at once one is the first.
    const isNew = seen.add(checked.id)
    answer(204)
    given.tell(isNew ? `event  ${line}` : `again  ${line}  (not new, nothing is done)`)
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy())
  })
  // A sender that drips does not keep its connection.
  server.headersTimeout = 5000
  server.requestTimeout = 15_000
  return server
}
