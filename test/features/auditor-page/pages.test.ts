import { beforeAll, describe, expect, test } from 'vitest'
import { loadPlots } from '#features/auditor-page/overview/plots.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { countEverything, prepareFigures } from '#test/browser/counted-figures.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { type PlainBrowser, plainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { orders, organisations } = demo

/** Signed in, with a purpose stated. */
const auditor = async (person: string, purpose = 'yearly inspection'): Promise<PlainBrowser> => {
  const visitor = plainBrowser(portal.url)
  await visitor.signIn(person)
  const stated = await visitor.post('/auditor/purpose', {
    formToken: await visitor.formToken(),
    purpose,
    to: '/auditor',
  })
  expect(stated.status).toBe(303)
  return visitor
}

/** The order numbers that a page names. */
const ordersOn = (text: string): string[] => [...text.matchAll(/>(B-\d{6})</g)].map(([, number]) => number ?? '')
const rowsOf = (text: string): number => [...text.matchAll(/<tr><th scope="row">/g)].length
const nextOf = (text: string): string | undefined =>
  /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&')

const lookups = (operation: string) =>
  portal.sql<{ client_id: string; purpose: string; order_id: string | null; citizens: string }>(
    `select client_id, purpose, order_id, citizen_id::text || coalesce(array_to_string(citizen_ids, ','), '') as citizens
       from lookups where operation = $1 order by occurred_at desc, id desc`,
    [operation],
  )

beforeAll(() => prepareFigures(portal))

describe('the overview', () => {
  test('shows the figures that the API gives to the same auditor, over all and by supplier', async () => {
    for (const [person, client] of [
      ['karla', 'auditor-koebenhavn'],
      ['dines', 'auditor-dragoer'],
    ] as const) {
      const { body } = await portal.as(client).get('/v1/compliance/summary', {
        query: { from: '2025-10-01', to: '2026-03-13', groupBy: 'supplier' },
      })
      const { text } = await (await auditor(person)).get('/auditor')
      const { dutiesOnTime } = body.totals.shares
      expect(dutiesOnTime.denominator).toBeGreaterThan(0)
      expect(text).toContain(`(${dutiesOnTime.numerator} / ${dutiesOnTime.denominator})`)
      for (const { supplier, figures } of body.groups) {
        if (figures.dutiesDue === 0) continue
        expect(text).toMatch(
          new RegExp(
            `<th scope="row">${supplier.name}</th><td class="number"><a href="[^"]*">${figures.dutiesDue}</a>`,
          ),
        )
      }
    }
  })

  test('is narrowed by its form, and leaves out what is no filter', async () => {
    const visitor = await auditor('karla')
    const narrowed = await visitor.get(
      `/auditor?from=2026-02-01&to=2026-02-28&supplierId=${organisations.supplierSyd.id}&jobcenterId=&targetGroup=&frameworkAgreementId=`,
    )
    expect(narrowed.text).toContain('100.0% (1 / 1)')
    expect(narrowed.text).toContain(`<option value="${organisations.supplierSyd.id}" selected>`)
    const nonsense = await visitor.get(`/auditor?supplierId=%27&targetGroup=%3Cscript%3E&from=2026-99-99`)
    expect(nonsense.status).toBe(200)
    expect(nonsense.text).not.toContain('<script')
    expect(nonsense.text).toContain('role="alert"')
  })

  test('says up to when it is counted', async () => {
    expect((await (await auditor('karla')).get('/auditor?lang=da')).text).toContain('13. mar. 2026')
  })

  test('draws its plots with a title, a description and no style of their own', async () => {
    const { text } = await (await auditor('karla')).get('/auditor')
    const plots = [...text.matchAll(/<svg [^>]*role="img"[^>]*>/g)].map(([tag]) => tag)
    expect(plots).toHaveLength(3)
    for (const tag of plots) {
      const [, title = ''] = /aria-labelledby="([^"]+)"/.exec(tag) ?? []
      const [, description = ''] = /aria-describedby="([^"]+)"/.exec(tag) ?? []
      expect(text).toContain(`<title id="${title}">`)
      expect(text).toContain(`<desc id="${description}">`)
    }
    expect(text).not.toMatch(/<style|style="/)
    expect(text).toContain('var(--series-1)')
  })
})

