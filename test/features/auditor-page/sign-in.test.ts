import { describe, expect, test } from 'vitest'
import { developmentPeople } from '#src/dev/issuer/people.ts'
import { pagePortal, stranger } from '#test/browser/page-portal.ts'
import { plainBrowser } from './plain-browser.ts'

/** Whose name is longer than is kept, with a sign of two halves where it is cut. */
const longNamed = {
  ...{ id: 'lang', name: `L${'𝔸'.repeat(250)}`, describedAs: 'a long name' },
  organisation: 'auditor-koebenhavn',
}
const administrator = { id: 'anna', name: 'Anna', describedAs: 'administrator', organisation: 'administrator' }
const unknown = { id: 'nobody', name: 'Nobody', describedAs: 'of nowhere', organisation: 'no-such-client' }
const portal = await pagePortal({ people: [...developmentPeople, stranger, longNamed, administrator, unknown] })
const browser = () => plainBrowser(portal.url)
const sessions = () =>
  portal.sql<{ subject: string; client_id: string | null; person_name: string }>(
    'select subject, client_id, person_name from page_sessions order by created_at',
  )

describe('signing in', () => {
  test('goes to the issuer with code, PKCE (S256), state and nonce, and comes back to where the person was going', async () => {
    const visitor = browser()
    const turnedAway = await visitor.get('/auditor/purpose?to=%2Fauditor%2Frisk')
    expect(turnedAway.status).toBe(303)
    expect(turnedAway.location).toBe('/auditor/sign-in?to=%2Fauditor%2Fpurpose%3Fto%3D%252Fauditor%252Frisk')
    const begun = await visitor.get(turnedAway.location)
    const asked = new URL(begun.location)
    expect(`${asked.origin}${asked.pathname}`).toBe(`${portal.url}/dev/oauth/auth`)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'auditor-page',
      code_challenge_method: 'S256',
      redirect_uri: `${portal.url}/auditor/callback`,
      scope: 'openid profile',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.searchParams.get(name)?.length).toBeGreaterThan(40)
    }
    const { status, location } = await visitor.signIn('karla', '/auditor/purpose?to=%2Fauditor%2Frisk')
    expect([status, location]).toEqual([303, '/auditor/purpose?to=%2Fauditor%2Frisk'])
    const page = await visitor.get(location)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Karla Kontrolsen, Revision København')
  })

  test('keeps a session of which the database knows no more than a keyed hash', async () => {
    const visitor = browser()
    await visitor.signIn('dines')
    const token = visitor.cookies.get('auditor-session') ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    const rows = await portal.sql<{ row: string }>('select s::text as row from page_sessions s')
    expect(rows.length).toBeGreaterThan(0)
    for (const { row } of rows) expect(row).not.toContain(token)
    expect(await sessions()).toContainEqual({
      subject: 'dines',
      client_id: 'auditor-dragoer',
      person_name: 'Dines Dragsholm',
    })
  })

  test('sets cookies that scripts and other sites do not get', async () => {
    const { headers } = await browser().signIn('karla')
    const lines = headers.getSetCookie()
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/; Path=\/(; Max-Age=\d+)?; HttpOnly; SameSite=Lax$/)
    // Ends with the browser; how long it is good for before that, the portal alone knows.
    expect(lines.find((line) => line.startsWith('auditor-session='))).not.toContain('Max-Age')
  })

  test.each([
    ['stig', 'Leverandør Nord ApS', '/v1/obligations'],
    ['anna', 'Udbudsportal', '/v1/compliance/summary'],
    ['nobody', 'names no organisation', 'Ask whoever keeps your sign-in'],
  ])('refuses %s, who is no auditor, says where to go instead, and keeps no session', async (person, ...told) => {
    const before = (await sessions()).length
    const visitor = browser()
    const { status, text } = await visitor.signIn(person)
    expect(status).toBe(403)
    expect(text).toContain('This page is for auditors')
    for (const words of told) expect(text).toContain(words)
    expect(visitor.cookies.has('auditor-session')).toBe(false)
    expect((await sessions()).length).toBe(before)
    // The next one at this browser is asked who they are.
    expect(new URL((await visitor.get('/auditor/sign-in')).location).searchParams.get('prompt')).toBe('login')
    expect((await visitor.signIn('karla')).status).toBe(303)
  })

  test('lets the next person at the same browser be another one', async () => {
    const visitor = browser()
    for (const [person, name] of [
      ['stig', ''],
      ['karla', 'Karla Kontrolsen'],
      ['dines', 'Dines Dragsholm'],
    ] as const) {
      await visitor.signIn(person)
      if (name !== '') {
        expect((await visitor.get('/auditor/purpose')).text).toContain(name)
        await visitor.signOut()
      }
    }
    // The one before is signed out with it.
    expect((await sessions()).filter(({ subject }) => subject === 'stig')).toEqual([])
  })

  test('cuts a name that is too long between two signs', async () => {
    expect((await browser().signIn('lang')).status).toBe(303)
    const kept = (await sessions()).find(({ subject }) => subject === 'lang')
    expect(kept?.person_name).toBe(`L${'𝔸'.repeat(199)}`)
    await portal.sql(`delete from page_sessions where subject = 'lang'`)
  })

  test('takes no wrong password', async () => {
    const visitor = browser()
    const begun = await visitor.get('/auditor/sign-in')
    const asked = await visitor.get(begun.location)
    expect((await visitor.post(asked.location, { person: 'karla', password: 'guess' })).status).toBe(403)
  })
})

