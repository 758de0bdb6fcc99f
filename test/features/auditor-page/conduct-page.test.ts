import { beforeAll, describe, expect, test } from 'vitest'
import { controlPointCodes, controlPoints } from '#rules/inspection/control-points.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { pagePortal } from '#test/browser/page-portal.ts'
import { must } from '#test/features/orders/support.ts'
import { auditorOn, courseOf, drawnOn, fieldsOf, findingsOf, idOf, lookupsOfKarla, send } from './conducting.ts'
import { type PlainBrowser, plainBrowser } from './plain-browser.ts'

const portal = await pagePortal()
const { orders, citizens } = demo
const order = orders.activityReady.id

const drawn = (changes?: Record<string, unknown>) => drawnOn(portal, changes)
const auditor = (person: string) => auditorOn(portal, person)
let karla: PlainBrowser
beforeAll(async () => {
  karla = await auditor('karla')
})

const findingsIn = (path: string) => findingsOf(portal, path)
const lookupsOf = (operation: string) => lookupsOfKarla(portal, operation)

describe('a course at the door', () => {
  test('is judged point by point in one form: recorded in the name of the person, with date and note', async () => {
    const path = await drawn()
    const looked = (await lookupsOf('getInspectionCourse')).length
    const opened = await karla.get(courseOf(path))
    expect(opened.status).toBe(200)
    expect(opened.text).toContain(citizens.activityReady.name)
    expect(opened.text).not.toContain(citizens.activityReady.cpr)
    for (const { en } of controlPoints) expect(opened.text).toContain(en.replaceAll("'", '&#39;'))
    expect(opened.text).not.toMatch(/<script|style="/)
    const kept = await lookupsOf('getInspectionCourse')
    expect(kept.length - looked).toBe(1)
    expect(kept.at(-1)).toEqual({ order_id: order, purpose: 'inspection at the door' })

    const note = 'Lokalet var <b>låst</b>.\nIngen kom.'
    const { status, location } = await send(karla, courseOf(path), {
      'verdict-place-as-agreed': 'irregularity',
      'severity-place-as-agreed': '3',
      'note-place-as-agreed': note.replace('\n', '\r\n'),
      'verdict-no-homework': 'in-order',
      'verdict-plan-complete': 'not-applicable',
      visitedOn: '2026-03-13',
      do: 'save:place-as-agreed',
    })
    expect([status, location]).toEqual([303, `${courseOf(path)}?saved=3&at=place-as-agreed#place-as-agreed`])
    expect(await findingsIn(path)).toEqual([
      { control_point: 'no-homework', version: 1, outcome: 'in-order', severity: null, visited_on: '2026-03-13' },
      { control_point: 'place-as-agreed', version: 1, outcome: 'irregularity', severity: 3, visited_on: '2026-03-13' },
      // What the registers tell is seen on no visit.
      { control_point: 'plan-complete', version: 1, outcome: 'not-applicable', severity: null, visited_on: null },
    ])
    const api = must(
      await portal.as('auditor-koebenhavn').get(`/v1/inspections/${idOf(path)}/findings/${order}/place-as-agreed`, {
        headers: { 'x-purpose': 'check' },
      }),
    )
    expect(api.body).toMatchObject({ note, registeredBy: { name: 'Karla Kontrolsen' } })
    const after = await karla.get(location.split('#')[0] ?? '')
    expect(after.text).toContain('3 judgements are saved.')
    expect(after.text).toContain('Lokalet var &lt;b&gt;låst&lt;/b&gt;.\nIngen kom.')
    const print = await karla.get(`${path}/print`)
    expect(print.text).toContain('Lokalet var &lt;b&gt;låst&lt;/b&gt;.')
  })

  test('is written once, however often the form is sent, and what is left as it was not at all', async () => {
    const path = await drawn()
    const form = { ...fieldsOf((await karla.get(courseOf(path))).text), 'verdict-no-homework': 'in-order', do: 'save' }
    const answers = await Promise.all([1, 2, 3].map(() => karla.post(courseOf(path), form)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    const again = await send(karla, courseOf(path), { do: 'save' })
    expect(again.location).toBe(`${courseOf(path)}?saved=0`)
    expect(await findingsIn(path)).toHaveLength(1)
  })

  test('takes what the registers say, at one point or wherever nothing is judged, beside what was typed', async () => {
    const path = await drawn()
    await send(karla, courseOf(path), { 'verdict-no-homework': 'in-order', do: 'confirm:plan-complete' })
    expect((await findingsIn(path)).map((row) => row.control_point)).toEqual(['no-homework', 'plan-complete'])
    await send(karla, courseOf(path), { 'verdict-registers-agree': 'irregularity', do: 'confirm-all' })
    const rows = await findingsIn(path)
    const byData = controlPoints.filter(({ judgedBy }) => judgedBy === 'data').map(({ code }) => code)
    expect(rows.map((row) => row.control_point)).toEqual([...byData, 'no-homework'].sort())
    expect(rows.every(({ version }) => version === 1)).toBe(true)
    expect(rows.find((row) => row.control_point === 'registers-agree')?.outcome).toBe('irregularity')
  })

  test('a judgement is withdrawn, and given again', async () => {
    const path = await drawn()
    await send(karla, courseOf(path), {
      'verdict-no-homework': 'irregularity',
      'severity-no-homework': '1',
      do: 'save',
    })
    const withdrawn = await send(karla, courseOf(path), { do: 'withdraw:no-homework' })
    expect(withdrawn.location).toContain('saved=1')
    expect((await karla.post(courseOf(path), { ...withdrawn.opened, do: 'withdraw:no-homework' })).status).toBe(303)
    const { opened } = await send(karla, courseOf(path), {
      ...{ 'verdict-no-homework': 'in-order', visitedOn: '2026-03-13', do: 'save' },
    })
    expect([opened['version-no-homework'], opened['verdict-no-homework']]).toEqual(['2', undefined])
    expect((await findingsIn(path)).map(({ outcome, visited_on }) => [outcome, visited_on])).toEqual([
      ['irregularity', null],
      ['withdrawn', null],
      ['in-order', '2026-03-13'],
    ])
  })

  test('of two inspectors at one point the second is told what stands, and keeps what was typed', async () => {
    const path = await drawn()
    const dora = await auditor('karla')
    const form = fieldsOf((await dora.get(courseOf(path))).text)
    await send(karla, courseOf(path), {
      ...{ 'verdict-no-homework': 'in-order', 'note-no-homework': 'Set af den første', do: 'save' },
    })
    const typed = {
      'verdict-no-homework': 'irregularity',
      'severity-no-homework': '2',
      'note-no-homework': 'Skrevet af den anden "citat"',
      'verdict-presence-as-recorded': 'in-order',
    }
    const second = await dora.post(courseOf(path), { ...form, ...typed, do: 'save' })
    expect(second.status).toBe(422)
    expect(second.text).toContain('role="alert"')
    expect(second.text).toContain('Somebody else wrote here since you opened the page')
    expect(second.text).toContain('Set af den første')
    const shown = fieldsOf(second.text)
    expect(shown).toMatchObject({
      'verdict-no-homework': 'irregularity',
      'severity-no-homework': '2',
      'note-no-homework': 'Skrevet af den anden "citat"',
      'version-no-homework': '1',
    })
    // The point that nobody else wrote is saved.
    expect((await findingsIn(path)).map((row) => [row.control_point, row.outcome])).toEqual([
      ['no-homework', 'in-order'],
      ['presence-as-recorded', 'in-order'],
    ])
    // Sent again it is to know what it replaces.
    expect((await dora.post(courseOf(path), { ...shown, do: 'save' })).status).toBe(303)
    expect((await findingsIn(path)).map((row) => [row.control_point, row.version, row.outcome])).toEqual([
      ['no-homework', 1, 'in-order'],
      ['no-homework', 2, 'irregularity'],
      ['presence-as-recorded', 1, 'in-order'],
    ])
  })

  test.each([
    ['a note without a judgement', { 'note-no-homework': 'Uden vurdering' }, 'Choose a judgement'],
    [
      'a CPR number',
      { 'verdict-no-homework': 'in-order', 'note-no-homework': `Om ${citizens.activityReady.cpr}` },
      'CPR number',
    ],
    [
      'a visit in another age',
      { 'verdict-no-homework': 'in-order', 'visited-no-homework': '1900-01-01' },
      'day of the drawing',
    ],
    [
      'a visit tomorrow',
      { 'verdict-no-homework': 'in-order', 'visited-no-homework': '2026-03-14' },
      'day of the drawing',
    ],
    [
      'a visit before the drawing',
      { 'verdict-no-homework': 'in-order', visitedOn: '2026-03-12' },
      'day of the drawing',
    ],
    ['another form of date', { 'verdict-no-homework': 'in-order', 'visited-no-homework': '13/3' }, 'yyyy-mm-dd'],
    [
      'too long a note',
      { 'verdict-no-homework': 'in-order', 'note-no-homework': 'x'.repeat(4001) },
      '4,000 characters',
    ],
    [
      'a control character',
      { 'verdict-no-homework': 'in-order', 'note-no-homework': 'a\u0007b' },
      'control characters',
    ],
    ['a date for nothing', { visitedOn: '2026-03-13' }, 'The date is kept with a judgement on site'],
  ] as const)('refuses %s, says why, saves the rest and keeps what was typed', async (_, wrong, why) => {
    const path = await drawn()
    const sent = { 'verdict-plan-complete': 'in-order', ...wrong } as Record<string, string>
    const { status, text } = await send(karla, courseOf(path), { ...sent, do: 'save' })
    expect(status).toBe(422)
    expect(text).toContain(why)
    const shown = fieldsOf(text)
    for (const [name, value] of Object.entries(wrong)) {
      expect([name, shown[name]]).toEqual([
        name,
        name === 'note-no-homework' ? value.replace('\u0007', '\u0007') : value,
      ])
    }
    expect((await findingsIn(path)).map((row) => row.control_point)).toEqual(['plan-complete'])
    expect(portal.logLines.filter((line) => line.includes(citizens.activityReady.cpr))).toEqual([])
  })

  test('is not taken from elsewhere, nor without a purpose', async () => {
    const path = await drawn()
    const form = fieldsOf((await karla.get(courseOf(path))).text)
    const forged = await karla.post(courseOf(path), { ...form, formToken: 'x', 'verdict-no-homework': 'in-order' })
    expect(forged.status).toBe(403)
    const bare = plainBrowser(portal.url)
    await bare.signIn('karla')
    const asked = await bare.get(courseOf(path))
    expect(asked.location).toBe(`/auditor/purpose?to=${encodeURIComponent(courseOf(path))}`)
    const formToken = await bare.formToken()
    const unstated = await bare.post(courseOf(path), { ...form, formToken, 'verdict-no-homework': 'in-order' })
    expect(unstated.status).toBe(422)
    expect(await findingsIn(path)).toEqual([])
  })

  test('nineteen long notes are one form', async () => {
    const path = await drawn()
    const notes = Object.fromEntries(
      controlPointCodes.flatMap((code) => [
        [`verdict-${code}`, 'in-order'],
        [`note-${code}`, 'å'.repeat(4000)],
      ]),
    )
    expect((await send(karla, courseOf(path), { ...notes, do: 'save' })).location).toContain('saved=19')
  })

  test('that was closed or discarded meanwhile keeps nothing, and shows what was typed', async () => {
    const path = await drawn()
    const form = fieldsOf((await karla.get(courseOf(path))).text)
    must(
      await portal.as('auditor-koebenhavn').post(`/v1/inspections/${idOf(path)}/discard`, {
        ...{ reason: 'Fejl', registeredBy: { name: 'Karla' } },
      }),
    )
    const late = await karla.post(courseOf(path), {
      ...form,
      ...{ 'verdict-no-homework': 'in-order', 'note-no-homework': 'Skrevet for sent', do: 'save' },
    })
    expect(late.status).toBe(409)
    expect(late.text).toContain('Skrevet for sent')
    expect(fieldsOf(late.text)).toEqual({})
    expect(await findingsIn(path)).toEqual([])
  })
})

describe("Dragør's auditor (000)", () => {
  test('reads its own course of the whole sample and changes nothing; the others are not there', async () => {
    const path = await drawn()
    await send(karla, courseOf(path, orders.dragoer.id), { 'verdict-no-homework': 'in-order', do: 'save' })
    const dines = await auditor('dines')
    const { text, status } = await dines.get(courseOf(path, orders.dragoer.id))
    expect(status).toBe(200)
    expect(text).toContain('This can only be read')
    expect(fieldsOf(text)).toEqual({})
    expect((await dines.get(courseOf(path))).status).toBe(404)
    const formToken = await dines.formToken()
    const sent = { formToken, 'verdict-no-homework': 'irregularity', 'version-no-homework': '1', do: 'save' }
    expect((await dines.post(courseOf(path, orders.dragoer.id), sent)).status).toBe(403)
    expect((await dines.post(courseOf(path), sent)).status).toBe(404)
    const whole = await dines.get(path)
    expect(whole.text).not.toContain('/close')
    expect(whole.text).not.toContain('/discard')
    for (const end of ['close', 'discard']) {
      expect((await dines.get(`${path}/${end}`)).location).toBe(path)
      expect((await dines.post(`${path}/${end}`, { formToken, reason: 'x' })).status).toBe(403)
    }
    expect(await findingsIn(path)).toHaveLength(1)
  })

  test('conducts what it drew', async () => {
    const { body } = must(
      await portal.as('auditor-dragoer').post('/v1/inspections', {
        ...{ residenceMunicipality: '0155', running: 5, ended: 0, drawnBy: { name: 'Dines' } },
      }),
    )
    const path = `/auditor/inspections/${body.id}`
    const dines = await auditor('dines')
    const saved = await send(dines, courseOf(path, orders.dragoer.id), {
      'verdict-no-homework': 'in-order',
      do: 'save',
    })
    expect(saved.status).toBe(303)
    expect(await findingsIn(path)).toHaveLength(1)
  })
})
