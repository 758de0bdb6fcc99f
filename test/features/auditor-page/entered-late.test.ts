import { beforeAll, describe, expect, test } from 'vitest'
import { pagePortal } from '#test/browser/page-portal.ts'
import { ownOrders } from '#test/features/compliance/support.ts'
import { must, plan } from '#test/features/orders/support.ts'
import { auditorOn, courseOf, drawnOn, idOf, send } from './conducting.ts'
import type { PlainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const purpose = { headers: { 'x-purpose': 'Tilsyn 2026' } }
let karla: PlainBrowser
let order: string
let path: string

/** A course that the authority approved on 13 March, with a planned day in February. */
beforeAll(async () => {
  const own = ownOrders(portal)
  const { id, ...rest } = await own.ordered('2026-02-02', '2026-03-13')
  order = id
  must(await plan(portal.as('supplier-nord'), { id, ...rest } as never, { '2026-02-10': 120 }))
  // It counts what was written.
  await own.figuresNow()
  const [row] = await portal.sql<{ supplier_id: string }>('select supplier_id from orders where id = $1', [id])
  path = await drawnOn(portal, { supplierId: row?.supplier_id })
  karla = await auditorOn(portal, 'karla')
})

describe('what the authority entered late', () => {
  test('is told as such by the proposals, and nobody confirms it unseen', async () => {
    const pack = async () =>
      must(await portal.as('auditor-koebenhavn').get(`/v1/inspections/${idOf(path)}/courses/${order}`, purpose)).body
    const proposed = Object.fromEntries(
      (await pack()).controlPoints.map((point: { controlPoint: string; proposed: unknown }) => [
        point.controlPoint,
        point.proposed,
      ]),
    )
    const late = { outcome: null, because: [{ fact: 'entered-late-by-authority' }] }
    expect(proposed['protocol-in-time']).toMatchObject(late)
    const text = (await karla.get(courseOf(path, order))).text
    expect(text).toContain('Nothing proposed: entered late by the authority')
    expect(text).not.toContain('value="confirm:protocol-in-time"')
    expect((await send(karla, courseOf(path, order), { do: 'confirm-all' })).status).toBe(303)
    const unjudged = (await pack()).controlPoints.find(
      ({ controlPoint }: { controlPoint: string }) => controlPoint === 'protocol-in-time',
    )
    expect(unjudged.finding).toBeNull()
    const { items } = must(
      await portal
        .as('auditor-koebenhavn')
        .post(
          `/v1/inspections/${idOf(path)}/courses/${order}/confirmation`,
          { registeredBy: { name: 'Karla' } },
          purpose,
        ),
    ).body
    expect(items.map(({ controlPoint }: { controlPoint: string }) => controlPoint)).not.toContain('protocol-in-time')
  })

  test('is no overdue duty on the page of the case, where duties stand by their dates', async () => {
    const { text } = await karla.get(`/auditor/orders/${order}`)
    const [, duties = ''] = /<h2>Duties<\/h2>(.*?)<\/table>/s.exec(text) ?? []
    const rows = [...duties.matchAll(/<tr><th scope="row">([^<]*)<\/th><td>([^<]*)<\/td><td>([^<]*)<\/td>/g)]
    expect(rows.length).toBeGreaterThan(1)
    const of = (name: string) => rows.find(([, duty]) => duty === name)?.[3]
    expect(of('Attendance protocol')).toBe('Opened late by the authority, not met')
    expect(of('Outcome of the first meeting')).toBe('Opened late by the authority, not met')
    const days = rows.map(([, , due = '']) => Date.parse(`${due} UTC`))
    expect(days).toEqual([...days].sort((one, other) => one - other))
  })
})
