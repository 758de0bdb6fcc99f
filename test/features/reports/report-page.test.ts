import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { escapeHtml } from '#platform/http/html-text.ts'
import { must } from '#test/features/orders/support.ts'
import { course } from '#test/features/protocols/support.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { ask, end, finalSections, sendBack, submitReport } from './reading-support.ts'

/** As a browser asks. */
const browser = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } }
const attack = `</p><script>alert("x")</script><img src=x onerror='y'> & "citat" 'apostrof'`
let portal: TestPortal
let orderNumber: string
let id: string
const page = async (version: number, client = 'jobcenter-musvaagevej'): Promise<TestAnswer> =>
  must(await portal.as(client).get(`/v1/reports/${id}`, { ...browser, query: { version } }))

beforeAll(async () => {
  portal = await testPortal({ now: '2026-03-16T10:00:00.000Z' })
  const order = await course(portal, { '2026-03-02': 120 })
  await end(portal, order, '2026-03-13')
  orderNumber = must(await portal.as('supplier-nord').get(`/v1/orders/${order.id}`)).body.orderNumber
  portal.clock.set('2026-03-23T22:59:00.000Z')
  id = must(
    await submitReport(portal, order, 'final', {
      sections: {
        ...finalSections,
        development: `Første linje\nanden linje ${attack}`,
        goal: 'Ansøgning om førtidspension.',
      },
      focusAreas: [{ area: 'Mødestabilitet <b>', start: 3, end: 7 }],
      milestones: [{ milestone: 'cv', reachedOn: '2026-03-10', observedBy: 'Vejleder & kollega' }],
      confirmations: [{ section: 'goal', passage: 'førtidspension', reason: 'Det er målets ramme.' }],
      registeredBy: { name: 'Liv <Leverandør>' },
    }),
  ).body.id
  must(await sendBack(portal, { id }, { dueOn: '2026-03-27', reason: 'Uddyb <venligst>.' }))
  portal.clock.set('2026-03-31T08:00:00.000Z')
  must(await submitReport(portal, order))
})

