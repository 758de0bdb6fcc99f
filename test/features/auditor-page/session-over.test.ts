import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { auditorOn, courseOf, drawnOn, fieldsOf as fieldsOfCourse } from './conducting.ts'
import { type PlainBrowser, plainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const browser = () => plainBrowser(portal.url)
const origin = { origin: portal.url }
const endSessions = () => portal.sql('delete from page_sessions')

/** What the first form of a page would send. */
const fieldsOf = (text: string): Record<string, string> => {
  const [, form = ''] = /<main[^>]*>.*?<form method="post"[^>]*>(.*?)<\/form>/s.exec(text) ?? []
  const plain = (value: string): string =>
    value
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
      plain(name),
      plain(value),
    ]),
  )
}

const drawn = (formToken: string, seed: string): Record<string, string> => ({
  ...{ formToken, formKey: `key-${seed}`, supplierId: demo.organisations.supplierNord.id, residenceMunicipality: '' },
  ...{ running: '2', ended: '0', seed },
})
const inspectionsBy = (seed: string) => portal.sql('select from inspections where seed = $1', [seed])

describe('a form sent after the session was over', () => {
  test('is answered by a page, led nowhere, and is sent again from there once somebody signed in', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    const sent = drawn(await visitor.formToken(), 'held-1')
    await endSessions()
    const held = await visitor.post('/auditor/inspections', sent, origin)
    expect([held.status, held.location]).toEqual([401, ''])
    expect(held.text).toContain('nothing is kept yet')
    expect(held.text).toContain('href="/auditor/sign-in?to=%2Fauditor" target="_blank" rel="noopener"')
    const { formToken: _, ...rest } = sent
    expect(fieldsOf(held.text)).toEqual(rest)

    await visitor.signIn('karla')
    const asked = await visitor.post('/auditor/inspections', fieldsOf(held.text), origin)
    expect(asked.status).toBe(403)
    expect(await inspectionsBy('held-1')).toEqual([])
    const again = await visitor.post('/auditor/inspections', fieldsOf(asked.text), origin)
    expect(again.status).toBe(303)
    expect(await inspectionsBy('held-1')).toHaveLength(1)
  })

  test('shows what was written, escaped, and not the codes that go with it', async () => {
    const visitor = browser()
    const purpose = `the "<b>yearly</b>" inspection's sample`
    const { text, status } = await visitor.post(
      '/auditor/purpose',
      { purpose, to: '/auditor/risk', formKey: 'k1' },
      origin,
    )
    expect(status).toBe(401)
    expect(text).toContain('<li dir="auto">the &quot;&lt;b&gt;yearly&lt;/b&gt;&quot; inspection&#39;s sample</li>')
    expect(text).not.toContain('<li dir="auto">/auditor/risk')
    expect(fieldsOf(text)).toEqual({ purpose, to: '/auditor/risk', formKey: 'k1' })
  })

  test('does not tell which button was pressed as if somebody had written it', async () => {
    const form = { 'note-protocol-shown': 'Ikke vist', do: 'save:protocol-shown' }
    const { text } = await browser().post(courseOf(`/auditor/inspections/${demo.orders.dragoer.id}`), form, origin)
    expect(text).toContain('<li dir="auto">Ikke vist</li>')
    expect(text).not.toContain('<li dir="auto">save:')
    expect(fieldsOf(text)).toEqual(form)
  })

  test('is kept as well where the new session has no purpose yet, which is stated beside it', async () => {
    const path = courseOf(await drawnOn(portal))
    const karla = await auditorOn(portal, 'karla')
    const filled = {
      ...fieldsOfCourse((await karla.get(path)).text),
      'note-attendance': 'Two days were missing',
      do: 'save',
    }
    await endSessions()
    const visitor = browser()
    await visitor.signIn('karla')
    const held = await visitor.post(path, { ...filled, formToken: await visitor.formToken() }, origin)
    expect(held.status).toBe(422)
    expect(held.text).toContain('<li dir="auto">Two days were missing</li>')
    expect(held.text).toContain('href="/auditor/purpose?to=%2Fauditor" target="_blank"')
    expect(fieldsOf(held.text)).toEqual({ ...filled, formToken: await visitor.formToken() })
  })

  test('that states a wrong purpose is shown with what was typed', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    const purpose = `long ${'x'.repeat(500)}`
    const { status, text } = await visitor.post('/auditor/purpose', { formToken: await visitor.formToken(), purpose })
    expect([status, text.includes(`value="${purpose}"`)]).toEqual([422, true])
  })

  test.each([
    ['nothing that says from where', {}],
    ['another site', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site, by its own words', { ...origin, 'sec-fetch-site': 'cross-site' }],
  ])('is not kept for what comes from %s', async (_what, headers) => {
    for (const signedIn of [false, true]) {
      const visitor = browser()
      if (signedIn) await visitor.signIn('karla')
      const { status, text } = await visitor.post(
        '/auditor/purpose',
        { purpose: 'forged by another' },
        headers as Record<string, string>,
      )
      expect(status).toBe(signedIn ? 403 : 401)
      expect(text).not.toContain('forged')
    }
  })
})

