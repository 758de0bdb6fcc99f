import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { abbreviations, anySickness, harmlessPhrases, mentions, ofSomeone } from './sick-leave-words.ts'

/** Reasons under which talk of sickness is legitimate: a child's, or one that Kontaktcentret did not accept (§ 9). */
export const aboutSickness: ReadonlySet<string> = new Set(['child-sick', 'sickness-not-accepted'])

/** What a caller confirms when the text is not about the citizen's own sickness. */
export const notOwnSickness = 'not-own-sickness'

/** A full stop after a digit is an ordinal's: "1. sygedag". */
const sentenceEnd = /(?<!\d)[.!?]+(?:\s|$)|\n/u
/** Goes on about whoever the sentence before was about. */
const goesOn = /^(?:han|hun|den|det|de|he|she|they) /u

/**
 * Whether the text speaks of the citizen's own sickness. Sickness belongs to whom it is said of right behind it ("sygt
 * barn"), else to who was named last in the sentence ("barnet er sygt, har feber"), else to the citizen, whom suppliers
 * seldom name. Whoever merely tells of it ("hans mor ringer: ligger syg") is not whom it is about.
 */
export const speaksOfOwnSickness = (text: string): boolean => {
  const plain = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(abbreviations, '$1')
    .replaceAll(/[ \t\u00a0]+/gu, ' ')
  if (!anySickness.test(plain)) return false
  let of: 'citizen' | 'someone' = 'citizen'
  let someoneIsSick = false
  for (const sentence of plain.split(sentenceEnd)) {
    const words = sentence.trim().replaceAll(harmlessPhrases, '')
    if (!goesOn.test(words)) of = 'citizen'
    for (const mention of words.matchAll(mentions)) {
      const { also, sickness, someone } = mention.groups ?? {}
      if (also !== undefined && someoneIsSick) return true
      if (sickness === undefined) {
        of = someone === undefined ? 'citizen' : 'someone'
      } else if (of === 'someone' || ofSomeone.test(words.slice(mention.index + sickness.length))) {
        someoneIsSick = true
      } else {
        return true
      }
    }
  }
  return false
}

/**
 * § 9 (Ours): free text that speaks of the citizen's own sickness under another reason. It passes with the confirmation
 * `not-own-sickness`, which is kept: a needless question costs the supplier one confirmation, a missed one puts sick leave
 * into the register.
 */
export const sickLeaveSuspected = (claim: {
  readonly reason: string
  readonly reasonText: string | undefined
  readonly elaboration: string | undefined
  readonly confirmations: readonly string[]
}): Verdict<'sick-leave-suspected'> => {
  if (aboutSickness.has(claim.reason) || claim.confirmations.includes(notOwnSickness)) return allowed
  const member = (['reasonText', 'elaboration'] as const).find((name) => speaksOfOwnSickness(claim[name] ?? ''))
  return member === undefined ? allowed : refused('sick-leave-suspected', { member, confirmation: notOwnSickness })
}
