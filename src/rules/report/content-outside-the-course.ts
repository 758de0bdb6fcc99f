import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { foldText, placesIn, sameWords } from './folded-text.ts'
import * as words from './outside-words.ts'

/** A section of a report with its text, as the supplier sent it. */
export type SectionText = { readonly section: string; readonly text: string }

/**
 * A passage that does not speak of the course. `start` (included) and `end` (excluded) are offsets in UTF-16 code units of
 * the section's text as sent; `passage` is what stands there: a word of the word lists with its compound, never the words
 * around it.
 */
export type OutsidePassage = {
  readonly section: string
  readonly start: number
  readonly end: number
  readonly passage: string
  readonly topic: words.OutsideTopic
}

/** What a supplier says for a passage to pass: why it belongs to the course. */
export type PassageConfirmation = { readonly section: string; readonly passage: string; readonly reason: string }

type Context = { readonly word: string; readonly before: string; readonly after: string }

/** How far around a word is looked, in letters: about twenty words. */
const reach = 140
/** A full stop behind a number or an abbreviation ends no sentence. */
const sentenceEnd =
  /(?<!(?:\d|(?<!\p{L})(?:mhp|pga|ift|evt|fx|eks|bl|jf|stk|nr|ca|kl|dvs|pct|inkl|vedr|iht|mht|hhv|afd|tlf|pr|p|m|d)))[.!?;](?= |$)|\n/u

const lastSentence = (text: string): string => text.split(sentenceEnd).at(-1) ?? ''
const firstSentence = (text: string): string => text.split(sentenceEnd)[0] ?? ''

const isFlexJobBenefit = ({ before, after }: Context): boolean => {
  if (words.flexJobAskedAfter.test(after) || words.besideBenefit.test(before)) return true
  if (words.flexJobSoughtBefore.test(before)) return !words.flexJobSoughtAsWork.test(after)
  return words.flexJobAskedBefore.test(before.split(words.ownGoal).at(-1) ?? '')
}

const isComplaint = ({ word, before, after }: Context): boolean => {
  if (words.noComplaint.test(word)) return false
  const over = word.endsWith(' over') ? ` over${after}` : after
  if (words.ofAuthority.test(over)) return true
  if (words.customersComplaint.test(word) || words.customersBefore.test(before) || words.fromCustomers.test(after))
    return false
  if (words.deniedBefore.test(before) || words.deniedAfter.test(`${word}${after}`) || words.moaning.test(after))
    return false
  return !words.ofAilment.test(over)
}

const unlessTargetGroup =
  (topic: words.OutsideTopic) =>
  ({ word, before }: Context): words.OutsideTopic | undefined =>
    words.targetGroup.test(word) || words.receiversOf.test(before) ? undefined : topic

const when =
  (topic: words.OutsideTopic, holds: (context: Context) => boolean) =>
  (context: Context): words.OutsideTopic | undefined =>
    holds(context) ? topic : undefined

const always = (): boolean => true

/** What each group of `mentions` turns out to speak of, seen with what stands around it. */
const topics: Readonly<Record<string, (context: Context) => words.OutsideTopic | undefined>> = {
  pension: when('early-retirement-pension', always),
  shortPension: when('early-retirement-pension', ({ before }) => words.pensionAskedBefore.test(before)),
  barePension: when(
    'early-retirement-pension',
    ({ before, after }) =>
      words.pensionAskedBefore.test(before) || !(words.pensionOfWages.test(before) || words.pensionOfWages.test(after)),
  ),
  rehabilitation: unlessTargetGroup('rehabilitation-benefit'),
  unemployment: unlessTargetGroup('unemployment-allowance'),
  flexBenefit: unlessTargetGroup('flex-job-benefit'),
  flexJob: when('flex-job-benefit', isFlexJobBenefit),
  complaint: when('complaint', isComplaint),
  appealAlways: when('complaint', always),
  appeal: when('complaint', isComplaint),
  appealOfDecision: when('complaint', ({ after }) => words.ofDecision.test(after)),
  decisionUndone: when(
    'complaint',
    ({ before, after }) => words.ofDecision.test(before) || words.ofDecision.test(after),
  ),
  decisionChanged: when('complaint', ({ after }) => words.decisionNext.test(after)),
  inCourt: when('complaint', ({ before, after }) => words.court.test(before) || words.court.test(after)),
  disagrees: when('complaint', ({ after }) => words.ofDecisionOrAuthority.test(after)),
  other: when('other-benefit', always),
  benefitNoun: when(
    'other-benefit',
    ({ word, before }) => !words.courseSupport.test(word) && words.askedBefore.test(before),
  ),
}

