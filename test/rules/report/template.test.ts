import { describe, expect, test } from 'vitest'
import { type TemplateSection, templateFaults, templateHoldsItsParts } from '#rules/report/template.ts'

const section = (id: string, more: Partial<TemplateSection> = {}): TemplateSection => ({ id, title: id, ...more })
const final = [
  section('focus-areas'),
  section('development'),
  section('goal'),
  section('off-site', { required: 'when-off-site' }),
]
const without = (id: string): TemplateSection[] => final.filter((one) => one.id !== id)
const text = { id: 'text', title: 'Tekst', type: 'text', required: true } as const
const scale = { id: 'how-far', title: 'Hvor langt', type: 'scale', required: true, min: 1, max: 5 } as const

describe('template-incomplete: a final template asks for what § 3 and § 4 ask for', () => {
  test('with the three parts and the one of activities out of the house it is complete, whatever else it asks', () => {
    expect(templateHoldsItsParts('final', final).allowed).toBe(true)
    expect(templateHoldsItsParts('final', [...final, section('more', { required: false })]).allowed).toBe(true)
    expect(
      templateHoldsItsParts('final', [...without('goal'), section('goal', { fields: [scale, text] })]).allowed,
    ).toBe(true)
  })

  test.each(['focus-areas', 'development', 'goal', 'off-site'])('without %s it is not', (part) => {
    expect(templateHoldsItsParts('final', without(part))).toEqual({
      allowed: false,
      slug: 'template-incomplete',
      facts: { missingParts: [part] },
    })
  })

  test.each([
    ['needed only out of the house', { required: 'when-off-site' }],
    ['not needed', { required: false }],
    ['without a text', { fields: [scale] }],
    ['whose text is not needed', { fields: [{ ...text, required: false }] }],
    ['that asks for the assessments alone', { type: 'focus-areas' }],
  ] as const)('a part %s is none', (_what, more) => {
    const verdict = templateHoldsItsParts('final', [...without('focus-areas'), section('focus-areas', more)])
    expect(verdict).toMatchObject({ facts: { missingParts: ['focus-areas'] } })
  })

  test('other kinds need a section', () => {
    expect(templateHoldsItsParts('interim', [section('status')]).allowed).toBe(true)
    expect(templateHoldsItsParts('handover', [])).toMatchObject({ slug: 'template-incomplete' })
  })
})

describe('what no template can say', () => {
  const pointers = (sections: readonly TemplateSection[]) => templateFaults(sections).map(({ pointer }) => pointer)

  test('ids twice', () => {
    expect(pointers([section('a'), section('b', { fields: [text, text] }), section('a')])).toEqual([
      '/sections/2/id',
      '/sections/1/fields/1/id',
    ])
  })

  test('a scale without ends or with the ends the wrong way round, a choice without options or with one twice', () => {
    const { max: _max, ...open } = scale
    const options = [
      { code: 'a', title: 'A' },
      { code: 'a', title: 'B' },
    ]
    const fields = [
      open,
      { ...scale, id: 'b', min: 5, max: 5 },
      { ...text, id: 'c', type: 'choice' as const },
      { ...text, id: 'd', type: 'choice' as const, options },
      { ...text, id: 'e', min: 1 },
    ]
    expect(pointers([section('a', { fields })])).toEqual([
      '/sections/0/fields/0/max',
      '/sections/0/fields/1/max',
      '/sections/0/fields/2/options',
      '/sections/0/fields/3/options/1/code',
      '/sections/0/fields/4/min',
    ])
  })

  test('a type and fields at once', () => {
    expect(pointers([section('a', { type: 'milestones', fields: [text] })])).toEqual(['/sections/0/fields'])
  })
})
