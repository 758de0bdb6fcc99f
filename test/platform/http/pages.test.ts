import { afterAll, describe, expect, test } from 'vitest'
import { counter, createMetrics, measurePool, serveMetrics } from '#platform/metrics.ts'
import { testPortal } from '#test/support/test-portal.ts'

const metrics = createMetrics()
const portal = await testPortal({ metrics })
const { url } = await portal.listen()

const get = async (path: string) => {
  const response = await fetch(`${url}${path}`)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Addresses that a page makes a browser load: attributes of elements that load something, and url() in styles. */
const loaded = (html: string): string[] => [
  ...[...html.matchAll(/<(?:script|link|img|iframe|source|object|embed)\b[^>]*?\b(?:src|href|data)="([^"]*)"/gi)].map(
    (match) => match[1] ?? '',
  ),
  ...[...html.matchAll(/url\(["']?([^"')]+)/gi)].map((match) => match[1] ?? ''),
]

describe('the documentation', () => {
  test('is the OpenAPI document of this portal, for whoever asks', async () => {
    const { status, headers, text } = await get('/openapi.json')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    const document = JSON.parse(text)
    expect(document.openapi).toBe('3.1.0')
    expect(document.servers).toEqual([{ url: 'http://portal.test' }])
    expect(Object.keys(document.paths)).toContain('/v1/me')
    // Making the document leaves the routes' own descriptions as they are.
    expect((await portal.anonymous.get('/v1/me')).status).toBe(401)
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/v1/'))).toEqual([])
  })

  test('is shown by a page that loads nothing from elsewhere', async () => {
    const page = await get('/docs')
    expect(page.status).toBe(200)
    const base = new URL('/docs/', url)
    const assets = loaded(page.text).map((address) => new URL(address, base))
    expect(assets.length).toBeGreaterThan(3)
    for (const asset of assets) {
      expect(asset.origin).toBe(base.origin)
      const { status, text, headers } = await get(asset.pathname)
      expect([asset.pathname, status]).toEqual([asset.pathname, 200])
      if (headers.get('content-type')?.includes('css')) {
        for (const inner of loaded(text))
          if (!inner.startsWith('data:')) expect(new URL(inner, asset).origin).toBe(base.origin)
      }
    }
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).not.toBe('')
    for (const source of policy.split(/[;\s]+/)) expect(source).not.toMatch(/^(https?:\/\/|\*)/)
    expect(policy).toMatch(/script-src 'self'/)
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/)
    const initializer = await get('/docs/static/swagger-initializer.js')
    expect(initializer.text).toContain('"validatorUrl":null')
    expect(initializer.text).toContain("url: resolveUrl('./json')")
    expect((await get('/docs/json')).status).toBe(200)
  })

  test('the pages of problems load nothing and may run nothing', async () => {
    const page = await get('/problems/not-found')
    expect(loaded(page.text)).toEqual([])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})

describe('the metrics', () => {
  const serving = serveMetrics(metrics, '127.0.0.1', 0)
  afterAll(async () => void (await serving).close())
  const metricsUrl = async () => {
    const address = (await serving).address()
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  test('stand on a port of their own and count by route, never by address', async () => {
    measurePool(portal.database, metrics)
    counter(metrics, 'tried_total', 'Tries', ['how']).inc({ how: 'well' })
    await portal.as('supplier-nord').get('/v1/organisations/01890000-0000-7000-8000-000000010001')
    await get('/nothing/of/that/name')
    const response = await fetch(`${await metricsUrl()}/metrics`)
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/v1\/organisations\/:id",status="200"} 1/,
    )
    expect(text).toContain('route="unknown",status="404"')
    expect(text).toMatch(/database_connections\{state="open"} [1-9]/)
    expect(text).toContain('tried_total{how="well"} 1')
    expect(text).not.toContain('01890000')
    expect(text).not.toContain('/nothing')
  })

  test('have no other page, and the portal itself does not show them', async () => {
    expect((await fetch(`${await metricsUrl()}/`)).status).toBe(404)
    expect((await fetch(`${await metricsUrl()}/metrics`, { method: 'POST' })).status).toBe(404)
    expect((await get('/metrics')).status).toBe(404)
  })
})
