import type { AddressInfo } from 'node:net'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { Registry } from 'prom-client'
import { expect } from 'vitest'
import type { Scope } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import { tokenVerifier } from '#platform/auth/access-token.ts'
import { issuerKeys } from '#platform/auth/issuer-keys.ts'
import { createLog } from '#platform/log.ts'
import { createOutbound } from '#platform/webhooks/outbound.ts'
import { type AppOptions, buildApp } from '#src/app.ts'
import { watchAnswers } from './documented-answers.ts'
import { issueToken, testAudience, testIssuer, testKeySet } from './issue-token.ts'
import { afterwards, type TestDatabase, testDatabase } from './test-database.ts'
import { testKeyring } from './test-keyring.ts'

export type TestAnswer = {
  readonly status: number
  /** The parsed JSON; undefined when the answer is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly body: any
  readonly text: string
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export type CallOptions = {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
  /** Of the token; all that the client may have when absent. */
  readonly scopes?: readonly Scope[]
  readonly ifMatch?: string
  readonly idempotencyKey?: string
}

/** Calls the portal as one of the demo's clients. Each answer is held against the description of its route. */
export type TestClient = {
  get(path: string, options?: CallOptions): Promise<TestAnswer>
  post(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>
  put(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>
  patch(path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>
  delete(path: string, options?: CallOptions): Promise<TestAnswer>
}

export type TestPortal = TestDatabase & {
  readonly app: FastifyInstance
  readonly publicUrl: string
  readonly clock: { now(): Instant; set(now: string): void }
  /** What was logged, one JSON text a line. */
  readonly logLines: string[]
  /** Answers that did not fit the description of their route; must be empty in the end. */
  readonly misfits: string[]
  as(clientId: string): TestClient
  /** Without a token. */
  readonly anonymous: TestClient
  /** Real HTTP on a free port of 127.0.0.1. */
  listen(): Promise<{ url: string; port: number }>
}

export type PortalOverrides = Partial<Omit<AppOptions, 'clock'>> & {
  readonly now?: string
  /** A database that several portals share; by default each has its own. */
  readonly on?: TestDatabase
  /** Registers more routes before the application is ready. */
  readonly routes?: (app: FastifyInstance, options: AppOptions) => void
}

const clientOf = (
  portal: { app: FastifyInstance; misfits: string[]; logLines: string[] },
  clientId: string | undefined,
): TestClient => {
  const tokens = new Map<string, Promise<string>>()
  const tokenFor = (scopes: readonly Scope[] | undefined): Promise<string> => {
    const name = scopes?.join(' ') ?? '*'
    const token = tokens.get(name) ?? issueToken({ clientId: clientId ?? '', ...(scopes ? { scopes } : {}) })
    tokens.set(name, token)
    return token
  }
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    options: CallOptions = {},
  ): Promise<TestAnswer> => {
    const before = portal.misfits.length
    const request: InjectOptions = {
      method,
      url: path,
      headers: {
        ...(clientId === undefined ? {} : { authorization: `Bearer ${await tokenFor(options.scopes)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
        ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
        ...options.headers,
      },
      ...(options.query ? { query: options.query as Record<string, string> } : {}),
      ...(body === undefined
        ? {}
        : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    }
    const response = await portal.app.inject(request)
    expect(portal.misfits.slice(before), 'answers that are not as documented').toEqual([])
    if (response.statusCode >= 500) {
      // Which error it was is in the log alone; a test that did not expect it should tell.
      const why = portal.logLines.findLast((line) => line.includes('"err"')) ?? 'nothing was logged'
      process.stderr.write(`${method} ${path} answered ${response.statusCode}: ${why.slice(0, 600)}\n`)
    }
    const json = String(response.headers['content-type'] ?? '').includes('json') && response.body !== ''
    return {
      status: response.statusCode,
      body: json ? response.json() : undefined,
      text: response.body,
      bytes: response.rawPayload,
      headers: response.headers as Record<string, string>,
    }
  }
  return {
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body, options),
    put: (path, body, options) => call('PUT', path, body, options),
    patch: (path, body, options) => call('PATCH', path, body, options),
    delete: (path, options) => call('DELETE', path, undefined, options),
  }
}

/**
 * The application on a database of its own, seeded with the demo world, as of `now`. Call it while the file is collected
 * (`await testPortal()` at its top) or inside a test; it is closed when that ends.
 */
export const testPortal = async (overrides: PortalOverrides = {}): Promise<TestPortal> => {
  const { now = '2026-03-13T10:00:00.000Z', on, routes, ...given } = overrides
  const database = on ?? (await testDatabase())
  let current = now as Instant
  const clock = {
    now: () => current,
    set: (to: string) => {
      current = to as Instant
    },
  }
  const logLines: string[] = []
  const publicUrl = given.publicUrl ?? 'http://portal.test'
  const monotonicMs = given.monotonicMs ?? (() => performance.now())
  const outboundAllow = given.outboundAllow ?? ['127.0.0.0/8', '::1/128']
  const outbound = given.outbound ?? createOutbound({ allow: outboundAllow })
  const options: AppOptions = {
    database: database.database,
    clock,
    keyring: testKeyring,
    publicUrl,
    complaintsMailbox: 'complaints@portal.example',
    finalReportReading: 'five-whole-days-between',
    peopleSignIn: { issuer: testIssuer, clientId: 'auditor-page', clientSecret: null },
    outboundAllow,
    outbound,
    accepting: () => true,
    log: createLog('debug', 'test', { write: (line) => void logLines.push(line) }),
    verifyToken: tokenVerifier({
      issuer: testIssuer,
      audience: testAudience,
      keys: issuerKeys({ issuer: testIssuer, monotonicMs, warn: () => undefined, fetchKeys: async () => testKeySet }),
      nowMs: () => Date.now(),
    }),
    metrics: new Registry(),
    rateLimit: 1_000_000,
    monotonicMs,
    // Two test files share two cores with a database: a slow event loop says nothing here.
    maxEventLoopDelayMs: 0,
    ...given,
  }
  const app = await buildApp(options)
  routes?.(app, options)
  const misfits = watchAnswers(app)
  afterwards(async () => {
    await app.close()
    await outbound.close()
    expect(misfits, 'answers that are not as documented').toEqual([])
  })
  const clients = new Map<string, TestClient>()
  return {
    ...database,
    database: options.database,
    app,
    publicUrl,
    clock,
    logLines,
    misfits,
    as: (clientId) => {
      const client = clients.get(clientId) ?? clientOf({ app, misfits, logLines }, clientId)
      clients.set(clientId, client)
      return client
    },
    anonymous: clientOf({ app, misfits, logLines }, undefined),
    listen: async () => {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      return { url: `http://127.0.0.1:${port}`, port }
    },
  }
}
