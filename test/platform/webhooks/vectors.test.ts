import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { verifyWebhook } from '#src/dev/receiver/verify-webhook.ts'
import { type WebhookVector, type WebhookVectors, webhookVectorsText } from '#src/dev/webhook-vectors.ts'

const text = readFileSync(new URL('../../../openapi/webhook-vectors.json', import.meta.url), 'utf8')
const { cases, toleranceSeconds } = JSON.parse(text) as WebhookVectors

type Verdict = WebhookVector['expected']

/** The check in the fewest lines, with nothing of ours in it. */
const byCrypto = ({ secret, now, headers, body }: WebhookVector): Verdict => {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = headers
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${at}.`).update(Buffer.from(body, 'utf8')).digest('base64')
  const fresh = Math.abs(now - Number(at)) <= toleranceSeconds
  return id !== undefined && fresh && given?.split(' ').includes(`v1,${right}`) ? 'accepted' : 'refused'
}

const byReference = ({ secret, now, headers, body }: WebhookVector): Verdict => {
  vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] })
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false })
    return 'accepted'
  } catch {
    return 'refused'
  }
}

const byExample = ({ secret, now, headers, body }: WebhookVector): Verdict =>
  verifyWebhook({ secret, headers, body: Buffer.from(body, 'utf8'), nowSeconds: now }).accepted ? 'accepted' : 'refused'

afterEach(() => void vi.useRealTimers())

describe('the vectors for receivers', () => {
  test('are what the code that signs deliveries makes', () => {
    expect(text).toBe(webhookVectorsText())
  })

  test('have names of their own, and secrets that are plainly invented', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    for (const { secret } of cases) expect(new Set(Buffer.from(secret.replace('whsec_', ''), 'base64')).size).toBe(1)
    expect(cases.filter(({ expected }) => expected === 'accepted').length).toBeGreaterThanOrEqual(10)
    expect(cases.filter(({ expected }) => expected === 'refused').length).toBeGreaterThanOrEqual(20)
  })

  test.each(cases)('$name is $expected by the reference library', (vector) => {
    expect(byReference(vector)).toBe(vector.expected)
  })

  test.each(cases)('$name is $expected by a few lines over node:crypto', (vector) => {
    expect(byCrypto(vector)).toBe(vector.expected)
  })

  test.each(cases)('$name is $expected by the example receiver', (vector) => {
    expect(byExample(vector)).toBe(vector.expected)
  })
})
