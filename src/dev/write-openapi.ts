import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from './openapi-document.ts'

const target = fileURLToPath(new URL('../../openapi/openapi.json', import.meta.url))

const committed = (): string | undefined => {
  try {
    return readFileSync(target, 'utf8')
  } catch {
    return undefined
  }
}

/** Writes openapi/openapi.json. With `--verify` it compares instead, and exits 1 when the committed document differs. */
const main = async (): Promise<void> => {
  const made = await openApiDocument()
  if (!process.argv.includes('--verify')) {
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, made)
  } else if (made !== committed()) {
    console.error('openapi/openapi.json is not what the routes make; run npm run openapi')
    process.exitCode = 1
  }
}

await main()
