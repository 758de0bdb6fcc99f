import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { countEverything, prepareFigures } from '#test/browser/counted-figures.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { type PlainBrowser, plainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { orders, organisations } = demo

const auditor = async (purpose = 'yearly inspection'): Promise<PlainBrowser> => {
  const visitor = plainBrowser(portal.url)
  await visitor.signIn('karla')
  await visitor.post('/auditor/purpose', { formToken: await visitor.formToken(), purpose, to: '/auditor' })
  return visitor
}

const plain = (text: string): string => text.replaceAll('&amp;', '&')
const linksOf = (text: string): string[] => [...text.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => plain(href))

beforeAll(async () => {
  await prepareFigures(portal)
  await portal.sql(
    `insert into refusals (id, organisation_id, client_id, operation, rule, order_id, arrived_at, request_id)
     values (gen_random_uuid(), $1, 'supplier-nord', 'registerAbsence', 'sick-leave-not-in-portal', $2, '2026-03-02T09:00:00Z', 'r')`,
    [organisations.supplierNord.id, orders.activityReady.id],
  )
  await countEverything(portal, '2026-03-13T09:59:31.000Z')
})

describe('amounts of time', () => {
  test('are hours with one decimal, and minutes where somebody points', async () => {
    const visitor = await auditor()
    const [{ minutes = 0 } = {}] = await portal.sql<{ minutes: number }>(
      `select sum(minutes_planned)::integer as minutes from compliance_attendance where span = 'day' and day between '2025-10-01' and '2026-03-13'`,
    )
    expect(minutes).toBeGreaterThan(0)
    for (const [language, unit, hours] of [
      ['da', 'minutter', 'timer'],
      ['en', 'minutes', 'hours'],
    ] as const) {
      const locale = language === 'da' ? 'da-DK' : 'en-GB'
      const whole = new Intl.NumberFormat(locale).format(minutes)
      const told = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).format(minutes / 60)
      const shown = `<data value="${minutes}" title="${whole} ${unit}">${told}</data>`
      const { text } = await visitor.get(`/auditor?from=2025-10-01&to=2026-03-13&lang=${language}`)
      expect(text).toContain(shown)
      const cases = await visitor.get(`/auditor/cases?figure=minutesPlanned&from=2025-10-01&to=2026-03-13`)
      expect(cases.text).toContain(`<strong>${shown} ${hours}</strong>`)
      const order = await visitor.get(`/auditor/orders/${orders.dragoer.id}`)
      for (const page of [text, cases.text, order.text]) expect(page).not.toMatch(/\((minutter|minutes)\)/)
    }
  })
})

describe('a list of cases', () => {
  test('says how many there are in all, on each of its pages', async () => {
    const visitor = await auditor()
    const { text } = await visitor.get('/auditor/cases?figure=dutiesDue&from=2026-01-01&to=2026-03-13')
    expect(text).toContain('In all: <strong>11</strong>')
    const none = await visitor.get('/auditor/cases?figure=dutiesWaived&from=2026-01-01&to=2026-03-13')
    expect(none.text).toContain('In all: <strong>0</strong>')
  })

  test('leads back to the period and the filters that the overview had, from a case too', async () => {
    const visitor = await auditor()
    const overview = `/auditor?from=2026-02-01&to=2026-02-28&jobcenterId=${orders.activityReady.jobcenterId}`
    const leads = linksOf((await visitor.get(overview)).text).filter((href) => href.startsWith('/auditor/cases'))
    expect(leads.length).toBeGreaterThan(5)
    for (const href of leads) {
      const { text } = await visitor.get(href)
      expect(linksOf(text)).toContain(overview)
    }
    const overdue = leads.find((href) => href.includes('figure=dutiesOverdue') && href.includes('supplierId')) ?? ''
    expect(new URLSearchParams(overdue.split('?')[1]).get('from')).not.toBe('2026-02-01')
    const order = linksOf((await visitor.get(overdue)).text).find((href) => href.startsWith('/auditor/orders/')) ?? ''
    const links = linksOf((await visitor.get(order)).text)
    expect(links).toContain(overdue)
    // By the menu as well.
    expect(links).toContain(overview)
    expect(links).toContain(overview.replace('/auditor', '/auditor/risk'))
  })

  test.each(['https://evil.example/', '//evil.example', '/v1/me', '/auditor/sign-in', 'javascript:alert(1)'])(
    'never leads back to %s',
    async (back) => {
      const visitor = await auditor()
      for (const path of ['/auditor/cases?figure=dutiesDue&', `/auditor/orders/${orders.dragoer.id}?`]) {
        const { status, text } = await visitor.get(`${path}back=${encodeURIComponent(back)}`)
        expect(status).toBe(200)
        expect(linksOf(text)).not.toContain(back)
      }
    },
  )
})