describe('a callback', () => {
  test('with another state is refused, and takes nothing from the sign-in that began', async () => {
    const visitor = browser()
    const begun = await visitor.get('/auditor/sign-in')
    const asked = await visitor.get(begun.location)
    const resumed = await visitor.post(asked.location, { person: 'karla', password: 'demo' })
    const { location } = await visitor.get(resumed.location)
    const forged = new URL(location)
    forged.searchParams.set('state', 'x'.repeat(43))
    const refused = await visitor.get(forged.href)
    expect([refused.status, visitor.cookies.has('auditor-session')]).toEqual([400, false])
    expect(refused.text).toContain('You were not signed in')
    expect((await visitor.get(location)).status).toBe(303)
    // It served once.
    expect((await visitor.get(location)).status).toBe(400)
  })

  test('without a sign-in of this browser is refused: nobody is signed in by a link', async () => {
    const [one, other] = [browser(), browser()]
    const begun = await one.get('/auditor/sign-in')
    const asked = await one.get(begun.location)
    const resumed = await one.post(asked.location, { person: 'karla', password: 'demo' })
    const { location } = await one.get(resumed.location)
    expect((await other.get(location)).status).toBe(400)
    await other.get('/auditor/sign-in')
    expect((await other.get(location)).status).toBe(400)
    expect(other.cookies.has('auditor-session')).toBe(false)
  })

  test('whose code was used is refused by the issuer, also with what began it', async () => {
    const visitor = browser()
    const begun = await visitor.get('/auditor/sign-in')
    const [kept] = [...visitor.cookies].filter(([name]) => name.startsWith('auditor-sign-in-'))
    const asked = await visitor.get(begun.location)
    const resumed = await visitor.post(asked.location, { person: 'karla', password: 'demo' })
    const { location } = await visitor.get(resumed.location)
    expect((await visitor.get(location)).status).toBe(303)
    const thief = browser()
    thief.cookies.set(...(kept ?? expect.fail('nothing is remembered of the sign-in')))
    const replayed = await thief.get(location)
    expect([replayed.status, thief.cookies.has('auditor-session')]).toEqual([400, false])
  })

  test('with an error of the issuer, or nothing at all, is refused', async () => {
    for (const query of ['?error=access_denied&state=x', '']) {
      const visitor = browser()
      await visitor.get('/auditor/sign-in')
      expect((await visitor.get(`/auditor/callback${query}`)).status).toBe(400)
    }
  })

  test('that meets a fault of the database is a fault of the portal, no false sign-in', async () => {
    const visitor = browser()
    await portal.sql('alter table page_sessions add constraint full_up check (false) not valid')
    try {
      const { status, text } = await visitor.signIn('karla')
      expect(status).toBe(500)
      expect(text).not.toContain('You were not signed in')
      expect(visitor.cookies.has('auditor-session')).toBe(false)
    } finally {
      await portal.sql('alter table page_sessions drop constraint full_up')
    }
  })

  test('logs neither codes nor tokens', async () => {
    const visitor = browser()
    const { callback } = await visitor.signIn('karla')
    const code = new URL(callback).searchParams.get('code') ?? ''
    expect(code.length).toBeGreaterThan(20)
    const token = visitor.cookies.get('auditor-session') ?? ''
    const logged = portal.logLines.join('\n')
    expect(logged).not.toContain(code)
    expect(logged).not.toContain(token)
  })
})

