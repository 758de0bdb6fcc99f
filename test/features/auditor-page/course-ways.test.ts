import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { must } from '#test/features/orders/support.ts'
import { documentForm } from '#test/support/document-form.ts'
import { auditorOn, courseOf, drawnOn, fieldsOf, findingsOf, lookupsOfKarla, send } from './conducting.ts'
import type { PlainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { orders } = demo
const order = orders.activityReady.id

const drawn = (changes?: Record<string, unknown>) => drawnOn(portal, changes)
const auditor = (person: string) => auditorOn(portal, person)
let karla: PlainBrowser
beforeAll(async () => {
  karla = await auditor('karla')
})

const findingsIn = (path: string) => findingsOf(portal, path)
const lookupsOf = (operation: string) => lookupsOfKarla(portal, operation)

describe('whichever way an inspector leaves', () => {
  test.each([
    ['the next course', /value="(course:[^"]+)"[^>]*>Save and go to the next/, /\/courses\/[0-9a-f-]+$/],
    ['the case', /value="(case)"/, /^\/auditor\/orders\/[0-9a-f-]+\?back=/],
    ['the inspection', /value="(list)"/, /^\/auditor\/inspections\/[0-9a-f-]+$/],
  ])('to %s, what was typed is saved first', async (_, button, there) => {
    const path = await drawn()
    const [, first = ''] = /href="([^"]*\/courses\/[^"]+)"/.exec((await karla.get(path)).text) ?? []
    const opened = await karla.get(first)
    const [, action = ''] = button.exec(opened.text) ?? []
    const typed = { 'verdict-no-homework': 'in-order', 'note-no-homework': 'Set ved døren', do: action }
    const { status, location } = await send(karla, first, typed)
    expect([status, location]).toEqual([303, expect.stringMatching(there)])
    expect(location).not.toBe(first)
    expect((await findingsIn(path)).map((row) => row.control_point)).toEqual(['no-homework'])
    expect((await karla.get(location)).status).toBe(200)
    // What cannot be saved keeps them here.
    const wrong = await send(karla, first, { 'note-place-as-agreed': 'Uden vurdering', do: action })
    expect([wrong.status, fieldsOf(wrong.text)['note-place-as-agreed']]).toEqual([422, 'Uden vurdering'])
  })

  test('nobody is led elsewhere by what a button says', async () => {
    const path = await drawn()
    for (const action of ['course:https://elsewhere.example', 'course://elsewhere.example', 'course:../..']) {
      const { location } = await send(karla, courseOf(path), { 'verdict-no-homework': 'in-order', do: action })
      expect(location).toMatch(new RegExp(`^${courseOf(path)}\\?saved=`))
    }
  })

  test('the case leads back to the course', async () => {
    const path = courseOf(await drawn())
    const [, link = ''] = /href="(\/auditor\/orders\/[^"]+)"/.exec((await karla.get(path)).text) ?? []
    const { text } = await karla.get(link)
    const [, content = ''] = /<main[^>]*>(.*)<\/main>/s.exec(text) ?? []
    expect(content).toContain(`<a href="${path}">← Back to the inspection of the course</a>`)
  })
})

describe('the pack on the page', () => {
  test('says first what is needed at the door, then what each register holds, with documents to save', async () => {
    const form = documentForm({ fields: { orderId: order } })
    const document = must(await portal.as('supplier-nord').post('/v1/documents', form.body, form.options)).body
    const path = courseOf(await drawn())
    const { text } = await karla.get(path)
    const pack = must(
      await portal.as('auditor-koebenhavn').get(`/v1${path.replace('/auditor', '')}`, {
        headers: { 'x-purpose': 'check' },
      }),
    ).body
    const [address] = await portal.sql<{ address: string }>(
      'select a.address from delivery_addresses a join orders o on o.delivery_address_id = a.id where o.id = $1',
      [order],
    )
    const door = text.slice(text.indexOf('<section class="panel door">'), text.indexOf('<details class="pack">'))
    expect(door).toContain('Should be here today')
    expect(door).toContain(address?.address)
    const today = pack.plan.days.filter(({ date }: { date: string }) => date === '2026-03-13')
    const minutes = today.reduce((sum: number, one: { plannedMinutes: number }) => sum + one.plannedMinutes, 0)
    expect(door).toContain(minutes > 0 ? `${minutes} min.` : 'No, nothing is planned today')
    const held = text.slice(
      text.indexOf('<details class="pack">'),
      text.indexOf('<form method="post" action="/auditor/insp'),
    )
    for (const heading of ['Month by month', 'Absences', 'Documents', 'Reports'])
      expect(held).toContain(`<h3>${heading}`)
    expect(pack.protocols.length).toBeGreaterThan(0)
    expect(held.match(/<th scope="row">[A-Z][a-z]+ 2026/g)).toHaveLength(pack.protocols.length)
    expect(held).toContain(`<a href="/auditor/documents/${document.id}" dir="auto">`)
    const count = async () => (await lookupsOf('getDocumentContent')).length
    const before = await count()
    const file = await karla.get(`/auditor/documents/${document.id}`)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, document.contentType])
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await count()).toBe(before + 1)
    const dines = await auditor('dines')
    expect((await dines.get(`/auditor/documents/${document.id}`)).status).toBe(404)
    expect((await karla.get('/auditor/documents/x')).status).toBe(404)
  })
})
