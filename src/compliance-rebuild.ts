import process from 'node:process'
import { asWorker } from './command-settings.ts'
import { rebuildCompliance } from './features/compliance/refresh-compliance.ts'
import { systemClock } from './platform/clock.ts'

/**
 * `npm run compliance:rebuild`: counts everything anew, a supplier's month at a time, while the portal runs. Needed after a
 * change of what the figures count.
 */
const main = (): Promise<void> =>
  asWorker({ name: 'compliance-rebuild', statementMs: 120_000 }, async (database) => {
    const cells = await rebuildCompliance({ database, clock: systemClock })
    process.stdout.write(`${cells} cells were counted\n`)
  })

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
