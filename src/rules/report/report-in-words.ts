import type { ReportTemplate, TemplateSection } from './template.ts'

/** What a section holds: its text, or its fields' values. */
type SectionValue = string | Readonly<Record<string, string | number>>

/** A text of a report under its heading; `section/field` names a field. */
export type Part = { readonly section: string; readonly title: string; readonly text: string }

/** A field's value in words: of a choice the option's, of a scale the number. */
export const wordsFor = (section: TemplateSection | undefined, field: string, value: string | number): string => {
  const options = section?.fields?.find(({ id }) => id === field)?.options
  return options?.find(({ code }) => code === value)?.title ?? String(value)
}

/** The ids of a record in the order in which the template has them; what it does not have stands last. */
export const inOrder = <T>(
  values: Readonly<Record<string, T>>,
  template: readonly { readonly id: string }[],
): [string, T][] => {
  const ids = template.map(({ id }) => id)
  const place = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.length)
  return Object.entries(values).sort(([a], [b]) => place(a) - place(b))
}

/** The texts of a version in the template's order; each field of a section by itself, a choice in its option's words. */
export const partsOf = ({
  content,
  template,
}: {
  readonly content: { readonly sections: Readonly<Record<string, SectionValue>> }
  readonly template: Pick<ReportTemplate, 'sections'>
}): Part[] => {
  return inOrder(content.sections, template.sections).flatMap(([id, value]) => {
    const section = template.sections.find((one) => one.id === id)
    const title = section?.title ?? id
    if (typeof value === 'string') return [{ section: id, title, text: value }]
    return inOrder(value, section?.fields ?? []).map(([field, given]) => ({
      section: `${id}/${field}`,
      title: `${title}: ${section?.fields?.find((one) => one.id === field)?.title ?? field}`,
      text: wordsFor(section, field, given),
    }))
  })
}
