import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { axeFaults, signIn, startChromium, type Visitor, visitorOf } from './chromium.ts'
import { prepareFigures } from './counted-figures.ts'
import { pagePortal } from './page-portal.ts'

const portal = await pagePortal()
const { orders, organisations } = demo
let browser: Browser
beforeAll(async () => {
  await prepareFigures(portal)
  browser = await startChromium()
}, 120_000)
afterAll(() => browser?.close())

/** What a test in a browser may take on a busy machine, in milliseconds. */
const patience = 180_000

const visiting = async <T>(options: BrowserContextOptions, work: (visitor: Visitor) => Promise<T>): Promise<T> => {
  const visitor = await visitorOf(browser, portal.url, options)
  visitor.page.setDefaultTimeout(60_000)
  try {
    return await work(visitor)
  } finally {
    await visitor.context.close()
  }
}

const statePurpose = async ({ page }: Visitor, words = { label: /Purpose of/, button: 'Continue' }): Promise<void> => {
  await page.getByLabel(words.label).fill('yearly inspection')
  await page.getByRole('button', { name: words.button }).click()
}

/** Draws an inspection of a supplier by the form. @returns its path */
const drawOf = async ({ page }: Visitor, supplierId: string): Promise<string> => {
  await page.goto('/auditor/inspections/new')
  await page.locator('#supplierId').selectOption(supplierId)
  await page.locator('main form button[type=submit]').click()
  await page.waitForURL(/\/auditor\/inspections\/[0-9a-f-]{36}$/)
  return new URL(page.url()).pathname
}

