/** A text in both languages of the portal. */
export type BothLanguages = { readonly da: string; readonly en: string }

/** A section of _Samarbejde og dokumentation_, which is called the same in both languages. */
export const section = (named: string): BothLanguages => ({ da: named, en: named })

/** What a figure counts: rows of one kind, which the read models keep apart. */
export const figureSources = [
  'duties',
  'absences',
  'attendance',
  'protocols',
  'courses',
  'meetings',
  'contacts',
  'differences',
  'refusals',
] as const
export type FigureSource = (typeof figureSources)[number]

/**
 * A figure: the sum of one measure over the cases of its source. A case of a figure is a row of which that measure is not 0, so
 * that the list of the cases adds up to the figure.
 */
export type Figure = {
  readonly source: FigureSource
  /** The measure's column in the read models. */
  readonly measure: string
  /** What the measure is in: a case counts one, or its minutes. */
  readonly counts: 'cases' | 'minutes'
  /** That the case counts once its date is over, or as long as it is not: being late is a matter of time alone. */
  readonly when?: 'before-today' | 'from-today'
  /** Which date that is, if not the day by which the case falls into a period: the last one on which it is in time. */
  readonly whenOf?: 'open-until'
  readonly definition: BothLanguages
  /** Where the duty or the register stands: a section of _Samarbejde og dokumentation_, or why it is ours. */
  readonly basis: BothLanguages
}

/** The day by which a case falls into a period, by source. */
export const fallsBy: Readonly<Record<FigureSource, BothLanguages>> = {
  duties: { da: 'den dag, fristen udløber', en: 'the day on which the duty is due' },
  absences: { da: 'den dag, borgeren var fraværende', en: 'the day of the absence' },
  attendance: { da: 'den planlagte dag', en: 'the planned day' },
  protocols: { da: 'den sidste dag i protokollens måned', en: "the last day of the protocol's month" },
  courses: { da: 'forløbets startdag', en: "the course's first day" },
  meetings: { da: 'dagen for det møde, borgeren udeblev fra', en: 'the day of the missed meeting' },
  contacts: { da: 'den dag, K-kassen spurgte', en: 'the day on which the benefits office asked' },
  differences: { da: 'den dag, registrene er uenige om', en: 'the day on which the registers differ' },
  refusals: { da: 'den dag, forsøget kom ind', en: 'the day on which the attempt arrived' },
}

/** How late, in ranges that leave nothing out. `measure`: the end of the column's name. */
export const latenessRanges = [
  { suffix: '1', measure: '1', da: '1 dag', en: '1 day' },
  { suffix: '2To5', measure: '2_5', da: '2–5 dage', en: '2 to 5 days' },
  { suffix: '6To10', measure: '6_10', da: '6–10 dage', en: '6 to 10 days' },
  { suffix: '11To20', measure: '11_20', da: '11–20 dage', en: '11 to 20 days' },
  { suffix: 'Over20', measure: 'over_20', da: 'mere end 20 dage', en: 'more than 20 days' },
] as const
export type LatenessSuffix = (typeof latenessRanges)[number]['suffix']

/** The figures of a late thing by how late it was: `${name}1`, `${name}2To5` and so on. */
export const byLateness = <Name extends string>(
  name: Name,
  late: Omit<Figure, 'measure' | 'definition' | 'counts'> & { readonly of: BothLanguages },
): Record<`${Name}${LatenessSuffix}`, Figure> => {
  const { of, ...rest } = late
  return Object.fromEntries(
    latenessRanges.map(({ suffix, measure, da, en }) => [
      `${name}${suffix}`,
      {
        ...rest,
        counts: 'cases',
        measure: `late_${measure}`,
        definition: { da: `${of.da} ${da} for sent.`, en: `${of.en} ${en} late.` },
      } satisfies Figure,
    ]),
  ) as Record<`${Name}${LatenessSuffix}`, Figure>
}
