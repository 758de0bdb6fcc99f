import type { LocalDate } from '#kernel/local-date.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { Proposal, ProposedFact } from '#rules/inspection/propose-findings.ts'
import { outcomesIn } from '../printing/page-words.ts'

/** A fact of one and of many, with its `{count}` where the number says something. */
type Counted = readonly [one: string, many: string]

const facts: Readonly<Record<ProposedFact, Readonly<Record<Language, Counted | string>>>> = {
  'nothing-to-judge': { da: 'intet at vurdere', en: 'nothing to judge' },
  'entered-late-by-authority': {
    da: 'indført for sent af myndigheden, holdes ikke mod leverandøren',
    en: 'entered late by the authority, not held against the supplier',
  },
  'met-in-time': {
    da: ['1 pligt opfyldt til tiden', '{count} pligter opfyldt til tiden'],
    en: ['1 duty met in time', '{count} duties met in time'],
  },
  'met-late': {
    da: ['1 pligt opfyldt for sent', '{count} pligter opfyldt for sent'],
    en: ['1 duty met late', '{count} duties met late'],
  },
  overdue: {
    da: ['1 frist overskredet', '{count} frister overskredet'],
    en: ['1 duty overdue', '{count} duties overdue'],
  },
  'recorded-the-same-day': {
    da: ['1 dag ført samme dag', '{count} dage ført samme dag'],
    en: ['1 day recorded the same day', '{count} days recorded the same day'],
  },
  'recorded-late': {
    da: ['1 dag ført for sent', '{count} dage ført for sent'],
    en: ['1 day recorded late', '{count} days recorded late'],
  },
  'without-entry': {
    da: ['1 dag uden fremmøde', '{count} dage uden fremmøde'],
    en: ['1 day without attendance', '{count} days without attendance'],
  },
  'planned-otherwise': {
    da: ['1 dag planlagt om siden', '{count} dage planlagt om siden'],
    en: ['1 day planned otherwise since', '{count} days planned otherwise since'],
  },
  'submitted-incomplete': {
    da: ['1 måned indsendt ufuldstændig', '{count} måneder indsendt ufuldstændige'],
    en: ['1 month submitted incomplete', '{count} months submitted incomplete'],
  },
  'changed-since-submission': {
    da: ['1 måned ændret siden indsendelsen', '{count} måneder ændret siden indsendelsen'],
    en: ['1 month changed since submission', '{count} months changed since submission'],
  },
  'registered-in-time': {
    da: ['1 fravær anmeldt til tiden', '{count} fravær anmeldt til tiden'],
    en: ['1 absence registered in time', '{count} absences registered in time'],
  },
  'registered-late': {
    da: ['1 fravær anmeldt for sent', '{count} fravær anmeldt for sent'],
    en: ['1 absence registered late', '{count} absences registered late'],
  },
  'registers-differ': {
    da: ['1 dag, hvor registrene er uenige', '{count} dage, hvor registrene er uenige'],
    en: ['1 day on which the registers differ', '{count} days on which the registers differ'],
  },
  'registers-agree': {
    da: ['1 dag uden forskelle', '{count} dage uden forskelle'],
    en: ['1 day without differences', '{count} days without differences'],
  },
  documented: {
    da: ['1 dag ude af huset dokumenteret', '{count} dage ude af huset dokumenteret'],
    en: ['1 off-site day documented', '{count} off-site days documented'],
  },
  'documentation-missing': {
    da: ['1 dag uden dokumentation', '{count} dage uden dokumentation'],
    en: ['1 day without documentation', '{count} days without documentation'],
  },
  'plan-complete': { da: 'planen er fuldstændig', en: 'the plan is complete' },
  'plan-not-complete': { da: 'planen er ikke fuldstændig', en: 'the plan is not complete' },
  'plan-missing': { da: 'ingen plan', en: 'no plan' },
  'plan-conflicts': { da: 'planen strider mod bestillingen', en: 'the plan conflicts with the order' },
  'focus-areas-recorded': {
    da: ['1 fokusområde vurderet', '{count} fokusområder vurderet'],
    en: ['1 focus area assessed', '{count} focus areas assessed'],
  },
  'focus-areas-missing': { da: 'ingen startvurdering', en: 'no start assessment' },
  'contact-tried': {
    da: ['1 genindkaldelse fulgt op', '{count} genindkaldelser fulgt op'],
    en: ['1 re-summons followed up', '{count} re-summonses followed up'],
  },
  'contact-not-tried': {
    da: ['1 genindkaldelse uden kontaktforsøg', '{count} genindkaldelser uden kontaktforsøg'],
    en: ['1 re-summons without an attempt at contact', '{count} re-summonses without an attempt at contact'],
  },
  'new-meeting-late': {
    da: ['1 nyt møde efter fristen', '{count} nye møder efter fristen'],
    en: ['1 new meeting after the window', '{count} new meetings after the window'],
  },
  'sickness-accepted': {
    da: ['1 sygedag accepteret', '{count} sygedage accepteret'],
    en: ['1 day of sickness accepted', '{count} days of sickness accepted'],
  },
  'sickness-not-accepted': {
    da: ['1 sygedag, der ikke er accepteret', '{count} sygedage, der ikke er accepteret'],
    en: ['1 day of sickness not accepted', '{count} days of sickness not accepted'],
  },
}

/** Ours: so many dates of a fact are told; the rest stands in the pack. */
const mostDates = 6

const nothingProposed: Readonly<Record<Language, string>> = { da: 'Intet foreslået', en: 'Nothing proposed' }

const counted = (text: Counted | string, count: number): string =>
  typeof text === 'string' ? text : (count === 1 ? text[0] : text[1]).replace('{count}', String(count))

/** What the registers propose, and why, in one line. @param date a date as people of the language write it */
export const proposalInWords = (language: Language, proposal: Proposal, date: (day: LocalDate) => string): string => {
  const because = proposal.because.map(({ fact, count, dates = [] }) => {
    const shown = dates.slice(0, mostDates).map(date).join('; ')
    const which = shown === '' ? '' : ` (${shown}${dates.length > mostDates ? ' …' : ''})`
    return `${counted(facts[fact][language], count)}${which}`
  })
  const outcome = proposal.outcome === null ? nothingProposed[language] : outcomesIn[language][proposal.outcome]
  return `${outcome}: ${because.join(', ')}`
}
