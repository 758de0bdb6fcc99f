import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { webhookVectorsText } from './webhook-vectors.ts'

const target = fileURLToPath(new URL('../../openapi/webhook-vectors.json', import.meta.url))

const committed = (): string | undefined => {
  try {
    return readFileSync(target, 'utf8')
  } catch {
    return undefined
  }
}

/** Writes openapi/webhook-vectors.json. With `--verify` it compares instead, and exits 1 when the committed file differs. */
if (!process.argv.includes('--verify')) {
  writeFileSync(target, webhookVectorsText())
} else if (committed() !== webhookVectorsText()) {
  console.error('openapi/webhook-vectors.json is not what the code signs; run node src/dev/write-webhook-vectors.ts')
  process.exitCode = 1
}
