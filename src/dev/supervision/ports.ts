import { createServer } from 'node:net'

const listens = (port: number, host: string): Promise<boolean> =>
  new Promise((answer) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) =>
      answer(error.code === 'EADDRINUSE' || error.code === 'EACCES'),
    )
    probe.listen(port, host, () => probe.close(() => answer(false)))
  })

/** Whether another process listens on the port of this machine (or it may not be opened). Port 0 is never taken. */
export const isPortTaken = async (port: number): Promise<boolean> => {
  if (port === 0) return false
  // One after the other: the two probes would stand in each other's way where ::1 takes IPv4 as well.
  for (const host of ['127.0.0.1', '::1']) if (await listens(port, host)) return true
  return false
}
