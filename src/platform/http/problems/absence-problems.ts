import type { Facts } from '#kernel/verdict.ts'
import { type Bilingual, ours, type ProblemEntry, section } from './problem-entry.ts'

const sickLeave = (facts: Facts): Bilingual =>
  facts['tell'] === 'caseworker'
    ? {
        da: 'Egen sygdom registreres ikke her. For sygedagpengemodtagere: giv besked til den bestillende sagsbehandler. Notér sygdommen i fremmødeprotokollen.',
        en: 'Own sickness is not registered here. For recipients of sickness benefit: tell the ordering caseworker. Note the sickness in the attendance protocol.',
      }
    : {
        da: 'Egen sygdom registreres ikke her. Bed borgeren ringe til Kontaktcentret på 82 56 56 82 på første fraværsdag før mødetid. Notér sygdommen i fremmødeprotokollen.',
        en: 'Own sickness is not registered here. Ask the citizen to call Kontaktcentret, 82 56 56 82, on the first day and before meeting time. Note the sickness in the attendance protocol.',
      }

/** Refusals of the rules on absence (src/rules/absence). */
export const absenceProblems = {
  'absence-already-registered': {
    status: 409,
    title: { da: 'Fraværet er allerede registreret', en: 'The absence is already registered' },
    detail: {
      da: 'Borgeren har allerede en fraværsregistrering den dag hos leverandøren (existing). Ret den ved at sende en ny med replaces.',
      en: 'The citizen has a registration with this supplier for that day already (existing). To correct it, send a new one with replaces.',
    },
    rule: section('§ 6'),
  },
  'sick-leave-not-in-portal': {
    status: 422,
    title: { da: 'Sygdom meldes til Kontaktcentret', en: 'Sickness is reported to Kontaktcentret' },
    detail: sickLeave,
    rule: section('§ 9'),
  },
  'sick-leave-suspected': {
    status: 422,
    title: { da: 'Teksten handler om borgerens egen sygdom', en: "The text speaks of the citizen's own sickness" },
    detail: {
      da: 'Egen sygdom hører ikke hjemme her. Er det ikke egen sygdom, så send confirmations: ["not-own-sickness"]; bekræftelsen gemmes.',
      en: 'Own sickness has no place here. If it is not own sickness, send confirmations: ["not-own-sickness"]; the confirmation is kept.',
    },
    rule: section('§ 9'),
  },
  'supplier-cannot-authorise-absence': {
    status: 422,
    title: { da: 'Leverandøren vurderer ikke fravær', en: 'A supplier does not classify absence' },
    detail: {
      da: 'Alt fravær registreres som uberettiget; jobcentret eller K-kassen vurderer det. Udelad classification, og angiv årsagen.',
      en: 'Every absence is registered as unauthorised and judged by the jobcenter or K-kassen. Leave classification out and state the reason.',
    },
    rule: section('§ 6'),
  },
  'absence-date-in-future': {
    status: 422,
    title: { da: 'Datoen ligger i fremtiden', en: 'The date lies ahead' },
    detail: { da: 'Fravær registreres fra dagen selv.', en: 'Absence is registered from the day itself on.' },
    rule: section('§ 6'),
  },
  'absence-outside-course': {
    status: 422,
    title: { da: 'Dagen ligger uden for forløbet', en: 'The day lies outside the course' },
    detail: {
      da: 'Forløbet løber fra første mødedato (from) til afslutningen (to).',
      en: 'The course runs from its first meeting (from) to its end (to).',
    },
    rule: section('§ 6'),
  },
  'course-not-started': {
    status: 409,
    title: { da: 'Forløbet er ikke begyndt', en: 'The course has not begun' },
    detail: {
      da: 'Før borgeren har mødt første gang, går udeblivelse gennem genindkaldelse, ikke fraværsregistrering.',
      en: 'Until the citizen has come once, staying away goes through the re-summons, not through an absence registration.',
    },
    rule: section('§ 7, § 8'),
  },
  'nothing-planned-that-day': {
    status: 422,
    title: { da: 'Intet er planlagt den dag', en: 'Nothing is planned that day' },
    detail: {
      da: 'Uden planlagte timer er der intet at være fraværende fra.',
      en: 'Without planned hours there is nothing to be absent from.',
    },
    rule: section('§ 5, § 6'),
  },
  'absent-minutes-exceed-plan': {
    status: 422,
    title: { da: 'Mere fravær end planlagt', en: 'More absence than planned' },
    detail: {
      da: 'Fraværet er højst dagens planlagte minutter (plannedMinutes).',
      en: "The absence is at most the day's planned minutes (plannedMinutes).",
    },
    rule: section('§ 8'),
  },
  'elaboration-required': {
    status: 422,
    title: { da: 'En uddybning mangler', en: 'An elaboration is missing' },
    detail: {
      da: 'Når borgeren er mødt, men ikke vil deltage, uddybes årsagen (elaboration), og det oplyses, om borgeren først er talt med (priorWarning).',
      en: 'When the citizen came but would not take part, say why it is reported (elaboration) and whether the citizen was talked to first (priorWarning).',
    },
    rule: section('§ 10'),
  },
  'passivity-is-not-absence': {
    status: 422,
    title: { da: 'Passivitet er ikke fravær', en: 'Passivity is not absence' },
    detail: {
      da: 'Passivitet eller apati alene indberettes ikke; det er en pædagogisk opgave.',
      en: 'Passivity or apathy alone is not reported; it is for the supplier to work with.',
    },
    rule: section('§ 10'),
  },
  'unknown-absence-reason': {
    status: 422,
    title: { da: 'Ukendt årsag', en: 'Unknown reason' },
    detail: {
      da: 'Årsagen er ikke i kodesættet absence-reasons den dag (GET /v1/code-sets/absence-reasons).',
      en: 'The reason is not in the code set absence-reasons on that day (GET /v1/code-sets/absence-reasons).',
    },
    rule: section('§ 6'),
  },
  'reason-text-required': {
    status: 422,
    title: { da: 'Årsagen skal beskrives', en: 'The reason has to be described' },
    detail: {
      da: 'Ved årsagen "other" skrives årsagen i reasonText.',
      en: 'With the reason "other", reasonText says what it was.',
    },
    rule: section('§ 6'),
  },
  'reason-says-present': {
    status: 422,
    title: { da: 'Borgeren var ikke mødt endnu', en: 'The citizen had not come yet' },
    detail: {
      da: 'Før borgeren første gang mødte (firstAttendedOn), er ingen mødt for sent, gået tidligt eller mødt uden at deltage.',
      en: 'Before the citizen first came (firstAttendedOn), nobody arrived late, left early or came without taking part.',
    },
    rule: ours,
  },
  'decision-date-invalid': {
    status: 422,
    title: { da: 'Datoen for afgørelsen passer ikke', en: 'The date of the decision does not fit' },
    detail: {
      da: 'decisionReceivedOn hører til sickness-not-accepted og ligger fra fraværsdagen til i dag.',
      en: 'decisionReceivedOn belongs to sickness-not-accepted and lies between the day of absence and today.',
    },
    rule: ours,
  },
  'replaced-absence-differs': {
    status: 422,
    title: { da: 'Erstatter en anden dag', en: 'Replaces another day' },
    detail: {
      da: 'replaces nævner en registrering af samme borger og dag.',
      en: 'replaces names a registration of the same citizen and day.',
    },
    rule: ours,
  },
  'leave-already-approved': {
    status: 409,
    title: { da: 'Fraværet er godkendt', en: 'Leave was approved' },
    detail: {
      da: 'Jobcentret har godkendt fravær den dag (leaveMinutes). Der kan højst registreres det, som godkendelsen ikke dækker (openMinutes). Samme fravær godkendes kun én gang (leaveId).',
      en: 'The jobcenter approved leave for that day (leaveMinutes). At most what the leave does not cover can be registered (openMinutes). The same leave is approved once (leaveId).',
    },
    rule: section('§ 6'),
  },
  'leave-already-withdrawn': {
    status: 409,
    title: { da: 'Godkendelsen er trukket tilbage', en: 'The leave was withdrawn' },
    detail: {
      da: 'Godkendelsen af fraværet er allerede trukket tilbage.',
      en: 'The approval of the leave was withdrawn already.',
    },
    rule: ours,
  },
  'leave-outside-order': {
    status: 422,
    title: { da: 'Dage uden for bestillingen', en: 'Days outside the order' },
    detail: {
      da: 'Fravær godkendes for dage i bestillingen (from til to), og dets første dag ligger ikke efter den sidste.',
      en: 'Leave is approved for days of the order (from, to), and its first day is not after its last.',
    },
    rule: ours,
  },
  'absence-already-withdrawn': {
    status: 409,
    title: { da: 'Registreringen er trukket tilbage', en: 'The registration was withdrawn' },
    detail: {
      da: 'Registreringen er allerede trukket tilbage eller erstattet; dagen er fri.',
      en: 'It was withdrawn or replaced already; the day is free.',
    },
    rule: ours,
  },
} as const satisfies Record<string, ProblemEntry>
