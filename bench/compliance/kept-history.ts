import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalDate } from '#kernel/local-date.ts'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'
import type { World } from '../world.ts'
import type { LoadedHistory } from './load-history.ts'

/** A history that was loaded and whose database stays, for runs to come. */
export type KeptHistory = {
  readonly orders: number
  readonly suppliers: number
  /** The day that it was loaded as of. */
  readonly today: LocalDate
  /** What it was migrated with. */
  readonly migrations: string
  /** CPR_KEYS of its database. */
  readonly keys: string
  readonly history: LoadedHistory
  /** The citizens whose absences are registered, once there are any, and how many absences were given out. */
  readonly written: { readonly world: World; readonly given: number } | null
}

/** A hash of all files that a database is migrated with. */
export const migrationsHash = (): string => {
  const folder = join(checkoutRoot, 'migrations')
  const hash = createHash('sha256')
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.ts')) hash.update(`${file}\n${readFileSync(join(folder, file), 'utf8')}`)
  return hash.digest('hex').slice(0, 16)
}

const fileOf = (folder: string): string => join(folder, 'history.json')

/** Writes down what a folder keeps, beside its database. */
export const keepHistory = (folder: string, kept: KeptHistory): void =>
  writeFileSync(fileOf(folder), `${JSON.stringify(kept)}\n`)

/**
 * What a folder keeps; undefined when nothing was loaded into it.
 * @throws Error when it is half of a history, or another than the one that is asked for
 */
export const keptHistory = (
  folder: string,
  asked: Pick<KeptHistory, 'orders' | 'suppliers' | 'migrations'>,
): KeptHistory | undefined => {
  if (!existsSync(fileOf(folder))) {
    if (existsSync(join(folder, 'postgres'))) throw new Error(`${folder} holds half of a history: remove it`)
    return undefined
  }
  const kept = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as KeptHistory
  const other = (['orders', 'suppliers', 'migrations'] as const).filter((name) => kept[name] !== asked[name])
  if (other.length === 0) return kept
  const told = other.map((name) => `${name} ${kept[name]} instead of ${asked[name]}`)
  throw new Error(`${folder} holds a history of other ${told.join(' and of ')}: remove it, or keep this one elsewhere`)
}
