import type { Clock } from './clock.ts'
import type { Keyring } from './crypto/keyring.ts'
import type { Database } from './db/pool.ts'
import type { SandboxClock } from './sandbox-clock.ts'
import type { Outbound } from './webhooks/outbound.ts'
import type { Resolve } from './webhooks/webhook-url.ts'

/** What the features are given: everything that reaches outside the process. */
export type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly keyring: Keyring
  readonly publicUrl: string
  readonly complaintsMailbox: string
  /** How § 3's five working days are read, wherever a final report's date is counted. */
  readonly finalReportReading: 'five-whole-days-between' | 'fifth-working-day'
  /** How people sign in to the auditor's page: OpenID Connect at the issuer of the API's tokens. */
  readonly peopleSignIn: {
    readonly issuer: string
    readonly clientId: string
    /** null: a public client, held by PKCE alone. */
    readonly clientSecret: string | null
  }
  /** In a sandbox alone: what sets the business clock. `clock` is the same one then. */
  readonly sandboxClock?: SandboxClock
  /** Networks that webhooks may reach although they are private, in CIDR form. */
  readonly outboundAllow: readonly string[]
  /** Finds the addresses of an endpoint's name; by this machine's name service when absent. */
  readonly resolveName?: Resolve
  /** The guarded way out to endpoints that callers name. */
  readonly outbound: Outbound
  /** A clock that only runs forward, in milliseconds; for time-outs and memories, never for business time. */
  readonly monotonicMs: () => number
  /** False once the process is shutting down. */
  readonly accepting: () => boolean
}
