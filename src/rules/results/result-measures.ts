import type { LocalDate } from '#kernel/local-date.ts'
import { addDays } from '#kernel/local-date.ts'

/**
 * 004 asks after 13, 26 and 52 weeks from the beginning of a course, and of the group to be clarified after 23. Ours: every
 * milestone is counted at each of them, so that one table serves all groups.
 */
export const resultHorizons = [13, 23, 26, 52] as const

/** By what results can be told apart; the order is that of the groups' keys. */
export const resultGroupings = [
  'supplier',
  'supplierKind',
  'jobcenter',
  'frameworkAgreement',
  'targetGroup',
  'effortGroup',
  'residenceMunicipality',
  'month',
] as const
export type ResultGrouping = (typeof resultGroupings)[number]

/** The figures of a milestone and horizon, and of a group; each has a list of cases that adds up to it. */
export const resultFigures = ['begun', 'past', 'underWay', 'reached', 'notReached', 'reachedUnderWay'] as const
export type ResultFigure = (typeof resultFigures)[number]

/** Which figures are of a milestone: their lists have to be asked with one. */
export const figuresOfMilestone: readonly ResultFigure[] = ['reached', 'notReached', 'reachedUnderWay']
/** Which figures are of a horizon. */
export const figuresOfHorizon: readonly ResultFigure[] = ['past', 'underWay', ...figuresOfMilestone]

type Labels = { readonly da: string; readonly en: string }

/** What each figure counts; 004 is the source of the measure, what is marked with "Ours" is a reading of it. */
export const resultDefinitions: readonly { readonly figure: ResultFigure | 'share'; readonly text: Labels }[] = [
  {
    figure: 'begun',
    text: {
      da: 'Forløb, der begyndte i perioden: den dag borgeren mødte første gang. Vores læsning: et forløb uden første møde begynder på bestillingens første dag, og et forløb, der aldrig kom i gang, tælles ikke.',
      en: 'Courses that began in the period: on the day on which the citizen first came. Ours: a course without a first meeting begins on the first day of its order, and one that never started is not counted.',
    },
  },
  {
    figure: 'past',
    text: {
      da: 'De af dem, hvis 13, 23, 26 eller 52 uger er gået. Nævneren i andelen, også når forløbet sluttede før tiden (vores læsning: ellers målte en leverandør, der slutter tidligt, sig bedre).',
      en: 'Those of them whose 13, 23, 26 or 52 weeks are over. The denominator of the share, also when the course ended before that (Ours: else whoever ends courses early would measure better).',
    },
  },
  {
    figure: 'underWay',
    text: {
      da: 'De af dem, hvis uger endnu ikke er gået. De er ikke med i andelen.',
      en: 'Those of them whose weeks are not over yet. They are no part of the share.',
    },
  },
  {
    figure: 'reached',
    text: {
      da: 'Af de forløb, hvis uger er gået: dem, hvor milepælen er nået senest på den sidste dag af ugerne. En milepæl, der er trukket tilbage, tæller ikke.',
      en: 'Of the courses whose weeks are over: those that reached the milestone on the last day of the weeks or before. A milestone that was withdrawn does not count.',
    },
  },
  {
    figure: 'notReached',
    text: {
      da: 'Af de forløb, hvis uger er gået: dem, hvor milepælen ikke blev nået inden for ugerne, heller ikke hvis den blev nået senere.',
      en: 'Of the courses whose weeks are over: those that did not reach the milestone within them, also when they reached it later.',
    },
  },
  {
    figure: 'reachedUnderWay',
    text: {
      da: 'Af de forløb, hvis uger endnu ikke er gået: dem, hvor milepælen allerede er nået.',
      en: 'Of the courses whose weeks are not over yet: those that have reached the milestone already.',
    },
  },
  {
    figure: 'share',
    text: {
      da: 'Nåede divideret med dem, hvis uger er gået (reached / past), som tal mellem 0 og 1 med fire decimaler; ingen andel, når ingen uger er gået. Målet er det samme for eksterne og kommunale leverandører.',
      en: 'reached / past, a number from 0 to 1 with four decimals; none as long as no weeks are over. The measure is the same for external and municipal suppliers.',
    },
  },
]

/** The last day on which a milestone counts within so many weeks of the beginning; `targetOn` of progress counts alike. */
export const horizonOn = (begunOn: LocalDate, weeks: number): LocalDate => addDays(begunOn, weeks * 7)

/** The share with four decimals; null when nothing can be measured yet. */
export const shareOf = (reached: number, past: number): number | null =>
  past === 0 ? null : Math.round((reached / past) * 10_000) / 10_000
