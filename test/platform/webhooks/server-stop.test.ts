import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { portalProcess, until } from '#test/processes/child.ts'
import { afterwards, testDatabase } from '#test/support/test-database.ts'
import { testKeyringText } from '#test/support/test-keyring.ts'
import { startRawReceiver } from './raw-receiver.ts'

test('SIGTERM breaks off a sample whose receiver hangs: its caller is sent to another server', async () => {
  const database = await testDatabase()
  const [port, metrics] = await Promise.all([freePort(), freePort()])
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-stop-'))
  afterwards(async () => rmSync(folder, { recursive: true, force: true }))
  const log = join(folder, 'log')
  const base = `http://127.0.0.1:${port}`
  const server = portalProcess(
    'src/server.ts',
    {
      PORT: String(port),
      METRICS_PORT: String(metrics),
      HOST: '127.0.0.1',
      PUBLIC_URL: base,
      DATABASE_URL: database.applicationUrl,
      DATA_DIR: folder,
      CPR_KEYS: testKeyringText,
      SHUTDOWN_DELAY_MS: '5000',
    },
    log,
  )
  await until('the server to be ready', () =>
    fetch(`${base}/health/ready`).then(
      (answer) => answer.status === 200,
      () => false,
    ),
  )
  const issued = await fetch(`${base}/dev/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('supplier-nord:demo')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token } = (await issued.json()) as { access_token: string }
  const post = (path: string, body: unknown) =>
    fetch(`${base}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const receiver = await startRawReceiver(() => undefined)
  // A server that has just begun may be too busy for a moment, and says so.
  let id = ''
  await until('the endpoint to be registered', async () => {
    const registered = await post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['*'] })
    if (registered.status === 201) id = ((await registered.json()) as { id: string }).id
    return id !== ''
  })
  const sample = post(`/v1/webhook-endpoints/${id}/test`, {})
  await until('the sample to arrive', () => receiver.connections() === 1)
  const ended = server.end('SIGTERM')
  const answer = await sample
  // The first phase lasts as long as a load balancer needs to notice; a sample may last three times as long.
  expect(readFileSync(log, 'utf8')).not.toContain('"phase":"not ready"')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await ended, readFileSync(log, 'utf8').slice(-2000)).toBe(0)
  expect(readFileSync(log, 'utf8')).toContain('"phase":"not ready"')
})
