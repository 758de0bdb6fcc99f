import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { leastAttempts, leastHours, retryDelays } from '#features/webhooks/dispatch/retry-schedule.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { webhookVectors } from '#src/dev/webhook-vectors.ts'

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

type Check = (secret: string, headers: Record<string, string | undefined>, body: Buffer) => boolean
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

  test('names types of events that there are', () => {
    const named = guide.match(/(?<=[`"])(?:webhook-endpoint|report|order)\.[a-z-]+(?=[`"])/g) ?? []
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((type) => !Object.hasOwn(eventTypes, type))).toEqual([])
  })

  test('stays short', () => {
    expect(guide.split('\n').length).toBeLessThan(200)
  })
})
