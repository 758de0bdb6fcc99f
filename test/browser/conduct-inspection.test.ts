import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import { axeFaults, signIn, startChromium, type Visitor, visitorOf } from './chromium.ts'
import { pagePortal } from './page-portal.ts'

const portal = await pagePortal()
const { organisations } = demo
let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
}, 120_000)
afterAll(() => browser?.close())

/** What a test in a browser may take on a busy machine, in milliseconds. */
const patience = 180_000
const tablet: BrowserContextOptions = { viewport: { width: 820, height: 1180 }, hasTouch: true }

/** Signed in as Copenhagen's auditor with a purpose, in English. */
const inspecting = async <T>(options: BrowserContextOptions, work: (visitor: Visitor) => Promise<T>): Promise<T> => {
  const visitor = await visitorOf(browser, portal.url, options)
  const { page } = visitor
  page.setDefaultTimeout(60_000)
  try {
    await signIn(visitor, 'Karla')
    await page.goto('/auditor/purpose?lang=en')
    await page.getByLabel(/Purpose of/).fill('inspection at the door')
    await page.getByRole('button', { name: 'Continue' }).click()
    return await work(visitor)
  } finally {
    await visitor.context.close()
  }
}

const draw = async (): Promise<string> => {
  const { body } = must(
    await portal.as('auditor-koebenhavn').post('/v1/inspections', {
      ...{ supplierId: organisations.supplierNord.id, running: 2, ended: 0, drawnBy: { name: 'Karla' }, seed: 'door' },
    }),
  )
  return `/auditor/inspections/${body.id}`
}

const findings = (path: string) =>
  portal.sql<{ control_point: string; outcome: string; severity: number | null }>(
    `select control_point, outcome, severity from inspection_findings where inspection_id = $1
      order by control_point, version`,
    [path.split('/').at(-1)],
  )

