import { type Keyring, seal, unseal } from '#platform/crypto/keyring.ts'

/** A text for its browser alone to hold and for the portal alone to read, in characters that a cookie may have. */
export const sealedText = (keyring: Keyring, text: string, context: string): string => {
  const { key, cipher } = seal(keyring, text, context)
  return `${Buffer.from(key).toString('base64url')}.${cipher.toString('base64url')}`
}

/** What was sealed so; null where it was not, for another context, or with a key that is gone. */
export const unsealedText = (keyring: Keyring, sealed: string | undefined, context: string): string | null => {
  const [key, cipher] = (sealed ?? '').split('.')
  if (!key || !cipher) return null
  try {
    const given = { key: Buffer.from(key, 'base64url').toString(), cipher: Buffer.from(cipher, 'base64url') }
    return unseal(keyring, given, context)
  } catch {
    return null
  }
}
