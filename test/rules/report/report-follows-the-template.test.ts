import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formats } from '#platform/http/validation.ts'
import { reportFollowsTheTemplate, textsOf, type WrittenReport } from '#rules/report/report-follows-the-template.ts'
import type { ReportTemplate } from '#rules/report/template.ts'
import { templateSchema } from '#rules/report/template-schema.ts'

const template: ReportTemplate = {
  id: '01890000-0000-7000-8000-0000000f00ff',
  version: 3,
  kind: 'final',
  title: 'Slutrapport',
  sections: [
    { id: 'goal', title: 'Mål' },
    { id: 'more', title: 'Andet', required: false },
    { id: 'off-site', title: 'Ude af huset', required: 'when-off-site' },
    {
      id: 'attendance',
      title: 'Fremmøde',
      fields: [
        { id: 'text', title: 'Tekst', type: 'text', required: true },
        { id: 'scale', title: 'Skala', type: 'scale', required: false, min: 1, max: 5 },
        {
          id: 'choice',
          title: 'Valg',
          type: 'choice',
          required: true,
          options: [
            { code: 'yes', title: 'Ja' },
            { code: 'no', title: 'Nej' },
          ],
        },
      ],
    },
    {
      id: 'any',
      title: 'Et af dem',
      fields: [
        { id: 'one', title: 'Et', type: 'text', required: false },
        { id: 'two', title: 'To', type: 'scale', required: false, min: 0, max: 3 },
      ],
    },
    { id: 'areas', title: 'Fokusområder', type: 'focus-areas' },
    { id: 'reached', title: 'Milepæle', type: 'milestones', required: false },
  ],
}
const good: WrittenReport = {
  sections: { goal: 'Realistisk.', attendance: { text: 'Stabilt.', scale: 4, choice: 'yes' }, any: { two: 0 } },
  focusAreas: [{ area: 'Mødestabilitet', start: 3, end: 7 }],
  milestones: [],
}
const onSite = { offSite: false, recordedAreas: [] }
const faultsOf = (report: WrittenReport, course: Parameters<typeof reportFollowsTheTemplate>[2] = onSite): string[] => {
  const verdict = reportFollowsTheTemplate(report, template, course)
  if (verdict.allowed) return []
  expect(verdict.slug).toBe('report-incomplete')
  return (verdict.facts['faults'] as { pointer: string; code: string }[]).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  )
}
const withSections = (sections: Record<string, unknown>): WrittenReport =>
  ({ ...good, sections: { ...good.sections, ...sections } }) as WrittenReport

describe('report-incomplete: every section that is needed, and no other (§ 3)', () => {
  test('a whole report', () => {
    expect(faultsOf(good)).toEqual([])
    expect(faultsOf(withSections({ more: '', areas: 'Se skemaet.' }))).toEqual([])
  })

  test('sections and fields that are missing or say nothing', () => {
    expect(faultsOf({ sections: {}, focusAreas: [], milestones: [] })).toEqual([
      '/sections/goal missing',
      '/sections/attendance missing',
      '/sections/any missing',
      '/focusAreas missing',
    ])
    for (const blank of ['', ' \n\t ', '\u00a0\u2003', '\u200b\u00ad\ufeff', '\u2028\u202e']) {
      expect(faultsOf(withSections({ goal: blank }))).toEqual(['/sections/goal missing'])
      expect(faultsOf(withSections({ attendance: { text: blank, choice: 'no' } }))).toEqual([
        '/sections/attendance/text missing',
      ])
      expect(faultsOf(withSections({ any: { one: blank } }))).toEqual(['/sections/any missing'])
    }
  })

  test('what is not in the template, also under names that every object has', () => {
    expect(faultsOf(withSections({ constructor: 'x', 'a/b~c': 'x' }))).toEqual([
      '/sections/constructor unknown-member',
      '/sections/a~1b~0c unknown-member',
    ])
    expect(faultsOf(withSections({ any: { two: 1, toString: 'x' } }))).toEqual([
      '/sections/any/toString unknown-member',
    ])
  })

  test.each([
    ['goal', { text: 'x' }, '/sections/goal wrong-type'],
    ['attendance', 'x', '/sections/attendance wrong-type'],
    ['attendance', { text: 7, choice: 'no' }, '/sections/attendance/text wrong-type'],
    ['attendance', { text: 'x', choice: 'maybe' }, '/sections/attendance/choice not-allowed'],
    ['attendance', { text: 'x', choice: 'no', scale: 6 }, '/sections/attendance/scale not-on-the-scale'],
    ['attendance', { text: 'x', choice: 'no', scale: 2.5 }, '/sections/attendance/scale not-on-the-scale'],
    ['attendance', { text: 'x', choice: 'no', scale: '2' }, '/sections/attendance/scale not-on-the-scale'],
  ])('%s with %j is at fault', (id, value, fault) => {
    expect(faultsOf(withSections({ [id]: value }))).toEqual([fault])
  })

  test('activities out of the house are told of (§ 4)', () => {
    const course = { ...onSite, offSite: true }
    expect(faultsOf(good, course)).toEqual(['/sections/off-site missing'])
    expect(faultsOf(withSections({ 'off-site': ' ' }), course)).toEqual(['/sections/off-site missing'])
    expect(faultsOf(withSections({ 'off-site': 'To besøg i en butik.' }), course)).toEqual([])
  })

  test('the assessments that began at the start are ended (§ 2)', () => {
    const recorded = (area: string, start: number) => ({ ...onSite, recordedAreas: [{ area, start }] })
    expect(faultsOf(good, recorded('mødestabilitet ', 3))).toEqual([])
    expect(faultsOf(good, recorded('mødestabilitet', 2))).toEqual(['/focusAreas/0/start start-differs'])
    expect(faultsOf(good, recorded('Søvn', 2))).toEqual(['/focusAreas end-missing'])
    const twice = { ...good, focusAreas: [...good.focusAreas, ...good.focusAreas] }
    expect(faultsOf(twice)).toEqual(['/focusAreas/1/area duplicate'])
    // Of another kind it ends nothing, and names no area twice either.
    const interim = reportFollowsTheTemplate(twice, { ...template, kind: 'interim' }, recorded('Søvn', 2))
    expect(interim).toMatchObject({ facts: { faults: [{ pointer: '/focusAreas/1/area', code: 'duplicate' }] } })
  })

  test('shows fifty faults at most', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`s${index}`, 'x']))
    expect(faultsOf(withSections(many))).toHaveLength(50)
  })
})

