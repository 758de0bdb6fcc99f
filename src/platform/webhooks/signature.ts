import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A new signing secret after Standard Webhooks: 32 random bytes. */
export const newSigningSecret = (): string => prefix + randomBytes(32).toString('base64')

const signatureOf = (secret: string, signed: string): string => {
  if (!secret.startsWith(prefix)) throw new Error('a signing secret starts with whsec_')
  return `v1,${createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(signed)
    .digest('base64')}`
}

/**
 * The headers by which a receiver knows that the body is ours (Standard Webhooks).
 * @param message.id the event's id, the same at every attempt
 * @param message.timestampSeconds now, in seconds since 1970: receivers refuse what is older than a few minutes
 * @param secrets one signature for each; more than one while a secret is being replaced
 */
export const signatureHeaders = (
  message: { id: string; timestampSeconds: number; body: string },
  secrets: readonly string[],
): Record<string, string> => {
  const timestamp = String(Math.floor(message.timestampSeconds))
  const signed = `${message.id}.${timestamp}.${message.body}`
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signatureOf(secret, signed)).join(' '),
  }
}
