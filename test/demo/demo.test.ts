import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '#src/dev/demo/performance.ts'
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
/** Of each run that went to its end. */
const evidence: { week: Evidence; course: Evidence; noShow: Evidence }[] = []
let interrupted: Ended
let withoutSandbox: Ended
/** How far the sandbox's clock stood from the real time, in seconds. */
const clockAhead = { afterRuns: Number.NaN, afterInterruption: Number.NaN, afterRestart: Number.NaN }
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

const settings = ({ port }: RunningPortal) => ({ PORT: String(port), DEMO_NUMBERS_FILE: numbersFile })

const play = async (running: RunningPortal, number: number): Promise<void> => {
  const evidenceFile = join(folder, `evidence-${number}`)
  const run = await runScript('src/dev/demo/main.ts', { ...settings(running), DEMO_EVIDENCE_FILE: evidenceFile })
  runs.push(run)
  written.set(`output of demo run ${number}`, run.output)
  if (run.code !== 0) return
  const text = readFileSync(evidenceFile, 'utf8')
  evidence.push(JSON.parse(text))
  written.set(`webhooks, feeds and problems of demo run ${number}`, text)
}

const secondsAhead = async ({ url }: RunningPortal): Promise<number> => {
  const answer = (await (await fetch(`${url}/sandbox/clock`)).json()) as { now: string }
  return (Date.parse(answer.now) - Date.now()) / 1000
}

/** As a demo leaves it that is killed. */
const leaveClockBehind = async ({ url }: RunningPortal): Promise<void> => {
  const body = JSON.stringify({ now: '2026-03-05T13:00:00Z' })
  const answer = await fetch(`${url}/sandbox/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(200)
}

const stop = async (name: string): Promise<void> => {
  const stopped = await portal?.stop()
  portal = undefined
  written.set(`output of ${name}`, stopped?.output ?? '')
  for (const file of readdirSync(dataDir).filter((log) => log.endsWith('.log'))) {
    written.set(`${file} of ${name}`, readFileSync(join(dataDir, file), 'utf8'))
  }
}

beforeAll(async () => {
  portal = await startPortal(dataDir)
  await play(portal, 1)
  await play(portal, 2)
  clockAhead.afterRuns = await secondsAhead(portal)
  interrupted = await runScript('src/dev/demo/main.ts', settings(portal), 'Thursday, 5 March 2026')
  clockAhead.afterInterruption = await secondsAhead(portal)
  await misplacedNumbers(portal.url)
  await leaveClockBehind(portal)
  for (const [table, text] of await storedText(join(dataDir, 'postgres'))) written.set(`table ${table}`, text)
  await stop('npm start')
  portal = await startPortal(dataDir)
  clockAhead.afterRestart = await secondsAhead(portal)
  await stop('the next npm start')
  portal = await startPortal(dataDir, { PORTAL_SANDBOX: 'false' })
  withoutSandbox = await runScript('src/dev/demo/main.ts', settings(portal))
  await stop('npm start without a sandbox')
}, 150_000)

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
  test('plays its stories twice against one portal, as the rules say', () => {
    for (const run of runs) expect(run.code, run.output).toBe(0)
    expect(runs).toHaveLength(2)
    expect(runs[0]?.output).toContain('hears absence.registered')
    expect(runs[1]?.output).toContain('hears obligation.overdue of final-report')
    expect(runs[1]?.output).toContain('hears first-meeting.missed-again')
  })

  test('puts the clock back, also when it is interrupted; a start does it for one that was killed', () => {
    expect(interrupted.code, interrupted.output).toBe(1)
    expect(interrupted.output).toContain('Interrupted (SIGINT)')
    expect(interrupted.output).toContain('The clock is back on the real time.')
    for (const [when, seconds] of Object.entries(clockAhead)) expect(Math.abs(seconds), when).toBeLessThan(60)
  })

  test('says how to get a sandbox when there is none', () => {
    expect(withoutSandbox.code, withoutSandbox.output).toBe(1)
    expect(withoutSandbox.output).toContain('is no sandbox')
    expect(withoutSandbox.output).toContain('PORTAL_SANDBOX')
    expect(withoutSandbox.output).not.toContain('    at ')
    expect(written.get('output of npm start')).toContain('/sandbox/clock')
    expect(written.get('output of npm start without a sandbox')).not.toContain('/sandbox/clock')
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
    for (const [story, events, problems] of [
      [first?.week, 9, 10],
      [first?.course, 37, 12],
      [first?.noShow, 7, 4],
    ] as const) {
      expect(story?.deliveries.length).toBeGreaterThanOrEqual(events)
      expect(story?.problems.length).toBeGreaterThanOrEqual(problems)
      expect(Object.values(story?.feeds ?? {}).flat()).toHaveLength(events)
    }
    // Two citizens of the week, one of the course and one who does not come, twice; and those of the last week, without a course.
    expect(readFileSync(numbersFile, 'utf8').trim().split('\n').length).toBeGreaterThanOrEqual(11)
    expect(knownNumbers().length).toBeGreaterThanOrEqual(22)
    for (const name of [
      'server.log of npm start',
      'worker.log of npm start',
      'postgres.log of npm start',
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
