import { signatureHeaders } from '#platform/webhooks/signature.ts'

/** A request as a receiver sees it, and whether it may believe it. */
export type WebhookVector = {
  readonly name: string
  readonly expected: 'accepted' | 'refused'
  /** What the case is about. */
  readonly why: string
  /** What the receiver knows. */
  readonly secret: string
  /** The receiver's clock, in seconds since 1970. */
  readonly now: number
  readonly headers: Readonly<Record<string, string>>
  /** The text whose UTF-8 bytes are the request's body. */
  readonly body: string
}

/** The file that `openapi/webhook-vectors.json` is. */
export type WebhookVectors = {
  readonly about: string
  readonly toleranceSeconds: number
  readonly cases: readonly WebhookVector[]
}

/** How far the clocks of sender and receiver may be apart: what Standard Webhooks' own libraries take. */
const toleranceSeconds = 300

/** No secret of anybody's: one byte, 32 times over. */
const madeUp = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`
const [secret, previous, foreign] = [madeUp(1), madeUp(2), madeUp(3)] as const

const id = 'evt_00000000-0000-7000-8000-000000000001'
const otherId = 'evt_00000000-0000-7000-8000-000000000002'
const timestampSeconds = Date.parse('2026-03-13T10:00:00Z') / 1000

const event = (data: unknown): string =>
  JSON.stringify({ type: 'order.placed', id, timestamp: '2026-03-13T09:59:58.125Z', sequence: '1042', data })
const usual = event({ orderId: '00000000-0000-7000-8000-00000000000a', url: 'https://portal.example/v1/orders/a' })

const sign = (body: string, secrets: readonly string[] = [secret]): Record<string, string> =>
  signatureHeaders({ id, timestampSeconds, body }, secrets)

const good = sign(usual)
const signature = good['webhook-signature'] ?? ''
const value = signature.slice('v1,'.length)

type Change = Partial<Omit<WebhookVector, 'name' | 'expected' | 'why'>>
const make = (expected: WebhookVector['expected'], name: string, why: string, change: Change): WebhookVector => ({
  name,
  expected,
  why,
  secret,
  now: timestampSeconds,
  headers: good,
  body: usual,
  ...change,
})
const accepted = (name: string, why: string, change: Change = {}): WebhookVector => make('accepted', name, why, change)
const refused = (name: string, why: string, change: Change): WebhookVector => make('refused', name, why, change)
const withBody = (name: string, why: string, body: string): WebhookVector =>
  accepted(name, why, { body, headers: sign(body) })
const withSignature = (text: string): Change => ({ headers: { ...good, 'webhook-signature': text } })
const without = (header: string): Change => ({
  headers: Object.fromEntries(Object.entries(good).filter(([name]) => name !== header)),
})

/** Valid JSON that no serialiser writes in this way. */
const unusual = '{ "type" :"order.placed","n":1.0,"big":12345678901234567890,"e":1E2,"u":"\\u00e6\\/","u":"twice" }\r\n'
const large = event({
  url: 'https://portal.example/v1/orders/a',
  days: Array.from({ length: 900 }, (_, day) => ({ place: `Skelbækgade ${day}`, minutes: (day * 37) % 1440 })),
})

const bodies: readonly WebhookVector[] = [
  withBody('usual', 'An event as the portal sends it.', usual),
  withBody('empty-object', 'The shortest JSON object.', '{}'),
  withBody(
    'danish-and-emoji',
    'UTF-8 of two, three and four bytes.',
    event({ text: 'Rød grød, Ærø, Ålborg €, 🌧️👩‍💼' }),
  ),
  withBody('decomposed', 'A letter and its ring apart: nothing is normalised.', event({ text: 'A\u030alborg' })),
  withBody('escapes', 'What JSON escapes.', event({ text: 'line\nbreak\t"quoted" \\ \u0001 \u2028' })),
  withBody('unusual-json', 'Spaces, 1.0, a big number, a member twice, a line end: the bytes count.', unusual),
  withBody('large', 'Some tens of kilobytes.', large),
]

const rotation: readonly WebhookVector[] = [
  accepted('rotation-new-secret', 'Two signatures, of which the first is of the secret that is known.', {
    headers: sign(usual, [secret, previous]),
  }),
  accepted('rotation-old-secret', 'Two signatures, of which the second is of the secret that is known.', {
    headers: sign(usual, [secret, previous]),
    secret: previous,
  }),
  refused('rotation-neither', 'Two signatures and neither is of the secret that is known.', {
    headers: sign(usual, [secret, previous]),
    secret: foreign,
  }),
  accepted(
    'unknown-version-beside',
    'Versions that are not known are passed over.',
    withSignature(`v1a,${value} ${signature}`),
  ),
  refused('unknown-version-alone', 'The right value under another version.', withSignature(`v1a,${value}`)),
  refused('newer-version-alone', 'The right value under another version.', withSignature(`v2,${value}`)),
]

const times: readonly WebhookVector[] = [
  accepted('as-old-as-allowed', 'Five minutes ago.', { now: timestampSeconds + toleranceSeconds }),
  refused('too-old', 'Five minutes and a second ago.', { now: timestampSeconds + toleranceSeconds + 1 }),
  accepted('as-new-as-allowed', 'Five minutes ahead.', { now: timestampSeconds - toleranceSeconds }),
  refused('too-new', 'Five minutes and a second ahead.', { now: timestampSeconds - toleranceSeconds - 1 }),
  refused('other-timestamp', 'The timestamp is signed.', {
    headers: { ...good, 'webhook-timestamp': String(timestampSeconds + 1) },
  }),
  refused('timestamp-no-number', 'The timestamp is no number.', { headers: { ...good, 'webhook-timestamp': 'now' } }),
  refused('no-timestamp', 'The header is missing.', without('webhook-timestamp')),
]

const forgeries: readonly WebhookVector[] = [
  refused('wrong-secret', 'Signed with another secret.', { secret: foreign }),
  refused('changed-byte', 'One byte of the body is another.', { body: usual.replace('1042', '1043') }),
  refused('body-written-anew', 'The body was parsed and written again before it was checked.', {
    headers: sign(unusual),
    body: JSON.stringify(JSON.parse(unusual)),
  }),
  refused('other-id', 'The id is signed.', { headers: { ...good, 'webhook-id': otherId } }),
  refused('no-id', 'The header is missing.', without('webhook-id')),
]

const malformed: readonly WebhookVector[] = [
  refused('no-signature', 'The header is missing.', without('webhook-signature')),
  refused('empty-signature', 'The header is empty.', withSignature('')),
  refused('version-without-signature', 'A version and nothing else.', withSignature('v1')),
  refused('version-with-empty-signature', 'A version and an empty value.', withSignature('v1,')),
  refused('signature-without-version', 'The value without its version.', withSignature(value)),
  refused('equals-for-comma', 'Another separator.', withSignature(`v1=${value}`)),
  refused('capital-version', 'Versions are in small letters.', withSignature(`V1,${value}`)),
  refused('padding-missing', 'Base64 has its padding.', withSignature(signature.replace(/=+$/, ''))),
  refused('padding-twice', 'And not too much of it.', withSignature(`${signature}=`)),
  refused(
    'signature-in-hex',
    'The right bytes in hex.',
    withSignature(`v1,${Buffer.from(value, 'base64').toString('hex')}`),
  ),
  refused('signature-cut-off', 'The beginning of the right value.', withSignature(signature.slice(0, -8))),
]

/**
 * What receivers of the portal's webhooks can be tested against, made with the code that signs deliveries. Always the
 * same: secrets and times are invented.
 */
export const webhookVectors = (): WebhookVectors => ({
  about:
    'Standard Webhooks as the Udbudsportal sends them. For each case: with `secret`, at `now` (seconds since 1970) and with a ' +
    'tolerance of `toleranceSeconds` either way, a request with these headers and the UTF-8 bytes of `body` is to be `expected`. ' +
    'The secrets are invented. Written by `node src/dev/write-webhook-vectors.ts`.',
  toleranceSeconds,
  cases: [...bodies, ...rotation, ...times, ...forgeries, ...malformed],
})

/** The text of `openapi/webhook-vectors.json`. */
export const webhookVectorsText = (): string => `${JSON.stringify(webhookVectors(), null, 2)}\n`
