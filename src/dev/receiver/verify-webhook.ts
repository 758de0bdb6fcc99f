import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether a request is the portal's; if so the id under which it is to be known. */
export type Verification =
  | { readonly accepted: true; readonly id: string }
  | {
      readonly accepted: false
      readonly because: 'header-missing' | 'timestamp-malformed' | 'too-old' | 'too-new' | 'wrong-signature'
    }

/** How far the sender's clock and this one may be apart. What is older may have been recorded and sent again. */
const toleranceSeconds = 300

const equal = (given: string, right: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  // In constant time: how long a comparison takes must not tell how much of a guess was right.
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * The check of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. While a secret is replaced there are signatures
 * of both, and one that fits is enough.
 * @param request.secret `whsec_` and the key in base64
 * @param request.headers with names in small letters, as node gives them
 * @param request.body the bytes as they came: JSON that is parsed and written again is another text
 * @param request.nowSeconds since 1970
 */
export const verifyWebhook = (request: {
  readonly secret: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  readonly nowSeconds: number
}): Verification => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
    return { accepted: false, because: 'header-missing' }
  }
  if (!/^\d{1,12}$/.test(timestamp)) return { accepted: false, because: 'timestamp-malformed' }
  const age = request.nowSeconds - Number(timestamp)
  if (age > toleranceSeconds) return { accepted: false, because: 'too-old' }
  if (age < -toleranceSeconds) return { accepted: false, because: 'too-new' }
  const key = Buffer.from(request.secret.replace(/^whsec_/, ''), 'base64')
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(request.body).digest('base64')
  // Versions other than v1 are passed over: there may be new ones one day, beside it.
  const fits = signatures.split(' ').filter((signature) => equal(signature, `v1,${digest}`))
  return fits.length > 0 ? { accepted: true, id } : { accepted: false, because: 'wrong-signature' }
}