describe('what the overview tells besides', () => {
  test('are duties overdue that were entered after their due date, with their cases', async () => {
    const before = await (await auditor('karla')).get('/auditor')
    expect(before.text).toContain('counted apart')
    const id = await preparedDuty(portal, { dueOn: '2026-02-20' })
    await countEverything(portal, '2026-03-13T09:59:41.000Z')
    try {
      const visitor = await auditor('karla')
      const { text } = await visitor.get('/auditor')
      const [, table = ''] = /<h2 id="overdue">(.*?)<h2/s.exec(text) ?? []
      const [, row = ''] = /<tr><th scope="row">Leverandør Nord[^<]*<\/th>(.*?)<\/tr>/s.exec(table) ?? []
      const [, place = '', count] = /href="([^"]*figure=dutiesOpenedAfterDueUnmet[^"]*)">(\d+)</.exec(row) ?? []
      expect(count).toBe('1')
      expect(ordersOn((await visitor.get(place.replaceAll('&amp;', '&'))).text)).toHaveLength(1)
      expect(text).toContain('aria-label="Not met, entered after due date: 1"')
    } finally {
      await portal.sql('delete from obligations where id = $1', [id])
      await countEverything(portal, '2026-03-13T09:59:42.000Z')
    }
  })

  test('is what of the filters could not be done, as on the cases and the risk order', async () => {
    const visitor = await auditor('karla')
    const nobody = '01890000-0000-7000-8000-00000000ffff'
    const labels: Record<string, string> = {
      ...{ supplierId: 'Supplier', jobcenterId: 'Jobcenter' },
      ...{ targetGroup: 'Target group', frameworkAgreementId: 'Framework agreement' },
    }
    for (const path of ['/auditor?', '/auditor/cases?figure=dutiesDue&', '/auditor/risk?']) {
      const { text: whole } = await visitor.get(`${path}supplierId=&targetGroup=`)
      expect(whole).not.toContain('role="alert"')
      for (const wrong of [
        `supplierId=${nobody}`,
        'supplierId=x',
        `jobcenterId=${nobody}`,
        `frameworkAgreementId=${nobody}`,
        'targetGroup=no-such-group',
        'targetGroup=%3Cscript%3E',
      ]) {
        const { status, text } = await visitor.get(path + wrong)
        expect([path, wrong, status]).toEqual([path, wrong, 200])
        const [name = ''] = wrong.split('=')
        expect(text).toContain(`role="alert">What was chosen is not known to the portal: ${labels[name]}. The figures`)
      }
      expect((await visitor.get(`${path}from=2026-99-99`)).text).toContain(
        'role="alert">A period is at most five years',
      )
    }
  })

  test('is that there are too many figures for one page, with the form to ask for fewer', async () => {
    const measures = await portal.sql<{ name: string }>(
      `select column_name as name from information_schema.columns
        where table_name = 'compliance_refusals' and data_type = 'integer'`,
    )
    const names = measures.map(({ name }) => name)
    await portal.sql(
      `insert into compliance_refusals (span, day, supplier_id, residence_municipality, kind, ${names.join(', ')})
       select 'coarse', month::date, gen_random_uuid(), '0101', 'made-up', ${names.map(() => '1').join(', ')}
         from generate_series('2025-10-01'::date, '2026-02-01', interval '1 month') month, generate_series(1, 4100)`,
    )
    try {
      const visitor = await auditor('karla')
      for (const [language, told] of [
        ['da', 'vælg en kortere periode eller en afgrænsning'],
        ['en', 'choose a shorter period or a filter'],
      ] as const) {
        const { status, text } = await visitor.get(`/auditor?lang=${language}`)
        expect(status).toBe(400)
        expect(text).toContain(told)
        expect(text).toContain('<select id="supplierId"')
      }
    } finally {
      await portal.sql(`delete from compliance_refusals where kind = 'made-up'`)
    }
  })
})

