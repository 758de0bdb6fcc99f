import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import pg from 'pg'
import { expect, test } from 'vitest'
import { generateSigningKey } from '#platform/audit/signing-key.ts'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { testKeyringText } from '#test/support/test-keyring.ts'
import { portalProcess, until } from './child.ts'

const audience = 'https://portal.example/api'

/** An issuer of one's own: discovery and keys, nothing else. */
const ownIssuer = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const server = createServer((request, response) => {
    const body = request.url === '/jwks' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  afterwards(async () => void server.close())
  const token = (clientId: string) =>
    new SignJWT({ client_id: clientId, scope: 'portal.read portal.write' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
      .setIssuer(url)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
  return { url, token }
}

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'udbudsportal-production-'))
  afterwards(async () => rmSync(path, { recursive: true, force: true }))
  return path
}

const ports = async () => {
  const [port, metrics, workerMetrics] = await Promise.all([freePort(), freePort(), freePort()])
  return {
    port,
    settings: { PORT: String(port), METRICS_PORT: String(metrics), WORKER_METRICS_PORT: String(workerMetrics) },
  }
}

test("in production server and worker run on a database and an issuer of one's own; nothing of the development exists", async () => {
  const [database, issuer, { port, settings }] = await Promise.all([testDatabase(), ownIssuer(), ports()])
  const log = join(folder(), 'log')
  const environment = {
    ...settings,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.applicationUrl,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: audience,
    CPR_KEYS: testKeyringText,
    AUDIT_SIGNING_KEY: generateSigningKey(),
    SHUTDOWN_DELAY_MS: '200',
  }
  const server = portalProcess('src/server.ts', environment, log)
  const worker = portalProcess('src/worker.ts', environment, log)
  const base = `http://127.0.0.1:${port}`
  const status = (path: string, init: RequestInit = {}) =>
    fetch(`${base}${path}`, init).then(
      (answer) => answer.status,
      () => 0,
    )
  await until('the server to be ready', async () => (await status('/health/ready')) === 200)
  await until('the worker to be ready', () => readFileSync(log, 'utf8').includes('worker ready'))
  const me = await fetch(`${base}/v1/me`, {
    headers: { authorization: `Bearer ${await issuer.token('supplier-nord')}` },
  })
  expect([me.status, ((await me.json()) as { clientId: string }).clientId]).toEqual([200, 'supplier-nord'])
  expect(await status('/dev/oauth/token', { method: 'POST' })).toBe(404)
  expect(await status('/dev/oauth/.well-known/openid-configuration')).toBe(404)
  expect(await status('/sandbox/clock')).toBe(404)
  const [serverCode, workerCode] = await Promise.all([server.end('SIGTERM'), worker.end('SIGTERM')])
  expect([serverCode, workerCode], readFileSync(log, 'utf8').slice(-2000)).toEqual([0, 0])
})

test('a start without its settings stops and names them all; a value that may be secret is not shown', async () => {
  const log = join(folder(), 'log')
  for (const entry of ['src/server.ts', 'src/worker.ts']) {
    const child = portalProcess(
      entry,
      { NODE_ENV: 'production', CPR_KEYS: 'hunter2', PORT: 'http', DATABASE_URL: 'mysql://u:secret@h/d' },
      log,
    )
    await until('the end of the start', () => child.exited() !== null)
    expect(child.exited()).toBe(1)
  }
  const told = readFileSync(log, 'utf8')
  for (const name of ['PUBLIC_URL', 'DATABASE_URL', 'OIDC_ISSUER', 'OIDC_AUDIENCE', 'CPR_KEYS', 'PORT'])
    expect(told).toContain(`- ${name} `)
  expect(told).not.toMatch(/hunter2|secret/)
})

test('a role that row-level security does not hold is refused', async () => {
  const [database, { settings }] = await Promise.all([testDatabase(), ports()])
  const log = join(folder(), 'log')
  const child = portalProcess(
    'src/server.ts',
    { ...settings, DATABASE_URL: database.ownerUrl, CPR_KEYS: testKeyringText, DATA_DIR: folder() },
    log,
  )
  await until('the end of the start', () => child.exited() !== null)
  expect([child.exited(), readFileSync(log, 'utf8')]).toEqual([
    1,
    expect.stringContaining('DATABASE_URL logs in as a role'),
  ])
})

test('SIGTERM: not ready first, then what is under way is answered, then the end', async () => {
  const [database, issuer, { port, settings }] = await Promise.all([testDatabase(), ownIssuer(), ports()])
  const log = join(folder(), 'log')
  const base = `http://127.0.0.1:${port}`
  const server = portalProcess(
    'src/server.ts',
    {
      ...settings,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PUBLIC_URL: base,
      DATABASE_URL: database.applicationUrl,
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: audience,
      CPR_KEYS: testKeyringText,
      SHUTDOWN_DELAY_MS: '1000',
    },
    log,
  )
  const ready = () =>
    fetch(`${base}/health/ready`).then(
      (answer) => answer.status,
      () => 0,
    )
  await until('the server to be ready', async () => (await ready()) === 200)
  const authorization = `Bearer ${await issuer.token('supplier-nord')}`
  // A lock keeps one request under way across the whole stop.
  const [locked] = await database.sql<{ order_id: string; activity_id: string; date: string }>(
    `select order_id, activity_id, date::text from planned_days p join orders o on o.id = p.order_id
      where o.course_status = 'attending' and p.supplier_id = (select organisation_id from api_clients where client_id = 'supplier-nord') limit 1`,
  )
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  await admin.query('begin')
  await admin.query('select 1 from orders where id = $1 for update', [locked?.order_id])
  const underWay = fetch(`${base}/v1/absences`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({
      orderId: locked?.order_id,
      activityId: locked?.activity_id,
      date: locked?.date,
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: { name: 'Liv' },
    }),
  })
  await until('the request to wait', async () => {
    const waiting = await database.sql(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return waiting.length > 0
  })
  const ended = server.end('SIGTERM')
  await until('the server to be not ready', async () => (await ready()) === 503)
  await until('the server to stop listening', async () => (await ready()) === 0)
  await admin.query('rollback')
  await admin.end()
  const answer = await underWay
  expect(answer.status).toBe(201)
  expect(await ended).toBe(0)
})
