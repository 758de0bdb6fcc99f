import { Registry } from 'prom-client'
import { systemClock } from '#platform/clock.ts'
import { generateKeyring, parseKeyring } from '#platform/crypto/keyring.ts'
import { openDatabase } from '#platform/db/pool.ts'
import { createLog } from '#platform/log.ts'
import { createOutbound } from '#platform/webhooks/outbound.ts'
import { buildApp } from '#src/app.ts'

const refuse = async (): Promise<never> => {
  throw new Error('this application only describes itself')
}

/**
 * The OpenAPI document of this version of the code, as the text that `openapi/openapi.json` holds: of a portal at
 * http://localhost:3000 with the development issuer. Needs no database: the pool connects on first use, and there is none.
 */
export const openApiDocument = async (): Promise<string> => {
  const database = openDatabase({
    url: 'postgres://nobody@127.0.0.1:1/none',
    poolSize: 1,
    name: 'none',
    onError: refuse,
  })
  const outbound = createOutbound({ allow: [] })
  const app = await buildApp({
    database,
    clock: systemClock,
    keyring: parseKeyring(generateKeyring()),
    publicUrl: 'http://localhost:3000',
    complaintsMailbox: 'complaints@portal.example',
    finalReportReading: 'five-whole-days-between',
    peopleSignIn: { issuer: 'http://localhost:3000/dev/oauth', clientId: 'auditor-page', clientSecret: null },
    outboundAllow: [],
    outbound,
    accepting: () => true,
    log: createLog('silent', 'openapi'),
    verifyToken: refuse,
    metrics: new Registry(),
    rateLimit: 1,
    monotonicMs: () => 0,
    maxEventLoopDelayMs: 0,
    issuer: () => undefined,
  })
  try {
    await app.ready()
    return `${JSON.stringify(app.swagger(), null, 2)}\n`
  } finally {
    await app.close()
    await outbound.close()
    await database.close()
  }
}