describe('the auditor at work', () => {
  test(
    'signs in, narrows the figures down, drills down to a case, draws and prints an inspection, and signs out',
    () =>
      visiting({ viewport: { width: 1280, height: 900 } }, async (visitor) => {
        const { page, faults } = visitor
        await signIn(visitor, 'Karla')
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Overview')
        expect(await page.getByRole('img', { name: /^Duties met in time/ }).isVisible()).toBe(true)

        await page.getByLabel('From').fill('2026-01-01')
        await page.getByLabel('Supplier', { exact: true }).selectOption({ label: 'Leverandør Syd A/S' })
        await page.getByRole('button', { name: 'Show' }).click()
        const query = new URL(page.url()).searchParams
        expect([query.get('from'), query.get('supplierId')]).toEqual(['2026-01-01', organisations.supplierSyd.id])
        const table = page.getByRole('table', { name: 'Duties met in time', exact: true })
        expect(await table.locator('tbody tr').allTextContents()).toEqual(['Leverandør Syd A/S311133.3% (1 / 3)'])

        await table.locator('tbody').getByRole('link').nth(3).click()
        await statePurpose(visitor)
        expect(await page.getByRole('table', { name: 'Cases' }).locator('tbody tr').count()).toBe(1)
        await page.getByRole('link', { name: /^B-/ }).click()
        expect(await page.getByText(orders.supplierSyd.citizen.name).isVisible()).toBe(true)
        expect(await page.getByRole('table', { name: 'Duties' }).locator('tbody tr').count()).toBe(3)

        await page.getByRole('link', { name: 'Risk order' }).click()
        await page.getByRole('link', { name: 'Draw an inspection: Leverandør Nord ApS' }).click()
        expect(await page.locator('#supplierId').inputValue()).toBe(organisations.supplierNord.id)
        await page.getByLabel(/^Seed/).fill('spring-2026')
        await page.getByLabel('Running courses').fill('3')
        await page.getByRole('button', { name: 'Draw' }).click()
        expect(await page.getByText('spring-2026').isVisible()).toBe(true)
        expect(await page.getByRole('table', { name: 'Drawn courses' }).locator('tbody tr').count()).toBe(3)

        await page.getByRole('link', { name: 'Show for printing' }).click()
        expect(await page.locator('.course').count()).toBe(3)
        const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true })
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
        // A page for each course besides the first.
        expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThanOrEqual(4)

        await page.goto('/auditor')
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.getByRole('heading', { level: 1, name: 'You are signed out' }).waitFor()
        expect(new URL(page.url()).pathname).toBe('/auditor/signed-out')
        await page.goto('/auditor')
        expect(new URL(page.url()).pathname).toMatch(/^\/dev\/oauth\/sign-in\//)
        expect(faults).toEqual([])
      }),
    patience,
  )

  test(
    'needs no script of the browser',
    () =>
      visiting({ javaScriptEnabled: false }, async (visitor) => {
        const { page, faults } = visitor
        await signIn(visitor, 'Dines')
        await page.getByLabel('From').fill('2026-02-01')
        await page.getByRole('button', { name: 'Show' }).click()
        expect(new URL(page.url()).searchParams.get('from')).toBe('2026-02-01')
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL(/\/auditor\/signed-out$/)
        expect(faults).toEqual([])
      }),
    patience,
  )

  test(
    'goes by keyboard: past the menu, through the filters, and out',
    () =>
      visiting({}, async (visitor) => {
        const { page } = visitor
        const focused = (): Promise<{ text: string; outline: string; name: string }> =>
          page.evaluate(
            `(() => { const e = document.activeElement; return { text: e.textContent.trim(), name: e.id || e.getAttribute('name') || '', outline: getComputedStyle(e).outlineStyle } })()`,
          )
        await page.goto('/auditor')
        // The sign-in page of the issuer: the list of people, the password, the button.
        for (const key of ['Tab', 'ArrowDown', 'Tab', 'd', 'e', 'm', 'o', 'Enter']) await page.keyboard.press(key)
        await page.waitForURL(/\/auditor$/)
        await page.keyboard.press('Tab')
        expect(await focused()).toMatchObject({ text: 'Skip to content', outline: 'solid' })
        await page.keyboard.press('Enter')
        expect((await focused()).name).toBe('content')
        await page.keyboard.press('Tab')
        expect((await focused()).name).toBe('from')
        const reached: string[] = []
        for (let step = 0; step < 12 && !reached.includes('Show'); step++) {
          await page.keyboard.press('Tab')
          const { text, name, outline } = await focused()
          expect([text, outline]).toEqual([text, 'solid'])
          reached.push(text === 'Show' ? text : name)
        }
        for (const name of ['to', 'supplierId', 'jobcenterId', 'targetGroup', 'frameworkAgreementId', 'Show']) {
          expect(reached).toContain(name)
        }
        await page.keyboard.press('Enter')
        await page.waitForURL(/[?&]from=/)
        await page.getByRole('button', { name: 'Sign out' }).focus()
        await page.keyboard.press('Enter')
        await page.waitForURL(/signed-out/)
      }),
    patience,
  )
})

describe("Dragør's auditor", () => {
  test(
    'sees 0155 alone',
    () =>
      visiting({}, async (visitor) => {
        const { page, faults } = visitor
        await signIn(visitor, 'Dines')
        await page.getByRole('link', { name: /^Duties met in time: / }).click()
        await statePurpose(visitor)
        const [own] = await portal.sql<{ order_number: string }>('select order_number from orders where id = $1', [
          orders.dragoer.id,
        ])
        const numbers = await page.getByRole('link', { name: /^B-/ }).allTextContents()
        expect(numbers).toEqual([own?.order_number, own?.order_number])
        await drawOf(visitor, organisations.supplierNord.id)
        expect(await page.getByRole('link', { name: /^B-/ }).allTextContents()).toEqual([own?.order_number])
        expect(faults).toEqual([])
      }),
    patience,
  )
})