test('the texts of a report each have a name of their own, in the order of the template', () => {
  const milestones = [{}, { observedBy: 'Nora' }]
  expect(textsOf({ ...withSections({ any: { one: 'To.' } }), milestones }, template)).toEqual([
    { section: 'goal', text: 'Realistisk.' },
    { section: 'attendance/text', text: 'Stabilt.' },
    { section: 'any/one', text: 'To.' },
    { section: 'focusAreas/0', text: 'Mødestabilitet' },
    { section: 'milestones/1', text: 'Nora' },
  ])
})

describe("the template's JSON Schema (2020-12)", () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, formats })
  const fits = ajv.compile(templateSchema(template))
  const body = (report: WrittenReport) => ({
    kind: 'final',
    templateId: template.id,
    templateVersion: 3,
    ...report,
    registeredBy: { name: 'Liv' },
  })

  test('takes a whole report with the rest of its body, and no other template', () => {
    expect(fits(body(good)), JSON.stringify(fits.errors)).toBe(true)
    for (const other of [{ templateVersion: 2 }, { kind: 'interim' }, { templateId: 'x' }, { sections: undefined }]) {
      expect(fits(JSON.parse(JSON.stringify({ ...body(good), ...other })))).toBe(false)
    }
    for (const focusAreas of [[{ area: 'x', start: 0, end: 3 }], [{ area: ' ', start: 1, end: 3 }], [{ area: 'x' }]]) {
      expect(fits({ ...body(good), focusAreas })).toBe(false)
    }
  })

  test('refuses what the rule refuses and nothing else, as far as a schema can say', () => {
    const text = fc.constantFrom('', ' ', '\u200b', 'Noget', '\u00a0x', '🦺')
    const value = fc.oneof(text, fc.constantFrom('yes', 'no'), fc.constantFrom(-1, 0, 1, 2.5, 3, 5, 6, 1e21))
    const fields = fc.dictionary(
      fc.constantFrom('text', 'scale', 'choice', 'one', 'two', 'other', 'constructor'),
      value,
    )
    const ids = fc.constantFrom(...template.sections.map(({ id }) => id), 'other', 'toString')
    const sections = fc.dictionary(ids, fc.oneof(text, fields))
    const areas = fc.uniqueArray(fc.constantFrom('Søvn', 'Økonomi'), { maxLength: 2 })
    let refused = 0
    fc.assert(
      fc.property(
        fc.oneof(
          sections,
          sections.map((some) => ({ ...good.sections, ...some })),
        ),
        areas,
        (some, named) => {
          const report = {
            sections: some,
            focusAreas: named.map((area) => ({ area, start: 1, end: 10 })),
            milestones: [],
          }
          const verdict = reportFollowsTheTemplate(report, template, onSite)
          refused += verdict.allowed ? 0 : 1
          return fits(body(report)) === verdict.allowed
        },
      ),
      { numRuns: 2000, seed: 5 },
    )
    expect(refused).toBeGreaterThan(100)
    expect(refused).toBeLessThan(1950)
  })
})
