import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterwards } from './test-database.ts'

/** A connection to something else that a test can cut and let through again. */
export type TcpProxy = {
  readonly port: number
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>
  restore(): Promise<void>
  /** Nothing that is sent on the connections of now arrives any more, and neither side hears of it; new ones are sound. */
  swallow(): void
  /** Connections from now on go to that port. */
  pointTo(port: number): void
}

/** Passes everything on to `host:port` until it is cut. */
export const tcpProxy = async (host: string, port: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  const swallowed = new WeakSet<Socket>()
  let target = port
  const server = createServer((near) => {
    const far = connect({ host, port: target })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        if (!swallowed.has(socket)) other.destroy()
      })
      socket.pipe(other)
    }
  })
  const listen = (on: number): Promise<void> => new Promise((done) => server.listen(on, '127.0.0.1', done))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  const cut = (): Promise<void> =>
    new Promise((done) => {
      if (server.listening) server.close(() => done())
      else done()
      for (const socket of sockets) socket.destroy()
    })
  const swallow = (): void => {
    for (const socket of sockets) {
      swallowed.add(socket)
      socket.unpipe().resume()
    }
  }
  afterwards(cut)
  const pointTo = (to: number): void => {
    target = to
  }
  return { port: own, cut, restore: () => listen(own), swallow, pointTo }
}

/** The same database through the proxy. */
export const throughProxy = (databaseUrl: string, proxy: TcpProxy): string => {
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  return url.href
}
