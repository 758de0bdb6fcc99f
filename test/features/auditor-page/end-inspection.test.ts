import { beforeAll, describe, expect, test } from 'vitest'
import { pointsOfPhase } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { auditorOn, courseOf, drawnOn, fieldsOf, idOf, send } from './conducting.ts'
import type { PlainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { orders, organisations, citizens } = demo
const drawn = (changes?: Record<string, unknown>) => drawnOn(portal, changes)
let karla: PlainBrowser
beforeAll(async () => {
  karla = await auditorOn(portal, 'karla')
})

describe('the end of an inspection', () => {
  test('is closed with a reason for each course that was not judged, and what was typed stays until then', async () => {
    const path = await drawn({ running: 2, seed: 'to' })
    const courses = await portal.sql<{ order_id: string; order_number: string }>(
      'select order_id, order_number from inspection_courses where inspection_id = $1 order by order_id',
      [idOf(path)],
    )
    const [one, other] = courses as [(typeof courses)[number], (typeof courses)[number]]
    const all = Object.fromEntries(pointsOfPhase('running').map(({ code }) => [`verdict-${code}`, 'in-order']))
    await send(karla, courseOf(path, one.order_id), { ...all, do: 'save' })
    const opened = await karla.get(`${path}/close`)
    expect(opened.text).toContain(`${other.order_number}: Why was the course not judged?`)
    expect(opened.text).not.toContain(one.order_number)
    const bare = await send(karla, `${path}/close`, {})
    expect(bare.status).toBe(422)
    expect(bare.text).toContain('Something lacks a judgement or a reason.')
    const numbered = `Borger ${citizens.activityReady.cpr}`
    const refused = await send(karla, `${path}/close`, { [`reason-${other.order_id}`]: numbered })
    expect(refused.text).toContain('The reason holds a CPR number')
    expect(fieldsOf(refused.text)[`reason-${other.order_id}`]).toBe(numbered)
    const judged = await send(karla, `${path}/close`, {
      [`reason-${one.order_id}`]: 'Ikke nået',
      reason: 'Resten',
    })
    expect(judged.text).toContain('A reason fits no more')
    expect(fieldsOf(judged.text)[`reason-${one.order_id}`]).toBe('Ikke nået')
    const foreign = await send(karla, `${path}/close`, { [`reason-${orders.supplierSyd.id}`]: 'x', reason: 'Resten' })
    expect(foreign.status).toBe(422)

    const closed = await send(karla, `${path}/close`, { [`reason-${other.order_id}`]: 'Borgeren var syg' })
    expect([closed.status, closed.location]).toEqual([303, path])
    expect((await karla.post(`${path}/close`, { ...closed.opened, reason: 'Igen' })).location).toBe(path)
    const [row] = await portal.sql('select not_judged, closed_by from inspections where id = $1', [idOf(path)])
    expect(row).toEqual({
      not_judged: [{ orderId: other.order_id, reason: 'Borgeren var syg' }],
      closed_by: { name: 'Karla Kontrolsen' },
    })
    const { text } = await karla.get(path)
    expect(text).toContain('Borgeren var syg')
    expect(text).not.toContain(`${path}/close`)
    expect((await karla.get(`${path}/close`)).location).toBe(path)
    expect((await karla.get(courseOf(path, one.order_id))).text).toContain('This can only be read')
  })

  test('is discarded with a reason, leaves the list, and later draws name it', async () => {
    const before = await drawn({ supplierId: organisations.supplierSyd.id, seed: 'kastet' })
    for (const reason of ['', '  ', 'x'.repeat(4001)]) {
      const refused = await send(karla, `${before}/discard`, { reason })
      expect([refused.status, refused.text.includes('role="alert"')]).toEqual([422, true])
    }
    const named = await send(karla, `${before}/discard`, { reason: `Om ${citizens.activityReady.cpr}` })
    expect(named.status).toBe(422)
    const done = await send(karla, `${before}/discard`, { reason: 'Forkert <leverandør>' })
    expect([done.status, done.location]).toEqual([303, before])
    expect((await karla.post(`${before}/discard`, { ...done.opened, reason: 'Igen' })).location).toBe(before)
    const shown = await karla.get(before)
    expect(shown.text).toContain('Forkert &lt;leverandør&gt;')
    expect(shown.text).toContain('kastet')
    expect((await karla.get('/auditor/inspections')).text).not.toContain(before)
    expect((await karla.get('/auditor/inspections?status=discarded')).text).toContain(before)
    const later = await karla.get(await drawn({ supplierId: organisations.supplierSyd.id }))
    expect(later.text).toContain(before)
    expect(later.text).toContain('Forkert &lt;leverandør&gt;')
    expect(later.text).not.toContain('<leverandør>')
  })
})

test('all of it comes in Danish and English', async () => {
  const path = await drawn()
  for (const [place, da, en] of [
    [courseOf(path), 'Tilsyn med forløb', 'Inspection of course'],
    [`${path}/close`, 'Luk tilsynet', 'Close the inspection'],
    [`${path}/discard`, 'Kassér udtrækket', 'Discard the draw'],
    ['/auditor/inspections?status=discarded', 'Kasserede udtræk', 'Discarded draws'],
  ] as const) {
    const sign = place.includes('?') ? '&' : '?'
    expect((await karla.get(`${place}${sign}lang=da`)).text).toContain(`<h1>${da}`)
    expect((await karla.get(`${place}${sign}lang=en`)).text).toContain(`<h1>${en}`)
  }
})
