import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'

/** The key that signs checkpoints of the audit chain, and what verifies them: an OKP JWK whose `kid` is its thumbprint. */
export type SigningKey = { readonly privateKey: KeyObject; readonly publicKey: JWK & { readonly kid: string } }

const asPem = (text: string): string =>
  text.includes('-----BEGIN')
    ? text.replaceAll('\\n', '\n')
    : `-----BEGIN PRIVATE KEY-----\n${text.replaceAll(/\s/g, '')}\n-----END PRIVATE KEY-----\n`

const privateKeyOf = (text: string): KeyObject => {
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(asPem(text.trim()))
  } catch {
    throw new Error('must be a private key in PKCS#8, as PEM or base64')
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('must be an Ed25519 key')
  return privateKey
}

/** What is wrong with the text of a signing key; null when nothing is. Shows nothing of it. */
export const signingKeyFault = (text: string): string | null => {
  try {
    privateKeyOf(text)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Reads `AUDIT_SIGNING_KEY`: an Ed25519 private key in PKCS#8, as PEM or as the base64 between its lines
 * (`openssl genpkey -algorithm ed25519`).
 * @throws Error whose message says what is wrong and shows no key
 */
export const parseSigningKey = async (text: string): Promise<SigningKey> => {
  const privateKey = privateKeyOf(text)
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' }) as JWK
  return { privateKey, publicKey: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' } }
}

/** A new key as the text that `parseSigningKey` reads; for development and for a first installation. */
export const generateSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
