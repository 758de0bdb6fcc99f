import pg from 'pg'

/** `PORTAL_SANDBOX` under `npm start`: what is set, or `true`, since all that it holds is invented. */
export const sandboxSetting = (env: Readonly<Record<string, string | undefined>>): string =>
  env['PORTAL_SANDBOX']?.trim() || 'true'

/** Puts the sandbox's clock on the real time: no start goes on in the time that another one left, killed or not. */
export const setClockToRealTime = async (ownerUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('update sandbox_clock set ahead_ms = 0 where ahead_ms <> 0')
  } finally {
    await client.end()
  }
}
