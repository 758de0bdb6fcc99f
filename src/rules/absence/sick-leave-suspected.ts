import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Reasons under which talk of sickness is legitimate: a child's, or one that Kontaktcentret did not accept (§ 9). */
const aboutSickness = new Set(['child-sick', 'sickness-not-accepted'])

/** What a caller confirms when the text is not about the citizen's own sickness. */
export const notOwnSickness = 'not-own-sickness'

/** One word, not a part of another: "syg" but not "sygeplejerske". */
const words = (list: readonly string[]): RegExp => new RegExp(`(?<!\\p{L})(?:${list.join('|')})(?!\\p{L})`, 'iu')

/** Being ill, in Danish and English, with the compounds that stand for it. */
const sick = words([
  'syg[et]?',
  'sygdom\\p{L}*',
  'sygedag(?:e|en|ene)?',
  'sygemeld\\p{L}*',
  'sygmeld\\p{L}*',
  'sygefravær\\p{L}*',
  'raskmeld\\p{L}*',
  'sløj\\p{L}*',
  'utilpas\\p{L}*',
  'forkøle\\p{L}*',
  'influenza\\p{L}*',
  'feber\\p{L}*',
  'corona\\p{L}*',
  'covid\\p{L}*',
  'migræne\\p{L}*',
  'hovedpine\\p{L}*',
  'kvalme\\p{L}*',
  'opkast\\p{L}*',
  'kaste[rd]?\\p{L}* op',
  'diarr[eé]\\p{L}*',
  'roskildesyge\\p{L}*',
  'omgangssyge\\p{L}*',
  'mave(?:onde|pine|virus)',
  '\\p{L}*betændelse\\p{L}*',
  'stress\\p{L}*',
  'depression\\p{L}*',
  'angst\\p{L}*',
  'ondt i',
  '(?:dårligt|skidt) tilpas',
  'ha(?:r|vde) det (?:meget |rigtig )?(?:dårligt|skidt)',
  'føl(?:er|te) sig (?:dårlig|skidt|syg)',
  'sick\\p{L}*',
  'ill',
  'illness',
  'flu',
  'fever\\p{L}*',
  'migraine\\p{L}*',
  'headache\\p{L}*',
  'nausea\\p{L}*',
  'vomit\\p{L}*',
  'unwell',
])

/** Somebody else whose sickness may be spoken of. */
const someoneElse = words([
  'barn(?:et|ets)?',
  'børn(?:ene|enes)?',
  'baby\\p{L}*',
  'datter\\p{L}*',
  'søn(?:nen|nens|s)?',
  'mor(?:en)?s?',
  'moderens?',
  'far(?:en)?s?',
  'faderens?',
  'bedste(?:mor|far|forældre)\\p{L}*',
  'kone\\p{L}*',
  'mand(?:en|ens)',
  'ægtefælle\\p{L}*',
  'kæreste\\p{L}*',
  'samlever\\p{L}*',
  'bror\\p{L}*',
  'søster\\p{L}*',
  'forældre\\p{L}*',
  'familie\\p{L}*',
  'hund\\p{L}*',
  'child\\p{L}*',
  'son',
  'daughter',
  'mother',
  'father',
  'wife',
  'husband',
  'partner',
])

/** The citizen as the subject of a clause. */
const citizen = words([
  'borger(?:en|ens)?',
  'kursist(?:en|ens)?',
  'jeg',
  'selv',
  'også',
  'herself',
  'himself',
  'citizen',
])

const clauses = /[.,;:!?\n]/u

/**
 * § 9 (Ours): free text that speaks of the citizen's own sickness under another reason. It passes with the confirmation
 * `not-own-sickness`, which is kept. A clause that names somebody else is about them, and so is what follows it ("barnet er
 * sygt, har feber") until the citizen is named again.
 */
export const sickLeaveSuspected = (claim: {
  readonly reason: string
  readonly reasonText: string | undefined
  readonly elaboration: string | undefined
  readonly confirmations: readonly string[]
}): Verdict<'sick-leave-suspected'> => {
  if (aboutSickness.has(claim.reason) || claim.confirmations.includes(notOwnSickness)) return allowed
  for (const member of ['reasonText', 'elaboration'] as const) {
    let aboutSomeoneElse = false
    for (const clause of (claim[member] ?? '').split(clauses)) {
      if (someoneElse.test(clause)) aboutSomeoneElse = true
      else if (citizen.test(clause)) aboutSomeoneElse = false
      if (sick.test(clause) && !aboutSomeoneElse) {
        return refused('sick-leave-suspected', { member, confirmation: notOwnSickness })
      }
    }
  }
  return allowed
}
