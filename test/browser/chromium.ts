import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import pack from '@sparticuz/chromium'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Starts the packed Chromium; it needs no network, and no sandbox where tests run as root. */
export const startChromium = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await pack.executablePath(),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  })

/** A visitor with everything that went wrong on the way: console errors, and requests to any other origin. */
export type Visitor = { readonly page: Page; readonly context: BrowserContext; readonly faults: string[] }

/** A new visitor of the portal at `url`. */
export const visitorOf = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> => {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`))
  page.on('request', (request) => {
    const to = new URL(request.url())
    if (to.origin !== url && to.protocol !== 'data:') faults.push(`foreign: ${request.url()}`)
  })
  return { page, context, faults }
}

/** Signs a visitor in at the development issuer, as a person would. */
export const signIn = async ({ page }: Visitor, name: string): Promise<void> => {
  await page.goto('/auditor')
  await page.getByRole('radio', { name: new RegExp(name) }).check()
  await page.getByLabel(/Adgangskode/).fill('demo')
  await page.getByRole('button', { name: /Log ind/ }).click()
  await page.waitForURL(/\/auditor(\?|$)/)
}

/** What axe finds wrong with the page as it is shown, one line each. The page's own policy runs no script: axe comes in by the debugger. */
export const axeFaults = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource)
  const results = (await page.evaluate(
    '(async () => await axe.run(document, { resultTypes: ["violations", "incomplete"] }))()',
  )) as AxeResults
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}
