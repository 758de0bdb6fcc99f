import { describe, expect, test } from 'vitest'
import { pagePortal } from '#test/browser/page-portal.ts'
import { type Manners, madeUpIssuer } from './made-up-issuer.ts'
import { plainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const now = (): number => Math.floor(Date.now() / 1000)

/** A browser at a page whose people sign in at an issuer of such manners. */
const browserWith = async (manners: Manners) => {
  const issuer = await madeUpIssuer(manners)
  const { url } = await pagePortal({
    on: portal,
    peopleSignIn: { issuer: issuer.url, clientId: 'auditor-page', clientSecret: null },
  })
  return { visitor: plainBrowser(url), issuer }
}

describe('an issuer that asks for no password', () => {
  test.each([
    ['just now', 0, 303],
    ['within the time that a session may idle', 1700, 303],
    ['longer ago than a session may idle and a sign-in last', 3000, 400],
    ['never, by its own words', null, 400],
  ])('lets somebody in whose password it asked for %s: %s → %i', async (_when, ago, status) => {
    const { visitor, issuer } = await browserWith({ authTime: () => (ago === null ? null : now() - ago) })
    const answer = await visitor.signIn('karla')
    expect(issuer.asked()).toMatchObject({ max_age: '1800' })
    expect([answer.status, visitor.cookies.has('auditor-session')]).toEqual([status, status === 303])
  })

  test('lets nobody in after a sign-out, whatever it thinks who is there', async () => {
    let ago = 0
    const { visitor, issuer } = await browserWith({ authTime: () => now() - ago })
    await visitor.signIn('karla')
    const left = await visitor.post('/auditor/sign-out', { formToken: await visitor.formToken() })
    // It ends no sessions, so the page does not lead there.
    expect([left.status, left.location, left.headers.get('refresh')]).toEqual([303, '/auditor/signed-out', null])
    ago = 1500
    const answer = await visitor.signIn('karla')
    expect(issuer.asked()).toMatchObject({ max_age: '0', prompt: 'login' })
    expect([answer.status, visitor.cookies.has('auditor-session')]).toEqual([400, false])
    ago = 0
    expect((await visitor.signIn('karla')).status).toBe(303)
  })
})
