import { readSheet } from 'read-excel-file/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { close, drawn, find, purpose, tilde } from './support.ts'

const order = demo.orders.activityReady.id
const reason = 'Resten ses til efteråret'
let portal: TestPortal
beforeAll(async () => {
  portal = await testPortal()
})
const yearly = async () =>
  must(await portal.as('auditor-koebenhavn').get('/v1/inspections/yearly', { query: { year: 2026 } })).body

describe('a draw that was closed without a judgement', () => {
  test('is seen from the ones after it, and counted apart in the yearly table', async () => {
    const at = { ended: 0, seed: 'foer' }
    const [unjudged, withdrawn, judged] = [await drawn(portal, at), await drawn(portal, at), await drawn(portal, at)]
    must(await find(portal, withdrawn, order, 'no-homework'))
    must(
      await portal
        .as('auditor-koebenhavn')
        .post(
          `/v1/inspections/${withdrawn.id}/findings/${order}/no-homework/withdrawal`,
          { registeredBy: tilde },
          { ...purpose, ifMatch: '"1"' },
        ),
    )
    must(await find(portal, judged, order, 'no-homework'))
    for (const one of [unjudged, withdrawn, judged]) must(await close(portal, one, { notJudged: [{ reason }] }))
    const last = await drawn(portal, { ended: 0 })
    expect(last.precededBy).toEqual({ open: 0, closed: 3, closedUnjudged: 2, discarded: 0 })
    expect(last.closedBefore[0]).toEqual({
      inspectionId: unjudged.id,
      supplierId: unjudged.supplierId,
      residenceMunicipality: null,
      seed: 'foer',
      seedGivenBy: 'person',
      drawnAt: unjudged.drawnAt,
      drawnBy: tilde,
      closedAt: '2026-03-13T10:00:00.000Z',
      closedBy: tilde,
      courses: unjudged.courses.length,
      coursesJudged: 0,
    })
    const told = last.closedBefore.map((one: { inspectionId: string; coursesJudged: number }) => [
      one.inspectionId,
      one.coursesJudged,
    ])
    expect(told).toEqual([
      [unjudged.id, 0],
      [withdrawn.id, 0],
      [judged.id, 1],
    ])
    const table = await yearly()
    expect(table.totals).toMatchObject({ inspections: 4, closedInspections: 3, closedUnjudged: 2 })
    expect(table.rows[0]).toMatchObject({ inspections: 4, closedInspections: 3, closedUnjudged: 2 })

    for (const [language, words] of [
      ['da', ['Lukkede udtræk forud for dette', `0 af ${unjudged.courses.length}`, 'foer (valgt af en person)']],
      ['en', ['Draws that were closed before this one', `0 of ${unjudged.courses.length}`, '(made by the portal)']],
    ] as const) {
      const printed = await portal.as('auditor-koebenhavn').get(`/v1/inspections/${last.id}`, {
        headers: { accept: 'text/html', 'accept-language': language, ...purpose.headers },
      })
      for (const word of words) expect(must(printed).text).toContain(word)
    }
  })

  test('tells in the workbook of discarded draws who gave the seed', async () => {
    for (const changes of [{ seed: 'valgt' }, {}]) {
      const thrown = await drawn(portal, { ended: 0, ...changes })
      const at = `/v1/inspections/${thrown.id}/discard`
      must(await portal.as('auditor-koebenhavn').post(at, { reason: 'Forkert leverandør', registeredBy: tilde }))
    }
    const accept = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
    const workbook = await portal
      .as('auditor-koebenhavn')
      .get('/v1/inspections/yearly', { query: { year: 2026 }, headers: { accept } })
    const [headings = [], ...rows] = await readSheet(must(workbook).bytes, 'Kasserede udtræk')
    expect(rows.map((row) => row[headings.indexOf('Frø fra')])).toEqual(['en person', 'portalen'])
  })

  test('says why in words', async () => {
    const inspection = await drawn(portal, { ended: 0 })
    for (const wordless of ['.', '1234567890!', 'Afbrudt']) {
      const answer = await close(portal, inspection, { notJudged: [{ reason: wordless }] })
      expect([wordless, ...refusal(answer)]).toEqual([wordless, 422, 'not-judged-invalid'])
      expect(answer.body.errors).toMatchObject([{ pointer: '/notJudged/0/reason', code: 'no-words' }])
    }
    must(await close(portal, inspection, { notJudged: [{ reason }] }))
  })
})

test('a part of a sample is printed without what was asked of the whole, and never as a full take', async () => {
  const whole = await drawn(portal, { ended: 0, running: 200 })
  const printed = await portal.as('auditor-dragoer').get(`/v1/inspections/${whole.id}`, {
    headers: { accept: 'text/html', 'accept-language': 'da', ...purpose.headers },
  })
  const { text } = must(printed)
  expect(text).toContain('Du ser den del, der vedrører borgere, du reviderer')
  expect(text).not.toContain('alle er med')
  expect(text).not.toContain('<th scope="col">Ønsket</th>')
})

test('no text of an inspection turns the direction of what is read', async () => {
  const inspection = await drawn(portal, { ended: 0 })
  const at = `/v1/inspections/${inspection.id}`
  const auditor = portal.as('auditor-koebenhavn')
  for (const sign of ['\u202a', '\u202e', '\u2066', '\u2069']) {
    const text = `Godkendt ${sign}tdnekdog ekki`
    const answers = [
      await close(portal, inspection, { notJudged: [{ reason: text }] }),
      await auditor.post(`${at}/discard`, { reason: text, registeredBy: tilde }),
      await find(portal, inspection, order, 'no-homework', { note: text }),
      await find(portal, inspection, order, 'no-homework', { registeredBy: { name: text } }),
    ]
    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'invalid-request']))
  }
  // What Arabic or Hebrew is written with is taken.
  must(await find(portal, inspection, order, 'no-homework', { note: 'שלום \u200fمرحبا' }))
})
