import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Database } from '#platform/db/pool.ts'
import {
  type ChainEnd,
  type Checkpoint,
  isSigned,
  keyNameOf,
  parseCheckpoint,
  SigningRefused,
  storedCheckpoint,
} from './checkpoints.ts'
import type { SigningKey } from './signing-key.ts'

/** What a process that signs remembers of the chain, out of the database's reach. */
export type CheckpointMemory = {
  /** The newest checkpoint that is known to be this key's; null before the first. */
  newest(): Promise<ChainEnd | null>
  keep(checkpoint: Checkpoint): Promise<void>
}

const inFile = async (file: string): Promise<Checkpoint | undefined> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw new SigningRefused(`${file} cannot be read: ${(error as Error).message}`)
  }
  try {
    return parseCheckpoint(text)
  } catch {
    throw new SigningRefused(`${file} holds no checkpoint`)
  }
}

/**
 * Remembers the newest checkpoint in this process and, where it has a file, beyond its end. It begins with that of the file
 * or the newest stored one, whichever is later; another key's do not count.
 * @param file its path, as `audit:verify --checkpoint` reads it; null: in the process alone
 * @throws SigningRefused from `newest` when the file is there and is no checkpoint of this key, from `keep` when it cannot be
 * written
 */
export const checkpointMemory = (database: Database, key: SigningKey, file: string | null): CheckpointMemory => {
  let known: Checkpoint | null | undefined
  const isOwn = async (checkpoint: Checkpoint): Promise<boolean> =>
    (await isSigned(checkpoint)) && (await keyNameOf(checkpoint)) === key.publicKey.kid
  const begin = async (): Promise<Checkpoint | null> => {
    const kept = file === null ? undefined : await inFile(file)
    if (kept && !(await isOwn(kept))) throw new SigningRefused(`${file} is not signed with AUDIT_SIGNING_KEY`)
    const stored = await storedCheckpoint(database)
    const own = stored && (await isOwn(stored)) ? stored : undefined
    return kept && kept.number >= (own?.number ?? 0) ? kept : (own ?? null)
  }
  return {
    newest: async () => {
      if (known === undefined) known = await begin()
      return known
    },
    keep: async (checkpoint) => {
      known = checkpoint
      if (file === null) return
      // Whole or not at all, whenever the process ends.
      try {
        await writeFile(`${file}.new`, `${JSON.stringify(checkpoint)}\n`)
        await rename(`${file}.new`, file)
      } catch (error) {
        throw new SigningRefused(`${file} cannot be written: ${(error as Error).message}`)
      }
    },
  }
}
