import { spawn } from 'node:child_process'
import process from 'node:process'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'
import { afterwards } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'

/** The example receiver as a process of its own. */
export type RunningReceiver = {
  readonly url: string
  readonly output: { readonly text: string }
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  interrupt(): Promise<number | null>
  /** kill -9 */
  kill(): Promise<unknown>
}

/** Starts the example receiver and waits until it listens; it is ended when the test or file ends. */
export const startReceiverProcess = async (
  given: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningReceiver> => {
  const child = spawn(process.execPath, ['src/dev/receiver/main.ts', ...given], {
    cwd: checkoutRoot,
    env: { PATH: process.env['PATH'], ...env },
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk
    })
  }
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return ended
  }
  const interrupt = (): Promise<number | null> => end('SIGINT')
  afterwards(async () => void (await interrupt()))
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the receiver ended: ${output.text}`)
    return output.text.includes('Listening on')
  })
  const url = /Listening on (\S+);/.exec(output.text)?.[1] ?? ''
  return { url, output, interrupt, kill: () => end('SIGKILL') }
}
