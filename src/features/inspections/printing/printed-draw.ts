import type { Instant } from '#kernel/instant.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { inspectionDocument } from '../inspection-document.ts'
import { wordsOf } from './page-words.ts'

type Inspection = ReturnType<typeof inspectionDocument>
/** How the document writes a moment. */
type Moment = (at: Instant) => string
type Table = {
  readonly caption: string
  readonly headings: readonly string[]
  readonly lines: readonly (readonly (string | number)[])[]
}

const drawWords = {
  da: {
    seedGivenBy: { person: 'valgt af en person', portal: 'lavet af portalen' },
    part: 'Du ser den del, der vedrører borgere, du reviderer; tal, lag og forløb er af dem alene.',
    kept: 'siges til den, der lavede udtrækket eller ser hele stikprøven',
    closedBefore: 'Lukkede udtræk forud for dette',
    judgedOf: 'Vurderede forløb',
    of: 'af',
  },
  en: {
    seedGivenBy: { person: 'chosen by a person', portal: 'made by the portal' },
    part: 'You see the part of the citizens whom you audit; figures, strata and courses are of these alone.',
    kept: 'told to whoever drew it or sees the whole sample',
    closedBefore: 'Draws that were closed before this one',
    judgedOf: 'Courses judged',
    of: 'of',
  },
} as const

/** A seed with who gave it: a chosen one can have been tried. */
const seedInWords = ({ seed, seedGivenBy }: Pick<Inspection, 'seed' | 'seedGivenBy'>, language: Language): string =>
  `${seed} (${drawWords[language].seedGivenBy[seedGivenBy]})`

const statusInWords = (one: Inspection, language: Language, moment: Moment): string => {
  const words = wordsOf(language)
  if (one.discardedAt !== null)
    return `${words.discarded} ${moment(one.discardedAt)} ${words.by} ${one.discardedBy?.name ?? ''}`
  return one.closedAt === null
    ? words.open
    : `${words.closed} ${moment(one.closedAt)} ${words.by} ${one.closedBy?.name ?? ''}`
}

/** What the printed document says of the draw itself, by name and value. */
export const drawInWords = (one: Inspection, language: Language, moment: Moment): (readonly [string, string])[] => {
  const words = wordsOf(language)
  return [
    [words.drawn, `${moment(one.drawnAt)} ${words.by} ${one.drawnBy.name}`],
    [words.seed, seedInWords(one, language)],
    [words.population, one.populationSha256],
    [words.status, statusInWords(one, language, moment)],
    ...(one.discardReason === null ? [] : ([[words.reason, one.discardReason]] as const)),
    ...(one.precededBy.open === 0 ? [] : ([[words.openBefore, String(one.precededBy.open)]] as const)),
  ]
}

/** What was asked for, what there was and what was drawn, with a line on it; of a part, nothing that is of the whole. */
export const sampleInWords = (
  one: Inspection,
  language: Language,
): Omit<Table, 'caption'> & { note: string | null } => {
  const words = wordsOf(language)
  const isPart = one.shown === 'part'
  const isAllTaken = one.running.fewerThanAsked === true || one.ended.fewerThanAsked === true
  const allTaken = isAllTaken ? words.allTaken : null
  return {
    headings: [words.phase, ...(isPart ? [] : [words.asked]), words.from, words.taken],
    lines: (['running', 'ended'] as const).map((phase) => {
      const { asked, population, drawn } = one[phase]
      return [words.phases[phase], ...(asked === null ? [] : [asked]), population, drawn]
    }),
    note: isPart ? drawWords[language].part : allTaken,
  }
}

/**
 * Draws of the same frame before this one, as tables; none where there are none. Whoever drew until it pleased is seen to
 * have, also where the others were closed without a judgement.
 */
export const earlierDraws = (one: Inspection, language: Language, moment: Moment): Table[] => {
  const words = wordsOf(language)
  const { kept, closedBefore, judgedOf, of } = drawWords[language]
  const drawnBy = (draw: Inspection['closedBefore'][number] | Inspection['discardedBefore'][number]): string =>
    `${moment(draw.drawnAt)} ${words.by} ${draw.drawnBy.name}`
  const discarded: Table = {
    caption: words.discardedBefore,
    headings: [words.drawn, words.seed, words.discarded, words.reason],
    lines: one.discardedBefore.map((draw) => [
      drawnBy(draw),
      seedInWords(draw, language),
      `${moment(draw.discardedAt)} ${words.by} ${draw.discardedBy.name}`,
      draw.discardReason ?? kept,
    ]),
  }
  const closed: Table = {
    caption: closedBefore,
    headings: [words.drawn, words.seed, words.closed, judgedOf],
    lines: one.closedBefore.map((draw) => [
      drawnBy(draw),
      seedInWords(draw, language),
      `${moment(draw.closedAt)} ${words.by} ${draw.closedBy.name}`,
      `${draw.coursesJudged} ${of} ${draw.courses}`,
    ]),
  }
  return [closed, discarded].filter(({ lines }) => lines.length > 0)
}