describe('the way back', () => {
  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/auditor\\@evil.example',
    '/auditorium',
    '/auditor/../v1/me',
    '/auditor/%2e%2e/docs',
    '/auditor/../v1/me\r\nset-cookie: x=y',
    'javascript:alert(1)',
    '/docs',
    '/auditor/signed-out',
    '/auditor/sign-in?to=%2Fauditor%2Fsign-in',
    '/auditor/sign-out',
    '/auditor/callback?code=x&state=y',
    '/auditor/icon.svg',
    '/auditor/nowhere',
  ])('never leads to %j', async (to) => {
    const { status, location } = await browser().signIn('karla', to)
    expect([status, location]).toEqual([303, '/auditor'])
  })
})

describe('a session', () => {
  const signedIn = async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    const hash = await portal.sql<{ token_hash: Buffer }>(
      'select token_hash from page_sessions order by created_at desc, expires_at desc limit 1',
    )
    return { visitor, hash: hash[0]?.token_hash }
  }
  const status = async (visitor: ReturnType<typeof browser>) => (await visitor.get('/auditor/purpose')).status

  test('ends after eight hours, and after half an hour without a request', async () => {
    for (const [change, still] of [
      ["expires_at = now() + interval '1 minute'", true],
      ['expires_at = now()', false],
      ["last_seen_at = now() - interval '29 minutes'", true],
      ["last_seen_at = now() - interval '31 minutes'", false],
    ] as const) {
      const { visitor, hash } = await signedIn()
      await portal.sql(`update page_sessions set ${change} where token_hash = $1`, [hash])
      expect([change, await status(visitor)]).toEqual([change, still ? 200 : 303])
    }
    const { hash } = await signedIn()
    const [row] = await portal.sql(
      'select expires_at - created_at = $2::interval as whole from page_sessions where token_hash = $1',
      [hash, '8 hours'],
    )
    expect(row?.['whole']).toBe(true)
  })

  test('is kept alive by what is asked in it', async () => {
    const { visitor, hash } = await signedIn()
    await portal.sql(`update page_sessions set last_seen_at = now() - interval '20 minutes' where token_hash = $1`, [
      hash,
    ])
    expect(await status(visitor)).toBe(200)
    const [row] = await portal.sql(
      `select last_seen_at > now() - interval '1 minute' as seen from page_sessions where token_hash = $1`,
      [hash],
    )
    expect(row?.['seen']).toBe(true)
  })

  test('ends when the API client that it stands for is revoked, or its organisation audits no more', async () => {
    const { visitor } = await signedIn()
    const other = await pagePortal({ on: portal })
    const there = plainBrowser(other.url)
    there.cookies.set('auditor-session', visitor.cookies.get('auditor-session') ?? '')
    await portal.sql(`update api_clients set revoked_at = now() where client_id = 'auditor-koebenhavn'`)
    try {
      // A portal that remembers no client from before.
      expect(await status(there)).toBe(303)
    } finally {
      await portal.sql(`update api_clients set revoked_at = null where client_id = 'auditor-koebenhavn'`)
    }
    const dragoer = browser()
    await dragoer.signIn('dines')
    await portal.sql(`update organisations set kinds = '{supplier}' where name = 'Revision Dragør'`)
    try {
      expect(await status(dragoer)).toBe(303)
    } finally {
      await portal.sql(`update organisations set kinds = '{auditor}' where name = 'Revision Dragør'`)
    }
  })

  test('stands in the log of changes: who signed in, stated a purpose and signed out, and not what it was', async () => {
    const { visitor } = await signedIn()
    await visitor.post('/auditor/purpose', { formToken: await visitor.formToken(), purpose: 'secret', to: '/auditor' })
    await visitor.post('/auditor/sign-out', { formToken: await visitor.formToken() })
    const rows = await portal.sql<{ action: string; client_id: string; registered_by: { name: string }; row: string }>(
      `select action, client_id, registered_by, c::text as row from change_log c where entity_id =
         (select entity_id from change_log where action = 'page-session.ended' order by position desc limit 1) order by position`,
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'page-session.begun',
      'page-session.purpose-stated',
      'page-session.ended',
    ])
    for (const { client_id, registered_by, row } of rows) {
      expect([client_id, registered_by.name]).toEqual(['auditor-page/karla', 'Karla Kontrolsen'])
      expect(row).not.toContain('secret')
    }
  })

  test('is ended by signing out, for whoever holds its token', async () => {
    const { visitor } = await signedIn()
    const token = visitor.cookies.get('auditor-session') ?? ''
    const left = await visitor.post('/auditor/sign-out', { formToken: await visitor.formToken() })
    expect([left.status, left.headers.get('refresh')]).toEqual([200, expect.stringContaining('/dev/oauth/sign-out?')])
    expect(visitor.cookies.has('auditor-session')).toBe(false)
    const thief = browser()
    thief.cookies.set('auditor-session', token)
    expect(await status(thief)).toBe(303)
    expect((await visitor.get('/auditor/signed-out')).text).toContain('You are signed out')
  })

  test('takes no form without its own token', async () => {
    const [{ visitor }, { visitor: other }] = [await signedIn(), await signedIn()]
    const forms = [{}, { formToken: '' }, { formToken: 'x' }, { formToken: await other.formToken() }]
    for (const form of forms) {
      for (const path of ['/auditor/purpose', '/auditor/sign-out']) {
        const answer = await visitor.post(path, { ...form, purpose: 'forged', to: '/auditor' } as Record<
          string,
          string
        >)
        expect([path, answer.status]).toEqual([path, 403])
      }
    }
    expect(await status(visitor)).toBe(200)
    const stated = await portal.sql(`select from page_sessions where purpose = 'forged'`)
    expect(stated).toEqual([])
  })

  test('signs nobody in by a made-up token', async () => {
    for (const token of ['x', 'a'.repeat(43), '%00']) {
      const visitor = browser()
      visitor.cookies.set('auditor-session', token)
      expect(await status(visitor)).toBe(303)
    }
  })
})

