import type { OutsideTopic } from '#rules/report/outside-words.ts'

/**
 * A sentence (or a few) as a supplier would write it into a report, and what it speaks of beyond the course. The labels
 * follow the reading told in `content-outside-the-course.ts`: a benefit's name counts wherever it is not the name of a
 * target group, a flex job counts as a benefit when it is applied for or granted, a complaint when it is not of an ailment.
 */
export type LabelledSentence = { readonly text: string; readonly topics: readonly OutsideTopic[] }

/** Sentences that each speak of all these topics and of no other. */
export const about = (topics: readonly OutsideTopic[], ...texts: readonly string[]): LabelledSentence[] =>
  texts.map((text) => ({ text, topics }))

/** Sentences that speak of the course alone. */
export const ofTheCourse = (...texts: readonly string[]): LabelledSentence[] => about([], ...texts)
