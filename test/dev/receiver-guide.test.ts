import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { leastAttempts, leastHours, retryDelays } from '#features/webhooks/dispatch/retry-schedule.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { newSigningSecret, signatureHeaders } from '#platform/webhooks/signature.ts'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'
import { webhookVectors } from '#src/dev/webhook-vectors.ts'
import { afterwards } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'

const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')

const spelled = (seconds: number): string => {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ')
}

/** The schedule as the guide shows it. */
const retryTable = (): string => {
  let since = 0
  const rows = retryDelays.map((delay, index) => {
    since += delay
    return `| ${index + 2} | ${spelled(delay)} | ${spelled(since)} |`
  })
  return ['| Attempt | Pause before it | Since the first |', '| --- | --- | --- |', '| 1 | | |', ...rows].join('\n')
}

type Check = (secret: string, headers: Record<string, string | string[] | undefined>, body: Buffer) => boolean
const folder = mkdtempSync(join(tmpdir(), 'guide-'))
const file = join(folder, 'check.ts')
writeFileSync(file, /```ts\n([\s\S]+?)```/.exec(guide)?.[1] ?? '')
const { isFromPortal } = (await import(pathToFileURL(file).href)) as { isFromPortal: Check }

afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => void vi.useRealTimers())

describe('docs/webhooks.md', () => {
  test('shows the retries as they are', () => {
    const shown = /<!-- retry-schedule[^>]*-->\n([\s\S]+?)\n<!-- \/retry-schedule -->/.exec(guide)?.[1]
    expect(shown).toBe(retryTable())
    expect(shown?.split('\n')).toHaveLength(leastAttempts + 2)
    expect(guide).toContain(`never before ${leastHours} hours`)
  })

  test.each(webhookVectors().cases)(
    'its check in TypeScript: $name is $expected',
    ({ secret, now, headers, body, expected }) => {
      vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] })
      expect(isFromPortal(secret, headers, Buffer.from(body, 'utf8')) ? 'accepted' : 'refused').toBe(expected)
    },
  )

  test('its check in TypeScript compiles, also with the headers that node:http gives', () => {
    const use = join(folder, 'use.ts')
    const text = `import { createServer } from 'node:http'
      import { isFromPortal } from './check.ts'
      createServer((request, response) => {
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.on('end', () => response.writeHead(isFromPortal('whsec_', request.headers, Buffer.concat(chunks)) ? 204 : 401).end())
      })`
    writeFileSync(use, text)
    const { config } = ts.readConfigFile(join(checkoutRoot, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, folder)
    const typeRoots = [join(checkoutRoot, 'node_modules/@types')]
    const program = ts.createProgram([use], {
      ...options,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      typeRoots,
    })
    expect(program.getSourceFiles().map((source) => source.fileName)).toContain(file)
    expect(
      ts.getPreEmitDiagnostics(program).map((each) => ts.flattenDiagnosticMessageText(each.messageText, ' ')),
    ).toEqual([])
  })

  test('its check in TypeScript refuses headers that are there several times', () => {
    const [good] = webhookVectors().cases.filter((each) => each.expected === 'accepted')
    if (!good) throw new Error('no vector is accepted')
    vi.useFakeTimers({ now: good.now * 1000, toFake: ['Date'] })
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const twice = { ...good.headers, [name]: [good.headers[name] ?? '', ''] }
      expect(isFromPortal(good.secret, twice, Buffer.from(good.body, 'utf8')), name).toBe(false)
    }
  })

  test('its receiver in Python takes what is signed, and asks for a length', async () => {
    const blocks = [...guide.matchAll(/```python\n([\s\S]+?)```/g)].map((match) => match[1])
    expect(blocks).toHaveLength(2)
    expect(blocks[1]).toContain('send_error(411)')
    // What follows needs Python, which nothing else of the portal does.
    if (spawnSync('python3', ['--version']).status !== 0) return
    const port = await freePort()
    const script = join(folder, 'receiver.py')
    writeFileSync(script, blocks.join('\n').replace('9000', String(port)))
    const secret = newSigningSecret()
    const child = spawn('python3', [script], { env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret } })
    afterwards(async () => void child.kill('SIGKILL'))
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    /** The status line of what it answers; empty while it does not listen, or when it just hangs up. */
    const post = (headers: Record<string, string>, body = ''): Promise<string> =>
      new Promise((done) => {
        let answer = ''
        const socket = connect(port, '127.0.0.1', () => {
          const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
          socket.write(`POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
        })
        socket.on('data', (chunk) => (answer += chunk.toString()))
        socket.on('error', () => undefined)
        socket.on('close', () => done(answer.split('\r\n')[0] ?? ''))
      })
    const body = JSON.stringify({ type: 'order.placed' })
    const signed = signatureHeaders({ id: 'evt_1', timestampSeconds: Math.floor(Date.now() / 1000), body }, [secret])
    const length = { 'content-length': String(body.length) }
    await until(async () => (await post({ ...signed, ...length }, body)).includes(' 204 '))
    expect(said).toContain('evt_1 order.placed')
    expect(await post({ ...length }, body)).toContain(' 401 ')
    expect(await post(signed)).toContain(' 411 ')
    expect(await post({ ...signed, 'content-length': 'some' })).toContain(' 411 ')
    expect(said).not.toContain('Traceback')
  })

  test('names types of events that there are', () => {
    const named = guide.match(/(?<=[`"])(?:webhook-endpoint|report|order)\.[a-z-]+(?=[`"])/g) ?? []
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((type) => !Object.hasOwn(eventTypes, type))).toEqual([])
  })

  test('stays short', () => {
    expect(guide.split('\n').length).toBeLessThan(200)
  })
})