describe('a page asked for after the session was over', () => {
  test('is answered by a page where somebody was at work, which leads back to it', async () => {
    const visitor = browser()
    const referer = `${portal.url}/auditor?from=2026-01-01`
    const filtered = '/auditor?from=2026-02-01&to=2026-02-28'
    const { status, text } = await visitor.get(filtered, { referer })
    expect(status).toBe(401)
    expect(text).toContain('Sign in to go on')
    expect(text).toContain(`href="/auditor/sign-in?to=${encodeURIComponent(filtered)}"`)
    expect((await visitor.signIn('karla', filtered)).location).toBe(filtered)
  })

  test.each([undefined, 'https://elsewhere.example/auditor', 'nonsense', '/auditor'])(
    'leads to the sign-in at once where somebody comes from %s',
    async (referer) => {
      const { status, location } = await browser().get('/auditor/risk', referer === undefined ? {} : { referer })
      expect([status, location]).toEqual([303, '/auditor/sign-in?to=%2Fauditor%2Frisk'])
    },
  )
})

describe('tabs that sign in at once', () => {
  const begun = async (visitor: PlainBrowser): Promise<string> => (await visitor.get('/auditor/sign-in')).location
  /** Where the issuer sends the browser back to; it asks the first time alone. */
  const callbackOf = async (visitor: PlainBrowser, place: string): Promise<string> => {
    const { location } = await visitor.get(place)
    if (new URL(location, portal.url).pathname === '/auditor/callback') return location
    return (await visitor.get((await visitor.post(location, { person: 'karla', password: 'demo' })).location)).location
  }

  test('all come in, in whatever order, and what began them is forgotten', async () => {
    const visitor = browser()
    const [first, second] = [await begun(visitor), await begun(visitor)]
    const callbacks = [await callbackOf(visitor, second), await callbackOf(visitor, first)]
    for (const callback of callbacks) {
      expect((await visitor.get(callback)).status).toBe(303)
      expect((await visitor.get('/auditor/purpose')).status).toBe(200)
    }
    expect([...visitor.cookies.keys()].filter((name) => name.startsWith('auditor-sign-in'))).toEqual([])
  })

  test('are remembered up to five, the newest ones', async () => {
    const visitor = browser()
    const places: string[] = []
    for (let tab = 0; tab < 8; tab++) places.push(await begun(visitor))
    expect([...visitor.cookies.keys()].filter((name) => name.startsWith('auditor-sign-in'))).toHaveLength(5)
    expect((await visitor.get(await callbackOf(visitor, places[2] ?? ''))).status).toBe(400)
    expect((await visitor.get(await callbackOf(visitor, places[3] ?? ''))).status).toBe(303)
  })
})

describe('an issuer that keeps a session of its own', () => {
  /** Where a visitor who is not signed in here is sent by the page. */
  const askedOf = async (visitor: PlainBrowser): Promise<URLSearchParams> =>
    new URL((await visitor.get('/auditor/sign-in')).location).searchParams

  test('is asked for a password that is no older than a session may idle', async () => {
    const visitor = browser()
    expect((await askedOf(visitor)).get('max_age')).toBe('1800')
    await visitor.signIn('karla')
    await endSessions()
    // It was given just now, so the issuer does not ask again.
    const known = await visitor.get((await visitor.get('/auditor/sign-in')).location)
    expect(new URL(known.location).pathname).toBe('/auditor/callback')
    expect((await visitor.get(known.location)).status).toBe(303)
  })

  test('is told of signing out, and asks for the password again', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    const left = await visitor.post('/auditor/sign-out', { formToken: await visitor.formToken() })
    const there = new URL((left.headers.get('refresh') ?? '').replace('0; url=', ''))
    expect(there.pathname).toBe('/dev/oauth/sign-out')
    expect(Object.fromEntries(there.searchParams)).toMatchObject({
      client_id: 'auditor-page',
      post_logout_redirect_uri: `${portal.url}/auditor/signed-out`,
      id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    })
    expect([...visitor.cookies.keys()]).not.toContain('auditor-id-token')
    // The person closes the tablet before the issuer hears of it: its session lives, and the password is asked for.
    const asked = await askedOf(visitor)
    expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '0'])
    const again = await visitor.get((await visitor.get('/auditor/sign-in')).location)
    expect(new URL(again.location, portal.url).pathname).toMatch(/^\/dev\/oauth\/sign-in\//)
    // Somebody else may sign in there, and after that is not asked twice.
    const resumed = await visitor.post(again.location, { person: 'dines', password: 'demo' })
    expect((await visitor.get((await visitor.get(resumed.location)).location)).status).toBe(303)
    expect((await visitor.get('/auditor/purpose')).text).toContain('Dines Dragsholm')
    expect((await askedOf(visitor)).get('prompt')).toBeNull()
  })

  test('is told of signing out also where the session here was over', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    await endSessions()
    const left = await visitor.post('/auditor/sign-out', { formToken: 'of before' })
    expect(left.headers.get('refresh')).toContain('/dev/oauth/sign-out?')
    // And whoever was not signed in at all goes nowhere.
    expect((await browser().post('/auditor/sign-out', {})).location).toBe('/auditor/signed-out')
  })

  test('ends its session with the one here', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    expect((await visitor.signOut()).text).toContain('You are signed out')
    visitor.cookies.delete('auditor-ask-anew')
    const asked = await visitor.get((await visitor.get('/auditor/sign-in')).location)
    expect(new URL(asked.location, portal.url).pathname).toMatch(/^\/dev\/oauth\/sign-in\//)
  })
})

test('the page is found with a slash at its end', async () => {
  const { status, location } = await browser().get('/auditor/?lang=da')
  expect([status, location]).toEqual([308, '/auditor?lang=da'])
})
