import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { controlPoints } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find, purpose } from './support.ts'

const { activityReady, dragoer } = demo.orders
const attack = `</td><script>alert("x")</script><img src=x onerror='y'> & "citat"`
const escaped =
  '&lt;/td&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt; &amp; &quot;citat&quot;'
let portal: TestPortal
let inspection: { id: string; courses: { orderId: string; orderNumber: string }[] }
const page = (client = 'auditor-koebenhavn', headers: Record<string, string> = purpose.headers) =>
  portal.as(client).get(`/v1/inspections/${inspection.id}`, { headers: { accept: 'text/html', ...headers } })

beforeAll(async () => {
  portal = await testPortal()
  await portal.sql(`update orders set citizen_name = $2 where id = $1`, [activityReady.id, attack])
  inspection = await drawn(portal, { running: 200, drawnBy: { name: `Tilde ${attack}` } })
  must(
    await find(portal, inspection, activityReady.id, 'place-as-agreed', {
      outcome: 'irregularity',
      severity: 3,
      note: `Bemærkning ${attack}`,
      visitedOn: '2026-03-13',
    }),
  )
})

describe('an inspection as a document to print', () => {
  test('neither loads nor runs anything', async () => {
    const { headers, text, status } = await page()
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-disposition']).toBe(`inline; filename="tilsyn-2026-03-13-${inspection.id}.html"`)
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(style).toContain('size: A4')
    expect(text).not.toMatch(/<(?:script|link|img|iframe|form|a)[\s>]/)
    expect(text).not.toMatch(/https?:\/\/|url\(| style=/)
    expect(headers['cache-control']).toBe('no-store')
  })

  test('has a page for each course with each control point as a checklist, and everything in it is text', async () => {
    const { text } = await page()
    const pages = text.split('<section class="course">').slice(1)
    expect(pages).toHaveLength(inspection.courses.length)
    for (const [index, course] of inspection.courses.entries()) {
      expect(pages[index]).toContain(`Bestilling ${course.orderNumber}`)
      for (const { da } of controlPoints) expect(pages[index]).toContain(da)
      expect(pages[index]?.match(/[☐☒]/g)).toHaveLength(3 * controlPoints.length)
    }
    const own = pages[inspection.courses.findIndex(({ orderId }) => orderId === activityReady.id)] ?? ''
    expect(own).toContain(`<dd dir="auto">${escaped}</dd>`)
    expect(own).toContain(`Bemærkning ${escaped}`)
    expect(own).toContain('☒ Uregelmæssighed')
    expect(own.match(/☒/g)).toHaveLength(1)
    expect(own).toContain('13. mar. 2026')
    expect(text).toContain(`af Tilde ${escaped}`)
    expect(text).toContain('SHA-256')
    expect(text).not.toContain(activityReady.citizen.cpr)
  })

  test('says of each course what is needed at the door and what the registers hold', async () => {
    const { text } = await page()
    const [address] = await portal.sql<{ address: string }>(
      'select a.address from delivery_addresses a join orders o on o.delivery_address_id = a.id where o.id = $1',
      [activityReady.id],
    )
    const own = text
      .split('<section class="course">')
      .slice(1)
      .find((part) => part.includes('Bemærkning &lt;'))
    if (own === undefined) throw new Error('no course')
    const places = ['Ved døren', 'checklist', 'Måned for måned', 'Fravær</h3>', 'Bilag</h3>', 'Rapporter</h3>']
    const found = places.map((one) => own.indexOf(one))
    expect(found.every((at) => at > 0)).toBe(true)
    expect(found).toEqual([...found].sort((one, other) => one - other))
    expect(own).toContain(address?.address)
    const { body } = must(
      await portal
        .as('auditor-koebenhavn')
        .get(`/v1/inspections/${inspection.id}/courses/${activityReady.id}`, purpose),
    )
    const months = own.slice(own.indexOf('Måned for måned'), own.indexOf('Fravær</h3>'))
    expect(months.match(/<tr><th scope="row"/g)).toHaveLength(body.protocols.length)
    const [day] = body.protocols[0].days
    expect(months).toContain(`${Number(day.date.slice(8))}`)
  })

  test('can be written on, and is scrolled by keyboard where it is wide', async () => {
    const { text } = await page()
    expect(text).toMatch(/\.checklist {[^}]*table-layout: fixed/)
    const regions = [...text.matchAll(/<div class="scroll"([^>]*)>/g)].map(([, attributes = '']) => attributes)
    expect(regions.length).toBeGreaterThan(inspection.courses.length)
    const names = regions.map((attributes) => / role="region" tabindex="0" aria-label="([^"]+)"/.exec(attributes)?.[1])
    expect(new Set(names).size).toBe(regions.length)
    expect(names).not.toContain(undefined)
    expect(text).not.toMatch(/: 1 (?:planen|ingen)/)
    expect(text).toContain('<dt>Fase</dt><dd dir="auto">Igangværende</dd>')
    expect(text).toMatch(/<td class="number">\d+<\/td>/)
  })

  test('is in Danish unless English is preferred', async () => {
    expect((await page()).text).toContain('<html lang="da">')
    const english = await page('auditor-koebenhavn', { ...purpose.headers, 'accept-language': 'en' })
    expect([english.headers['content-language'], english.headers['vary']]).toEqual([
      'en',
      expect.stringContaining('Accept-Language'),
    ])
    expect(english.text).toContain('<html lang="en">')
    for (const { en, da } of controlPoints) {
      expect(english.text).toContain(en.replaceAll("'", '&#39;'))
      expect(english.text).not.toContain(da)
    }
    expect(english.text).not.toMatch(/Leverandør\b(?! Nord)|Borger|Vurdering/)
  })

  test('is a look-up of every citizen that it names, and needs a purpose', async () => {
    expect(refusal(await page('auditor-koebenhavn', {}))).toEqual([400, 'purpose-required'])
    const before = await portal.sql(`select id from lookups where operation = 'getInspection'`)
    must(await page())
    const kept = await portal.sql<{ order_id: string; purpose: string }>(
      `select order_id, purpose from lookups where operation = 'getInspection' and id <> all ($1::uuid[])`,
      [before.map(({ id }) => id)],
    )
    expect(kept.map(({ order_id }) => order_id).sort()).toEqual(inspection.courses.map(({ orderId }) => orderId).sort())
    expect(new Set(kept.map((row) => row.purpose))).toEqual(new Set(['Tilsyn 2026']))
  })

  test("Dragør's auditor prints Dragør's courses; the administration prints without names and notes", async () => {
    const part = (await page('auditor-dragoer')).text
    expect(part.split('<section class="course">')).toHaveLength(2)
    expect(part).toContain(dragoer.citizen.name)
    for (const { orderId, orderNumber } of inspection.courses) {
      if (orderId !== dragoer.id) expect(part).not.toContain(orderNumber)
    }
    const { status, text } = await page('administrator', {})
    expect(status).toBe(200)
    expect(text.split('<section class="course">')).toHaveLength(inspection.courses.length + 1)
    for (const trace of [dragoer.citizen.name, 'Bemærkning &lt;']) expect(text).not.toContain(trace)
  })

  test('a closed one says when, by whom and what was not judged', async () => {
    must(await close(portal, inspection, { notJudged: [{ reason: `Derfor ${attack}` }] }))
    const { text } = await page()
    expect(text).toContain('Lukket 13. marts 2026 kl. 11.00 af Tilde Tilsyn')
    expect(text).toContain(`<td dir="auto">Derfor ${escaped}</td>`)
  })
})
