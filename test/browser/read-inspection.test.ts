import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manyCourses } from '#test/features/inspections/support.ts'
import { must } from '#test/features/orders/support.ts'
import { axeFaults, signIn, startChromium, visitorOf } from './chromium.ts'
import { pagePortal } from './page-portal.ts'

const portal = await pagePortal()
let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
  await manyCourses(portal, { count: 12, targetGroup: 'rehabilitation' })
}, 120_000)
afterAll(() => browser?.close())

/** What a test in a browser may take on a busy machine, in milliseconds. */
const patience = 180_000
const by = { name: 'Karla' }
const reason = 'Resten ses til efteråret'
const auditor = portal.as('auditor-koebenhavn')
const draw = async (changes: Record<string, unknown> = {}): Promise<string> =>
  must(
    await auditor.post('/v1/inspections', {
      ...{ residenceMunicipality: '0101', running: 200, ended: 0, drawnBy: by, ...changes },
    }),
  ).body.id

test.each([
  [820, 'en'],
  [820, 'da'],
  [360, 'en'],
] as const)(
  'a sample and the draws before it on %i px (%s): what is left to do stands in sight, and all of it can be reached',
  async (width, language) => {
    must(
      await auditor.post(`/v1/inspections/${await draw({ seed: 'x' })}/closing`, {
        notJudged: [{ reason }],
        registeredBy: by,
      }),
    )
    must(await auditor.post(`/v1/inspections/${await draw()}/discard`, { reason, registeredBy: by }))
    const id = await draw()
    const visitor = await visitorOf(browser, portal.url, { viewport: { width, height: 1180 }, hasTouch: true })
    const { page } = visitor
    page.setDefaultTimeout(60_000)
    try {
      await signIn(visitor, 'Karla')
      await page.goto(`/auditor/inspections/${id}?lang=${language}`)
      const headings = language === 'en' ? ['Irregularities', 'Not judged'] : ['Uregelmæssigheder', 'Ikke vurderet']
      if (width === 820) {
        for (const name of headings) {
          const box = await page.getByRole('columnheader', { name, exact: true }).boundingBox()
          expect([name, (box?.x ?? width) + (box?.width ?? width) <= width]).toEqual([name, true])
        }
      }
      const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(await overflow()).toBe(0)
      expect(await axeFaults(page)).toEqual([])
      await page.goto('/auditor/inspections')
      expect(await overflow()).toBe(0)
      expect(await axeFaults(page)).toEqual([])
      await page.goto('/auditor/inspections/new')
      await page.locator('#residenceMunicipality').fill('9999')
      await page.getByRole('button', { name: language === 'en' ? 'Draw' : 'Udtræk', exact: true }).click()
      expect(await page.getByRole('alert').textContent()).toMatch(/no courses of that kind|ingen forløb af den slags/)
      expect(await axeFaults(page)).toEqual([])
    } finally {
      await visitor.context.close()
    }
  },
  patience,
)