describe('codes', () => {
  test('are words: the rule of a refused attempt, the offer, the figures', async () => {
    const visitor = await auditor()
    for (const [language, rule] of [
      ['da', 'Sygdom meldes til Kontaktcentret'],
      ['en', 'Sickness is reported to Kontaktcentret'],
    ] as const) {
      const { text } = await visitor.get(
        `/auditor/cases?figure=refusals&from=2026-03-01&to=2026-03-13&lang=${language}`,
      )
      expect(text).toContain(`<td>${rule} <code class="slug">sick-leave-not-in-portal</code></td>`)
      const order = await visitor.get(`/auditor/orders/${orders.dragoer.id}`)
      expect(order.text).toContain('Afklarende forløb, ')
      expect(order.text).not.toContain('clarification')
      const definitions = await visitor.get('/auditor/definitions')
      for (const [, name] of definitions.text.matchAll(/<tr><th scope="row">(.*?)<\/th>/g)) {
        expect(name).toMatch(/^[A-ZÆØÅ].* <code class="slug"/)
      }
    }
  })
})

describe('a supplier that ended', () => {
  test('can be chosen still, and is shown as ended with its figures', async () => {
    const visitor = await auditor()
    await portal.sql(`update organisations set kinds = '{jobcenter}' where id = $1`, [organisations.supplierSyd.id])
    try {
      await countEverything(portal, '2026-03-13T09:59:32.000Z')
      const { text } = await visitor.get(
        `/auditor?from=2026-01-01&to=2026-03-13&supplierId=${organisations.supplierSyd.id}`,
      )
      expect(text).toContain(
        `<option value="${organisations.supplierSyd.id}" selected>Leverandør Syd A/S (ended)</option>`,
      )
      expect(text).not.toContain('role="alert"')
      expect(text).toContain('33.3% (1 / 3)')
      expect(text).toContain('<p class="on-paper">1 Jan 2026 – 13 Mar 2026, Leverandør Syd A/S</p>')
    } finally {
      await portal.sql(`update organisations set kinds = '{supplier}' where id = $1`, [organisations.supplierSyd.id])
      await countEverything(portal, '2026-03-13T09:59:33.000Z')
    }
  })
})

test('a very long purpose is shortened in the heading, and whole where it is changed', async () => {
  const purpose = `yearly ${'x'.repeat(490)}`
  const visitor = await auditor(purpose)
  const { text } = await visitor.get('/auditor/risk')
  expect(text).not.toContain(purpose)
  expect(text).toContain(`<span dir="auto">yearly ${'x'.repeat(72)}…</span>`)
  expect((await visitor.get('/auditor/purpose')).text).toContain(`value="${purpose}"`)
})

test('where nothing is wrong it says so', async () => {
  const { text } = await (await auditor()).get(
    `/auditor?from=2020-01-01&to=2020-01-31&supplierId=${organisations.supplierAkasse.id}`,
  )
  expect(text).toContain('No duties are overdue today.')
  expect(text).toContain('There are no figures in the period.')
  expect(text).not.toContain('<svg')
})