const passagesOf = ({ section, text }: SectionText): OutsidePassage[] => {
  const { folded, placeOf } = foldText(text)
  return [...folded.matchAll(words.mentions)].flatMap((mention) => {
    const [word] = mention
    const end = mention.index + word.length
    const group = Object.entries(mention.groups ?? {}).find(([, found]) => found !== undefined)?.[0] ?? ''
    const topic = topics[group]?.({
      word,
      before: lastSentence(folded.slice(Math.max(0, mention.index - reach), mention.index)),
      after: firstSentence(folded.slice(end, end + reach)),
    })
    if (topic === undefined) return []
    const place = placeOf(mention.index, end)
    return [{ section, ...place, passage: text.slice(place.start, place.end), topic }]
  })
}

/**
 * The passages of a report that speak of other benefits or of complaints, in the order of the text (§ 3). Ours:
 * - a benefit's name counts unless it names the citizen's target group ("ledighedsydelsesmodtager", "revalidend",
 *   "fleksjobvisiteret");
 * - a flex job is the course's own goal until it is asked for, granted or refused, and so is the kind of help that the
 *   citizen lives on (cash benefit, sickness benefit);
 * - a pension without a first name is the disability pension, unless it is spoken of as a part of wages;
 * - telling of ailments, noise or cold ("klager over smerter") is no complaint, nor is a denied one that names no authority,
 *   nor a customer's;
 * - an appeal, an objection to a decision and access to the file stand with the complaints.
 */
export const outsidePassages = (sections: readonly SectionText[]): OutsidePassage[] => sections.flatMap(passagesOf)

/** One name for a passage, wherever in its section it stands. */
const nameOf = ({ section, passage }: { readonly section: string; readonly passage: string }): string =>
  JSON.stringify([section, sameWords(passage)])

/** A text's words as `sameWords` gives them, and where in the text as sent they stand. */
const compactOf = (text: string) => {
  const { folded, placeOf } = foldText(text)
  const at: number[] = []
  let compact = ''
  for (let index = 0; index < folded.length; index += 1) {
    const unit = folded[index] ?? ''
    if (unit === ' ' || unit === '\n') continue
    compact += unit
    at.push(index)
  }
  const placeIn = (from: number, to: number) => placeOf(at[from] ?? 0, (at[to - 1] ?? 0) + 1)
  return { compact, placeIn }
}

/**
 * For each confirmation the passages that it speaks of: those of its words, and those that lie where its words stand in
 * the section's text. In time in proportion to the text's length for each confirmation.
 */
