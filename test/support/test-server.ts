import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { runningEmbedded, startEmbedded } from '#src/dev/embedded/embedded-database.ts'

/** A PostgreSQL that this test run may make roles and databases on. */
export type RunningServer = { readonly adminUrl: string; stop(): Promise<void> }

/** Nothing here has to survive a power cut. */
const inMemoryOfTheOs = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

const prefix = 'udbudsportal-test-'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Servers of runs that were killed before they could clean up: their folders carry the process id of the run. */
const sweep = async (): Promise<void> => {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length).split('-')[0])
    if (!Number.isInteger(pid) || isAlive(pid)) continue
    const folder = join(tmpdir(), name)
    try {
      const left = await runningEmbedded(join(folder, 'postgres'))
      await left?.stop()
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Somebody else's run; theirs to remove.
    }
  }
}

const embedded = async (): Promise<RunningServer> => {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  chmodSync(folder, 0o755)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const server = await startEmbedded(join(folder, 'postgres'), inMemoryOfTheOs)
    return {
      adminUrl: server.adminUrl,
      stop: async () => {
        await server.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

const dockerAnswers = (): boolean => {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}

const container = async (): Promise<RunningServer> => {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const settings = Object.entries({ max_connections: '200', ...inMemoryOfTheOs })
  const started = await new PostgreSqlContainer('postgres:18')
    .withUsername('postgres')
    .withCommand(['postgres', ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])])
    .start()
  return {
    adminUrl: started.getConnectionUri(),
    stop: async () => {
      await started.stop()
    },
  }
}

/**
 * The database server of a test run: DATABASE_URL when it is given, a container with TEST_DATABASE=testcontainers when
 * Docker answers, else an embedded PostgreSQL of this run alone.
 */
export const startServer = async (environment: NodeJS.ProcessEnv): Promise<RunningServer> => {
  const given = environment['DATABASE_URL']
  if (given) return { adminUrl: given, stop: async () => undefined }
  if (environment['TEST_DATABASE'] === 'testcontainers') {
    if (dockerAnswers()) return container()
    process.stderr.write('TEST_DATABASE=testcontainers, but Docker does not answer: using the embedded PostgreSQL\n')
  }
  return embedded()
}
