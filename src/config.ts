import { signingKeyFault } from '#platform/audit/signing-key.ts'
import { type Keyring, parseKeyring } from '#platform/crypto/keyring.ts'
import { inProduction, isAllowEntry } from '#platform/webhooks/address-guard.ts'
import { type FinalReportReading, finalReportReadings } from '#rules/calendar/deadlines.ts'

/** Everything the processes are told from outside, parsed and checked once. */
export type Config = {
  readonly production: boolean
  readonly host: string
  readonly port: number
  readonly metricsPort: number
  readonly workerMetricsPort: number
  /** Where callers reach the portal; no trailing slash. */
  readonly publicUrl: string
  readonly databaseUrl: string | null
  readonly databaseOwnerUrl: string | null
  readonly databasePoolSize: number
  /** Folder of the embedded database and the development keys; unused in production. */
  readonly dataDir: string
  /** null: the development issuer of this process (never in production). */
  readonly oidcIssuer: string | null
  readonly oidcAudience: string
  /** The auditor's page at the issuer; null: a public client. */
  readonly auditorClientId: string
  readonly auditorClientSecret: string | null
  /** null: keys kept in `dataDir` (never in production). */
  readonly keyring: Keyring | null
  /** Signs checkpoints of the audit log, as text; the worker alone needs it. null: one kept in `dataDir` (never in production). */
  readonly auditSigningKey: string | null
  /** Where the worker remembers the newest checkpoint beyond its end; null: nowhere. */
  readonly auditCheckpointFile: string | null
  readonly sandbox: boolean
  readonly logLevel: (typeof logLevels)[number]
  /** Requests per minute and client. */
  readonly rateLimit: number
  /** CIDR networks that webhooks may reach although they are private, with their ports (`10.0.0.0/8:443+8443`) if not all. */
  readonly outboundAllow: readonly string[]
  /** Where complaints go (§ 12); named by the answers that refuse them. */
  readonly complaintsMailbox: string
  /** How § 3's five working days are read. */
  readonly finalReportReading: FinalReportReading
  /** How many working days ahead a duty is told to be due soon. */
  readonly dueSoonWorkingDays: number
  /** How many days back the event feed reaches. */
  readonly eventRetentionDays: number
  /** Milliseconds between "not ready" and the end of listening, for load balancers to notice. */
  readonly shutdownDelayMs: number
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** A setting is missing or malformed; the message names each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings. Every fault is collected, so that one start tells of them all.
 * @param purpose what they are for: migrating needs the database's settings alone, also in production
 * @throws ConfigError naming each missing or malformed setting
 */
export const readConfig = (env: Env, purpose: 'portal' | 'migration' = 'portal'): Config => {
  const faults: string[] = []
  const text = (name: string): string | null => {
    const value = env[name]
    return value === undefined || value === '' ? null : value
  }
  const whole = (name: string, fallback: number, from: number, to: number): number => {
    const value = text(name)
    if (value === null) return fallback
    const parsed = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (Number.isNaN(parsed) || parsed < from || parsed > to) {
      faults.push(`${name} must be a whole number from ${from} to ${to}, not "${value}"`)
      return fallback
    }
    return parsed
  }
  const url = (name: string, protocols: readonly string[]): string | null => {
    const value = text(name)
    if (value === null) return null
    const parsed = URL.canParse(value) ? new URL(value) : null
    if (!parsed || !protocols.includes(parsed.protocol)) {
      // The value may hold a password: it is not shown.
      faults.push(`${name} must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`)
      return null
    }
    return value.replace(/\/+$/, '')
  }
  const required = <T>(name: string, value: T | null): T | null => {
    const needed = production && (purpose === 'portal' || name === 'DATABASE_URL')
    if (needed && value === null && !faults.some((fault) => fault.startsWith(`${name} `))) {
      faults.push(`${name} is missing; it is required when NODE_ENV=production`)
    }
    return value
  }

  const production = env['NODE_ENV'] === 'production'
  const port = whole('PORT', 3000, 0, 65_535)
  const keys = text('CPR_KEYS')
  let keyring: Keyring | null = null
  if (keys !== null) {
    try {
      keyring = parseKeyring(keys)
    } catch (error) {
      faults.push(`CPR_KEYS ${error instanceof Error ? error.message : 'is malformed'}`)
    }
  }
  const auditSigningKey = text('AUDIT_SIGNING_KEY')
  const keyFault = auditSigningKey === null ? null : signingKeyFault(auditSigningKey)
  if (keyFault !== null) faults.push(`AUDIT_SIGNING_KEY ${keyFault}`)
  const sandboxText = text('PORTAL_SANDBOX')
  if (sandboxText !== null && sandboxText !== 'true' && sandboxText !== 'false') {
    faults.push(`PORTAL_SANDBOX must be true or false, not "${sandboxText}"`)
  }
  if (production && sandboxText === 'true') faults.push('PORTAL_SANDBOX must not be true when NODE_ENV=production')
  const level = text('LOG_LEVEL') ?? 'info'
  const logLevel = logLevels.find((known) => known === level)
  if (!logLevel) faults.push(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${level}"`)
  const readingText = text('FINAL_REPORT_READING') ?? finalReportReadings[0]
  const finalReportReading = finalReportReadings.find((known) => known === readingText)
  if (!finalReportReading) {
    faults.push(`FINAL_REPORT_READING must be one of ${finalReportReadings.join(', ')}, not "${readingText}"`)
  }
  const allow = text('OUTBOUND_ALLOW')
  const allowed = allow?.split(',').map((part) => part.trim()) ?? (production ? [] : ['127.0.0.0/8', '::1/128'])
  for (const entry of allowed) {
    if (isAllowEntry(entry)) continue
    faults.push(`OUTBOUND_ALLOW must list networks such as 10.0.0.0/8 or 10.0.0.0/8:443+8443, not "${entry}"`)
  }
  const outboundAllow = production ? allowed.map(inProduction) : allowed

  const config: Config = {
    production,
    host: text('HOST') ?? (production ? '::' : 'localhost'),
    port,
    metricsPort: whole('METRICS_PORT', 9464, 0, 65_535),
    workerMetricsPort: whole('WORKER_METRICS_PORT', 9465, 0, 65_535),
    publicUrl: required('PUBLIC_URL', url('PUBLIC_URL', ['http:', 'https:'])) ?? `http://localhost:${port}`,
    databaseUrl: required('DATABASE_URL', url('DATABASE_URL', ['postgres:', 'postgresql:'])),
    databaseOwnerUrl: url('DATABASE_OWNER_URL', ['postgres:', 'postgresql:']),
    databasePoolSize: whole('DATABASE_POOL_SIZE', 10, 1, 500),
    dataDir: text('DATA_DIR') ?? '.data',
    oidcIssuer: required('OIDC_ISSUER', url('OIDC_ISSUER', ['http:', 'https:'])),
    oidcAudience: required('OIDC_AUDIENCE', text('OIDC_AUDIENCE')) ?? 'https://udbudsportal.example/api',
    auditorClientId: text('AUDITOR_CLIENT_ID') ?? 'auditor-page',
    auditorClientSecret: text('AUDITOR_CLIENT_SECRET'),
    keyring: required('CPR_KEYS', keyring),
    auditSigningKey,
    auditCheckpointFile: text('AUDIT_CHECKPOINT_FILE'),
    sandbox: sandboxText === 'true',
    logLevel: logLevel ?? 'info',
    rateLimit: whole('RATE_LIMIT', 3000, 1, 10_000_000),
    outboundAllow,
    complaintsMailbox: text('COMPLAINTS_MAILBOX') ?? 'bifkpcfklagesager@bif.kk.dk',
    finalReportReading: finalReportReading ?? finalReportReadings[0],
    dueSoonWorkingDays: whole('DUE_SOON_WORKING_DAYS', 2, 0, 60),
    // Ours: a year and a month, so that whoever settles a year's accounts can still read all of it.
    eventRetentionDays: whole('EVENT_RETENTION_DAYS', 400, 1, 3650),
    shutdownDelayMs: whole('SHUTDOWN_DELAY_MS', production ? 3000 : 0, 0, 10_000),
  }
  if (faults.length > 0)
    throw new ConfigError(`The settings are not right:\n${faults.map((f) => `  - ${f}`).join('\n')}`)
  return config
}
