import { describe, expect, test } from 'vitest'
import { generateKeyring } from '#platform/crypto/keyring.ts'
import { ConfigError, readConfig } from '#src/config.ts'

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://portal.example/',
  DATABASE_URL: 'postgres://app:secret@db/portal',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_AUDIENCE: 'portal',
  CPR_KEYS: generateKeyring(),
}

const faultsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
}

describe('the settings', () => {
  test('of a production are read, a trailing slash of a URL aside', () => {
    expect(readConfig(production)).toMatchObject({ production: true, publicUrl: 'https://portal.example', port: 3000 })
    expect(readConfig(production).outboundAllow).toEqual([])
  })

  test('have their defaults outside production', () => {
    expect(readConfig({})).toMatchObject({ production: false, port: 3000, metricsPort: 9464, rateLimit: 3000 })
    expect(readConfig({ PORT: '3100' }).publicUrl).toBe('http://localhost:3100')
  })

  test.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['METRICS_PORT', '1.5'],
    ['RATE_LIMIT', '0'],
    ['PUBLIC_URL', 'portal.example'],
    ['DATABASE_URL', 'mysql://app:secret@db/portal'],
    ['DATABASE_OWNER_URL', 'secret'],
    ['OIDC_ISSUER', 'ftp://issuer.example'],
    ['CPR_KEYS', 'secret'],
    ['CPR_KEYS', '{"current":"k2","encryption":{"k1":"c2VjcmV0"},"lookup":""}'],
    ['PORTAL_SANDBOX', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['OUTBOUND_ALLOW', 'intranet'],
    ['OUTBOUND_ALLOW', '10.0.0.0/99'],
    ['OUTBOUND_ALLOW', '300.1.1.1/8'],
    ['OUTBOUND_ALLOW', 'fd00::/129'],
    ['OUTBOUND_ALLOW', '10.1.2.3/8'],
    ['OUTBOUND_ALLOW', '010.0.0.0/8'],
    ['OUTBOUND_ALLOW', '10.0.0.0/8:0'],
    ['OUTBOUND_ALLOW', '10.0.0.0/8:https'],
    ['SHUTDOWN_DELAY_MS', '30000'],
  ])('%s=%s stops the start, named', (name, value) => {
    const told = faultsOf({ [name]: value })
    expect(told).toContain(`- ${name} `)
    expect(told).not.toContain('secret')
  })

  test('networks may be of either family', () => {
    expect(readConfig({ OUTBOUND_ALLOW: '10.0.0.0/8, fd00::/8' }).outboundAllow).toEqual(['10.0.0.0/8', 'fd00::/8'])
  })

  test('networks may name ports; in production one without is open where HTTPS is served', () => {
    const OUTBOUND_ALLOW = '10.1.2.0/24,fd00::/8, 10.2.0.0/16:9000+80'
    expect(readConfig({ OUTBOUND_ALLOW }).outboundAllow).toEqual(['10.1.2.0/24', 'fd00::/8', '10.2.0.0/16:9000+80'])
    expect(readConfig({ ...production, OUTBOUND_ALLOW }).outboundAllow).toEqual([
      '10.1.2.0/24:443+8443',
      'fd00::/8:443+8443',
      '10.2.0.0/16:9000+80',
    ])
  })

  test('all faults are told at once, the sandbox in production among them', () => {
    const told = faultsOf({ NODE_ENV: 'production', PORTAL_SANDBOX: 'true', PORT: 'x' })
    for (const name of ['PORT', 'PORTAL_SANDBOX', 'PUBLIC_URL', 'DATABASE_URL', 'OIDC_ISSUER', 'CPR_KEYS']) {
      expect(told).toContain(`- ${name} `)
    }
  })
})