describe('every page, in both languages', () => {
  const places = (inspection: string): readonly string[] => [
    '/auditor',
    '/auditor/purpose',
    '/auditor/cases?figure=dutiesDue&from=2026-01-01&to=2026-03-13',
    '/auditor/cases?figure=dutiesWaived&from=2026-01-01&to=2026-03-13',
    `/auditor/orders/${orders.dragoer.id}`,
    '/auditor/risk',
    '/auditor/definitions',
    '/auditor/inspections',
    '/auditor/inspections/new',
    inspection,
    `${inspection}/print`,
    '/auditor/signed-out',
  ]

  test.each(['en', 'da'] as const)(
    'is found right by axe, light and dark, fits a small screen, and asks nothing of anybody else (%s)',
    (language) =>
      visiting({ viewport: { width: 768, height: 1024 }, hasTouch: true }, async (visitor) => {
        const { page, faults } = visitor
        const found: string[] = []
        const look = async (name: string): Promise<void> => {
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            found.push(...(await axeFaults(page)).map((fault) => `${name} ${colorScheme}: ${fault}`))
          }
          await page.emulateMedia({ colorScheme: 'light' })
          for (const width of [360, 768]) {
            await page.setViewportSize({ width, height: 1024 })
            const wide = await page.evaluate('document.documentElement.scrollWidth')
            if (Number(wide) > width) found.push(`${name}: ${String(wide)} px wide on a screen of ${width}`)
          }
          const small = (await page.evaluate(
            `[...document.querySelectorAll('button, .button, select, nav a, td.number > a, .figures li:has(a), input:not([type=hidden]):not([type=radio])')]
               .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))`,
          )) as string[]
          found.push(...small.map((one) => `${name}: too small to touch: ${one}`))
        }
        await page.goto('/auditor')
        await look('the sign-in')
        await signIn(visitor, 'Karla')
        await page.goto('/auditor/purpose')
        await statePurpose(visitor, { label: /Purpose of|Formål med/, button: 'Continue' })
        const inspection = await drawOf(visitor, organisations.supplierNord.id)
        for (const place of places(inspection)) {
          const answer = await page.goto(`${place}${place.includes('?') ? '&' : '?'}lang=${language}`)
          expect([place, answer?.status()]).toEqual([place, 200])
          expect([place, await page.getAttribute('html', 'lang')]).toEqual([place, language])
          await look(place)
        }
        expect(found).toEqual([])
        expect(faults).toEqual([])
      }),
    patience,
  )

  test(
    'also where somebody is refused, and where there is nothing',
    () =>
      visiting({}, async (visitor) => {
        const { page, faults } = visitor
        await page.goto('/auditor')
        await page.getByRole('radio', { name: /Stig/ }).check()
        await page.getByLabel(/Adgangskode/).fill('demo')
        await page.getByRole('button', { name: /Log ind/ }).click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This page is for auditors')
        expect(await axeFaults(page)).toEqual([])
        await signIn(visitor, 'Karla')
        await page.goto('/auditor/nowhere')
        expect(await axeFaults(page)).toEqual([])
        await page.goto('/auditor/inspections/new')
        await page.getByLabel('Running courses').fill('0')
        await page.getByLabel('Ended courses').fill('0')
        await page.getByRole('button', { name: 'Draw' }).click()
        expect(await page.getByRole('alert').isVisible()).toBe(true)
        expect(await axeFaults(page)).toEqual([])
        // What the browser itself says of a 403, a 404 and a 422.
        expect(faults.filter((fault) => !/status of (403|404|422)/.test(fault))).toEqual([])
      }),
    patience,
  )
})

test(
  'the policy that every page is sent under lets no script run',
  () =>
    visiting({}, async (visitor) => {
      const { page } = visitor
      await signIn(visitor, 'Karla')
      const blocked = await page.evaluate(
        `new Promise((done) => {
           document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective))
           const script = document.createElement('script')
           script.textContent = 'window.ran = true'
           document.head.append(script)
         })`,
      )
      expect(blocked).toMatch(/^script-src/)
      expect(await page.evaluate('window.ran')).toBeUndefined()
    }),
  patience,
)
