import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterwards } from '#test/support/test-database.ts'

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly url: string }

/** A webhook receiver that keeps what it got and answers as it is told. */
export type Receiver = {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  /** Answers requests from now on; 204 until it is set. */
  answer(how: (response: ServerResponse, request: Received) => void): void
}

const listening = (server: Server, host: string): Promise<number> =>
  new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(0, host, () => done((server.address() as AddressInfo).port))
  })

/** Starts a receiver on a free port; it is closed when the test or file ends. */
export const startReceiver = async (host = '127.0.0.1'): Promise<Receiver> => {
  const received: Received[] = []
  let answer = (response: ServerResponse, _request: Received): void => void response.writeHead(204).end()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const got = { headers: request.headers, body, url: request.url ?? '' }
      received.push(got)
      answer(response, got)
    })
  })
  const port = await listening(server, host)
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    port,
    received,
    answer: (how) => {
      answer = how
    },
  }
}