/** Goes to the first course of an inspection, as a person would. */
const openCourse = async ({ page }: Visitor, path: string): Promise<void> => {
  await page.goto(path)
  await page.getByRole('link', { name: /^B-/ }).first().click()
  await page.waitForURL(/\/courses\//)
}

describe('an inspector with a tablet at the door', () => {
  test(
    'judges a course by touch without any script, confirms what the registers say, withdraws, goes on, and closes',
    () =>
      inspecting({ ...tablet, javaScriptEnabled: false }, async (visitor) => {
        const { page, faults } = visitor
        const path = await draw()
        await openCourse(visitor, path)
        await page.getByLabel(/^Date of the visit/).fill('2026-03-13')
        const homework = page.locator('#no-homework')
        expect(await homework.getByLabel('Severity').isVisible()).toBe(false)
        await homework.getByRole('radio', { name: 'Irregularity' }).check()
        await homework.getByLabel('Severity').selectOption({ label: 'notable' })
        expect(await homework.getByLabel(/^Note/).isVisible()).toBe(false)
        await homework.getByText('Note and more').click()
        await homework.getByLabel(/^Note/).fill('Papers to take home lay ready.')
        await homework.getByRole('button', { name: 'Save' }).click()
        await page.waitForURL(/saved=1/)
        expect(await homework.getByRole('status').textContent()).toBe('1 judgement is saved.')
        expect(await homework.getByLabel(/^Note/).inputValue()).toBe('Papers to take home lay ready.')
        expect(await homework.getByLabel(/^Visited on/).inputValue()).toBe('2026-03-13')
        await homework.getByRole('button', { name: 'Withdraw' }).click()
        expect(await homework.getByRole('radio', { name: 'Irregularity' }).isChecked()).toBe(false)
        await page.getByRole('button', { name: /wherever nothing is judged/ }).click()
        expect(await page.getByRole('status').textContent()).toBe('12 judgements are saved.')
        expect((await findings(path)).filter((row) => row.control_point === 'no-homework')).toEqual([
          { control_point: 'no-homework', outcome: 'irregularity', severity: 2 },
          { control_point: 'no-homework', outcome: 'withdrawn', severity: null },
        ])
        await page.getByRole('button', { name: 'Save and go to the next course' }).click()
        expect(await page.getByText('Course 2 of 2').isVisible()).toBe(true)
        await page.getByRole('link', { name: 'Back to the inspection' }).first().click()
        await page.getByRole('link', { name: 'Close the inspection' }).click()
        await page.getByRole('button', { name: 'Close the inspection' }).click()
        expect(await page.getByRole('alert').isVisible()).toBe(true)
        await page.getByLabel('Reason for everything else that lacks').fill('Nobody was there any more.')
        await page.getByRole('button', { name: 'Close the inspection' }).click()
        await page.waitForURL((url) => url.pathname === path)
        expect(await page.getByText('Nobody was there any more.').isVisible()).toBe(true)
        await page.getByRole('link', { name: 'Show for printing' }).click()
        expect(await page.getByText('Nobody was there any more.').isVisible()).toBe(true)
        expect(faults.filter((fault) => !/status of 422/.test(fault))).toEqual([])
      }),
    patience,
  )

  test(
    'is told when a colleague was first, and keeps every word',
    () =>
      inspecting(tablet, async (first) =>
        inspecting(tablet, async (second) => {
          const path = await draw()
          await openCourse(first, path)
          await openCourse(second, path)
          const at = ({ page }: Visitor) => page.locator('#place-as-agreed')
          await at(second).getByLabel('In order').check()
          await at(second).getByText('Note and more').click()
          await at(second).getByLabel(/^Note/).fill('The room was open.')
          await at(first).getByRole('radio', { name: 'Irregularity' }).check()
          await at(first).getByLabel('Severity').selectOption({ label: 'grave' })
          await at(first).getByText('Note and more').click()
          await at(first).getByLabel(/^Note/).fill('The room was locked.')
          await at(first).getByRole('button', { name: 'Save' }).click()
          await first.page.waitForURL(/saved=1/)
          await at(second).getByRole('button', { name: 'Save' }).click()
          const { page } = second
          await page.getByRole('alert').getByRole('link').click()
          expect(await at(second).getByText('The room was locked.').isVisible()).toBe(true)
          expect(await at(second).getByLabel(/^Note/).inputValue()).toBe('The room was open.')
          expect(await at(second).getByLabel('In order').isChecked()).toBe(true)
          expect(await axeFaults(page)).toEqual([])
          await at(second).getByRole('button', { name: 'Save' }).click()
          await page.waitForURL(/saved=1/)
          expect((await findings(path)).map(({ outcome }) => outcome)).toEqual(['irregularity', 'in-order'])
        }),
      ),
    patience,
  )

  test(
    'goes by keyboard: from the date over a judgement to its note and the button',
    () =>
      inspecting({}, async (visitor) => {
        const { page } = visitor
        const path = await draw()
        await openCourse(visitor, path)
        const focused = (): Promise<string> =>
          page.evaluate(`document.activeElement.name + ' ' + getComputedStyle(document.activeElement).outlineStyle`)
        await page.locator('#no-homework').getByLabel('In order').focus()
        for (const key of ['Space', 'ArrowDown']) await page.keyboard.press(key)
        const homework = page.locator('#no-homework')
        expect(await homework.getByRole('radio', { name: 'Irregularity' }).isChecked()).toBe(true)
        await page.keyboard.press('Tab')
        expect(await focused()).toBe('severity-no-homework solid')
        await page.keyboard.type('slight')
        for (const key of ['Tab', 'Enter', 'Tab']) await page.keyboard.press(key)
        expect(await focused()).toBe('note-no-homework solid')
        await page.keyboard.type('Typed.')
        while (!(await focused()).startsWith('do')) await page.keyboard.press('Tab')
        expect(await focused()).toBe('do solid')
        await page.keyboard.press('Enter')
        await page.waitForURL(/saved=1/)
        expect(await findings(path)).toEqual([{ control_point: 'no-homework', outcome: 'irregularity', severity: 1 }])
      }),
    patience,
  )
})

test.each(['en', 'da'] as const)(
  'every page of conducting is found right by axe, light and dark, and fits a small screen (%s)',
  (language) =>
    inspecting(tablet, async ({ page, faults }) => {
      const path = await draw()
      const course = await portal.sql<{ order_id: string }>(
        'select order_id from inspection_courses where inspection_id = $1 limit 1',
        [path.split('/').at(-1)],
      )
      // A note that no blank breaks.
      must(
        await portal
          .as('auditor-koebenhavn')
          .put(
            `/v1/inspections/${path.split('/').at(-1)}/findings/${course[0]?.order_id}/no-homework`,
            { outcome: 'irregularity', note: 'å'.repeat(1500), registeredBy: { name: 'Karla' } },
            { headers: { 'x-purpose': 'check' } },
          ),
      )
      const found: string[] = []
      const look = async (name: string): Promise<void> => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          found.push(...(await axeFaults(page)).map((fault) => `${name} ${colorScheme}: ${fault}`))
        }
        for (const width of [360, 820]) {
          await page.setViewportSize({ width, height: 1180 })
          found.push(...(await axeFaults(page)).map((fault) => `${name} at ${width} px: ${fault}`))
          const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
          if (wide > width) found.push(`${name}: ${wide} px wide on a screen of ${width}`)
        }
        const small = (await page.evaluate(
          `[...document.querySelectorAll('main button, main .button, main input:not([type=hidden]):not([type=radio]), main select, main summary, main .choices label')]
             .filter((e) => e.getClientRects().length > 0)
             .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))`,
        )) as string[]
        found.push(...small.map((one) => `${name}: too small to touch: ${one}`))
      }
      for (const place of [
        path,
        `${path}/courses/${course[0]?.order_id}`,
        `${path}/print`,
        `${path}/close`,
        `${path}/discard`,
        '/auditor/inspections?status=discarded',
      ]) {
        const answer = await page.goto(`${place}${place.includes('?') ? '&' : '?'}lang=${language}`)
        expect([place, answer?.status()]).toEqual([place, 200])
        await look(place)
        if (!place.endsWith('/print')) continue
        // There is room to write, and a long note makes no endless table.
        const [room, height] = (await page.evaluate(
          `[Math.min(...[...document.querySelectorAll('.checklist td:last-child')].map((e) => e.clientWidth)),
             Math.max(...[...document.querySelectorAll('.checklist tr')].map((e) => e.clientHeight))]`,
        )) as [number, number]
        expect([room > 150, height < 1500]).toEqual([true, true])
        const lines = await page.evaluate(
          `[...document.querySelectorAll('.checklist td:nth-child(2) > div:first-child')].every((e) => e.getClientRects().length === 1 && e.clientHeight < 30)`,
        )
        expect(lines).toBe(true)
      }
      await page.goto(`${path}/discard`)
      await page.locator('main button[type=submit]').click()
      await look('a refused reason')
      await page.locator('#reason').fill('Drawn of the wrong supplier.')
      await page.locator('main button[type=submit]').click()
      await page.waitForURL((url) => url.pathname === path)
      await look('a discarded draw')
      await page.goto(await draw())
      await look('a draw after a discarded one')
      expect(found).toEqual([])
      expect(faults.filter((fault) => !/status of 422/.test(fault))).toEqual([])
    }),
  patience,
)
