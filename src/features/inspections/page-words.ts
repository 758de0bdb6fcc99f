import type { LocalDate } from '#kernel/local-date.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { CoursePhase, Outcome } from '#rules/inspection/control-points.ts'
import type { Proposal, ProposedFact } from '#rules/inspection/propose-findings.ts'

const danish = {
  title: 'Tilsyn',
  ofSupplier: 'Leverandør',
  ofMunicipality: 'Borgernes kommune',
  drawn: 'Udtrukket',
  by: 'af',
  seed: 'Frø',
  population: 'SHA-256 over det udtrukne fra',
  status: 'Status',
  open: 'Åbent',
  closed: 'Lukket',
  discarded: 'Kasseret',
  discardedBefore: 'Kasserede udtræk forud for dette',
  openBefore: 'Tidligere udtræk, der stadig er åbne',
  sample: 'Stikprøven',
  phase: 'Forløb',
  asked: 'Ønsket',
  from: 'Udtrukket blandt',
  taken: 'Udtrukket',
  allTaken: 'Der er færre, end der blev bedt om; alle er med.',
  courses: 'Forløbene',
  order: 'Bestilling',
  agreement: 'Rammeaftale',
  targetGroup: 'Målgruppe',
  supplier: 'Leverandør',
  citizen: 'Borger',
  period: 'Periode',
  municipality: 'Kommune',
  judged: 'Vurderet',
  unjudged: 'Ikke vurderet',
  irregularities: 'Uregelmæssigheder',
  point: 'Kontrolpunkt',
  section: 'Bestemmelse',
  proposed: 'Registrene siger',
  outcome: 'Vurdering',
  severity: 'Alvor (1-3)',
  note: 'Bemærkning',
  visit: 'Besøg den',
  inspector: 'Tilsynsførende',
  signature: 'Dato og underskrift',
  notJudged: 'Ikke vurderet',
  reason: 'Begrundelse',
  all: 'alle',
  onSite: 'Vurderes på stedet',
  notDemanded: 'Kræves ikke for et afsluttet forløb',
  to: 'til',
}

const english: typeof danish = {
  title: 'Inspection',
  ofSupplier: 'Supplier',
  ofMunicipality: "Citizens' municipality",
  drawn: 'Drawn',
  by: 'by',
  seed: 'Seed',
  population: 'SHA-256 over what was drawn from',
  status: 'Status',
  open: 'Open',
  closed: 'Closed',
  discarded: 'Discarded',
  discardedBefore: 'Draws that were discarded before this one',
  openBefore: 'Earlier draws that are open still',
  sample: 'The sample',
  phase: 'Courses',
  asked: 'Asked for',
  from: 'Drawn from',
  taken: 'Drawn',
  allTaken: 'There are fewer than were asked for; all are taken.',
  courses: 'The courses',
  order: 'Order',
  agreement: 'Framework agreement',
  targetGroup: 'Target group',
  supplier: 'Supplier',
  citizen: 'Citizen',
  period: 'Period',
  municipality: 'Municipality',
  judged: 'Judged',
  unjudged: 'Not judged',
  irregularities: 'Irregularities',
  point: 'Control point',
  section: 'Section',
  proposed: 'The registers say',
  outcome: 'Judgement',
  severity: 'Severity (1-3)',
  note: 'Note',
  visit: 'Visited on',
  inspector: 'Inspector',
  signature: 'Date and signature',
  notJudged: 'Not judged',
  reason: 'Reason',
  all: 'all',
  onSite: 'Judged on site',
  notDemanded: 'Not demanded of an ended course',
  to: 'to',
}

const phases: Readonly<Record<Language, Readonly<Record<CoursePhase, string>>>> = {
  da: { running: 'Igangværende', ended: 'Afsluttede' },
  en: { running: 'Running', ended: 'Ended' },
}

