import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPortal, type Party } from '#src/dev/demo/portal-client.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type RunningPortal, startPortal } from '#test/demo/running-portal.ts'
import { until } from '#test/support/until.ts'
import { startReceiverProcess } from './receiver-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'receiver-'))
chmodSync(folder, 0o755)
const client = 'jobcenter-musvaagevej'

let portal: RunningPortal | undefined
let port = ''
let jobcenter: Party
let supplier: Party

beforeAll(async () => {
  portal = await startPortal(join(folder, 'data'))
  port = String(portal.port)
  const open = openPortal(portal.url)
  jobcenter = await open.party(client)
  supplier = await open.party('supplier-nord')
}, 120_000)

afterAll(async () => {
  await portal?.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Endpoint = { readonly id: string; readonly url: string; readonly eventTypes: string[] }
const endpoints = async (): Promise<Endpoint[]> =>
  ((await jobcenter.call({ method: 'GET', path: '/v1/webhook-endpoints' })).body as { items: Endpoint[] }).items

const notice = async (): Promise<void> => {
  const answer = await supplier.call({
    method: 'POST',
    path: `/v1/orders/${demo.orders.currentAtKKassen.id}/notices`,
    body: { kind: 'travelling', text: 'Borgeren er bortrejst.', registeredBy: { name: 'Nora Nordstrup' } },
  })
  expect(answer.status, answer.text).toBe(201)
}

describe('the example receiver with --register', () => {
  test('has an endpoint at the portal, prints its events, and deletes it at Ctrl-C', async () => {
    const given = ['--register', '--client', client, '--types', 'notice.created,contact-request.answered']
    const receiver = await startReceiverProcess(given, { PORT: port })
    expect(await endpoints()).toMatchObject([
      { url: receiver.url, eventTypes: ['notice.created', 'contact-request.answered'] },
    ])
    await notice()
    await until(() => /^event {2}\d+ {2}notice\.created {2}http/m.test(receiver.output.text))
    expect(receiver.output.text).not.toContain('whsec_')
    expect(await receiver.interrupt()).toBe(0)
    expect(await endpoints()).toEqual([])
  })

  test('deletes what a killed one left, and nobody else', async () => {
    const living = await startReceiverProcess(['--register', '--client', client], { PORT: port })
    const killed = await startReceiverProcess(['--register', '--client', client], { PORT: port })
    await killed.kill()
    expect(await endpoints()).toHaveLength(2)
    const next = await startReceiverProcess(['--register', '--client', client], { PORT: port })
    expect((await endpoints()).map(({ url }) => url).sort()).toEqual([living.url, next.url].sort())
    expect([await living.interrupt(), await next.interrupt()]).toEqual([0, 0])
    expect(await endpoints()).toEqual([])
  })

  test('says what the portal says when it refuses', async () => {
    const refused = startReceiverProcess(['--register', '--client', client, '--types', 'no.such'], { PORT: port })
    await expect(refused).rejects.toThrow('unknown-event-type')
  })

  test('says what is left behind when the portal was stopped before it, and removes that the next time', async () => {
    const receiver = await startReceiverProcess(['--register', '--client', client], { PORT: port })
    const left = (await endpoints())[0]?.id
    await portal?.stop()
    expect(await receiver.interrupt()).toBe(1)
    expect(receiver.output.text).toContain(`Endpoint ${left} is left behind`)
    expect(receiver.output.text).toContain(`It is removed at the next \`--register\` of ${client}.`)
    portal = await startPortal(join(folder, 'data'))
    port = String(portal.port)
    jobcenter = await openPortal(portal.url).party(client)
    expect((await endpoints()).map(({ id }) => id)).toEqual([left])
    const next = await startReceiverProcess(['--register', '--client', client], { PORT: port })
    expect((await endpoints()).map(({ url }) => url)).toEqual([next.url])
    expect(await next.interrupt()).toBe(0)
    expect(await endpoints()).toEqual([])
  }, 120_000)
})