describe('every page', () => {
  test('forbids scripts, frames and everything from elsewhere, and is kept by nobody', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    for (const path of ['/auditor/purpose', '/auditor/signed-out', '/auditor/nowhere']) {
      const { headers, text } = await visitor.get(path)
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text).not.toMatch(/<script|style="|<style|javascript:/)
    }
  })

  test('says in the language asked for, and remembers it', async () => {
    const visitor = browser()
    expect((await visitor.get('/auditor/signed-out')).text).toContain('<html lang="en">')
    expect((await visitor.get('/auditor/signed-out?lang=da')).text).toContain('<html lang="da">')
    expect((await visitor.get('/auditor/signed-out')).text).toContain('Du er logget ud')
  })

  test('escapes what people wrote', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    const purpose = `<img src=x onerror="alert('1')">&`
    await visitor.post('/auditor/purpose', { formToken: await visitor.formToken(), purpose, to: '/auditor' })
    const { text } = await visitor.get('/auditor/purpose')
    expect(text).not.toContain('<img')
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;')
  })

  test('is no way into the API: the session is no token there', async () => {
    const visitor = browser()
    await visitor.signIn('karla')
    expect((await visitor.get('/v1/me')).status).toBe(401)
  })
})

test('the worker deletes sessions that are over, and those alone', async () => {
  const visitor = browser()
  await visitor.signIn('dines')
  await portal.sql(`update page_sessions set expires_at = now() where subject = 'karla'`)
  const { purgePageSessions } = await import('#features/auditor-page/signing-in/sessions.ts')
  expect(await purgePageSessions(portal.workerDatabase)).toBeGreaterThan(0)
  expect(new Set((await sessions()).map(({ subject }) => subject))).toEqual(new Set(['dines']))
  expect((await visitor.get('/auditor/purpose')).status).toBe(200)
})
