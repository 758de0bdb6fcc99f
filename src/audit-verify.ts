import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { commandSettings } from './command-settings.ts'
import { ConfigError } from './config.ts'
import { auditFaults } from './platform/audit/audit-faults.ts'
import { parseCheckpoint } from './platform/audit/checkpoints.ts'
import { parseSigningKey } from './platform/audit/signing-key.ts'
import { verifyAudit } from './platform/audit/verify-audit.ts'

/** What could be wrong all the same, since nothing was there to hold it against. */
const notCompared = (given: {
  readonly rows: number
  readonly outside: readonly number[]
  readonly trustsKeys: boolean
}): string[] => {
  const newest = Math.max(0, ...given.outside)
  const end =
    newest === 0
      ? [
          'the log with a checkpoint from outside of the database (--checkpoint); rows that were cut off with every trace, or a log made anew from its first row, do not show without one',
        ]
      : []
  const since =
    newest > 0 && newest < given.rows
      ? [
          `the ${given.rows - newest} rows after number ${newest}, the newest checkpoint that was given; what was cut off or made anew behind it does not show`,
        ]
      : []
  const keys = given.trustsKeys
    ? []
    : [
        'the keys of the signatures with any that is trusted (AUDIT_SIGNING_KEY, --trusted-key); they fit the keys that they name themselves',
      ]
  return [...end, ...since, ...keys]
}

/** Whether the tables are there at all; a new database has none. Where a checkpoint says that there was a log, nobody is told to make one. */
const isMigrated = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('audit_chain') is not null as there`)
  return rows[0]?.there === true
}

/**
 * `npm run audit:verify -- [--checkpoint file]… [--trusted-key thumbprint]…`: recomputes the audit log over
 * DATABASE_OWNER_URL (without it DATABASE_URL). Signatures must be those of AUDIT_SIGNING_KEY or of a trusted key; without
 * either any key's count. Exit 0 when all is in order, 1 when not (the first fault is named), 2 when it could not be told.
 */
const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      checkpoint: { type: 'string', multiple: true, default: [] },
      'trusted-key': { type: 'string', multiple: true, default: [] },
    },
  })
  const { config, end } = await commandSettings()
  const { databaseUrl, databaseOwnerUrl } = config
  const url = databaseOwnerUrl ?? databaseUrl
  if (url === null) throw new ConfigError('DATABASE_OWNER_URL and DATABASE_URL are missing')
  const keyText = config.auditSigningKey
  const key = keyText ? await parseSigningKey(keyText) : null
  const trusted = [...values['trusted-key'], ...(key ? [key.publicKey.kid] : [])]
  const client = new pg.Client({ connectionString: url, application_name: 'udbudsportal-audit-verify' })
  try {
    const outside = []
    for (const file of values.checkpoint) outside.push(parseCheckpoint(await readFile(file, 'utf8')))
    await client.connect()
    if (values.checkpoint.length === 0 && !(await isMigrated(client))) {
      process.stderr.write('the database has no audit log yet: run npm start or npm run migrate first\n')
      return 2
    }
    const result = await verifyAudit(client, { outside, trustedKeys: trusted.length > 0 ? trusted : null })
    if (result.fault) {
      const { what, table, number, id } = result.fault
      process.stdout.write(
        `audit log NOT in order: ${table}, number ${number ?? '-'}, id ${id ?? '-'}: ${auditFaults[what]} (${what})\n`,
      )
      return 1
    }
    process.stdout.write(
      `audit log in order: ${result.verified} rows and ${result.checkpoints} checkpoints verified\n${notCompared({
        rows: result.verified,
        outside: outside.map(({ number }) => number),
        trustsKeys: trusted.length > 0,
      })
        .map((line) => `NOT compared: ${line}\n`)
        .join('')}`,
    )
    return 0
  } finally {
    await client.end()
    await end()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
