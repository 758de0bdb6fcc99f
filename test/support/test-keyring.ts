import { parseKeyring } from '#platform/crypto/keyring.ts'

const bytes = (text: string): string => Buffer.from(text.padEnd(32, '.')).toString('base64')

/** The test keys as a process is told them, in CPR_KEYS. */
export const testKeyringText = JSON.stringify({
  current: 'test',
  encryption: { test: bytes('encryption of the tests') },
  lookup: bytes('lookup'),
})

/** The keys of every test: known to all, so that a template database seeded once can be read by each test file. */
export const testKeyring = parseKeyring(testKeyringText)