describe('a plot', () => {
  const words = { id: 'a', title: 'a plot', description: 'of something' }

  test('breaks a line where a month had no duties', async () => {
    const months = ['2026-01', '2026-02', '2026-03', '2026-04']
    const { sharesByMonth } = await loadPlots()
    const lineOf = (shares: readonly (number | null)[]): string => {
      const { markup } = sharesByMonth(
        words,
        months.map((month) => ({ month, label: month })),
        months.map((month, at) => ({ series: 'Nord', month, share: shares[at] ?? null })),
      )
      const [, line = ''] = /<g [^>]*stroke="var\(--series-1\)" fill="none"><path d="([^"]*)"/.exec(markup) ?? []
      return line.replaceAll(/[^A-Z]/g, '')
    }
    expect(lineOf([1, 0.5, 0.5, 1])).toBe('MLLL')
    expect(lineOf([1, 1, null, 1])).toBe('MLMZ')
  })

  test('cuts a name too long for it at its end, and holds the whole of it as a title', async () => {
    const { pairedBars } = await loadPlots()
    const name = `The ${'very '.repeat(20)}long name`
    const rows = [
      { name, first: 1, second: 2 },
      { name: name.replace('long', 'longer'), first: 3, second: 4 },
    ]
    const { markup } = pairedBars(words, ['one', 'other'], rows, String)
    expect(markup).toMatch(/>The very very [a-z ]*…</)
    for (const row of rows) {
      expect(markup).toContain(`<title>${row.name}</title>`)
      expect(markup.replaceAll(`<title>${row.name}</title>`, '')).not.toContain(row.name)
    }
  })
})

test('a name is text wherever it stands, in plots too', async () => {
  const hostile = '<img src=x onerror=alert(1)> & "$&" Søn'
  const [before] = await portal.sql<{ name: string }>('select name from organisations where id = $1', [
    organisations.supplierSyd.id,
  ])
  await portal.sql('update organisations set name = $2 where id = $1', [organisations.supplierSyd.id, hostile])
  try {
    const visitor = await auditor('karla')
    for (const path of ['/auditor', '/auditor/risk', '/auditor/inspections/new']) {
      const { text } = await visitor.get(path)
      expect(text).not.toContain('<img')
      expect(text).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; ')
    }
    // In the plot's own labels as well as in the table beside it.
    const [, plot = ''] =
      /(<svg [^>]*aria-labelledby="hours-plot-title".*?<\/svg>)/s.exec((await visitor.get('/auditor')).text) ?? []
    expect(plot).toContain('&lt;img src=x')
  } finally {
    await portal.sql('update organisations set name = $2 where id = $1', [organisations.supplierSyd.id, before?.name])
  }
})

describe('the cases behind a figure', () => {
  test('add up to it over all pages, and each leads to its order', async () => {
    for (let number = 0; number < 60; number++) {
      await preparedDuty(portal, { order: orders.activityReady, dueOn: `2025-11-${10 + (number % 10)}` })
    }
    await portal.sql(`update obligations set opened_at = due_on - interval '30 days' where due_on < '2025-12-01'`)
    await countEverything(portal, '2026-03-13T09:59:40.000Z')
    const visitor = await auditor('karla')
    const seen: string[] = []
    let pages = 0
    let next: string | undefined = '/auditor/cases?figure=dutiesOverdue&from=2025-11-01&to=2025-11-30'
    while (next !== undefined) {
      const { text, status } = await visitor.get(next)
      expect(status).toBe(200)
      seen.push(...ordersOn(text))
      expect(rowsOf(text)).toBe(ordersOn(text).length)
      next = nextOf(text)
      pages += 1
    }
    expect([pages, seen.length]).toEqual([2, 60])
    await portal.sql(`delete from obligations where due_on < '2025-12-01'`)
    await countEverything(portal, '2026-03-13T09:59:50.000Z')
  })

  test('ask for a purpose first, and go on to where the auditor was going', async () => {
    const visitor = plainBrowser(portal.url)
    await visitor.signIn('karla')
    const path = '/auditor/cases?figure=dutiesOverdue&from=2026-01-01&to=2026-03-13'
    const asked = await visitor.get(path)
    expect([asked.status, asked.location]).toEqual([303, `/auditor/purpose?to=${encodeURIComponent(path)}`])
    const form = await visitor.get(asked.location)
    const formToken = /name="formToken" value="([^"]+)"/.exec(form.text)?.[1] ?? ''
    for (const purpose of ['', '   ', 'x'.repeat(501)]) {
      expect((await visitor.post('/auditor/purpose', { formToken, purpose, to: path })).status).toBe(422)
    }
    const stated = await visitor.post('/auditor/purpose', { formToken, purpose: 'sample of 2026', to: path })
    expect([stated.status, stated.location]).toEqual([303, path])
    expect(ordersOn((await visitor.get(path)).text)).toHaveLength(3)
  })

  test('are a look-up of the person, with the purpose, and hold no name of a citizen', async () => {
    const visitor = await auditor('karla', 'why 4711')
    const { text } = await visitor.get('/auditor/cases?figure=dutiesDue&from=2026-01-01&to=2026-03-13')
    for (const { name } of Object.values(demo.citizens)) expect(text).not.toContain(name)
    const [latest] = await lookups('listComplianceCases')
    expect(latest).toMatchObject({ client_id: 'auditor-page/karla', purpose: 'why 4711', order_id: null })
  })

  test.each(['/auditor/cases', '/auditor/cases?figure=unknown', '/auditor/cases?figure=__proto__'])(
    'are not there for %s',
    async (path) => expect((await (await auditor('karla')).get(path)).status).toBe(404),
  )

  test('take no position of their own making', async () => {
    const visitor = await auditor('karla')
    for (const after of ['x', '2026-01-01', '2026-01-01~a~b', `2026-02-30~${orders.dragoer.id}~${orders.dragoer.id}`]) {
      const { status } = await visitor.get(`/auditor/cases?figure=dutiesDue&after=${encodeURIComponent(after)}`)
      expect([after, status]).toEqual([after, 400])
    }
  })
})

