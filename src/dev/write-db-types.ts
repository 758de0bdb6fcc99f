import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { migrateToLatest } from '#platform/db/migrations.ts'
import { embeddedRoles, ensureDatabase, startEmbedded } from './embedded/embedded-database.ts'

const target = fileURLToPath(new URL('../platform/db/schema.d.ts', import.meta.url))

/**
 * Writes the table types from the migrations, on a database made for the purpose. With `--verify` it compares instead and
 * exits 1 when the committed types differ.
 */
const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-types-'))
  execFileSync('chmod', ['755', folder])
  const server = await startEmbedded(join(folder, 'postgres'), { fsync: 'off' })
  try {
    const { ownerUrl } = await ensureDatabase(server.adminUrl, 'types')
    await migrateToLatest(ownerUrl, embeddedRoles.application)
    const out = join(folder, 'schema.d.ts')
    const imports = { Instant: '#kernel/instant.ts', LocalDate: '#kernel/local-date.ts' }
    const mapping = { int8: 'number', timestamptz: 'Instant', date: 'LocalDate', bytea: 'Buffer' }
    const options = { '--url': ownerUrl, '--out-file': out, '--type-mapping': JSON.stringify(mapping) }
    execFileSync(
      process.execPath,
      [
        fileURLToPath(new URL('./cli/bin.js', import.meta.resolve('kysely-codegen'))),
        ...Object.entries(options).flat(),
        ...['--dialect', 'postgres', '--default-schema', 'public', '--exclude-pattern', 'kysely_*', '--camel-case'],
        ...['--custom-imports', JSON.stringify(imports)],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const made = readFileSync(out, 'utf8')
    if (!process.argv.includes('--verify')) writeFileSync(target, made)
    else if (made !== readFileSync(target, 'utf8')) {
      console.error('src/platform/db/schema.d.ts is not what the migrations make; run npm run db:types')
      process.exitCode = 1
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
