import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { Connector } from './guarded-connector.ts'

/** A connection to one origin, used by one POST at a time. */
export type Connection = {
  readonly origin: string
  readonly client: Client
  /** How often it has begun to connect; the same before and after a POST: that went over what was there already. */
  connects(): number
  /** The address that it goes to; undefined before there was one. */
  peer(): string | undefined
  /** Breaks it off, also while it is being made. */
  drop(): void
}

/** Connections, some of them kept for the next POST to the same origin. */
export type Connections = {
  /** One to use alone: a kept one, or a new one that is made when something is sent. */
  take(origin: string): Connection
  fresh(origin: string): Connection
  /** Gives a connection back whose answer was read to its end. */
  giveBack(connection: Connection): void
  close(): Promise<void>
}

/** Ours: connections without a POST that are kept over all origins; beyond, the one that has waited longest goes. */
const mostKept = 128
/** Ours: a busy connection is used for a minute at most, so that a name that has come to mean something else is seen. */
const longestUseMs = 60_000
const maxHeaderSize = 16_384

/**
 * The connections of the way out. The peer of each was judged when it was made, so it may be used again; it is never
 * shared by two POSTs at a time, so a slow receiver holds up no other POST, and how many are open is what the posts need.
 * @param keepMs how long a connection is kept without a POST, in milliseconds; 0 keeps none. A receiver's `Keep-Alive`
 * header can only make it shorter.
 */
export const keepConnections = (connector: Connector, keepMs: number): Connections => {
  const kept = new Map<Connection, number>()
  const inUse = new Map<Connection, number>()

  const fresh = (origin: string): Connection => {
    let connects = 0
    let peer: string | undefined
    let connecting: Socket | undefined
    const client = new Client(origin, {
      connect: (options, done) => {
        connects += 1
        connecting = connector(options, (...result) => {
          connecting = undefined
          peer = result[1]?.remoteAddress
          done(...result)
        })
      },
      allowH2: false,
      // 0 makes undici ask for an end of the connection.
      pipelining: keepMs > 0 ? 1 : 0,
      keepAliveTimeout: Math.max(keepMs, 1),
      keepAliveMaxTimeout: Math.max(keepMs, 1),
      maxHeaderSize,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const drop = (): void => {
      kept.delete(connection)
      inUse.delete(connection)
      connecting?.on('error', () => undefined).destroy()
      void client.destroy()
    }
    const connection: Connection = { origin, client, connects: () => connects, peer: () => peer, drop }
    client.on('disconnect', () => {
      if (kept.has(connection)) drop()
    })
    inUse.set(connection, performance.now())
    return connection
  }

  return {
    fresh,
    take: (origin) => {
      const found = [...kept.keys()].findLast((connection) => connection.origin === origin)
      if (!found) return fresh(origin)
      inUse.set(found, kept.get(found) ?? 0)
      kept.delete(found)
      return found
    },
    giveBack: (connection) => {
      const since = inUse.get(connection)
      inUse.delete(connection)
      if (since === undefined || keepMs === 0 || performance.now() - since > longestUseMs) return connection.drop()
      kept.set(connection, since)
      const [oldest] = kept.keys()
      if (kept.size > mostKept) oldest?.drop()
    },
    close: async () => {
      for (const connection of [...kept.keys(), ...inUse.keys()]) connection.drop()
    },
  }
}
