import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madeUpIssuer } from '#test/features/auditor-page/made-up-issuer.ts'
import { axeFaults, signIn, startChromium, type Visitor, visitorOf } from './chromium.ts'
import { pagePortal } from './page-portal.ts'

const portal = await pagePortal()
let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
}, 120_000)
afterAll(() => browser?.close())

const patience = 180_000
const endSessions = () => portal.sql('delete from page_sessions')

const visiting = async <T>(work: (visitor: Visitor) => Promise<T>): Promise<T> => {
  const visitor = await visitorOf(browser, portal.url, { viewport: { width: 820, height: 1180 }, hasTouch: true })
  visitor.page.setDefaultTimeout(60_000)
  try {
    return await work(visitor)
  } finally {
    await visitor.context.close()
  }
}

const identify = async (page: Page, name: RegExp): Promise<void> => {
  await page.getByRole('radio', { name }).check()
  await page.getByLabel(/Adgangskode/).fill('demo')
  await page.getByRole('button', { name: /Log ind/ }).click()
}

describe('a session that is over', () => {
  test(
    'loses nothing of a form that is sent: it is shown, and sent again once somebody signed in beside it',
    () =>
      visiting(async (visitor) => {
        const { page, context, faults } = visitor
        await signIn(visitor, 'Karla')
        await page.goto('/auditor/purpose?to=%2Fauditor%2Frisk')
        await page.getByLabel(/Purpose of/).fill('sample of spring, second visit')
        await endSessions()
        await context.clearCookies({ name: '_session' })
        await page.getByRole('button', { name: 'Continue' }).click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in to go on')
        expect(await page.getByText('sample of spring, second visit').isVisible()).toBe(true)
        expect(await axeFaults(page)).toEqual([])
        const [beside] = await Promise.all([
          context.waitForEvent('page'),
          page.getByRole('link', { name: /Sign in \(opens in a new tab\)/ }).click(),
        ])
        await beside.waitForLoadState()
        await identify(beside, /Karla/)
        await beside.waitForURL(/\/auditor\/purpose/)
        await beside.close()
        await page.getByRole('button', { name: 'Send again' }).click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('The form was too old')
        expect(await axeFaults(page)).toEqual([])
        await page.getByRole('button', { name: 'Send again' }).click()
        await page.waitForURL(/\/auditor\/risk$/)
        expect(await page.getByText('sample of spring, second visit').isVisible()).toBe(true)
        // What the browser itself says of a 401 and a 403.
        expect(faults.filter((fault) => !/status of (401|403)/.test(fault))).toEqual([])
      }),
    patience,
  )

  test(
    'answers the filters with a page, and the sign-in leads back to them',
    () =>
      visiting(async (visitor) => {
        const { page, context, faults } = visitor
        await signIn(visitor, 'Dines')
        await endSessions()
        await context.clearCookies({ name: '_session' })
        await page.getByLabel('From').fill('2026-02-01')
        await page.getByRole('button', { name: 'Show' }).click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in to go on')
        expect(await axeFaults(page)).toEqual([])
        await page.getByRole('link', { name: 'Sign in', exact: true }).click()
        await identify(page, /Dines/)
        await page.waitForURL(/\/auditor\?from=2026-02-01/)
        expect(await page.getByLabel('From').inputValue()).toBe('2026-02-01')
        expect(faults.filter((fault) => !/status of 401/.test(fault))).toEqual([])
      }),
    patience,
  )
})

test(
  'two tabs that sign in at once both come in',
  () =>
    visiting(async ({ page, context, faults }) => {
      const other = await context.newPage()
      await Promise.all([page.goto('/auditor/risk'), other.goto('/auditor/definitions')])
      await identify(page, /Karla/)
      await page.waitForURL(/\/auditor\/risk$/)
      await identify(other, /Karla/)
      await other.waitForURL(/\/auditor\/definitions$/)
      await page.reload()
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Risk order')
      expect(faults).toEqual([])
    }),
  patience,
)

test(
  'behind an issuer that sends people on to another one, no form is forbidden by the policy',
  async () => {
    const other = await madeUpIssuer({ authTime: () => null })
    const issuer = await madeUpIssuer({ authTime: () => Math.floor(Date.now() / 1000), through: other.url })
    const behind = await pagePortal({
      on: portal,
      peopleSignIn: { issuer: issuer.url, clientId: 'auditor-page', clientSecret: null },
    })
    const { page, context, faults } = await visitorOf(browser, behind.url)
    try {
      await page.goto('/auditor/purpose')
      expect(new URL(page.url()).origin).toBe(behind.url)
      for (const work of [
        async () => {
          await page.getByLabel(/Purpose of/).fill('sample of autumn')
          await page.getByRole('button', { name: 'Continue' }).click()
        },
        async () => {
          await page.goto('/auditor')
          await endSessions()
          await page.getByRole('button', { name: 'Show' }).click()
        },
      ]) {
        await endSessions()
        await work()
        await page.getByRole('heading', { level: 1, name: 'Sign in to go on' }).waitFor()
        await page.goto('/auditor')
        await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
      }
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor()
      expect(faults.filter((fault) => /Content Security Policy|form-action/.test(fault))).toEqual([])
    } finally {
      await context.close()
    }
  },
  patience,
)
