import { execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { closedFolder, databaseUser, serverPrograms } from './server-files.ts'

/** A running embedded PostgreSQL. `adminUrl` is its superuser on the database `postgres`. */
export type EmbeddedServer = {
  readonly adminUrl: string
  readonly port: number
  /** Whether it was running already, left by an earlier start. */
  readonly reused: boolean
  /** Ends open sessions and stops; resolves when the process is gone. */
  stop(): Promise<void>
}

const password = 'embedded'

export const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const urlOf = (port: number): string => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`

/** The process id and port that a data folder's server wrote down, when that process lives and answers. */
const runningServer = async (folder: string): Promise<{ pid: number; port: number } | undefined> => {
  const pidFile = join(folder, 'postmaster.pid')
  if (!existsSync(pidFile)) return undefined
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!Number.isInteger(pid) || !isRunning(pid)) return undefined
  return (await answers(urlOf(port))) ? { pid, port } : undefined
}

/** The server that runs on the data in `folder`; undefined when none answers. */
export const runningEmbedded = async (folder: string): Promise<EmbeddedServer | undefined> => {
  const left = await runningServer(resolve(folder))
  return left && { adminUrl: urlOf(left.port), port: left.port, reused: true, stop: () => stopProcess(left.pid) }
}

/**
 * Starts PostgreSQL on the data in `folder`, which is made when it is not there. Listens on 127.0.0.1 alone. It runs in
 * a process group of its own, so that Ctrl-C reaches the portal first; one that a killed start left behind is taken over.
 * @param settings server settings, such as `{ fsync: 'off' }` for tests
 * @throws Error that says what to do, when the database's user cannot enter the folder or the server will not start
 */
export const startEmbedded = async (
  folderPath: string,
  settings: Record<string, string> = {},
): Promise<EmbeddedServer> => {
  const folder = resolve(folderPath)
  const user = databaseUser()
  const left = await runningEmbedded(folder)
  if (left) return left

  const closed = closedFolder(folder, user)
  if (closed !== undefined) {
    throw new Error(
      `PostgreSQL runs as the user "postgres", which may not enter ${closed}, where ${folder} lies.\n` +
        `Either open the folder (chmod o+x ${closed}) or keep the data elsewhere (DATA_DIR=/var/tmp/udbudsportal npm start).`,
    )
  }
  const { initdb, postgres } = await serverPrograms(user)
  const identity = user ?? {}
  const environment = { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', TZ: 'UTC' }
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    mkdirSync(dirname(folder), { recursive: true })
    // Made beside its place and moved there when it is whole: a start that was killed on the way leaves no half of one.
    const half = `${folder}.half`
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { mode: 0o700 })
    if (user) chownSync(half, user.uid, user.gid)
    const passwordFile = join(folder, '..', `.initdb-${process.pid}`)
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user) chownSync(passwordFile, user.uid, user.gid)
    try {
      const options = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync']
      execFileSync(initdb, [`--pgdata=${half}`, `--pwfile=${passwordFile}`, ...options], {
        ...identity,
        env: environment,
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      renameSync(half, folder)
    } catch (error) {
      rmSync(half, { recursive: true, force: true })
      throw new Error(`initdb failed: ${(error as { stderr?: Buffer }).stderr?.toString() ?? String(error)}`)
    } finally {
      rmSync(passwordFile, { force: true })
    }
  }
  const port = await freePort()
  const flags = Object.entries({ unix_socket_directories: '', max_connections: '200', ...settings })
  const logPath = `${folder}.log`
  const log = openSync(logPath, 'a')
  const server = spawn(
    postgres,
    [
      '-D',
      folder,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...identity, env: environment, cwd: '/', detached: true, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  server.unref()
  let exited = false
  server.once('exit', () => {
    exited = true
  })
  for (const started = performance.now(); !(await answers(urlOf(port))); ) {
    if (exited || performance.now() - started > 60_000) {
      throw new Error(`PostgreSQL did not start; its log is ${logPath}:\n${readFileSync(logPath, 'utf8').slice(-2000)}`)
    }
    await sleep(50)
  }
  const { pid } = server
  if (pid === undefined) throw new Error('PostgreSQL did not start')
  return { adminUrl: urlOf(port), port, reused: false, stop: () => stopProcess(pid) }
}

const stopProcess = async (pid: number): Promise<void> => {
  // SIGINT is PostgreSQL's fast shutdown: sessions end, everything committed is on disk.
  process.kill(pid, 'SIGINT')
  for (const started = performance.now(); isRunning(pid) && performance.now() - started < 30_000; ) await sleep(25)
}

/** Names of the roles that the embedded database logs in with. */
export const embeddedRoles = { owner: 'portal_owner', application: 'portal_app' } as const

/** The same server and database under another role. */
export const asRole = (url: string, role: string, database?: string): string => {
  const parsed = new URL(url)
  parsed.username = role
  parsed.password = password
  if (database !== undefined) parsed.pathname = `/${database}`
  return parsed.href
}

/** Makes the owner and the application role and, owned by the former, the database `name`, where they are missing. */
export const ensureDatabase = async (
  adminUrl: string,
  name: string,
): Promise<{ ownerUrl: string; applicationUrl: string }> => {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    for (const [role, options] of [
      [embeddedRoles.owner, 'createrole createdb'],
      [embeddedRoles.application, ''],
    ] as const) {
      await admin.query(`do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then
          create role ${role} login ${options} password '${password}';
        end if;
      exception when duplicate_object or unique_violation then null; end $$`)
    }
    const there = await admin.query('select from pg_database where datname = $1', [name])
    if (there.rowCount === 0) {
      await admin.query(`create database ${admin.escapeIdentifier(name)} owner ${embeddedRoles.owner}`)
    }
  } finally {
    await admin.end()
  }
  return {
    ownerUrl: asRole(adminUrl, embeddedRoles.owner, name),
    applicationUrl: asRole(adminUrl, embeddedRoles.application, name),
  }
}