describe('a case', () => {
  test('names the citizen and shows duties, and is a look-up with its purpose', async () => {
    const visitor = await auditor('karla', 'case 42')
    const { text } = await visitor.get(`/auditor/orders/${orders.dragoer.id}`)
    expect(text).toContain(orders.dragoer.citizen.name)
    expect(text).toContain('Interim report')
    const { cpr } = orders.dragoer.citizen
    for (const number of [cpr, `${cpr.slice(0, 6)}-${cpr.slice(6)}`]) expect(text).not.toContain(number)
    const [latest] = await lookups('getOrder')
    expect(latest).toMatchObject({
      client_id: 'auditor-page/karla',
      purpose: 'case 42',
      order_id: orders.dragoer.id,
      citizens: orders.dragoer.citizen.id,
    })
  })

  test('that is not there, or no order at all, is a page that says so', async () => {
    const visitor = await auditor('karla')
    for (const id of ['01890000-0000-7000-8000-00000000ffff', 'x', orders.draft.id]) {
      const { status, text } = await visitor.get(`/auditor/orders/${id}`)
      expect([id, status]).toEqual([id, 404])
      expect(text).toContain('<html lang="en">')
    }
  })

  test('is not told when its look-up cannot be kept', async () => {
    const visitor = await auditor('karla')
    await portal.sql('alter table lookups add constraint full_up check (false) not valid')
    try {
      const { status, text } = await visitor.get(`/auditor/orders/${orders.dragoer.id}`)
      expect(status).toBe(503)
      expect(text).not.toContain(orders.dragoer.citizen.name)
    } finally {
      await portal.sql('alter table lookups drop constraint full_up')
    }
  })
})

