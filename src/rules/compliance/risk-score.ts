import type { BothLanguages } from './figure.ts'
import type { FigureName, Figures } from './figures.ts'
import { shareOf } from './shares.ts'

/** A part of the score: what went wrong of what there was, and how much that says. */
export type RiskPart = {
  readonly wrong: readonly FigureName[]
  readonly of: readonly FigureName[]
  readonly weight: number
  readonly because: BothLanguages
}

const parts = {
  dutiesNotOnTime: {
    wrong: ['dutiesMetLate', 'dutiesOverdue'],
    of: ['dutiesMet', 'dutiesMetLate', 'dutiesOverdue'],
    weight: 25,
    because: {
      da: 'Fristerne er det, leverandøren skylder; de vejer mest.',
      en: 'Duties are what a supplier owes; they weigh most.',
    },
  },
  dutiesOverdue: {
    wrong: ['dutiesOverdue'],
    of: ['dutiesMet', 'dutiesMetLate', 'dutiesOverdue'],
    weight: 5,
    because: {
      da: 'Det, der slet ikke er gjort, er værre end det, der er gjort for sent.',
      en: 'What was not done at all is worse than what was done late.',
    },
  },
  absencesLate: {
    wrong: ['absencesLate'],
    of: ['absencesRegistered'],
    weight: 15,
    because: {
      da: 'Sent registreret fravær kommer for sent til en sanktion (§ 8).',
      en: 'An absence that is registered late comes too late for a sanction (§ 8).',
    },
  },
  attendanceNotDayByDay: {
    wrong: ['daysUnrecorded', 'daysRecordedLate'],
    of: ['daysRecordedSameDay', 'daysRecordedLate', 'daysUnrecorded'],
    weight: 15,
    because: {
      da: 'En protokol, der føres bagefter, kan ikke efterprøves ved et uanmeldt besøg (§ 5).',
      en: 'A protocol kept afterwards cannot be checked by an unannounced visit (§ 5).',
    },
  },
  protocolsNotComplete: {
    wrong: ['protocolsMissing', 'protocolsIncomplete'],
    of: ['protocolsSubmitted', 'protocolsMissing'],
    weight: 10,
    because: { da: 'Måneder uden hel protokol (§ 5).', en: 'Months without a complete protocol (§ 5).' },
  },
  protocolsStale: {
    wrong: ['protocolsStale'],
    of: ['protocolsSubmitted'],
    weight: 5,
    because: { da: 'Måneder, der er rettet og ikke indsendt igen.', en: 'Months changed and not submitted again.' },
  },
  registersDiffer: {
    wrong: ['differenceDays'],
    of: ['daysRecorded'],
    weight: 10,
    because: {
      da: 'Hvor de to registre er uenige, er et af dem forkert (§ 5, § 6).',
      en: 'Where the two registers differ one of them is wrong (§ 5, § 6).',
    },
  },
  documentationMissing: {
    wrong: ['daysUndocumented'],
    of: ['daysRecorded'],
    weight: 5,
    because: {
      da: 'Dage ude af huset, som ingen kan se efter (§ 4, § 5).',
      en: 'Days out of the house that nobody can look into (§ 4, § 5).',
    },
  },
  reSummonsNotInTime: {
    wrong: ['reSummonsLate', 'reSummonsMissing'],
    of: ['reSummonsInTime', 'reSummonsLate', 'reSummonsMissing'],
    weight: 5,
    because: { da: 'Borgere, der ikke blev genindkaldt i tide (§ 7).', en: 'Citizens not summoned in time (§ 7).' },
  },
  contactRequestsNotInTime: {
    wrong: ['contactRequestsAnsweredLate', 'contactRequestsUnanswered'],
    of: ['contactRequestsAnswered', 'contactRequestsUnanswered'],
    weight: 5,
    because: { da: 'K-kassen fik ikke svar i tide (§ 8).', en: 'Benefits offices not answered in time (§ 8).' },
  },
} as const satisfies Readonly<Record<string, RiskPart>>

export type RiskPartName = keyof typeof parts

/**
 * Ours: the parts of the score and their weights, which add up to 100. What a supplier owes day by day weighs most; refused
 * attempts weigh nothing, since a refusal is the portal doing its work and says nothing against who is told so.
 */
export const riskParts: Readonly<Record<RiskPartName, RiskPart>> = parts
export const riskPartNames = Object.keys(parts) as readonly RiskPartName[]

/**
 * Ours: how small numbers are damped: each share is taken as if the supplier had this many more cases that went as those of all
 * suppliers did. One late absence of one is so no more than a little above the average; of a thousand it says what it says.
 */
export const damping = 20

export type ScoredPart = {
  readonly name: RiskPartName
  readonly wrong: number
  readonly of: number
  /** As it is, to four decimals; null without a case. */
  readonly share: number | null
  /** Of all suppliers together. */
  readonly averageShare: number | null
  /** Between the two: the more cases, the nearer to the supplier's own. */
  readonly dampedShare: number
  readonly weight: number
  /** What the part adds to the score: the damped share times the weight, to two decimals. */
  readonly contribution: number
}

const rounded = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals
const sum = (of: Figures, names: readonly FigureName[]): number => names.reduce((total, name) => total + of[name], 0)

/**
 * A supplier's score from 0 to 100, the higher the more to inspect, with the parts that add up to it.
 * @param own the supplier's figures
 * @param all the figures of all suppliers together, in the same period
 */
export const riskScore = (
  own: Figures,
  all: Figures,
): { readonly score: number; readonly parts: readonly ScoredPart[] } => {
  const scored = riskPartNames.map((name): ScoredPart => {
    const { wrong, of, weight } = riskParts[name]
    const [ownWrong, ownOf] = [sum(own, wrong), sum(own, of)]
    const average = shareOf(sum(all, wrong), sum(all, of)).share
    const damped = Math.min(1, (ownWrong + (average ?? 0) * damping) / (ownOf + damping))
    return {
      name,
      wrong: ownWrong,
      of: ownOf,
      share: shareOf(ownWrong, ownOf).share,
      averageShare: average,
      dampedShare: rounded(damped, 4),
      weight,
      contribution: rounded(damped * weight, 2),
    }
  })
  return {
    score: rounded(
      scored.reduce((total, { contribution }) => total + contribution, 0),
      2,
    ),
    parts: scored,
  }
}

/**
 * Ours: what weighs most in a score, which is said of a supplier's own cases alone: a part of which it has none is nothing but the
 * average of the others. Null to one that has no case of any part: there is nothing to say of it, and it stands last.
 */
export const weighsMost = (parts: readonly ScoredPart[]): ScoredPart | null =>
  [...parts].filter((part) => part.of > 0).sort((one, other) => other.contribution - one.contribution)[0] ?? null
