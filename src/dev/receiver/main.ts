import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { Differs } from '../demo/expectations.ts'
import { openPortal } from '../demo/portal-client.ts'
import { createReceiver } from './receiver-server.ts'
import { type Registration, register } from './register.ts'

const usage = `A small webhook receiver, to look at and to try things with. It verifies what comes, takes each event once and prints it.

  npm run receiver -- --register              with an endpoint at the portal that \`npm start\` runs
  WEBHOOK_SECRET=whsec_… npm run receiver     for an endpoint that you registered yourself

  --register        gets a token of the development issuer, registers this receiver as a webhook endpoint, and deletes
                    the endpoint at the end (Ctrl-C). The portal is PUBLIC_URL, else http://localhost:PORT, else port 3000
  --client <id>     the demo's client whose endpoint it is; k-kassen unless told
  --types <list>    the types of events to register for, with commas between; all unless told
  --port <number>   where to listen on 127.0.0.1; a free port unless told
  --help            this text`

const settings = () => {
  const { values } = parseArgs({
    options: {
      register: { type: 'boolean', default: false },
      client: { type: 'string', default: 'k-kassen' },
      types: { type: 'string', default: '*' },
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Differs('--port is a number from 0 to 65535.')
  const secret = process.env['WEBHOOK_SECRET'] || undefined
  if (!values.help && !values.register && !secret?.startsWith('whsec_')) {
    throw new Differs('Give --register, or the secret of your endpoint (whsec_…) as WEBHOOK_SECRET. See --help.')
  }
  return { ...values, port, secret }
}

/** Where `npm start` of the same environment runs. */
const portalUrl = (): string =>
  (process.env['PUBLIC_URL'] || `http://localhost:${process.env['PORT'] || 3000}`).replace(/\/+$/, '')

const listen = (server: Server, port: number): Promise<string> =>
  new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(new Differs(`Port ${port} cannot be had (${error.code}).`)),
    )
    server.listen(port, '127.0.0.1', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
  })

/** Resolves at the first Ctrl-C, SIGTERM or SIGHUP; npm sends the first one twice. */
const interruption = (): Promise<void> =>
  new Promise((interrupted) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted())
  })

const tell = (line: string): void => console.log(line)

const remove = async (registration: Registration, client: string): Promise<void> => {
  try {
    await registration.remove()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Differs(
      `Endpoint ${registration.id} is left behind: ${why}\nIt is removed at the next \`--register\` of ${client}.`,
    )
  }
  tell(`Deleted endpoint ${registration.id}.`)
}

const main = async (): Promise<void> => {
  const given = settings()
  if (given.help) return tell(usage)
  const interrupted = interruption()
  let registration: Registration | undefined
  // The secret is in the answer that registers the endpoint, and an event may be quicker.
  const server = createReceiver({ secret: () => (given.register ? registration?.secret : given.secret), tell })
  const url = await listen(server, given.port)
  try {
    if (given.register) {
      const portal = openPortal(portalUrl())
      registration = await register(portal, { clientId: given.client, url, eventTypes: given.types.split(',') })
      tell(`Registered endpoint ${registration.id} of ${registration.organisation} (${given.client}) at ${portal.url}.`)
    }
    tell(`Listening on ${url}; Ctrl-C ends it.`)
    await interrupted
  } finally {
    try {
      if (registration) await remove(registration, given.client)
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Differs || error instanceof TypeError ? error.message : error)
  process.exitCode = 1
}