describe("Dragør's auditor", () => {
  test('sees 0155 alone, in figures, lists, cases, samples and prints', async () => {
    const visitor = await auditor('dines')
    const overview = await visitor.get('/auditor')
    expect(overview.text).toContain('50.0% (1 / 2)')
    const cases = await visitor.get('/auditor/cases?figure=dutiesDue&from=2026-01-01&to=2026-03-13')
    const [own] = await portal.sql<{ order_number: string }>('select order_number from orders where id = $1', [
      orders.dragoer.id,
    ])
    expect(ordersOn(cases.text)).toEqual([own?.order_number, own?.order_number])
    expect((await visitor.get(`/auditor/orders/${orders.activityReady.id}`)).status).toBe(404)
    expect((await visitor.get(`/auditor/orders/${orders.dragoer.id}`)).status).toBe(200)

    const karla = await auditor('karla')
    const drawn = await karla.post('/auditor/inspections', {
      formToken: await karla.formToken(),
      formKey: 'of-nord',
      supplierId: organisations.supplierNord.id,
      residenceMunicipality: '',
      seed: 'spring',
      running: '15',
      ended: '15',
    })
    expect(drawn.status).toBe(303)
    const whole = await karla.get(drawn.location)
    expect(ordersOn(whole.text).length).toBeGreaterThan(1)
    expect(ordersOn((await visitor.get(drawn.location)).text)).toEqual([own?.order_number])
    const print = await visitor.get(`${drawn.location}/print`)
    expect(print.text).toContain(orders.dragoer.citizen.name)
    for (const { name } of Object.values(demo.citizens)) {
      if (name !== orders.dragoer.citizen.name) expect(print.text).not.toContain(name)
    }
  })

  test('draws of its own municipality alone', async () => {
    const visitor = await auditor('dines')
    const ask = async (residenceMunicipality: string) =>
      visitor.post('/auditor/inspections', {
        ...{ formToken: await visitor.formToken(), supplierId: '', residenceMunicipality, seed: '' },
        ...{ running: '15', ended: '0', formKey: `key-${residenceMunicipality}` },
      })
    expect((await ask('0101')).status).toBe(422)
    const own = await ask('0155')
    expect(own.status).toBe(303)
    const rows = await portal.sql(
      `select distinct o.residence_municipality as m from inspection_courses c join orders o on o.id = c.order_id
        where c.inspection_id = $1`,
      [own.location.split('/').at(-1)],
    )
    expect(rows).toEqual([{ m: '0155' }])
  })
})

describe('drawing an inspection', () => {
  const form = async (visitor: PlainBrowser, more: Record<string, string> = {}) => ({
    ...{ formToken: await visitor.formToken(), formKey: `key-${Math.random()}`, residenceMunicipality: '' },
    ...{ supplierId: organisations.supplierNord.id, seed: 'autumn', running: '3', ended: '2' },
    ...more,
  })

  test('by a seed that is a CPR number is refused, and kept nowhere', async () => {
    const visitor = await auditor('karla')
    const before = await portal.sql('select from inspections')
    for (const seed of ['0101901234', 'borger-010190-1234']) {
      const refused = await visitor.post('/auditor/inspections', await form(visitor, { seed }))
      expect([refused.status, refused.text.includes('without a CPR number')]).toEqual([422, true])
    }
    expect(await portal.sql('select from inspections')).toHaveLength(before.length)
  })

  test('is done once, however often the form is sent, also at the same moment', async () => {
    const visitor = await auditor('karla')
    const sent = await form(visitor)
    const before = await portal.sql('select from inspections')
    const answers = await Promise.all([1, 2, 3, 4].map(() => visitor.post('/auditor/inspections', sent)))
    const again = await visitor.post('/auditor/inspections', sent)
    expect(again.status).toBe(303)
    // One that came while the first was at it waits for it, and leads to the same.
    for (const { status, location } of answers) expect([status, location]).toEqual([303, again.location])
    expect((await portal.sql('select from inspections')).length - before.length).toBe(1)
  })

  test('is in the name of the person, and in the log of changes', async () => {
    const visitor = await auditor('karla')
    const { location } = await visitor.post('/auditor/inspections', await form(visitor))
    const id = location.split('/').at(-1)
    const [row] = await portal.sql<{ drawn_by: unknown; seed: string }>(
      'select drawn_by, seed from inspections where id = $1',
      [id],
    )
    expect(row).toEqual({ drawn_by: { name: 'Karla Kontrolsen' }, seed: 'autumn' })
    const changes = await portal.sql<{ client_id: string }>('select client_id from change_log where entity_id = $1', [
      id,
    ])
    expect(changes).toEqual([{ client_id: 'auditor-page/karla' }])
  })

  test.each([
    [{ supplierId: '', residenceMunicipality: '' }],
    [{ residenceMunicipality: '0101' }],
    [{ supplierId: '', residenceMunicipality: '12' }],
    [{ supplierId: '01890000-0000-7000-8000-00000000ffff' }],
    [{ supplierId: '', residenceMunicipality: '9999' }],
    [{ running: '0', ended: '0' }],
    [{ running: '201' }],
    [{ running: '-1' }],
    [{ ended: '1.5' }],
    [{ ended: '' }],
    [{ seed: 'two words' }],
    [{ seed: 'x'.repeat(101) }],
  ])('refuses %j, says why, and keeps what was written', async (wrong) => {
    const visitor = await auditor('karla')
    const before = await portal.sql('select from inspections')
    const { status, text } = await visitor.post(
      '/auditor/inspections',
      await form(visitor, wrong as Record<string, string>),
    )
    expect(status).toBe(422)
    expect(text).toContain('role="alert"')
    if (!('seed' in wrong)) expect(text).toContain('value="autumn"')
    expect(await portal.sql('select from inspections')).toHaveLength(before.length)
  })
})

