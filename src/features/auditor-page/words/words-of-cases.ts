import type { Language } from '#platform/http/problems/problem.ts'
import type { RiskPartName } from '#rules/compliance/risk-score.ts'
import type { ObligationKind, ObligationStatus } from '#rules/obligation/obligation-state.ts'

type Named<Code extends string> = Readonly<Record<Code, { readonly da: string; readonly en: string }>>

const kinds: Named<ObligationKind> = {
  'first-meeting-outcome': { da: 'Resultat af første møde', en: 'Outcome of the first meeting' },
  're-summons-letter': { da: 'Genindkaldelse', en: 'Letter to a new meeting' },
  'second-no-show-notice': { da: 'Besked om anden udeblivelse', en: 'Notice of the second absence' },
  'absence-registration': { da: 'Registrering af fravær', en: 'Registration of absence' },
  'refer-citizen': { da: 'Henvisning af borgeren', en: 'Referral of the citizen' },
  'attendance-protocol': { da: 'Fremmødeprotokol', en: 'Attendance protocol' },
  'attendance-protocol-correction': { da: 'Rettet fremmødeprotokol', en: 'Corrected attendance protocol' },
  'final-report': { da: 'Afsluttende rapport', en: 'Final report' },
  'final-report-revision': { da: 'Revideret afsluttende rapport', en: 'Revised final report' },
  'interim-report': { da: 'Statusrapport', en: 'Interim report' },
  'social-action-plan': { da: 'Bidrag til social handleplan', en: 'Contribution to a social action plan' },
  'handover-report': { da: 'Overlevering', en: 'Handover report' },
  'contact-request': { da: 'Kontaktanmodning', en: 'Contact request' },
}

const statuses: Named<ObligationStatus> = {
  open: { da: 'Åben', en: 'Open' },
  met: { da: 'Til tiden', en: 'In time' },
  'met-late': { da: 'For sent', en: 'Late' },
  overdue: { da: 'Overskredet', en: 'Overdue' },
  waived: { da: 'Bortfaldet', en: 'Waived' },
}

const risks: Named<RiskPartName> = {
  dutiesNotOnTime: { da: 'Frister ikke til tiden', en: 'Duties not in time' },
  dutiesOverdue: { da: 'Frister overskredet', en: 'Duties overdue' },
  absencesLate: { da: 'Fravær registreret sent', en: 'Absences registered late' },
  attendanceNotDayByDay: { da: 'Fremmøde ikke ført dag for dag', en: 'Attendance not recorded day by day' },
  protocolsNotComplete: { da: 'Protokoller mangler eller har forskelle', en: 'Protocols missing or with differences' },
  protocolsStale: { da: 'Protokoller ændret siden', en: 'Protocols changed since' },
  registersDiffer: { da: 'Registrene er uenige', en: 'Registers differ' },
  documentationMissing: { da: 'Dokumentation mangler', en: 'Documentation missing' },
  reSummonsNotInTime: { da: 'Genindkaldelser ikke i tide', en: 'Letters not in time' },
  contactRequestsNotInTime: { da: 'Kontaktanmodninger ikke i tide', en: 'Contact requests not in time' },
}

const nameIn = (
  named: Readonly<Record<string, { da: string; en: string }>>,
  code: string,
  language: Language,
): string => named[code]?.[language] ?? code

const codes: Named<string> = {
  draft: { da: 'kladde', en: 'draft' },
  approved: { da: 'godkendt', en: 'approved' },
  cancelled: { da: 'annulleret', en: 'cancelled' },
  'awaiting-first-meeting': { da: 'venter på første møde', en: 'awaiting the first meeting' },
  're-summoned': { da: 'genindkaldt', en: 'summoned again' },
  attending: { da: 'i gang', en: 'attending' },
  'never-started': { da: 'aldrig begyndt', en: 'never started' },
  ended: { da: 'afsluttet', en: 'ended' },
  registered: { da: 'registreret', en: 'registered' },
  withdrawn: { da: 'trukket tilbage', en: 'withdrawn' },
  superseded: { da: 'erstattet', en: 'replaced' },
  submitted: { da: 'afleveret', en: 'submitted' },
  returned: { da: 'sendt tilbage', en: 'returned' },
  final: { da: 'Afsluttende rapport', en: 'Final report' },
  interim: { da: 'Statusrapport', en: 'Interim report' },
  'social-action-plan': { da: 'Bidrag til social handleplan', en: 'Contribution to a social action plan' },
  handover: { da: 'Overlevering', en: 'Handover' },
}