describe('a report as a page to read, print and file', () => {
  test('is HTML with a name of its own, and neither loads nor runs anything', async () => {
    const { headers, text } = await page(1)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-disposition']).toBe(`inline; filename="rapport-${orderNumber}-final-v1.html"`)
    expect(headers['vary']).toContain('Accept')
    expect(headers['cache-control']).toBe('no-store')
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    expect(style).toContain('size: A4')
    expect(style).not.toMatch(/url\(|@import/)
    expect(text).not.toMatch(/<(?:script|img|link|iframe|form|object|svg)|<[^>]*\s(?:on\w+|style)=/i)
  })

  test('opens and closes each element, with the text as text', async () => {
    const { text } = await page(1)
    const open: string[] = []
    for (const [, closing, name = ''] of text.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^>]*)?>/g)) {
      if (name === 'meta') continue
      if (closing === '') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    expect(text.startsWith('<!doctype html>\n<html lang="da">')).toBe(true)
    expect(text).toContain(`Første linje\nanden linje ${escapeHtml(attack)}`)
    expect(text).toContain('Mødestabilitet &lt;b&gt;')
    expect(text).toContain('Vejleder &amp; kollega')
  })

  test("has the template's headings in their order, and who, what and when above them", async () => {
    const { text } = await page(1)
    expect([...text.matchAll(/<h[12]>(.*?)<\/h[12]>/g)].map(([, heading]) => heading)).toEqual([
      'Afsluttende leverandørrapport',
      'Fokusområder og aktiviteter',
      'Udvikling i fokusområderne',
      'Job- eller uddannelsesmålet',
      'Fokusområder: vurdering fra 1 til 10',
      'Opnåede milepæle',
      'Sendt tilbage',
      'Bekræftede passager (§ 3)',
    ])
    expect(
      Object.fromEntries([...text.matchAll(/<dt>(.*?)<\/dt><dd dir="auto">(.*?)<\/dd>/g)].map(([, k, v]) => [k, v])),
    ).toEqual({
      Bestilling: orderNumber,
      Borger: 'Prøve Person',
      Leverandør: 'Leverandør Nord ApS',
      'Bestillende jobcenter': 'Jobcenter Musvågevej',
      Tilbud: 'Afklarende forløb',
      Forløb: '2. marts 2026 til 13. marts 2026',
      Version: '1 (der findes en senere: 2)',
      Afleveret: '23. marts 2026 kl. 23.59 af Liv &lt;Leverandør&gt;',
      Frist: 'Til tiden; fristen var 23. marts 2026.',
    })
    const cells = [...text.matchAll(/<td dir="auto">(.*?)<\/td>/g)].map(([, cell]) => cell)
    expect(cells).toEqual([
      'Mødestabilitet &lt;b&gt;',
      '3',
      '7',
      'Et CV',
      '10. marts 2026',
      'Vejleder &amp; kollega',
      '1',
      '23. marts 2026 kl. 23.59 af Sally Sagsbehandler',
      'Uddyb &lt;venligst&gt;.',
      '27. marts 2026',
      'Job- eller uddannelsesmålet',
      'førtidspension',
      'Det er målets ramme.',
    ])
  })

  test('the next version says how late it came, by the clock of Copenhagen', async () => {
    const { text } = await page(2, 'supplier-nord')
    expect(text).toContain('<dt>Version</dt><dd dir="auto">2</dd>')
    expect(text).toContain('31. marts 2026 kl. 10.00 af Liv Leverandør')
    expect(text).toContain('2 arbejdsdage (4 kalenderdage) for sent; fristen var 27. marts 2026.')
    expect(text).not.toContain('Bekræftede passager')
  })

  test('who observed a milestone is printed, and so kept to the course as every text is', async () => {
    const order = await course(portal, { '2026-03-02': 120 })
    const observedBy = 'Nora, som hørte om en ansøgning om førtidspension'
    const milestones = [{ milestone: 'cv', reachedOn: '2026-03-10', observedBy }]
    const refused = await submitReport(portal, order, 'interim', { milestones })
    expect([refused.status, refused.body.code]).toEqual([422, 'content-outside-the-course'])
    expect(refused.body.passages).toMatchObject([{ section: 'milestones/0', passage: 'førtidspension' }])
    const confirmations = [{ section: 'milestones/0', passage: 'førtidspension', reason: 'Hendes egne ord.' }]
    must(await submitReport(portal, order, 'interim', { milestones, confirmations }))
  })

  test('a report that nobody had asked for has no deadline; fields have their titles, choices their words', async () => {
    const { id: templateId } = must(
      await portal.as('administrator').post('/v1/report-templates', {
        kind: 'handover',
        title: 'Overlevering i felter',
        validFrom: '2026-03-31',
        sections: [
          {
            id: 'state',
            title: 'Tilstand',
            fields: [
              { id: 'words', title: 'Med egne ord', type: 'text', required: true },
              { id: 'energy', title: 'Kræfter', type: 'scale', required: true, min: 1, max: 5 },
              {
                id: 'next',
                title: 'Det næste',
                type: 'choice',
                required: false,
                options: [
                  { code: 'job', title: 'Et job' },
                  { code: 'course', title: 'Et forløb mere' },
                ],
              },
            ],
          },
        ],
      }),
    ).body
    const order = await course(portal, { '2026-03-02': 120 })
    must(await ask(portal, order, { kind: 'handover', templateId }))
    const written = (words: string, energy: number, next?: string) =>
      submitReport(portal, order, 'handover', {
        templateId,
        templateVersion: 1,
        sections: { state: { words, energy, ...(next ? { next } : {}) } },
      })
    const report = must(await written('Det går godt.', 2)).body
    must(await sendBack(portal, report))
    must(await written('Det går bedre.', 4, 'job'))
    const nord = portal.as('supplier-nord')
    const { text } = must(await nord.get(`/v1/reports/${report.id}`, browser))
    expect(
      [...text.matchAll(/<h3>(.*?)<\/h3>\s*<p class="text" dir="auto">(.*?)<\/p>/g)].map(([, k, v]) => [k, v]),
    ).toEqual([
      ['Med egne ord', 'Det går bedre.'],
      ['Kræfter', '4 (fra 1 til 5)'],
      ['Det næste', 'Et job'],
    ])
    const unasked = must(await submitReport(portal, order, 'interim')).body
    expect(must(await nord.get(`/v1/reports/${unasked.id}`, browser)).text).toContain('Ingen frist')
    const { body } = must(await nord.get(`/v1/reports/${report.id}/diff`))
    expect(body.sections).toEqual([
      {
        section: 'state/words',
        title: 'Tilstand: Med egne ord',
        status: 'changed',
        changes: [
          { op: 'same', text: 'Det går ' },
          { op: 'removed', text: 'godt' },
          { op: 'added', text: 'bedre' },
          { op: 'same', text: '.' },
        ],
      },
      {
        section: 'state/energy',
        title: 'Tilstand: Kræfter',
        status: 'changed',
        changes: [
          { op: 'removed', text: '2' },
          { op: 'added', text: '4' },
        ],
      },
      {
        section: 'state/next',
        title: 'Tilstand: Det næste',
        status: 'added',
        changes: [{ op: 'added', text: 'Et job' }],
      },
    ])
  })
})

test('whatever a text is, nothing in it is markup, and it can be read back', () => {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const html = escapeHtml(text)
      expect(html).not.toMatch(/[<>"']/)
      expect(html.replaceAll(/&(?:lt|gt|quot|amp|#39);/g, (entity) => entities[entity] ?? entity)).toBe(text)
    }),
  )
})
