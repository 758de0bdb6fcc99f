import process from 'node:process'
import { asWorker } from './command-settings.ts'
import { checkpointMemory } from './platform/audit/checkpoint-memory.ts'
import { signCheckpoint, storedCheckpoint } from './platform/audit/checkpoints.ts'
import { parseSigningKey } from './platform/audit/signing-key.ts'

/**
 * `npm run --silent audit:checkpoint > file`: the newest checkpoint of the audit log as JSON, to be stored out of the database's
 * reach. With AUDIT_SIGNING_KEY the chain's end is signed first, where it has none and goes on from the last one.
 */
const main = (): Promise<void> =>
  asWorker({ name: 'audit-checkpoint' }, async (database, config) => {
    const keyText = config.auditSigningKey
    if (keyText) {
      const key = await parseSigningKey(keyText)
      const memory = checkpointMemory(database, key, config.auditCheckpointFile)
      const checkpoint = await signCheckpoint(database, key, new Date().toISOString(), await memory.newest())
      if (checkpoint) await memory.keep(checkpoint)
    }
    const newest = await storedCheckpoint(database)
    if (!newest) throw new Error('there is no checkpoint yet, and no AUDIT_SIGNING_KEY to make one')
    process.stdout.write(`${JSON.stringify(newest)}\n`)
  })

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