/** A state or kind of an order, absence or report in words; an unknown code as it is. */
export const codeInWords = (code: string, language: Language): string => nameIn(codes, code, language)
/** A kind of duty in words; another code as it is, such as the rule of a refused attempt. */
export const kindInWords = (code: string, language: Language): string => nameIn(kinds, code, language)
/** A duty's status in words. */
export const statusInWords = (code: string, language: Language): string => nameIn(statuses, code, language)
/** A part of the risk score in words. */
export const riskPartInWords = (code: string, language: Language): string => nameIn(risks, code, language)

const texts = {
  da: {
    order: 'Bestilling',
    summary: 'Oversigt',
    citizen: 'Borger',
    municipality: 'Bopælskommune (kommunekode)',
    status: 'Status',
    course: 'Forløb',
    firstMeeting: 'Første møde',
    hours: 'Timer bestilt / planlagt',
    planComplete: 'Timeplan',
    yes: 'Fuldstændig',
    no: 'Ikke fuldstændig',
    offer: 'Tilbud',
    duties: 'Frister',
    duty: 'Pligt',
    date: 'Dato',
    supplier: 'Leverandør',
    jobcenter: 'Jobcenter',
    dueOn: 'Frist',
    metAt: 'Opfyldt',
    workingDaysLate: 'Arbejdsdage for sent',
    absences: 'Fravær',
    absentHours: 'Timer',
    reason: 'Årsag',
    registeredAt: 'Registreret',
    daysLate: 'Dage for sent',
    protocols: 'Fremmødeprotokoller',
    month: 'Måned',
    version: 'Version',
    submittedAt: 'Indsendt',
    stale: 'Ændret siden',
    differences: 'Forskelle',
    reports: 'Rapporter',
    report: 'Rapport',
    none: 'Ingen',
    notSubmitted: 'Ikke indsendt',
    openedLateNotMet: 'Indført for sent af myndigheden, ikke opfyldt',
    openedLateMet: 'Indført for sent af myndigheden, opfyldt',
    backToCourse: 'Tilbage til tilsynet med forløbet',
    scrollHint: 'tabel, der kan rulles',
  },
  en: {
    order: 'Order',
    summary: 'Summary',
    citizen: 'Citizen',
    municipality: 'Municipality of residence (code)',
    status: 'Status',
    course: 'Course',
    firstMeeting: 'First meeting',
    hours: 'Hours ordered / planned',
    planComplete: 'Plan',
    yes: 'Complete',
    no: 'Not complete',
    offer: 'Offer',
    duties: 'Duties',
    duty: 'Duty',
    date: 'Date',
    supplier: 'Supplier',
    jobcenter: 'Jobcenter',
    dueOn: 'Due on',
    metAt: 'Met',
    workingDaysLate: 'Working days late',
    absences: 'Absences',
    absentHours: 'Hours',
    reason: 'Reason',
    registeredAt: 'Registered',
    daysLate: 'Days late',
    protocols: 'Attendance protocols',
    month: 'Month',
    version: 'Version',
    submittedAt: 'Submitted',
    stale: 'Changed since',
    differences: 'Differences',
    reports: 'Reports',
    report: 'Report',
    none: 'None',
    notSubmitted: 'Not submitted',
    openedLateNotMet: 'Opened late by the authority, not met',
    openedLateMet: 'Opened late by the authority, met',
    backToCourse: 'Back to the inspection of the course',
    scrollHint: 'table that can be scrolled',
  },
} as const

export type CaseWords = { readonly [K in keyof (typeof texts)['da']]: string }

/** The words of a single case in a language. */
export const caseWordsIn = (language: Language): CaseWords => texts[language]
