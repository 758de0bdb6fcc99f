import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** The keys of the personal fields: 32-byte AES keys by id, which of them encrypts now, and the key of the look-up hash. */
export type Keyring = {
  readonly current: string
  readonly encryption: ReadonlyMap<string, Buffer>
  readonly lookup: Buffer
}

/** An encrypted field: the id of its key and nonce (12 bytes) + tag (16 bytes) + ciphertext. */
export type Sealed = { readonly key: string; readonly cipher: Buffer }

const key32 = (text: unknown, what: string): Buffer => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (bytes.length !== 32) throw new Error(`must give ${what} as 32 bytes in base64`)
  return bytes
}

/**
 * Reads `{"current":"k1","encryption":{"k1":"<base64>"},"lookup":"<base64>"}`.
 * @throws Error whose message says what is wrong and shows no key
 */
export const parseKeyring = (text: string): Keyring => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Error('must be JSON')
  }
  const given = parsed as { current?: unknown; encryption?: Record<string, unknown>; lookup?: unknown } | null
  if (typeof given !== 'object' || given === null || typeof given.encryption !== 'object' || !given.encryption) {
    throw new Error('must have the members current, encryption and lookup')
  }
  const encryption = new Map(
    Object.entries(given.encryption).map(([id, value]) => [id, key32(value, `the encryption key "${id}"`)] as const),
  )
  if (typeof given.current !== 'string' || !encryption.has(given.current)) {
    throw new Error('must name one of its encryption keys as current')
  }
  return { current: given.current, encryption, lookup: key32(given.lookup, 'the lookup key') }
}

/** A new keyring as the text that `parseKeyring` reads; for development and for a first installation. */
export const generateKeyring = (): string =>
  JSON.stringify({
    current: 'k1',
    encryption: { k1: randomBytes(32).toString('base64') },
    lookup: randomBytes(32).toString('base64'),
  })

/** Encrypts a field with AES-256-GCM under the current key. `context` binds it to its place, so that it cannot be moved. */
export const seal = (keyring: Keyring, plain: string, context: string): Sealed => {
  const key = keyring.encryption.get(keyring.current)
  if (!key) throw new Error('the keyring has no current key')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return { key: keyring.current, cipher: Buffer.concat([nonce, cipher.getAuthTag(), body]) }
}

/** Decrypts what `seal` made. Throws when the key is gone or the bytes or their context were changed. */
export const unseal = (keyring: Keyring, sealed: Sealed, context: string): string => {
  const key = keyring.encryption.get(sealed.key)
  if (!key) throw new Error(`the keyring has no key "${sealed.key}"`)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.cipher.subarray(0, 12))
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.cipher.subarray(12, 28))
  return Buffer.concat([decipher.update(sealed.cipher.subarray(28)), decipher.final()]).toString('utf8')
}

/**
 * The keyed hash by which a CPR number is found; a bare hash of ten digits is reversed within an hour. Other uses begin
 * their text with a word of their own, so that none of them meets a CPR number.
 */
export const lookupHash = (keyring: Keyring, cpr: string): Buffer =>
  createHmac('sha256', keyring.lookup).update(cpr).digest()
