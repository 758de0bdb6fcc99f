import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { afterwards } from '#test/support/test-database.ts'

/** A way to the database that can be broken and mended. */
export type BreakableConnection = {
  /** The database's URL by this way. */
  readonly url: string
  breakIt(): Promise<void>
  mend(): Promise<void>
}

/** Puts a relay in front of the database of `databaseUrl`; it is removed when the test ends. */
export const breakableConnection = async (databaseUrl: string): Promise<BreakableConnection> => {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const relay = createServer((incoming) => {
    const outgoing = connect(Number(target.port || 5432), target.hostname)
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
      socket.pipe(other)
    }
  })
  const listen = (port: number): Promise<void> => new Promise((done) => relay.listen(port, '127.0.0.1', done))
  await listen(0)
  const { port } = relay.address() as AddressInfo
  const breakIt = (): Promise<void> =>
    new Promise((done) => {
      relay.close(() => done())
      for (const socket of sockets) socket.destroy()
    })
  afterwards(async () => {
    if (relay.listening) await breakIt()
  })
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return { url: url.href, breakIt, mend: () => listen(port) }
}
