import { missing, notYetDue } from './duty-figures.ts'
import { byLateness, type Figure, section } from './figure.ts'

const absence = { source: 'absences', counts: 'cases', basis: section('§ 6, § 8') } as const satisfies Partial<Figure>

/** § 6, § 8: live registrations of absence. One that was withdrawn or replaced counts nowhere. */
export const absenceFigures = {
  absencesRegistered: {
    ...absence,
    measure: 'registered',
    definition: {
      da: 'Fraværsregistreringer, der står; tilbagetrukne og erstattede er ikke med.',
      en: 'Registrations of absence that stand; those withdrawn or replaced are left out.',
    },
  },
  absencesSameDay: {
    ...absence,
    measure: 'same_day',
    definition: {
      da: 'De af dem, der kom samme dag, som de skulle: fraværsdagen; ved genkomst (§ 7) den dag; ved sygdom, der ikke er godkendt, den dag svaret kom; hvor myndigheden først senere gjorde det muligt (godkendelse, beslutning, tilbagekaldt fritagelse), den dag.',
      en: 'Those that came on the day they had to: that of the absence; on a return (§ 7) that day; for sickness that was not accepted, the day on which the supplier was told; where the authority made it possible only later (approval, decision, withdrawn leave), that day.',
    },
  },
  absencesLate: {
    ...absence,
    measure: 'late',
    definition: {
      da: 'De øvrige. En erstatning følger den første registrerings ankomst.',
      en: 'The others. One that replaces another follows the arrival of the first.',
    },
  },
  ...byLateness('absencesLate', {
    source: 'absences',
    basis: { da: '§ 8; intervallerne er vores', en: '§ 8; the ranges are ours' },
    of: { da: 'Fravær registreret, i kalenderdage:', en: 'Absences registered, in calendar days:' },
  }),
  absenceMinutes: {
    ...absence,
    measure: 'minutes',
    counts: 'minutes',
    definition: { da: 'Registrerede fraværsminutter.', en: 'Minutes of registered absence.' },
  },
} as const satisfies Readonly<Record<string, Figure>>

const attendance = { source: 'attendance', counts: 'cases', basis: section('§ 5') } as const satisfies Partial<Figure>

/**
 * § 4, § 5: planned days of a course, one for each order and date, with what is recorded of them. Ours: as in the protocol's
 * totals, a record of a day that is not planned, or lies outside the course, counts nowhere. Sickness is in no figure (§ 9).
 */
export const attendanceFigures = {
  daysPlanned: {
    ...attendance,
    measure: 'days_planned',
    definition: { da: 'Planlagte dage i forløb.', en: 'Planned days of courses.' },
  },
  daysRecorded: {
    ...attendance,
    measure: 'days_recorded',
    definition: { da: 'Planlagte dage, hvis fremmøde er ført.', en: 'Planned days whose attendance is recorded.' },
  },
  daysRecordedSameDay: {
    ...attendance,
    measure: 'days_recorded_same_day',
    definition: {
      da: 'De af dem, der blev ført samme dag, eller den dag myndigheden gjorde det muligt.',
      en: 'Those recorded on the day itself, or on that on which the authority made it possible.',
    },
  },
  daysRecordedLate: {
    ...attendance,
    measure: 'days_recorded_late',
    definition: {
      da: 'De af dem, der først blev ført på en senere dag, selv om det var muligt på dagen.',
      en: 'Those recorded on a later day though it was possible on the day.',
    },
  },
  daysUnrecorded: {
    ...attendance,
    measure: 'days_unrecorded',
    when: 'before-today',
    definition: {
      da: 'Planlagte dage før i dag, hvis fremmøde mangler. Dage, hvor forløbet ikke var begyndt (§ 7), er ikke med, hvis det var oplyst inden dagens udgang, eller når borgeren senere er mødt; heller ikke dage, som myndigheden først gjorde mulige bagefter.',
      en: 'Planned days before today without attendance. Days on which the course had not begun (§ 7) are left out if that was told by the end of the day, or once the citizen has come; so are days that the authority made possible only afterwards.',
    },
  },
  daysOpenedLate: {
    ...attendance,
    measure: 'days_opened_late',
    basis: {
      da: 'Vores: en godkendelse eller beslutning kan komme for sent til en dag',
      en: 'Ours: an approval or decision can come too late for a day',
    },
    definition: {
      da: 'Planlagte dage, som myndigheden først gjorde mulige, da de var gået (godkendelse, ændring, beslutning om en aktivitet), og som da ikke var ført; de er hverken for sene eller manglende.',
      en: 'Planned days that the authority made possible only when they were over (approval, amendment, decision on an activity), and without attendance until then; they are neither late nor missing.',
    },
  },
  daysUndocumented: {
    ...attendance,
    measure: 'days_undocumented',
    definition: {
      da: 'Førte dage ude af huset, hvis dokumentation mangler.',
      en: 'Recorded days out of the house whose documentation is missing.',
    },
  },
  minutesPlanned: {
    ...attendance,
    measure: 'minutes_planned',
    counts: 'minutes',
    basis: section('§ 4'),
    definition: { da: 'Planlagte minutter i forløb.', en: 'Planned minutes of courses.' },
  },
  minutesDelivered: {
    ...attendance,
    measure: 'minutes_delivered',
    counts: 'minutes',
    basis: section('§ 4, § 5'),
    definition: { da: 'Fremmødte minutter på planlagte dage.', en: 'Attended minutes of planned days.' },
  },
} as const satisfies Readonly<Record<string, Figure>>