const outcomes: Readonly<Record<Language, Readonly<Record<Outcome, string>>>> = {
  da: { 'in-order': 'I orden', irregularity: 'Uregelmæssighed', 'not-applicable': 'Ikke relevant' },
  en: { 'in-order': 'In order', irregularity: 'Irregularity', 'not-applicable': 'Not applicable' },
}

const facts: Readonly<Record<ProposedFact, { readonly da: string; readonly en: string }>> = {
  'nothing-to-judge': { da: 'intet at vurdere', en: 'nothing to judge' },
  'met-in-time': { da: 'opfyldt til tiden', en: 'met in time' },
  'met-late': { da: 'opfyldt for sent', en: 'met late' },
  overdue: { da: 'overskredet', en: 'overdue' },
  'recorded-the-same-day': { da: 'dage ført samme dag', en: 'days recorded the same day' },
  'recorded-late': { da: 'dage ført for sent', en: 'days recorded late' },
  'without-entry': { da: 'dage uden fremmøde', en: 'days without attendance' },
  'planned-otherwise': { da: 'dage planlagt om siden', en: 'days planned otherwise since' },
  'submitted-incomplete': { da: 'måneder indsendt ufuldstændige', en: 'months submitted incomplete' },
  'changed-since-submission': { da: 'måneder ændret siden indsendelsen', en: 'months changed since submission' },
  'registered-in-time': { da: 'fravær anmeldt til tiden', en: 'absences registered in time' },
  'registered-late': { da: 'fravær anmeldt for sent', en: 'absences registered late' },
  'registers-differ': { da: 'dage, hvor registrene er uenige', en: 'days on which the registers differ' },
  'registers-agree': { da: 'dage uden forskelle', en: 'days without differences' },
  documented: { da: 'dage ude af huset dokumenteret', en: 'off-site days documented' },
  'documentation-missing': { da: 'dage uden dokumentation', en: 'days without documentation' },
  'plan-complete': { da: 'planen er fuldstændig', en: 'the plan is complete' },
  'plan-not-complete': { da: 'planen er ikke fuldstændig', en: 'the plan is not complete' },
  'plan-missing': { da: 'ingen plan', en: 'no plan' },
  'plan-conflicts': { da: 'planen strider mod bestillingen', en: 'the plan conflicts with the order' },
  'focus-areas-recorded': { da: 'fokusområder vurderet', en: 'focus areas assessed' },
  'focus-areas-missing': { da: 'ingen startvurdering', en: 'no start assessment' },
  'contact-tried': { da: 'genindkaldelser fulgt op', en: 're-summonses followed up' },
  'contact-not-tried': { da: 'genindkaldelser uden kontaktforsøg', en: 're-summonses without an attempt at contact' },
  'new-meeting-late': { da: 'nyt møde efter fristen', en: 'new meeting after the window' },
  'sickness-accepted': { da: 'sygedage accepteret', en: 'days of sickness accepted' },
  'sickness-not-accepted': { da: 'sygedage, der ikke er accepteret', en: 'days of sickness not accepted' },
}

/** The words of the printed document in one language. */
export const wordsOf = (language: Language) => ({
  ...(language === 'da' ? danish : english),
  phases: phases[language],
  outcomes: outcomes[language],
})
export type Words = ReturnType<typeof wordsOf>

/** Ours: so many dates of a fact are told; the rest stands in the pack. */
const mostDates = 6

/** What the registers propose, and why, in one line. @param date a date as people of the language write it */
export const proposalInWords = (language: Language, proposal: Proposal, date: (day: LocalDate) => string): string => {
  const because = proposal.because.map(({ fact, count, dates = [] }) => {
    const shown = dates.slice(0, mostDates).map(date).join('; ')
    const which = shown === '' ? '' : ` (${shown}${dates.length > mostDates ? ' …' : ''})`
    return `${count > 0 ? `${count} ` : ''}${facts[fact][language]}${which}`
  })
  return `${outcomes[language][proposal.outcome]}: ${because.join(', ')}`
}
