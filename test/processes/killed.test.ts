import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { testKeyringText } from '#test/support/test-keyring.ts'
import { portalProcess, until } from './child.ts'

/** Collects webhooks by recipient; only those whose signature verifies count. */
const webhookReceiver = async () => {
  const secrets = new Map<string, string>()
  const received = new Map<string, Set<string>>()
  const forged: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const recipient = (request.url ?? '').slice(1)
      try {
        const event = new Webhook(secrets.get(recipient) ?? '').verify(
          Buffer.concat(chunks).toString(),
          request.headers as Record<string, string>,
        ) as { type: string; data: { absenceId?: string } }
        if (event.type === 'absence.registered' && event.data.absenceId)
          received.get(recipient)?.add(event.data.absenceId)
      } catch (error) {
        forged.push(String(error))
      }
      response.writeHead(204).end()
    })
  })
  const port = await freePort()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}`, secrets, received, forged }
}

test('after kill -9 of server and worker, every absence answered 201 is there once, with its event, and its webhook arrives', async () => {
  const database = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-killed-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  const [port, metricsPort, workerMetricsPort] = await Promise.all([freePort(), freePort(), freePort()])
  const base = `http://127.0.0.1:${port}`
  const environment = {
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: base,
    METRICS_PORT: String(metricsPort),
    WORKER_METRICS_PORT: String(workerMetricsPort),
    DATABASE_URL: database.applicationUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    CPR_KEYS: testKeyringText,
    RATE_LIMIT: '1000000',
  }
  const logFile = join(folder, 'log')
  const server = portalProcess('src/server.ts', environment, logFile)
  const worker = portalProcess('src/worker.ts', environment, logFile)
  const ready = () =>
    fetch(`${base}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    )
  await until(`the server to be ready: ${readFileSync(logFile, 'utf8').slice(-1000)}`, ready)

  const tokens = new Map<string, string>()
  const call = async (client: string, path: string, body?: unknown, key?: string) => {
    if (!tokens.has(client)) {
      const answer = await fetch(`${base}/dev/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client}:demo`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
      tokens.set(client, ((await answer.json()) as { access_token: string }).access_token)
    }
    const answer = await fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${tokens.get(client)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: the test says what it expects of it
    return { status: answer.status, body: (await answer.json()) as any }
  }

  const receiver = await webhookReceiver()
  for (const recipient of ['k-kassen', 'jobcenter-musvaagevej']) {
    receiver.received.set(recipient, new Set())
    const endpoint = await call(recipient, '/v1/webhook-endpoints', {
      url: `${receiver.url}/${recipient}`,
      eventTypes: ['*'],
    })
    expect(endpoint.status, JSON.stringify(endpoint.body)).toBe(201)
    receiver.secrets.set(recipient, endpoint.body.secret)
  }

  const days = await database.sql<{ order_id: string; activity_id: string; date: string }>(
    `select order_id, activity_id, date::text from planned_days where order_id = any ($1::uuid[]) order by date, order_id`,
    [[demo.orders.activityReady.id, demo.orders.sicknessBenefit.id, demo.orders.dragoer.id]],
  )
  expect(days.length).toBeGreaterThan(150)
  const answered = new Map<string, string>()
  const waiting = [...days.entries()]
  const post = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, day] = next
      const body = {
        orderId: day.order_id,
        activityId: day.activity_id,
        date: day.date,
        wholeDay: true,
        reason: 'no-notice',
        registeredBy: { name: 'Liv Leverandør' },
      }
      for (let settled = false; !settled; ) {
        const answer = await call('supplier-nord', '/v1/absences', body, `day-${index}`).catch(() => null)
        settled = answer?.status === 201
        if (answer && settled) answered.set(`${day.order_id} ${day.date}`, answer.body.id)
        // Away, starting, or the killed one's transaction still holds the key: the same key again.
        else if (answer && ![409, 503].includes(answer.status))
          throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
        else await sleep(50)
      }
    }
  }
  const posting = Promise.all(Array.from({ length: 6 }, post))
  const total = days.length
  const atLeast = (share: number) => until(`${share} of the answers`, () => answered.size >= total * share)
  await atLeast(0.2)
  await server.restart()
  await atLeast(0.4)
  await worker.restart()
  await atLeast(0.6)
  await Promise.all([server.restart(), worker.restart()])
  await posting
  expect(answered.size).toBe(total)

  const stored = await database.sql<{ id: string; order_id: string; date: string; events: string }>(
    `select a.id, a.order_id, a.date::text, (select count(*) from events e where e.data->>'absenceId' = a.id::text) as events from absences a`,
  )
  expect(new Map(stored.map((row) => [`${row.order_id} ${row.date}`, row.id]))).toEqual(answered)
  expect(stored.length).toBe(total)
  expect(stored.filter((row) => row.events !== '1')).toEqual([])

  const expected = (orders: readonly string[]) =>
    new Set(stored.filter((row) => orders.includes(row.order_id)).map((row) => row.id))
  const atKKassen = expected([demo.orders.activityReady.id, demo.orders.dragoer.id])
  const atJobcenter = expected([demo.orders.sicknessBenefit.id])
  await until(
    'the webhooks',
    () =>
      receiver.received.get('k-kassen')?.size === atKKassen.size &&
      receiver.received.get('jobcenter-musvaagevej')?.size === atJobcenter.size,
  )
  expect(receiver.received.get('k-kassen')).toEqual(atKKassen)
  expect(receiver.received.get('jobcenter-musvaagevej')).toEqual(atJobcenter)
  expect(receiver.forged).toEqual([])
}, 240_000)