const protocol = { source: 'protocols', counts: 'cases', basis: section('§ 5') } as const satisfies Partial<Figure>

/** § 5: months of orders that a protocol is due for, and what was submitted. */
export const protocolFigures = {
  protocolsDue: {
    ...protocol,
    measure: 'due',
    definition: {
      da: 'Måneder, der skal indsendes protokol for, undtagen dem, hvis frist myndigheden lod udløbe først (dutiesOpenedAfterDue).',
      en: 'Months that a protocol is due for, but for those whose date the authority let pass first (dutiesOpenedAfterDue).',
    },
  },
  protocolsSubmitted: {
    ...protocol,
    measure: 'submitted',
    definition: { da: 'Måneder, hvis protokol er indsendt.', en: 'Months whose protocol was submitted.' },
  },
  protocolsComplete: {
    ...protocol,
    measure: 'complete',
    definition: { da: 'De af dem uden åbne forskelle.', en: 'Those without open differences.' },
  },
  protocolsIncomplete: {
    ...protocol,
    measure: 'incomplete',
    definition: {
      da: 'De af dem, der er indsendt med åbne, forklarede forskelle.',
      en: 'Those submitted with open differences, each explained.',
    },
  },
  protocolsStale: {
    ...protocol,
    measure: 'stale',
    definition: {
      da: 'Indsendte måneder, der er ændret siden og ikke indsendt igen.',
      en: 'Submitted months that changed since and were not submitted again.',
    },
  },
  protocolsCorrected: {
    ...protocol,
    measure: 'corrected',
    definition: { da: 'Måneder, der er indsendt mere end én gang.', en: 'Months submitted more than once.' },
  },
  protocolsMissing: {
    ...protocol,
    measure: 'missing',
    ...missing,
    definition: {
      da: 'Måneder, hvis protokol mangler, og hvis frist er forbi.',
      en: 'Months whose protocol is missing and whose date for it is over.',
    },
  },
  protocolsNotYetDue: {
    ...protocol,
    measure: 'missing',
    ...notYetDue,
    definition: {
      da: 'Måneder uden protokol, som endnu kan indsendes i tide: i dag eller senere.',
      en: 'Months without a protocol that can still be submitted in time: today or later.',
    },
  },
} as const satisfies Readonly<Record<string, Figure>>

const begun = { source: 'courses', basis: section('§ 4') } as const satisfies Partial<Figure>

/** § 4: what was ordered. */
export const courseFigures = {
  coursesBegun: {
    ...begun,
    measure: 'begun',
    counts: 'cases',
    definition: {
      da: 'Godkendte bestillinger, der ikke er annulleret.',
      en: 'Approved orders that were not cancelled.',
    },
  },
  minutesOrdered: {
    ...begun,
    measure: 'minutes_ordered',
    counts: 'minutes',
    definition: { da: 'Deres bestilte minutter, som de er nu.', en: 'Their ordered minutes, as they stand now.' },
  },
} as const satisfies Readonly<Record<string, Figure>>

const difference = { source: 'differences', basis: section('§ 5, § 6, § 9, § 10') } as const satisfies Partial<Figure>

/**
 * § 5, § 6: days of a citizen at a supplier on which protocol and registrations differ without a reason, as the protocol's rule
 * says. Ours: minutes that an order's missing attendance may still show are no difference yet.
 */
export const differenceFigures = {
  differenceDays: {
    ...difference,
    measure: 'days',
    counts: 'cases',
    definition: {
      da: 'Dage, hvor protokol og registreringer er uenige uden forklaring.',
      en: 'Days on which protocol and registrations differ without a reason.',
    },
  },
  absenceNotRegisteredDays: {
    ...difference,
    measure: 'unregistered_days',
    counts: 'cases',
    definition: {
      da: 'De af dem, hvor protokollen viser mere uberettiget fravær, end der er registreret.',
      en: 'Those on which the protocol shows more unauthorised absence than was registered.',
    },
  },
  absenceNotRegisteredMinutes: {
    ...difference,
    measure: 'unregistered_minutes',
    counts: 'minutes',
    definition: { da: 'De minutter, der ikke er registreret.', en: 'The minutes that are not registered.' },
  },
  registrationNotInProtocolDays: {
    ...difference,
    measure: 'unrecorded_days',
    counts: 'cases',
    definition: {
      da: 'De af dem, hvor der er registreret mere, end protokollen viser.',
      en: 'Those on which more was registered than the protocol shows.',
    },
  },
  registrationNotInProtocolMinutes: {
    ...difference,
    measure: 'unrecorded_minutes',
    counts: 'minutes',
    definition: { da: 'De minutter, protokollen ikke viser.', en: 'The minutes that the protocol does not show.' },
  },
} as const satisfies Readonly<Record<string, Figure>>

/** What was tried and refused by a rule, as often as it was tried. */
export const refusalFigures = {
  refusals: {
    source: 'refusals',
    measure: 'refused',
    counts: 'cases',
    basis: { da: 'Den regel, der afviste; for sygdom § 9', en: 'The rule that refused; for sickness § 9' },
    definition: {
      da: 'Forsøg fra leverandører, som en regel afviste. Er bestillingen ukendt, kendes kun leverandør og regel.',
      en: 'Attempts of suppliers that a rule refused. Without a known order, supplier and rule are all that is known.',
    },
  },
} as const satisfies Readonly<Record<string, Figure>>