describe('an inspection', () => {
  test('is printed as a document of its own, with a look-up for each course', async () => {
    const visitor = await auditor('karla', 'print 7')
    const { location } = await visitor.post('/auditor/inspections', {
      ...{ formToken: await visitor.formToken(), formKey: 'print', residenceMunicipality: '', seed: 'p' },
      ...{ supplierId: organisations.supplierNord.id, running: '3', ended: '0' },
    })
    const before = (await lookups('getInspection')).length
    const { headers, text, status } = await visitor.get(`${location}/print`)
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /)
    expect(text).not.toContain('<script')
    const kept = await lookups('getInspection')
    expect(kept.length - before).toBe(3)
    expect(new Set(kept.slice(0, 3).map(({ purpose }) => purpose))).toEqual(new Set(['print 7']))
  })

  test('counts what is not judged yet under those words, on its page and its print', async () => {
    const visitor = await auditor('karla')
    const { location } = await visitor.post('/auditor/inspections', {
      ...{ formToken: await visitor.formToken(), formKey: 'words', residenceMunicipality: '', seed: 'w' },
      ...{ supplierId: organisations.supplierNord.id, running: '2', ended: '0' },
    })
    for (const [language, heading] of [
      ['da', 'Ikke vurderet'],
      ['en', 'Not judged'],
    ] as const) {
      for (const path of [location, `${location}/print`]) {
        const { text } = await visitor.get(`${path}?lang=${language}`)
        expect(text).toMatch(new RegExp(`<th[^>]*>${heading}</th>`))
        expect(text).not.toMatch(/<th[^>]*>(Mangler|Missing|To judge)<\/th>/)
      }
    }
  })

  test('asks for a purpose before it is printed', async () => {
    const visitor = plainBrowser(portal.url)
    await visitor.signIn('karla')
    const list = await visitor.get('/auditor/inspections')
    const [, path = ''] = /href="(\/auditor\/inspections\/[0-9a-f-]{36})"/.exec(list.text) ?? []
    expect((await visitor.get(path)).status).toBe(200)
    const asked = await visitor.get(`${path}/print`)
    expect(asked.location).toBe(`/auditor/purpose?to=${encodeURIComponent(`${path}/print`)}`)
  })

  test('that is not there is a page that says so', async () => {
    const visitor = await auditor('karla')
    for (const path of ['x', '01890000-0000-7000-8000-00000000ffff', '01890000-0000-7000-8000-00000000ffff/print']) {
      expect((await visitor.get(`/auditor/inspections/${path}`)).status).toBe(404)
    }
  })
})

test('every page of figures comes in Danish and English', async () => {
  const visitor = await auditor('karla')
  for (const [path, da, en] of [
    ['/auditor', 'Frister overskredet i dag', 'Duties overdue today'],
    ['/auditor/risk', 'Risikorækkefølge', 'Risk order'],
    ['/auditor/definitions', 'Sådan tælles hvert tal', 'How each figure is counted'],
    ['/auditor/inspections/new', 'Igangværende forløb', 'Running courses'],
    [`/auditor/orders/${orders.dragoer.id}`, 'Fremmødeprotokoller', 'Attendance protocols'],
  ] as const) {
    expect((await visitor.get(`${path}?lang=da`)).text).toContain(da)
    expect((await visitor.get(`${path}?lang=en`)).text).toContain(en)
  }
})
