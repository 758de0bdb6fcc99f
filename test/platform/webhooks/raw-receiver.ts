import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterwards } from '#test/support/test-database.ts'

/** A receiver that says byte for byte what it is told to, and counts. */
export type RawReceiver = {
  readonly url: string
  readonly port: number
  readonly connections: () => number
  /** How many of them are open. */
  readonly open: () => number
  /** Everything that was sent to it. */
  readonly heard: () => string
  /** Resolves when every connection so far has been closed. */
  allClosed(): Promise<void>
}

/**
 * Listens on a free port.
 * @param onRequest called when a request has come in whole, with its number on this connection, from 1
 */
export const startRawReceiver = async (
  onRequest: (socket: Socket, number: number) => void,
  host = '127.0.0.1',
): Promise<RawReceiver> => {
  const closed: Promise<void>[] = []
  const sockets = new Set<Socket>()
  let heard = ''
  const server = createServer((socket) => {
    sockets.add(socket)
    const close = Promise.withResolvers<void>()
    closed.push(close.promise)
    let pending = ''
    let number = 0
    socket
      .on('error', () => undefined)
      .on('close', () => close.resolve())
      .on('data', (chunk) => {
        heard += chunk
        pending += chunk
        for (;;) {
          const [, head = '', size = '0'] = /^(.*?content-length: (\d+).*?\r\n\r\n)/is.exec(pending) ?? []
          if (head === '' || pending.length < head.length + Number(size)) return
          pending = pending.slice(head.length + Number(size))
          number += 1
          onRequest(socket, number)
        }
      })
  })
  await new Promise<void>((done) => server.listen(0, host, done))
  afterwards(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
    port,
    connections: () => sockets.size,
    open: () => [...sockets].filter((socket) => !socket.destroyed).length,
    heard: () => heard,
    allClosed: async () => void (await Promise.all(closed)),
  }
}