const spokenOf = (
  passages: readonly OutsidePassage[],
  confirmations: readonly PassageConfirmation[],
  texts: readonly SectionText[],
): OutsidePassage[][] => {
  const compacts = new Map<string, ReturnType<typeof compactOf>>()
  const compactIn = (section: string) => {
    const known = compacts.get(section)
    if (known) return known
    const made = compactOf(texts.find((one) => one.section === section)?.text ?? '')
    compacts.set(section, made)
    return made
  }
  const named = passages.map((passage) => ({ passage, words: sameWords(passage.passage) }))
  const bySection = Map.groupBy(named, ({ passage }) => passage.section)
  const wordsOf = new Map([...bySection].map(([section, found]) => [section, new Set(found.map((one) => one.words))]))
  return confirmations.map((confirmation) => {
    const asked = sameWords(confirmation.passage)
    const here = bySection.get(confirmation.section) ?? []
    const mentioned = wordsOf.get(confirmation.section) ?? new Set<string>()
    if (mentioned.has(asked)) return here.flatMap((one) => (one.words === asked ? [one.passage] : []))
    if (![...mentioned].some((own) => asked.includes(own))) return []
    const { compact, placeIn } = compactIn(confirmation.section)
    const covered: OutsidePassage[] = []
    let next = 0
    for (const from of placesIn(compact, asked)) {
      const place = placeIn(from, from + asked.length)
      while ((here[next]?.passage.start ?? Number.POSITIVE_INFINITY) < place.start) next += 1
      for (let one = here[next]; one && one.passage.end <= place.end; one = here[next]) {
        covered.push(one.passage)
        next += 1
      }
    }
    return covered
  })
}

/** The confirmations that speak of a passage; one that is left over from an earlier text is not kept. */
export const confirmationsToKeep = (
  passages: readonly OutsidePassage[],
  confirmations: readonly PassageConfirmation[],
  texts: readonly SectionText[],
): PassageConfirmation[] => {
  const spoken = spokenOf(passages, confirmations, texts)
  return confirmations.filter((_, index) => (spoken[index]?.length ?? 0) > 0)
}

/** How many passages an answer shows (ours): the rest comes when these are dealt with. */
const mostShown = 500

const fault = (pointer: string, code: string, da: string, en: string) => ({ pointer, code, detail: { da, en } })

/**
 * § 3: a report keeps to the course. Every passage passes with a confirmation of its section and words, whatever their
 * case and blanks, that gives a reason; one does for a passage that stands several times in its section. Words of the
 * section around a passage confirm it where they stand. A second one of the same and one without a reason are faults in
 * their place, and so is one of nothing that was found while a passage is not confirmed; else that one is left over from
 * an earlier text, and `confirmationsToKeep` drops it.
 * @param texts the sections that the passages were found in
 */
export const contentStaysWithTheCourse = (
  passages: readonly OutsidePassage[],
  confirmations: readonly PassageConfirmation[],
  texts: readonly SectionText[],
): Verdict<'content-outside-the-course'> => {
  const spoken = spokenOf(passages, confirmations, texts)
  const names = new Set<string>()
  const confirmed = new Set<OutsidePassage>()
  const found = confirmations.flatMap((confirmation, index) => {
    const pointer = `/confirmations/${index}`
    const name = nameOf(confirmation)
    const about = spoken[index] ?? []
    if (about.length === 0) {
      return [
        fault(pointer, 'fits-nothing', 'Ingen fundet passage svarer til dette.', 'No passage found is like this.'),
      ]
    }
    if (!/[\p{L}\p{N}]/u.test(confirmation.reason)) {
      return [fault(`${pointer}/reason`, 'missing-or-wrong', 'Begrundelsen mangler.', 'The reason is missing.')]
    }
    if (names.has(name)) {
      return [fault(pointer, 'duplicate', 'Passagen er bekræftet to gange.', 'The passage is confirmed twice.')]
    }
    names.add(name)
    for (const passage of about) confirmed.add(passage)
    return []
  })
  const open = passages.filter((passage) => !confirmed.has(passage))
  const faults = found.filter(({ code }) => open.length > 0 || code !== 'fits-nothing')
  if (open.length === 0 && faults.length === 0) return allowed
  return refused('content-outside-the-course', {
    passages: open.slice(0, mostShown),
    passagesNotShown: Math.max(0, open.length - mostShown),
    separateEnquiry: open.some((passage) => passage.topic !== 'complaint') ? 'ordering-jobcenter' : null,
    complaints: open.some((passage) => passage.topic === 'complaint') ? 'complaints-mailbox' : null,
    faults: faults.slice(0, 50),
  })
}
