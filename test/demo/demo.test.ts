import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '#src/dev/demo/play-week.ts'
import { openPortal } from '#src/dev/demo/portal-client.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { type Ended, type RunningPortal, runScript, startPortal } from './running-portal.ts'
import { storedText } from './stored-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'demo-'))
chmodSync(folder, 0o755)
const dataDir = join(folder, 'data')
const numbersFile = join(folder, 'numbers')

const runs: Ended[] = []
const evidence: Evidence[] = []
/** What was written, by where it stands. */
const written = new Map<string, string>()
let portal: RunningPortal | undefined

/** Requests that carry a CPR number where none belongs; none of them may be given back or kept. */
const misplacedNumbers = async (url: string): Promise<void> => {
  const { cpr } = demo.citizens.activityReady
  const hyphenated = `${cpr.slice(0, 6)}-${cpr.slice(6)}`
  const client = openPortal(url)
  const supplier = await client.party('supplier-nord')
  const { orders } = demo
  const absence = { orderId: orders.activityReady.id, activityId: orders.activityReady.activityId, date: '2026-03-03' }
  const sent = [
    await supplier.call({ method: 'GET', path: `/v1/orders/${cpr}` }),
    await supplier.call({ method: 'GET', path: `/v1/orders?citizenId=${hyphenated}` }),
    await supplier.call({ method: 'GET', path: `/v1/citizens/${cpr}` }),
    await supplier.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr: hyphenated } }),
    await supplier.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr: Number(cpr) } }),
    await supplier.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr: `${cpr.slice(0, 9)}` } }),
    await supplier.call({ method: 'POST', path: '/v1/absences', body: { ...absence, date: cpr } }),
    await supplier.call({
      method: 'POST',
      path: '/v1/absences',
      body: { ...absence, wholeDay: true, reason: cpr, registeredBy: { name: 'Liv' } },
    }),
    await supplier.call({
      method: 'POST',
      path: '/v1/webhook-endpoints',
      body: { url: 'http://127.0.0.1:9/x', eventTypes: [cpr] },
    }),
  ]
  for (const answer of sent) expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
  const found = await supplier.call({ method: 'POST', path: '/v1/citizen-searches', body: { cpr } })
  expect(found.status).toBe(200)
  written.set('answer to a search by number', found.text)
  for (const [index, problem] of client.problems.entries())
    written.set(`problem of a misplaced number ${index}`, problem)
}

const play = async ({ port }: RunningPortal, number: number): Promise<void> => {
  const evidenceFile = join(folder, `evidence-${number}`)
  const env = { PORT: String(port), DEMO_NUMBERS_FILE: numbersFile, DEMO_EVIDENCE_FILE: evidenceFile }
  const run = await runScript('src/dev/demo/main.ts', env)
  runs.push(run)
  written.set(`output of demo run ${number}`, run.output)
  if (run.code !== 0) return
  const text = readFileSync(evidenceFile, 'utf8')
  evidence.push(JSON.parse(text) as Evidence)
  written.set(`webhooks, feeds and problems of demo run ${number}`, text)
}

beforeAll(async () => {
  portal = await startPortal(dataDir)
  await play(portal, 1)
  await play(portal, 2)
  await misplacedNumbers(portal.url)
  for (const [table, text] of await storedText(join(dataDir, 'postgres'))) written.set(`table ${table}`, text)
  const stopped = await portal.stop()
  portal = undefined
  written.set('output of npm start', stopped.output)
  for (const name of readdirSync(dataDir).filter((file) => file.endsWith('.log'))) {
    written.set(name, readFileSync(join(dataDir, name), 'utf8'))
  }
}, 120_000)

afterAll(async () => {
  await portal?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const knownNumbers = (): string[] => [
  ...Object.values(demo.citizens).map(({ cpr }) => cpr),
  demo.newcomer.cpr,
  ...readFileSync(numbersFile, 'utf8').trim().split('\n'),
]

/** Which of the numbers stand in the text, with or without a hyphen or a blank between date and serial. */
const numbersIn = (text: string): string[] =>
  knownNumbers().filter((cpr) => ['', '-', ' '].some((gap) => text.includes(`${cpr.slice(0, 6)}${gap}${cpr.slice(6)}`)))

describe('the demo', () => {
  test('plays the week twice against one portal, as the rules say', () => {
    for (const run of runs) expect(run.code, run.output).toBe(0)
    expect(runs).toHaveLength(2)
    expect(runs[0]?.output).toContain('hears absence.registered')
  })

  test('says what to do when no portal runs', async () => {
    const run = await runScript('src/dev/demo/main.ts', { PORT: String(await freePort()) })
    expect(run.code).toBe(1)
    expect(run.output).toContain('npm start')
    expect(run.output).not.toContain('    at ')
  })
})

describe('a CPR number', () => {
  test('is looked for where there is something to find', () => {
    const [first] = evidence
    expect(first?.deliveries.length).toBeGreaterThanOrEqual(9)
    expect(first?.problems.length).toBeGreaterThanOrEqual(10)
    expect(Object.values(first?.feeds ?? {}).flat()).toHaveLength(9)
    expect(knownNumbers().length).toBeGreaterThanOrEqual(15)
    for (const name of [
      'server.log',
      'worker.log',
      'postgres.log',
      'table public.absences',
      'table public.idempotency_keys',
    ]) {
      expect(written.get(name)?.length, name).toBeGreaterThan(0)
    }
    const { cpr } = demo.citizens.draft
    expect(numbersIn(`x${cpr.slice(0, 6)}-${cpr.slice(6)}x`)).toEqual([cpr])
  })

  test('stands in nothing that was written or sent', () => {
    const leaks = [...written].flatMap(([where, text]) => numbersIn(text).map((cpr) => `${where}: ${cpr}`))
    expect(leaks).toEqual([])
  })
})
