import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { aboutSickness, speaksOfOwnSickness } from './sick-leave-suspected.ts'

/** A code as words: `sick-leave`, `own_sickness` and `sickLeave` are written together and mean two. */
const inWords = (code: string): string => code.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').replaceAll(/[-_/]+/g, ' ')

/**
 * Whether the reason is the citizen's own sickness. Ours: a reason that no code set knows and that says so in words, `syg` or
 * "Borgeren er syg", is one too, so that its supplier is told where sickness belongs and the attempt counts as what it was.
 */
const isOwnSickness = (reason: string, validReasons: ReadonlySet<string>): boolean =>
  reason === 'own-sickness' ||
  (!validReasons.has(reason) && !aboutSickness.has(reason) && speaksOfOwnSickness(inWords(reason)))

/**
 * § 9: own sickness is reported by the citizen to Kontaktcentret and noted in the protocol, never registered here.
 * § 9 leaves sickness-benefit recipients out; for them the answer points at the ordering caseworker (Ours).
 * @param validReasons the code set of the day of absence
 */
export const sickLeaveStaysOut = (
  reason: string,
  targetGroup: string,
  validReasons: ReadonlySet<string>,
): Verdict<'sick-leave-not-in-portal'> =>
  isOwnSickness(reason, validReasons)
    ? refused('sick-leave-not-in-portal', { tell: targetGroup === 'sickness-benefit' ? 'caseworker' : 'kontaktcenter' })
    : allowed
