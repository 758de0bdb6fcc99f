/** The columns of the template, in its order: what a person sees above each, and how wide it is in a workbook. */
export const templateColumns = [
  { key: 'orderNumber', heading: 'Bestilling', width: 12, required: true },
  { key: 'citizen', heading: 'Borger', width: 24, required: false },
  { key: 'date', heading: 'Dato', width: 12, required: true },
  { key: 'activityId', heading: 'Aktivitets-id', width: 38, required: true },
  { key: 'activity', heading: 'Aktivitet', width: 28, required: false },
  { key: 'planned', heading: 'Planlagt (min)', width: 14, required: false },
  { key: 'attended', heading: 'Fremmødt (min)', width: 15, required: true },
  { key: 'code', heading: 'Fraværskode', width: 18, required: true },
  { key: 'minutes', heading: 'Fravær (min)', width: 13, required: true },
  { key: 'secondCode', heading: 'Fraværskode 2', width: 18, required: false },
  { key: 'secondMinutes', heading: 'Fravær 2 (min)', width: 14, required: false },
  { key: 'messageOn', heading: 'Besked fra Kontaktcentret', width: 25, required: false },
  { key: 'periodTo', heading: 'Periode til', width: 12, required: false },
  { key: 'place', heading: 'Sted', width: 24, required: false },
  { key: 'content', heading: 'Indhold', width: 36, required: false },
  { key: 'documentId', heading: 'Bilags-id', width: 38, required: false },
  { key: 'correctionReason', heading: 'Rettelse', width: 28, required: false },
] as const

export type ColumnKey = (typeof templateColumns)[number]['key']

/** What a person sees above a column. */
export const headingOf = (key: ColumnKey): string =>
  templateColumns.find((column) => column.key === key)?.heading ?? key

/** Headings are the same in capitals and with other blanks. */
const normalised = (heading: string): string => heading.toLowerCase().replaceAll(/\s+/g, '')

const byHeading = new Map(templateColumns.map((column) => [normalised(column.heading), column.key]))

/** Which column stands where (from 0), and what is wrong with the headings: `at` counts from 0, null for a missing one. */
export type Headings = {
  readonly places: ReadonlyMap<ColumnKey, number>
  readonly faults: readonly {
    readonly code: 'unknown-column' | 'missing-column' | 'doubled-column'
    readonly at: number | null
    readonly heading: string | null
  }[]
}

/** Reads the headings, in whatever order they stand. A heading that is not known is not said back. */
export const readHeadings = (row: readonly string[]): Headings => {
  const places = new Map<ColumnKey, number>()
  const faults: Headings['faults'][number][] = []
  for (const [at, heading] of row.entries()) {
    if (heading === '') continue
    const key = byHeading.get(normalised(heading))
    if (key === undefined) faults.push({ code: 'unknown-column', at, heading: null })
    else if (places.has(key)) faults.push({ code: 'doubled-column', at, heading: headingOf(key) })
    else places.set(key, at)
  }
  for (const { key, heading, required } of templateColumns) {
    if (required && !places.has(key)) faults.push({ code: 'missing-column', at: null, heading })
  }
  return { places, faults }
}
