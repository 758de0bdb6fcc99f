import { spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'
import { developmentSecret } from '#src/dev/issuer/clients.ts'

/** The portal's server as a process of its own. */
export type ServerProcess = {
  readonly url: string
  readonly pid: number
  token(clientId: string): Promise<string>
  /** SIGTERM; resolves when it ended. */
  stop(): Promise<void>
}

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health/ready`)).status === 200
  } catch {
    return false
  }
}

/**
 * Starts `src/server.ts` with the development issuer on free ports.
 * @param options.environment DATABASE_URL, CPR_KEYS and what else the run wants
 * @param options.nodeOptions flags for node, such as `--cpu-prof`
 */
export const startServer = async (options: {
  environment: Readonly<Record<string, string>>
  nodeOptions?: readonly string[]
}): Promise<ServerProcess> => {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), 'src/server.ts'], {
    cwd: checkoutRoot,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      PUBLIC_URL: url,
      LOG_LEVEL: 'warn',
      RATE_LIMIT: '10000000',
      ...options.environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  let ended = false
  const end = new Promise<void>((done) => {
    child.once('exit', () => {
      ended = true
      done()
    })
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await end
    clearTimeout(timer)
  }
  for (const started = performance.now(); !(await isReady(url)); await sleep(50)) {
    if (ended || performance.now() - started > 30_000) {
      await stop()
      throw new Error('the server did not become ready; what it said stands above')
    }
  }
  return {
    url,
    pid: child.pid ?? 0,
    stop,
    token: async (clientId) => {
      const answer = await fetch(`${url}/dev/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${developmentSecret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
      const { access_token: token } = (await answer.json()) as { access_token?: string }
      if (token === undefined) throw new Error(`no token for ${clientId}: status ${answer.status}`)
      return token
    },
  }
}
