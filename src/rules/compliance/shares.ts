import { type BothLanguages, section } from './figure.ts'
import type { FigureName, Figures } from './figures.ts'

/** A share of figures: the sum of some over the sum of others. */
export type ShareDefinition = {
  readonly numerator: readonly FigureName[]
  readonly denominator: readonly FigureName[]
  readonly definition: BothLanguages
  readonly basis: BothLanguages
}

const definitions = {
  dutiesOnTime: {
    numerator: ['dutiesMet'],
    denominator: ['dutiesMet', 'dutiesMetLate', 'dutiesOverdue'],
    basis: {
      da: 'Vores: hvad der ikke er forfaldent, er bortfaldet eller kom for sent fra myndigheden, siger intet om rettidighed',
      en: 'Ours: what is not yet due, waived or opened late by the authority says nothing of punctuality',
    },
    definition: {
      da: 'Overholdte frister af dem, der er opfyldt eller overskredet.',
      en: 'Duties met in time, of those that were met or are overdue.',
    },
  },
  absencesSameDay: {
    numerator: ['absencesSameDay'],
    denominator: ['absencesRegistered'],
    basis: section('§ 6, § 8'),
    definition: { da: 'Fravær registreret samme dag.', en: 'Absences registered the same day.' },
  },
  daysRecorded: {
    numerator: ['daysRecorded'],
    denominator: ['daysRecorded', 'daysUnrecorded'],
    basis: section('§ 5'),
    definition: {
      da: 'Dage med ført fremmøde af dem, hvor det skulle være ført.',
      en: 'Days with recorded attendance, of those that should have it.',
    },
  },
  daysRecordedSameDay: {
    numerator: ['daysRecordedSameDay'],
    denominator: ['daysRecordedSameDay', 'daysRecordedLate', 'daysUnrecorded'],
    basis: section('§ 5'),
    definition: {
      da: 'Dage ført dag for dag af dem, hvor det skulle være ført.',
      en: 'Days recorded day by day, of those that should be.',
    },
  },
  protocolsComplete: {
    numerator: ['protocolsComplete'],
    denominator: ['protocolsSubmitted', 'protocolsMissing'],
    basis: section('§ 5'),
    definition: {
      da: 'Måneder indsendt uden åbne forskelle, af dem der er indsendt eller mangler.',
      en: 'Months submitted without open differences, of those submitted or missing.',
    },
  },
  protocolsStale: {
    numerator: ['protocolsStale'],
    denominator: ['protocolsSubmitted'],
    basis: section('§ 5'),
    definition: { da: 'Indsendte måneder, der er ændret siden.', en: 'Submitted months that changed since.' },
  },
  minutesDelivered: {
    numerator: ['minutesDelivered'],
    denominator: ['minutesPlanned'],
    basis: section('§ 4'),
    definition: { da: 'Fremmødte minutter af de planlagte.', en: 'Attended minutes of the planned ones.' },
  },
  reSummonsInTime: {
    numerator: ['reSummonsInTime'],
    denominator: ['reSummonsInTime', 'reSummonsLate', 'reSummonsMissing'],
    basis: section('§ 7'),
    definition: {
      da: 'Genindkaldelser sendt i tide, af dem der er sendt eller mangler.',
      en: 'Letters sent in time, of those that were sent or are missing.',
    },
  },
  contactRequestsAnsweredInTime: {
    numerator: ['contactRequestsAnsweredInTime'],
    denominator: ['contactRequestsAnswered', 'contactRequestsUnanswered'],
    basis: section('§ 8'),
    definition: {
      da: 'Kontaktanmodninger besvaret i tide, af dem der er besvaret eller skulle have været det.',
      en: 'Contact requests answered in time, of those that were answered or should have been.',
    },
  },
  documentationMissing: {
    numerator: ['daysUndocumented'],
    denominator: ['daysRecorded'],
    basis: section('§ 4, § 5'),
    definition: {
      da: 'Førte dage ude af huset uden dokumentation, af alle førte dage.',
      en: 'Recorded days out of the house without documentation, of all recorded days.',
    },
  },
} as const satisfies Readonly<Record<string, ShareDefinition>>

export type ShareName = keyof typeof definitions
export const shares: Readonly<Record<ShareName, ShareDefinition>> = definitions
export const shareNames = Object.keys(definitions) as readonly ShareName[]

/** A share with what it was made of; null where nothing is divided by. Four decimals, halves away from zero. */
export type Share = { readonly numerator: number; readonly denominator: number; readonly share: number | null }

/** A share as `numerator / denominator` to four decimals; null over nothing. */
export const shareOf = (numerator: number, denominator: number): Share => ({
  numerator,
  denominator,
  share: denominator === 0 ? null : Math.round((numerator / denominator) * 10_000) / 10_000,
})

/** The shares that figures give. */
export const sharesOf = (of: Figures): Record<ShareName, Share> => {
  const sum = (names: readonly FigureName[]): number => names.reduce((total, name) => total + of[name], 0)
  return Object.fromEntries(
    shareNames.map((name) => [name, shareOf(sum(shares[name].numerator), sum(shares[name].denominator))]),
  ) as Record<ShareName, Share>
}
