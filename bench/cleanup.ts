import process from 'node:process'

/** What has to be undone at the end, whatever comes. */
export type Cleanup = {
  /** Undone in the opposite order, so what was started last ends first. */
  later(undo: () => void | Promise<void>): void
  run(): Promise<void>
}

/** Collects what is to be undone; a signal undoes it as well and ends the process. */
export const createCleanup = (): Cleanup => {
  const undos: (() => void | Promise<void>)[] = []
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo()
      } catch (error) {
        console.error('while cleaning up:', error)
      }
    }
  }
  let running: Promise<void> | undefined
  // A signal makes the run fail, and both come here: they wait for the same work.
  const run = (): Promise<void> => {
    running ??= undoAll()
    return running
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void run().then(() => process.exit(130)))
  }
  return { later: (undo) => void undos.push(undo), run }
}
